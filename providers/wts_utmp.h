/* SPDX-License-Identifier: MIT */
/*
 * Sessions as login, sshd and others write them down. The file is read as it is: the functions of
 * libc have one position for the whole process, which is the program's, and set alarms.
 */
#ifndef PROVIDERS_WTS_UTMP_H
#define PROVIDERS_WTS_UTMP_H

#include "wts_list.h"

/* Adds what there is, perhaps nothing. False: no memory. */
bool wts_utmp_read(struct wts_sessions *sessions, const char *path);

#endif
