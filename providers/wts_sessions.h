/* SPDX-License-Identifier: MIT */
/*
 * The sessions of this machine: from logind; else from utmp; else there is one, the caller's.
 * Session 0 has what belongs to no session, as on Windows, and is always there.
 */
#ifndef PROVIDERS_WTS_SESSIONS_H
#define PROVIDERS_WTS_SESSIONS_H

#include "wts_list.h"

/* False: no memory; then, too, there is nothing to release. */
bool wts_sessions_read(struct wts_sessions *sessions);
void wts_sessions_release(struct wts_sessions *sessions);
/* NULL: there is none. */
const struct wts_session *wts_sessions_find(const struct wts_sessions *sessions, uint32_t id);
uint32_t wts_session_of(const struct wts_sessions *sessions, pid_t pid, uid_t uid, dev_t terminal);
uint32_t wts_session_of_caller(const struct wts_sessions *sessions);

#endif
