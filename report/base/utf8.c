/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"

size_t utf8_decode(const char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length;

    if (bytes[0] < 0x80) {
        *code = bytes[0];
        return 1;
    }
    if (bytes[0] >= 0xc0 && bytes[0] < 0xe0)
        length = 2;
    else if (bytes[0] >= 0xe0 && bytes[0] < 0xf0)
        length = 3;
    else if (bytes[0] >= 0xf0 && bytes[0] < 0xf8)
        length = 4;
    else
        return 0;
    *code = bytes[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) /* the final NUL too */
            return 0;
        *code = *code << 6 | (bytes[i] & 0x3f);
    }
    if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
        return 0;
    return length;
}

size_t utf8_cut(const char *text, size_t most)
{
    size_t length = strnlen(text, most);

    if (!text[length])
        return length;
    while (most && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

char *utf8_valid_copy(const char *text)
{
    char *copy = xmalloc(4 * strlen(text) + 1); /* \xNN is the longest image of a byte */
    char *end = copy;

    while (*text) {
        uint32_t code;
        size_t length = utf8_decode(text, &code);

        if (length) {
            memcpy(end, text, length);
            end += length;
            text += length;
        } else {
            end += sprintf(end, "\\x%02x", (unsigned char)*text++);
        }
    }
    *end = '\0';
    return copy;
}
