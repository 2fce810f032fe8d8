/* SPDX-License-Identifier: MIT */
/*
 * Text in both encodings. What the system calls by bytes (names of processes, of users) becomes
 * valid UTF-8 once, where it is read; from there on it is only copied, as UTF-8 for the functions
 * that end in A, or as UTF-16 for those in W.
 */
#ifndef PROVIDERS_WTS_TEXT_H
#define PROVIDERS_WTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What is no UTF-8 becomes U+FFFD, byte by byte; what does not fit is cut off between characters.
 */
void wts_text_clean(char *to, size_t size, const char *bytes, size_t length);
/* Bytes with the end. Text is valid UTF-8, here and below. */
size_t wts_text_size(const char *text, bool wide);
/* At most so many units, char or WCHAR, the end among them; cut off between characters. */
void wts_text_copy(void *to, size_t units, const char *text, bool wide);

#endif
