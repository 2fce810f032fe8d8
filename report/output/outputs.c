/* SPDX-License-Identifier: MIT */
#include "outputs.h"

#include <string.h>
#include <sys/stat.h>

#include "output.h"
#include "report/base/progress.h"

static void (*const renderers[])(FILE *, const struct report *, const struct render_options *) = {
#define RENDERER(id, option, help, render) [OUTPUT_##id] = render,
    OUTPUT_FORMATS(RENDERER)
#undef RENDERER
};

static size_t count_all(const struct outputs *outputs)
{
    size_t count = 0;

    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++)
        count += outputs->names[i] != NULL;
    return count;
}

bool outputs_any(const struct outputs *outputs)
{
    return count_all(outputs) > 0;
}

static size_t count_stdout(const struct outputs *outputs)
{
    size_t count = 0;

    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++)
        count += outputs->names[i] && !strcmp(outputs->names[i], "-");
    return count;
}

bool outputs_on_stdout(const struct outputs *outputs)
{
    return count_stdout(outputs) > 0;
}

/* Devices take any number of reports, files only the last one. */
static bool is_device(const char *name)
{
    struct stat status;

    return stat(name, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool overwritten(const struct outputs *outputs)
{
    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++)
        for (size_t j = 0; j < i && outputs->names[i]; j++)
            if (outputs->names[j] && !strcmp(outputs->names[i], outputs->names[j]) &&
                strcmp(outputs->names[i], "-") != 0 && !is_device(outputs->names[i]))
                return true;
    return false;
}

const char *outputs_wrong(const struct outputs *outputs)
{
    if (count_stdout(outputs) > 1)
        return "stdout asked for twice";
    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++)
        if (outputs->names[i] && !*outputs->names[i])
            return "an empty name is no file";
    if (overwritten(outputs))
        return "two reports to one file";
    return NULL;
}

bool outputs_possible(const struct outputs *outputs)
{
    bool possible = true;

    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++)
        if (outputs->names[i] && output_possible(outputs->names[i]) < 0)
            possible = false;
    return possible;
}

static bool write_one(const char *name, size_t format, const struct report *report,
                      const struct render_options *options)
{
    struct render_options own = *options;
    struct output output;

    if (output_open(&output, name) < 0)
        return false;
    own.color = color_wanted(output.stream, options->when);
    renderers[format](output.stream, report, &own);
    return output_close(&output) == 0;
}

bool outputs_write(const struct outputs *outputs, const struct report *report,
                   const struct render_options *options)
{
    size_t number = 0, count = count_all(outputs);
    bool written = true;

    for (size_t i = 0; i < OUTPUT_FORMATS_COUNT; i++) {
        if (!outputs->names[i])
            continue;
        progress_step(PROGRESS_WRITING, ++number, count);
        if (!write_one(outputs->names[i], i, report, options))
            written = false;
    }
    return written;
}
