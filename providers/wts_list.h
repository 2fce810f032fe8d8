/* SPDX-License-Identifier: MIT */
/* A list of sessions, and how those who know of them add to it. */
#ifndef PROVIDERS_WTS_LIST_H
#define PROVIDERS_WTS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <winpr/wtsapi.h>

#define WTS_NO_SESSION 0xffffffffu

struct wts_session {
    uint32_t id;
    WTS_CONNECTSTATE_CLASS state;
    bool remote;
    dev_t terminal; /* 0: none */
    int64_t logon;  /* microseconds since 1970, 0 if nobody knows */
    char name[64];  /* all valid UTF-8 */
    char user[258];
    char client[258]; /* the host it comes from, "" when local */
};

enum wts_source { WTS_FROM_LOGIN, WTS_FROM_UTMP, WTS_FROM_CALLER };

struct wts_sessions {
    struct wts_session *all;
    size_t count;
    enum wts_source source;
    uint32_t console; /* the session at the machine's own screen, or WTS_NO_SESSION */
};

/* An empty one, or NULL without memory */
struct wts_session *wts_list_add(struct wts_sessions *sessions);
/* A user's name, or the number when there is no such user */
void wts_list_set_user(struct wts_session *session, uid_t uid);

#endif
