/* SPDX-License-Identifier: MIT */
#include "render_text_unsymbolized.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/escape.h"
#include "report/findings/unsymbolized.h"

static void print_replaced(const struct text *text, const struct unsymbolized *module)
{
    fputs(" is not the file that ran, it was replaced since: run the audit again", text->out);
    if (*module->build_id)
        fprintf(text->out, ", or put the file with build-id %s back", module->build_id);
}

static const char *advice(const struct text *text, const char *reason)
{
    if (!strcmp(reason, "missing"))
        return " is not there any more: report where it is (in the container it ran in, for "
               "instance), or put it back";
    if (!strcmp(reason, "unreadable"))
        return " cannot be read, or is no program: report as a user who may read it";
    if (text->options->debuginfod)
        return " is stripped, and no debug file of it was found on this machine or by debuginfod: "
               "build it with -g, or install its debug symbols (package -dbgsym)";
    return " is stripped: build it with -g, install its debug symbols (package -dbgsym), or set "
           "DEBUGINFOD_URLS and add --debuginfod";
}

void text_unsymbolized(const struct text *text)
{
    size_t count;
    struct unsymbolized *list = unsymbolized_find(text->report, false, &count);

    if (count)
        putc('\n', text->out);
    for (size_t i = 0; i < count && i < LISTED; i++) {
        fputs("No symbols: ", text->out);
        print_escaped(text->out, list[i].module);
        if (!strcmp(list[i].reason, "replaced"))
            print_replaced(text, &list[i]);
        else
            fputs(advice(text, list[i].reason), text->out);
        putc('\n', text->out);
    }
    if (count > LISTED)
        fprintf(text->out, "No symbols: and %zu more modules\n", count - LISTED);
    free(list);
}
