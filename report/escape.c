/* SPDX-License-Identifier: MIT */
#include "render.h"

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

void print_escaped(FILE *out, const char *text)
{
    while (*text) {
        uint32_t code;
        size_t length = utf8_decode(text, &code);
        bool plain = length && !is_hostile(code);

        if (!length)
            length = 1;
        for (size_t i = 0; i < length; i++) {
            if (plain)
                putc(text[i], out);
            else
                fprintf(out, "\\x%02x", (unsigned char)text[i]);
        }
        text += length;
    }
}
