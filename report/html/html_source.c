/* SPDX-License-Identifier: MIT */
/*
 * A few lines of the source around a call, of files inside the source root only: names come from
 * debug information, and must not fetch anything else into a page that is passed on.
 */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "report/base/memory.h"
#include "report/base/text_file.h"

#define AROUND 3

struct html_sources {
    const struct source_root *root;
    char *path; /* of the file that is in memory; NULL: none was read */
    char *text; /* NULL: it cannot be read */
    size_t size;
};

struct html_sources *html_sources_new(const struct source_root *root)
{
    struct html_sources *sources = xcalloc(1, sizeof *sources);

    sources->root = root;
    return sources;
}

void html_sources_free(struct html_sources *sources)
{
    if (!sources)
        return;
    free(sources->path);
    free(sources->text);
    free(sources);
}

/* The text of a file inside the root, read once for neighbours; NULL: there is none. */
static const char *text_of(struct html_sources *sources, const char *inside)
{
    char *path, *problem = NULL;

    if (sources->path && !strcmp(sources->path, inside))
        return sources->text;
    free(sources->path);
    free(sources->text);
    sources->path = xstrdup(inside);
    sources->text = NULL;
    path = source_root_file(sources->root, inside);
    if (path)
        sources->text = text_file_read(path, &sources->size, &problem);
    if (sources->text && memchr(sources->text, '\0', sources->size)) {
        free(sources->text); /* no source */
        sources->text = NULL;
    }
    free(problem);
    free(path);
    return sources->text;
}

static void print_line(FILE *out, const char *start, size_t length, int number, bool marked)
{
    char *line = xstrndup(start, length);

    fprintf(out, "%s%5d  ", marked ? "<mark>" : "", number);
    html_code(out, line);
    fputs(marked ? "</mark>\n" : "\n", out);
    free(line);
}

static void print_lines(FILE *out, const char *text, size_t size, int wanted)
{
    const char *end = text + size;

    for (int number = 1; text < end && number <= wanted + AROUND; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);

        if (number >= wanted - AROUND)
            print_line(out, text, length, number, number == wanted);
        text += length + 1;
    }
}

void html_source(const struct html *html, const struct frame *frame)
{
    FILE *out = html->out;
    char *inside;
    const char *text = NULL;

    if (!frame->file || frame->line < 1)
        return;
    inside = source_root_path(html->root, frame->file);
    if (inside)
        text = text_of(html->sources, inside);
    if (text && *text) {
        fputs("<figure class=c><figcaption>", out);
        html_name(out, inside);
        fputs("</figcaption><pre tabindex=0>", out);
        print_lines(out, text, html->sources->size, frame->line);
        fputs("</pre></figure>", out);
    }
    free(inside);
}
