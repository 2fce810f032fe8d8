/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "escape.h"
#include "utf8.h"

#define LONGEST 2000 /* bytes of an attribute */

static bool is_left_out(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xfffe || code == 0xffff;
}

static void print_markup(FILE *out, char c)
{
    switch (c) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>': /* so that there is no "]]>" */
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    default:
        fputs("&apos;", out);
    }
}

/* Without control characters, but for the ends of lines if they are `kept`. */
static char *printable(const char *text, bool kept)
{
    char *copy = xstrdup(text), *end = copy;

    while (*text) {
        uint32_t code;
        size_t length = utf8_decode(text, &code);

        if (!length || !is_left_out(code) || (kept && code == '\n')) {
            length = length ? length : 1;
            memmove(end, text, length);
            end += length;
        }
        text += length;
    }
    *end = '\0';
    return copy;
}

static void print_line(FILE *out, const char *line, size_t most)
{
    char *shown = escaped_copy(line, most);

    for (const char *c = shown; *c;) {
        size_t plain = strcspn(c, "&<>\"'");

        fwrite(c, 1, plain, out);
        c += plain;
        if (*c)
            print_markup(out, *c++);
    }
    free(shown);
}

void xml_text(FILE *out, const char *text)
{
    char *copy = printable(text, true);
    char *line = copy;

    for (char *end = strchr(line, '\n'); end; line = end + 1, end = strchr(line, '\n')) {
        *end = '\0';
        print_line(out, line, SIZE_MAX);
        putc('\n', out);
    }
    print_line(out, line, SIZE_MAX);
    free(copy);
}

void xml_attribute(FILE *out, const char *name, const char *value)
{
    char *copy = printable(value, false);

    fprintf(out, " %s=\"", name);
    print_line(out, copy, LONGEST);
    putc('"', out);
    free(copy);
}
