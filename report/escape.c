/* SPDX-License-Identifier: MIT */
#include "escape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf8.h"

/* Characters that move the cursor, reorder or hide what stands around them. */
static bool is_hostile(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||        /* C0, DEL, C1 */
           code == 0x061c || (code >= 0x200b && code <= 0x200f) || /* marks, zero width */
           (code >= 0x2028 && code <= 0x202e) ||                   /* separators, embeddings */
           (code >= 0x2060 && code <= 0x2069) ||                   /* invisible, isolates */
           code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || /* BOM, annotations */
           (code >= 0xe0000 && code <= 0xe007f);                   /* tags */
}

/* How many bytes are to be shown as they are; *next: how many behind them are not. */
static size_t plain_length(const char *text, size_t *next)
{
    size_t length = 0;

    for (*next = 0; text[length]; length += *next) {
        uint32_t code;

        *next = utf8_decode(text + length, &code);
        if (!*next || is_hostile(code)) {
            *next = *next ? *next : 1;
            return length;
        }
    }
    *next = 0;
    return length;
}

void print_escaped(FILE *out, const char *text)
{
    while (*text) {
        size_t hostile;
        size_t plain = plain_length(text, &hostile);

        fwrite(text, 1, plain, out);
        for (text += plain; hostile; hostile--)
            fprintf(out, "\\x%02x", (unsigned char)*text++);
    }
}

char *escaped_copy(const char *text, size_t most)
{
    char *copy = NULL;
    size_t size;
    FILE *out = xopen_text(&copy, &size);

    print_escaped(out, text);
    xclose_text(out);
    if (size > most) {
        char *shown = xasprintf("%.*s...", (int)utf8_cut(copy, most), copy);

        free(copy);
        return shown;
    }
    return copy;
}
