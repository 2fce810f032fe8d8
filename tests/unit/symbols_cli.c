/* SPDX-License-Identifier: MIT */
/*
 * Prints the frames of addresses: reads "PATH OFFSET" lines (return addresses, hexadecimal) and
 * answers each with its frames, "FUNCTION FILE:LINE" innermost first ("?" where unknown), and an
 * empty line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/base/memory.h"
#include "report/symbols/symbols.h"

struct question {
    char *path;
    uint64_t offset;
};

int main(void)
{
    struct symbols *symbols = symbols_new(false);
    struct question *questions = NULL, question;
    size_t count = 0, room = 0;

    while (scanf("%ms %" SCNx64, &question.path, &question.offset) == 2) {
        GROW(questions, count, room);
        questions[count++] = question;
        symbols_want(symbols, question.path, NULL, 0, question.offset);
    }
    symbols_resolve(symbols);
    for (size_t i = 0; i < count; i++) {
        const struct frames *frames =
            symbols_frames(symbols, questions[i].path, NULL, 0, questions[i].offset);

        for (size_t j = 0; j < frames->count; j++) {
            const struct frame *frame = &frames->frames[j];

            printf("%s\t%s:%d\n", frame->function ? frame->function : "?",
                   frame->file ? frame->file : "?", frame->line);
        }
        putchar('\n');
        free(questions[i].path);
    }
    free(questions);
    symbols_free(symbols);
    return 0;
}
