/* SPDX-License-Identifier: MIT */
#ifndef REPORT_GLOB_H
#define REPORT_GLOB_H

#include <stdbool.h>

/*
 * Does the pattern match the whole text? '*' is any number of characters, '/' too, '?' is one
 * (a byte that is no UTF-8 counts as one); all others stand for themselves. No pattern takes more
 * than its length times that of the text.
 */
bool glob_matches(const char *pattern, const char *text);

#endif
