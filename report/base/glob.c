/* SPDX-License-Identifier: MIT */
#include "glob.h"

#include <stddef.h>

#include "utf8.h"

static size_t character_length(const char *text)
{
    uint32_t code;
    size_t length = utf8_decode(text, &code);

    return length ? length : 1;
}

bool glob_matches(const char *pattern, const char *text)
{
    const char *star = NULL;  /* behind the last '*' passed */
    const char *retry = NULL; /* where the text goes on behind what that '*' stands for */

    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (*pattern == '?') {
            pattern++;
            text += character_length(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = retry += character_length(retry);
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}
