// SPDX-License-Identifier: MIT
#include "wts_list.h"
#include "memory.h"
#include "wts_text.h"
#include <pwd.h>
#include <stdio.h>
#include <string.h>

struct wts_session *wts_list_add(struct wts_sessions *sessions)
{
    struct wts_session *more = realloc(sessions->all, (sessions->count + 1) * sizeof(*more));

    if (!more)
        return NULL;
    sessions->all = more;
    more += sessions->count++;
    memset(more, 0, sizeof(*more));
    return more;
}

void wts_list_set_user(struct wts_session *session, uid_t uid)
{
    struct passwd entry, *found = NULL;
    char strings[4096];

    if (getpwuid_r(uid, &entry, strings, sizeof(strings), &found) == 0 && found)
        wts_text_clean(session->user, sizeof(session->user), found->pw_name,
                       strlen(found->pw_name));
    else
        snprintf(session->user, sizeof(session->user), "%u", (unsigned)uid);
}
