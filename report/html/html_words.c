/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <inttypes.h>
#include <time.h>

void html_count(FILE *out, uint64_t count, const char *what)
{
    fprintf(out, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

void html_seconds(FILE *out, uint64_t ns)
{
    fprintf(out, "%" PRIu64 ".%06" PRIu64 " s", ns / 1000000000, ns / 1000 % 1000000);
}

void html_date(FILE *out, uint64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm parts;
    char text[64];

    if (!gmtime_r(&seconds, &parts) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)) {
        fputs("unknown", out);
        return;
    }
    fprintf(out, "<time datetime=\"%.10sT%sZ\">%s UTC</time>", text, text + 11, text);
}

void html_thread(FILE *out, uint32_t thread, const char *name)
{
    fprintf(out, "thread %" PRIu32, thread);
    if (name && *name) {
        fputs(" (", out);
        html_name(out, name);
        putc(')', out);
    }
}
