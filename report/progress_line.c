/* SPDX-License-Identifier: MIT */
#include "progress_line.h"

#include <inttypes.h>
#include <string.h>

static size_t say(const struct progress_line *line, char *text, size_t size)
{
    static const char *const names[] = {
        [PROGRESS_READING] = "reading trace",
        [PROGRESS_JUDGING] = "judging trace",
        [PROGRESS_SYMBOLS] = "looking up symbols in module",
        [PROGRESS_WRITING] = "writing output",
    };
    uint64_t done = line->done < line->total ? line->done : line->total;
    char percent[16] = "";

    if (line->total)
        snprintf(percent, sizeof percent, ": %.0f%%", 100.0 * (double)done / (double)line->total);
    snprintf(text, size, "scardaudit: %s %" PRIu64 " of %" PRIu64 "%s", names[line->phase],
             line->number, line->count, percent);
    return strlen(text);
}

void progress_line_show(struct progress_line *line, uint64_t now, size_t columns)
{
    char text[160];
    size_t length;

    if (line->hidden || !line->number || now - line->started < PROGRESS_PATIENCE || columns < 2)
        return;
    length = say(line, text, sizeof text);
    if (length > columns - 1) /* in the last column, it could begin the next line */
        length = columns - 1;
    fprintf(line->out, "\r%.*s", (int)length, text);
    if (length < line->shown)
        fprintf(line->out, "%*s\r%.*s", (int)(line->shown - length), "", (int)length, text);
    fflush(line->out);
    line->shown = length;
}

void progress_line_erase(struct progress_line *line)
{
    if (!line->shown)
        return;
    fprintf(line->out, "\r%*s\r", (int)line->shown, "");
    fflush(line->out);
    line->shown = 0;
}
