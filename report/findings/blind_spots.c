/* SPDX-License-Identifier: MIT */
#include "blind_spots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

/* Of functions that are not audited; the rest is counted. */
#define NAMES_SHOWN 4

const char *blind_spot_code(uint32_t code)
{
    switch (code) {
    case SCA_BLIND_HEAP:
    case SCA_BLIND_FREES:
    case SCA_BLIND_NO_ROOM:
        return "heap-blind";
    case SCA_BLIND_FOREIGN_ABI:
        return "foreign-abi";
    case SCA_BLIND_DEEPBIND:
    case SCA_BLIND_HIDDEN:
        return "deepbind";
    case SCA_BLIND_UNKNOWN_EXPORT:
        return "unknown-export";
    case SCA_BLIND_NO_FOLLOW:
        return "no-follow";
    case SCA_BLIND_SECCOMP:
        return "seccomp";
    case SCA_BLIND_TABLE:
        return "table";
    default:
        return "unknown";
    }
}

/* "SCardX, SCardY and 3 more": how many in all. */
static size_t print_names(FILE *out, const struct trace_blind_spot *spot)
{
    const char *name = spot->names;
    size_t count = 0;

    for (size_t length; *(name += strspn(name, " ")); name += length) {
        bool last = !spot->left_out && !name[strcspn(name, " ")];

        length = strcspn(name, " ");
        if (count++ < NAMES_SHOWN)
            fprintf(out, "%s%.*s", count == 1 ? "" : last ? " and " : ", ", (int)length, name);
    }
    if (count > NAMES_SHOWN || spot->left_out)
        fprintf(out,
                count                 ? " and %zu more"
                : spot->left_out == 1 ? "%zu function"
                                      : "%zu functions",
                spot->left_out + (count > NAMES_SHOWN ? count - NAMES_SHOWN : 0));
    return count + spot->left_out;
}

static char *unknown_export(const char *module, const struct trace_blind_spot *spot)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out) {
        fprintf(out, "%s exports ", module ? module : "a provider");
        fprintf(out, ", which scardaudit does not know: calls to %s are not audited",
                print_names(out, spot) == 1 ? "it" : "them");
    }
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return xstrdup("a provider exports functions that scardaudit does not know");
}

char *blind_spot_message(const struct trace *trace, const struct trace_blind_spot *spot)
{
    const char *module = spot->module ? trace->modules[spot->module].path : NULL;

    switch (spot->code) {
    case SCA_BLIND_HEAP:
        return xasprintf("%s%sfree(), realloc() and delete are not watched: a block given to them "
                         "instead of its own deallocator counts as leaked",
                         module ? module : "", module ? " defines free() before scardaudit: " : "");
    case SCA_BLIND_FREES:
        return xasprintf("%s frees memory past scardaudit (as one opened with RTLD_DEEPBIND does): "
                         "its blocks are not kept in quarantine, so that a second free of one may "
                         "be missed or told of another block",
                         module ? module : "a provider");
    case SCA_BLIND_NO_ROOM:
        return xstrdup("there was no memory to watch every block: that one was given to free(), "
                       "realloc() or delete, or freed twice, may have been missed");
    case SCA_BLIND_FOREIGN_ABI:
        return xasprintf("%s provides these functions with another ABI: calls to it are passed "
                         "through unrecorded",
                         module ? module : "an object");
    case SCA_BLIND_DEEPBIND:
        return xasprintf("%s was opened with RTLD_DEEPBIND: its calls were not seen; "
                         "`scardaudit run` sees them (not with --no-audit-dlopen)",
                         module ? module : "an object");
    case SCA_BLIND_HIDDEN:
        return xasprintf("%s was opened with dlmopen, or with RTLD_DEEPBIND and calls by address "
                         "(as with -fno-plt): such calls were not seen",
                         module ? module : "an object");
    case SCA_BLIND_NO_FOLLOW:
        return xstrdup("a program was started without the audit, because its environment was "
                       "replaced: what it did was not seen; `scardaudit run` follows it (not with "
                       "--no-follow, nor what system() or popen() starts)");
    case SCA_BLIND_SECCOMP:
        return xstrdup("the program set itself a seccomp filter: from then on the trace cannot "
                       "grow by more than 1 MiB (in strict mode: at all), forked children are not "
                       "watched, stacks of "
                       "new threads hold a single frame, and an end by _exit is not known");
    case SCA_BLIND_TABLE:
        return xasprintf("%s was called, or calls its host, through a function table that could "
                         "not be changed: those calls were not seen",
                         module ? module : "a security package");
    case SCA_BLIND_UNKNOWN_EXPORT:
        return unknown_export(module, spot);
    default:
        return xasprintf("blind spot %u, which this version does not know", spot->code);
    }
}
