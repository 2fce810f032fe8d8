// SPDX-License-Identifier: MIT
/* UTF-8 and UTF-16, without locales: the program's may be any. */
#include "wts_text.h"
#include <stdint.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

/* One character, and how many bytes it took, at least one. Overlong forms, surrogates and what is
 * beyond U+10FFFF are no characters. */
static size_t decode(const char *bytes, size_t length, uint32_t *character)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *b = (const unsigned char *)bytes;
    size_t size = b[0] < 0x80       ? 1
                  : b[0] >> 5 == 6  ? 2
                  : b[0] >> 4 == 14 ? 3
                  : b[0] >> 3 == 30 ? 4
                                    : 0;
    uint32_t value = size == 1 ? b[0] : b[0] & (0x7fu >> size);

    *character = REPLACEMENT;
    if (!size || size > length)
        return 1;
    for (size_t i = 1; i < size; i++) {
        if (b[i] >> 6 != 2)
            return 1;
        value = value << 6 | (b[i] & 0x3f);
    }
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 1;
    *character = value;
    return size;
}

static size_t bytes_of(uint32_t character)
{
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

static void encode(char *to, uint32_t character)
{
    size_t size = bytes_of(character);

    for (size_t i = size - 1; i > 0; i--, character >>= 6)
        to[i] = (char)(0x80 | (character & 0x3f));
    to[0] = (char)(size == 1 ? character : (0xf00u >> size & 0xff) | character);
}

void wts_text_clean(char *to, size_t size, const char *bytes, size_t length)
{
    size_t used = 0;

    for (size_t i = 0; i < length && bytes[i];) {
        uint32_t character;

        i += decode(bytes + i, length - i, &character);
        if (used + bytes_of(character) >= size)
            break;
        encode(to + used, character);
        used += bytes_of(character);
    }
    to[used] = '\0';
}

size_t wts_text_size(const char *text, bool wide)
{
    size_t length = strlen(text), units = 1;

    if (!wide)
        return length + 1;
    for (size_t i = 0; i < length;) {
        uint32_t character;

        i += decode(text + i, length - i, &character);
        units += character < 0x10000 ? 1 : 2;
    }
    return units * sizeof(uint16_t);
}

void wts_text_copy(void *to, size_t units, const char *text, bool wide)
{
    size_t length = strlen(text), used = 0;
    uint16_t *wide_to = to;

    if (!wide) {
        wts_text_clean(to, units, text, length);
        return;
    }
    for (size_t i = 0; i < length;) {
        uint32_t character;

        i += decode(text + i, length - i, &character);
        if (used + (character < 0x10000 ? 1 : 2) >= units)
            break;
        if (character < 0x10000) {
            wide_to[used++] = (uint16_t)character;
        } else {
            wide_to[used++] = (uint16_t)(0xd7c0 + (character >> 10));
            wide_to[used++] = (uint16_t)(0xdc00 | (character & 0x3ff));
        }
    }
    wide_to[used] = 0;
}
