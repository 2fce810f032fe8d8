/* SPDX-License-Identifier: MIT */
/* UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Length in bytes (1..4) of the character at the NUL-terminated `text`, and its code point in
 * *code. 0: the first byte starts no valid character. `text` must not be empty.
 */
size_t utf8_decode(const char *text, uint32_t *code);

/* How many bytes of the text to show where there is room for `most`: no character is cut in two. */
size_t utf8_cut(const char *text, size_t most);

/* A copy that is valid UTF-8: each byte of no valid character becomes the text \xNN. Free it. */
char *utf8_valid_copy(const char *text);

#endif
