/* SPDX-License-Identifier: MIT */
/* The line that tells how far long work is: when it is shown, what it says, how it goes. */
#include "../../report/progress_line.h"

#include <stdlib.h>

#include "tap.h"

#define SECOND 1000000000U
#define START (5 * (uint64_t)SECOND)

static char *said;
static size_t size;

static struct progress_line begin(void)
{
    return (struct progress_line){.out = open_memstream(&said, &size), .started = START};
}

static void expect(struct progress_line *line, const char *expected, const char *name)
{
    fclose(line->out);
    same(said, expected, name);
    free(said);
}

static void test_patience(void)
{
    struct progress_line line = begin();

    line.phase = PROGRESS_READING;
    line.number = line.count = 1;
    progress_line_show(&line, START + SECOND - 1, 80);
    progress_line_erase(&line);
    expect(&line, "", "nothing within the first second, and nothing to erase");

    line = begin();
    progress_line_show(&line, START + SECOND, 80);
    expect(&line, "", "nothing before the first step");

    line = begin();
    line.number = line.count = 1;
    line.hidden = true;
    progress_line_show(&line, START + SECOND, 80);
    expect(&line, "", "nothing while something else is written");
}

static void test_phases(void)
{
    struct progress_line line = begin();

    line.number = 3;
    line.count = 12;
    for (line.phase = PROGRESS_READING; line.phase <= PROGRESS_WRITING; line.phase++) {
        progress_line_show(&line, START + SECOND, 80);
        progress_line_erase(&line);
    }
    expect(&line,
           "\rscardaudit: reading trace 3 of 12\r                                 \r"
           "\rscardaudit: judging trace 3 of 12\r                                 \r"
           "\rscardaudit: looking up symbols in module 3 of 12"
           "\r                                                \r"
           "\rscardaudit: writing output 3 of 12\r                                  \r",
           "each phase");
}

static void test_percent(void)
{
    struct progress_line line = begin();

    line.number = line.count = 1;
    line.total = 200;
    line.done = 99;
    progress_line_show(&line, START + SECOND, 80);
    line.done = 300;
    progress_line_show(&line, START + SECOND, 80);
    line.total = 0;
    progress_line_show(&line, START + SECOND, 80);
    expect(&line,
           "\rscardaudit: reading trace 1 of 1: 50%"
           "\rscardaudit: reading trace 1 of 1: 100%"
           "\rscardaudit: reading trace 1 of 1      \rscardaudit: reading trace 1 of 1",
           "a percentage, never above 100; what is longer is overwritten");
}

static void test_width(void)
{
    struct progress_line line = begin();

    line.number = line.count = 1;
    progress_line_show(&line, START + SECOND, 11);
    progress_line_erase(&line);
    progress_line_show(&line, START + SECOND, 0);
    expect(&line, "\rscardaudit\r          \r", "a narrow terminal: never a second row");
}

int main(void)
{
    test_patience();
    test_phases();
    test_percent();
    test_width();
    printf("1..%d\n", number);
    return failures > 0;
}
