/* SPDX-License-Identifier: MIT */
#include "render_text_unsymbolized.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/escape.h"
#include "report/base/memory.h"
#include "report/findings/unsymbolized.h"

static const char *advice(const char *reason, bool debuginfod)
{
    if (!strcmp(reason, "missing"))
        return " is not there any more: report where it is (in the container it ran in, for "
               "instance), or put it back";
    if (!strcmp(reason, "unreadable"))
        return " cannot be read, or is no program: report as a user who may read it";
    if (debuginfod)
        return " is stripped, and no debug file of it was found on this machine or by debuginfod: "
               "build it with -g, or install its debug symbols (package -dbgsym)";
    return " is stripped: build it with -g, install its debug symbols (package -dbgsym), or set "
           "DEBUGINFOD_URLS and add --debuginfod";
}

char *text_unsymbolized_advice(const struct unsymbolized *module,
                               const struct render_options *options)
{
    bool known = *module->build_id;

    if (strcmp(module->reason, "replaced") != 0)
        return xstrdup(advice(module->reason, options->debuginfod));
    return xasprintf(" is not the file that ran, it was replaced since: run the audit again%s%s%s",
                     known ? ", or put the file with build-id " : "", module->build_id,
                     known ? " back" : "");
}

void text_unsymbolized(const struct text *text)
{
    size_t count;
    struct unsymbolized *list = unsymbolized_find(text->report, false, &count);

    if (count)
        putc('\n', text->out);
    for (size_t i = 0; i < count && i < LISTED; i++) {
        char *advised = text_unsymbolized_advice(&list[i], text->options);

        fputs("No symbols: ", text->out);
        print_escaped(text->out, list[i].module);
        fprintf(text->out, "%s\n", advised);
        free(advised);
    }
    if (count > LISTED)
        fprintf(text->out, "No symbols: and %zu more modules\n", count - LISTED);
    free(list);
}
