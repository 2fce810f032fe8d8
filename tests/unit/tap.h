/* SPDX-License-Identifier: MIT */
/* What a unit test says: one line of TAP for each thing that is so, or not. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int number, failures;

static inline void ok(bool passed, const char *name)
{
    printf("%sok %d - %s\n", passed ? "" : "not ", ++number, name);
    failures += !passed;
}

static inline void same(const char *got, const char *expected, const char *name)
{
    bool passed = !strcmp(got, expected);

    ok(passed, name);
    if (!passed)
        printf("# got      '%s'\n# expected '%s'\n", got, expected);
}

#endif
