/* SPDX-License-Identifier: MIT */
#include "suppression_file.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/embed.h"
#include "report/base/memory.h"
#include "report/base/text_file.h"
#include "suppression_block.h"
#include "suppression_line.h"
#include "suppression_value.h"

/* ---- text ----------------------------------------------------------------------------------- */

struct reading {
    struct suppressions *suppressions;
    const char *file;
    struct suppression_block block;
    struct suppression current; /* while a block is open */
};

static bool is_skipped(const char *line)
{
    line = suppression_skip_blanks(line);
    return !*line || *line == '#';
}

static void keep(struct reading *reading)
{
    struct suppressions *suppressions = reading->suppressions;

    GROW(suppressions->list, suppressions->count, suppressions->room);
    suppressions->list[suppressions->count++] = reading->current;
    reading->current = (struct suppression){0};
}

static char *read_line(void *data, const char *line, unsigned number)
{
    struct reading *reading = data;
    struct suppression *current = &reading->current;
    bool inside = reading->block.open;
    char *problem;

    if (is_skipped(line))
        return NULL;
    if (!inside) {
        reading->block = (struct suppression_block){0};
        *current = (struct suppression){.file = reading->file, .line = number};
    }
    problem = inside || suppression_block_begins(line)
                  ? suppression_block_line(&reading->block, current, line)
                  : suppression_parse_line(current, line);
    if (!problem && !reading->block.open)
        keep(reading);
    return problem;
}

static const char *keep_name(struct suppressions *suppressions, const char *name)
{
    GROW(suppressions->files, suppressions->files_count, suppressions->files_room);
    return suppressions->files[suppressions->files_count++] = xstrdup(name);
}

int suppressions_parse(struct suppressions *suppressions, const char *name, const char *text,
                       size_t size, char **problem)
{
    struct reading reading = {.suppressions = suppressions, .file = keep_name(suppressions, name)};
    int result = text_file_lines(name, text, size, read_line, &reading, problem);

    if (result == 0 && reading.block.open) {
        *problem =
            xasprintf("%s:%u: the block that begins here has no end", name, reading.current.line);
        result = -1;
    }
    suppression_clear(&reading.current);
    return result;
}

/* ---- files ---------------------------------------------------------------------------------- */

static int read_file(struct suppressions *suppressions, const char *path, char **problem)
{
    size_t size;
    char *text = text_file_read(path, &size, problem);
    int result = text ? suppressions_parse(suppressions, path, text, size, problem) : -1;

    free(text);
    return result;
}

/* ---- what the program brings along ---------------------------------------------------------- */

static const char prefix[] = "default:";
static const char suffix[] = ".supp";

static size_t default_length(const struct embedded_file *file)
{
    return strlen(file->name) - strlen(suffix);
}

/* NULL if `name` is not "default:" and one of them. */
static const struct embedded_file *find_default(const char *name)
{
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return NULL;
    name += strlen(prefix);
    for (const struct embedded_file *file = embedded_suppressions; file->name; file++)
        if (strlen(name) == default_length(file) && !strncmp(name, file->name, strlen(name)))
            return file;
    return NULL;
}

char *suppressions_unknown_default(const char *name)
{
    char *problem;

    if (strncmp(name, prefix, strlen(prefix)) != 0 || find_default(name))
        return NULL;
    problem = xstrdup("there is no default of this name; there are");
    for (const struct embedded_file *file = embedded_suppressions; file->name; file++) {
        char *longer = xasprintf("%s %s%.*s%s", problem, prefix, (int)default_length(file),
                                 file->name, file[1].name ? "," : "");

        free(problem);
        problem = longer;
    }
    return problem;
}

int suppressions_add(struct suppressions *suppressions, const char *name, char **problem)
{
    const struct embedded_file *file = find_default(name);

    if (file)
        return suppressions_parse(suppressions, name, file->data, file->size, problem);
    *problem = suppressions_unknown_default(name);
    return *problem ? -1 : read_file(suppressions, name, problem);
}

void suppressions_free(struct suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->count; i++)
        suppression_clear(&suppressions->list[i]);
    for (size_t i = 0; i < suppressions->files_count; i++)
        free(suppressions->files[i]);
    free(suppressions->list);
    free(suppressions->files);
    *suppressions = (struct suppressions){0};
}
