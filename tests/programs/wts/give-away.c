/* SPDX-License-Identifier: MIT */
/* Gives a buffer to "free", "realloc" or "delete", and a list of sessions' to "free-list". */
#include "wts.h"

extern void _ZdlPv(void *);

static NOINLINE void to_free(void *buffer)
{
    free(buffer);
}

static NOINLINE void to_realloc(void *buffer)
{
    free(realloc(buffer, 4000));
}

static NOINLINE void to_delete(void *buffer)
{
    _ZdlPv(buffer);
}

static void give(void (*take)(void *))
{
    char *user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

#ifdef FIXED
    take = free_memory;
#endif
    take(user);
}

static void with_free(void)
{
    give(to_free);
}

static void with_realloc(void)
{
    give(to_realloc);
}

static void with_delete(void)
{
    give(to_delete);
}

static void with_list(void)
{
    DWORD count;
    void *infos = list_sessions_ex(WTS_CURRENT_SERVER_HANDLE, &count);

#ifdef FIXED
    OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
#else
    to_free(infos);
#endif
}

static const struct way ways[] = {{"free", with_free},
                                  {"realloc", with_realloc},
                                  {"delete", with_delete},
                                  {"free-list", with_list}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
