/* SPDX-License-Identifier: MIT */
/*
 * Gives WTSFreeMemoryEx a buffer with another "type" than its own, fewer entries than it has
 * ("count"), or takes the function of the other alphabet ("letter"). "refused-type" and
 * "refused-count" are mistakes that the library notices: the buffer stays.
 */
#include "wts.h"

static const HANDLE here = WTS_CURRENT_SERVER_HANDLE;

#ifdef FIXED
#define INSTEAD(wrong, right) (right)
#else
#define INSTEAD(wrong, right) (wrong)
#endif

static void type(void)
{
    DWORD count;
    void *infos = list_sessions_ex(here, &count);

    OK(free_typed(INSTEAD(WTSTypeProcessInfoLevel0, WTSTypeSessionInfoLevel1), infos, count));
}

static void fewer(void)
{
    DWORD count;
    void *infos = list_processes_ex(here, 1, &count);

    OK(free_typed(WTSTypeProcessInfoLevel1, infos, INSTEAD(count - 1, count)));
}

static void letter(void)
{
    DWORD count;
    void *infos = list_sessions_ex(here, &count);

#ifdef FIXED
    OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
#else
    OK(free_typed_wide(WTSTypeSessionInfoLevel1, infos, count));
#endif
}

static void refused_type(void)
{
    DWORD count;
    void *infos = list_sessions_ex(here, &count);

    free_typed(INSTEAD((WTS_TYPE_CLASS)77, WTSTypeSessionInfoLevel1), infos, count);
}

static void refused_count(void)
{
    DWORD count;
    void *infos = list_sessions_ex_wide(here, &count);

    free_typed_wide(WTSTypeSessionInfoLevel1, infos, INSTEAD(count * 100, count));
}

static const struct way ways[] = {{"type", type},
                                  {"count", fewer},
                                  {"letter", letter},
                                  {"refused-type", refused_type},
                                  {"refused-count", refused_count}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
