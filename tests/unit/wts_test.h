/* SPDX-License-Identifier: MIT */
/* What the tests of the WinPR plug-in share. */
#ifndef TESTS_WTS_TEST_H
#define TESTS_WTS_TEST_H

#include <stdint.h>
#include <stdlib.h>
#include <winpr/error.h>
#include <winpr/wtsapi.h>
#include "tap.h"

/* UTF-16 as ASCII, for those texts that are; a static buffer */
static inline const char *narrow(const WCHAR *wide)
{
    static char text[1024];
    size_t i;

    for (i = 0; i < sizeof(text) - 1 && wide[i]; i++)
        text[i] = wide[i] < 0x80 ? (char)wide[i] : '?';
    text[i] = '\0';
    return text;
}

static inline int finish(void)
{
    printf("1..%d\n", number);
    return failures != 0;
}

#endif
