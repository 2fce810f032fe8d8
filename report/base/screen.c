/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool screen_is(FILE *stream)
{
    const char *term = getenv("TERM");

    return isatty(fileno(stream)) && term && *term && strcmp(term, "dumb") != 0;
}

/* How many rows a line takes; its characters are at most as many as its bytes. */
static size_t rows_of(size_t length, size_t columns)
{
    return length ? (length + columns - 1) / columns : 1;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

void screen_show(FILE *stream, const char *text)
{
    struct winsize size = {0};
    size_t rows, columns, used = 0;

    if (ioctl(fileno(stream), TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    rows = size.ws_row > 2 ? size.ws_row - 2U : 1; /* one for what is missing, one for the cursor */
    columns = size.ws_col;
    fputs("\033[H\033[2J", stream);
    while (*text) {
        size_t length = strcspn(text, "\n");

        used += rows_of(length, columns);
        if (used > rows)
            break;
        fprintf(stream, "%.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
    if (*text)
        fprintf(stream, "... %zu more lines\n", count_lines(text));
}
