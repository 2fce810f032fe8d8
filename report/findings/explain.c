/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/embed.h"
#include "report/base/memory.h"

#define COLUMNS 80

/* ---- examples ------------------------------------------------------------------------------- */

/* Behind the first line, which is the licence. */
static const char *skip_licence(const char *source)
{
    const char *newline = strchr(source, '\n');

    return strstr(source, "SPDX-License-Identifier") && newline ? newline + 1 : source;
}

char *rule_example(const struct rule *rule)
{
    char *name = xasprintf("%s.c", rule->name), *example = NULL;

    for (const struct embedded_file *file = embedded_examples; file->name; file++)
        if (!strcmp(file->name, name))
            example = xstrdup(skip_licence(file->data));
    free(name);
    return example;
}

/* ---- in a terminal -------------------------------------------------------------------------- */

static void print_wrapped(FILE *out, const char *text)
{
    size_t used = 0;

    while (*text) {
        size_t length = strcspn(text, " ");

        if (used && used + 1 + length > COLUMNS) {
            putc('\n', out);
            used = 0;
        }
        fprintf(out, "%s%.*s", used ? " " : "", (int)length, text);
        used += length + (used > 0);
        text += length + (text[length] == ' ');
    }
    putc('\n', out);
}

static void print_indented(FILE *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        fprintf(out, "%s%.*s\n", length ? "    " : "", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void explain_rule(FILE *out, const struct rule *rule)
{
    char *example = rule_example(rule);
    char *fix = xasprintf("Fix: %s", rule->fix);

    fprintf(out, "%s (%s): %s\n\n", rule->name, severity_name(rule->severity), rule->title);
    print_wrapped(out, rule->explanation);
    if (example) {
        fputs("\nExample:\n\n", out);
        print_indented(out, example);
    }
    putc('\n', out);
    print_wrapped(out, fix);
    free(example);
    free(fix);
}

void explain_list(FILE *out)
{
    size_t width = 0;

    for (size_t i = 0; i < RULE_COUNT; i++)
        width = strlen(rules[i].name) > width ? strlen(rules[i].name) : width;
    for (size_t i = 0; i < RULE_COUNT; i++)
        fprintf(out, "%-*s  %-7s  %s\n", (int)width, rules[i].name,
                severity_name(rules[i].severity), rules[i].title);
}

/* ---- the catalogue -------------------------------------------------------------------------- */

/* What means something in Markdown does so no more. */
static void print_plain(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_<[|", *text))
            putc('\\', out);
        putc(*text, out);
    }
}

static void catalogue_rule(FILE *out, const struct rule *rule)
{
    char *example = rule_example(rule);

    fprintf(out, "\n## %s\n\n", rule->name);
    fprintf(out, "**%s**, %s.\n\n", rule->title, severity_name(rule->severity));
    print_plain(out, rule->explanation);
    if (example)
        fprintf(out, "\n\n```c\n%s```", example);
    fputs("\n\n**Fix:** ", out);
    print_plain(out, rule->fix);
    putc('\n', out);
    free(example);
}

void explain_catalogue(FILE *out)
{
    fputs(
        "# Rules\n\n"
        "<!-- Made from report/replay/rules.c and report/examples by `make update-rules`. -->\n\n"
        "What scardaudit finds, in the order in which reports tell it; `scardaudit explain RULE` "
        "prints\nthe same. The severity is that of a finding which nothing softens: the "
        "explanation says what does,\nand leaks are warnings after `_exit`. Each example is a "
        "program that the rule is found in; one\nthat needs a card is given the reader's name. One "
        "that exports `SpLsaModeInitialize` is a package for\n`lsahost`, and one that calls `WTS*` "
        "wants `WTSAPI_LIBRARY` to name what WinPR is to call.\n\n"
        "| rule | severity | |\n|---|---|---|\n",
        out);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        fprintf(out, "| [%s](#%s) | %s | ", rules[i].name, rules[i].name,
                severity_name(rules[i].severity));
        print_plain(out, rules[i].title);
        fputs(" |\n", out);
    }
    for (size_t i = 0; i < RULE_COUNT; i++)
        catalogue_rule(out, &rules[i]);
}

/* ---- slips ---------------------------------------------------------------------------------- */

static size_t smallest(size_t a, size_t b, size_t c)
{
    a = a < b ? a : b;
    return a < c ? a : c;
}

/* How many letters are to be changed, put in or left out to make `b` of `a`. */
static size_t distance(const char *a, const char *b)
{
    size_t length = strlen(b), result;
    size_t *row = xcalloc(length + 1, sizeof *row);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t above = row[j + 1];

            row[j + 1] = smallest(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
            diagonal = above;
        }
    }
    result = row[length];
    free(row);
    return result;
}

/* SIZE_MAX: it is not close. One that has the name in it is, but not as close as a slip. */
static size_t how_far(const char *name, const struct rule *rule)
{
    size_t far = distance(name, rule->name), length = strlen(name);

    if (far <= length / 4 + 1)
        return far;
    return length >= 3 && strstr(rule->name, name) ? length + far : SIZE_MAX;
}

size_t explain_close(const char *name, const struct rule **close, size_t room)
{
    size_t distances[RULE_COUNT], count = 0;

    if (strlen(name) > COLUMNS) /* no slip */
        return 0;
    for (size_t i = 0; i < RULE_COUNT; i++)
        distances[i] = how_far(name, &rules[i]);
    while (count < room) {
        size_t best = 0;

        for (size_t i = 1; i < RULE_COUNT; i++)
            if (distances[i] < distances[best])
                best = i;
        if (distances[best] == SIZE_MAX)
            break;
        distances[best] = SIZE_MAX;
        close[count++] = &rules[best];
    }
    return count;
}
