/* SPDX-License-Identifier: MIT */
/*
 * Sessions as logind knows them. libsystemd is opened when it is first asked for, not linked: the
 * plug-in comes into programs, and onto machines, that may do without it.
 */
#ifndef PROVIDERS_WTS_LOGIN_H
#define PROVIDERS_WTS_LOGIN_H

#include "wts_list.h"

/* Adds what there is, perhaps nothing. False: no memory. */
bool wts_login_read(struct wts_sessions *sessions);
/* 0: none */
uint32_t wts_login_session_of(pid_t pid);

#endif
