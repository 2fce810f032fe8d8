/* SPDX-License-Identifier: MIT */
#include "html_escape.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/json_values.h"
#include "report/base/memory.h"
#include "report/base/escape.h"
#include "report/base/utf8.h"

struct image {
    char character;
    const char *text;
};

static void print_with(FILE *out, const char *text, const struct image *images, size_t count)
{
    for (; *text; text++) {
        size_t i = 0;

        while (i < count && images[i].character != *text)
            i++;
        if (i < count)
            fputs(images[i].text, out);
        else
            putc(*text, out);
    }
}

static void print_markup(FILE *out, const char *text)
{
    static const struct image images[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

    print_with(out, text, images, sizeof images / sizeof *images);
}

static void print_most(FILE *out, const char *text, size_t most)
{
    char *shown = escaped_copy(text, most);

    print_markup(out, shown);
    free(shown);
}

void html_text(FILE *out, const char *text)
{
    print_most(out, text, (size_t)-1);
}

void html_name(FILE *out, const char *name)
{
    print_most(out, name, HTML_LONGEST);
}

static void print_code_line(FILE *out, const char *line, size_t length)
{
    while (length) {
        const char *tab = memchr(line, '\t', length);
        size_t part = tab ? (size_t)(tab - line) : length;
        char *text = xstrndup(line, part);

        html_name(out, text);
        free(text);
        if (tab)
            putc('\t', out);
        line += part + (tab != NULL);
        length -= part + (tab != NULL);
    }
}

void html_code(FILE *out, const char *code)
{
    while (*code) {
        size_t length = strcspn(code, "\n");
        bool newline = code[length] == '\n';
        /* of Windows */
        size_t shown = length && code[length - 1] == '\r' ? length - 1 : length;

        print_code_line(out, code, shown > HTML_LONGEST ? utf8_cut(code, HTML_LONGEST) : shown);
        if (shown > HTML_LONGEST)
            fputs("...", out);
        if (newline)
            putc('\n', out);
        code += length + newline;
    }
}

/* print_value() leaves nothing but ASCII, and these only in strings. */
void html_json(FILE *out, json_t *value)
{
    static const struct image images[] = {{'&', "\\u0026"}, {'<', "\\u003c"}, {'>', "\\u003e"}};
    char *text = NULL;
    size_t size;
    FILE *memory = xopen_text(&text, &size);

    print_value(memory, value);
    xclose_text(memory);
    print_with(out, text, images, sizeof images / sizeof *images);
    free(text);
}
