/* SPDX-License-Identifier: MIT */
/*
 * Asks mock-faults, which answers TRUE without a buffer ("untouched", "null"), or FALSE with one
 * ("false"). The twin asks what has a right answer. "same" is the last one, with a variable that
 * holds what was freed, and free() may give the same memory again; "freed" gives back what it got
 * with FALSE.
 */
#include "mock-faults.h"
#include "wts.h"

#ifdef FIXED
#define ASK(wrong, right) (right)
#else
#define ASK(wrong, right) (wrong)
#endif

static NOINLINE BOOL ask(WTS_INFO_CLASS what, char **text)
{
    DWORD size;

    return WTSQuerySessionInformationA(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, what, text,
                                       &size);
}

static void get_untouched(void)
{
    char *text = NULL;

    OK(ask(ASK(TRUE_UNTOUCHED, TRUE_TEXT), &text));
    free_memory(text);
}

static void get_null(void)
{
    char *text = NULL;

    OK(ask(ASK(TRUE_NULL, TRUE_NOTHING), &text));
    free_memory(text);
}

static void get_false(void)
{
    char *text = NULL;

    if (ask(ASK(FALSE_TEXT, FALSE_NULL), &text))
        exit(UNEXPECTED);
}

static void get_same(void)
{
    char *text = NULL;

    OK(ask(TRUE_TEXT, &text));
    free_memory(text);
    if (ask(ASK(FALSE_TEXT, FALSE_UNTOUCHED), &text))
        exit(UNEXPECTED);
}

static void get_and_free(void)
{
    char *text = NULL;

    if (ask(ASK(FALSE_TEXT, FALSE_NULL), &text))
        exit(UNEXPECTED);
    free_memory(text);
}

static const struct way ways[] = {{"untouched", get_untouched},
                                  {"null", get_null},
                                  {"false", get_false},
                                  {"same", get_same},
                                  {"freed", get_and_free}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
