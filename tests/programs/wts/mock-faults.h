/* SPDX-License-Identifier: MIT */
/* What mock-faults answers to WTSQuerySessionInformation. */
#ifndef TESTS_MOCK_FAULTS_H
#define TESTS_MOCK_FAULTS_H

#include <winpr/wtsapi.h>

/* Classes of information, by what they answer */
#define TRUE_TEXT ((WTS_INFO_CLASS)100)
#define TRUE_UNTOUCHED ((WTS_INFO_CLASS)101)
#define TRUE_NULL ((WTS_INFO_CLASS)102)    /* and a size */
#define TRUE_NOTHING ((WTS_INFO_CLASS)103) /* NULL, and no size */
#define FALSE_UNTOUCHED ((WTS_INFO_CLASS)104)
#define FALSE_NULL ((WTS_INFO_CLASS)105)
#define FALSE_TEXT ((WTS_INFO_CLASS)106)
#define FALSE_SIZE ((WTS_INFO_CLASS)107) /* the buffer's variable untouched */
#define SEVEN_TEXT ((WTS_INFO_CLASS)108) /* as TRUE_TEXT, but 7 is its TRUE */

#endif
