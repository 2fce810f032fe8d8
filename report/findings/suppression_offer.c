/* SPDX-License-Identifier: MIT */
#include "suppression_offer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/base/memory.h"
#include "report/base/utf8.h"
#include "report/symbols/fingerprint.h"

#define LONGEST 500 /* bytes of a name: the fingerprint tells the rest */

/*
 * A glob for exactly these `length` bytes: what means something in a suppression file, or is no
 * printable ASCII, becomes a '?', which stands for any character. Malloc'd.
 */
static char *literal(const char *text, size_t length, const char *specials)
{
    char *glob = xmalloc(length + 2), *to = glob;
    const char *end = text + length;

    while (text < end) {
        uint32_t code;
        size_t bytes = utf8_decode(text, &code);
        bool plain = bytes == 1 && code >= ' ' && code <= '~' && !strchr(specials, *text);

        *to++ = plain ? *text : '?';
        text += bytes ? bytes : 1;
    }
    if (to == glob)
        *to++ = '*';
    *to = '\0';
    return glob;
}

/* As for fingerprints, a library's version does not matter. */
static char *module_glob(const char *path)
{
    const char *name = base_name(path);
    const char *version = strstr(name, ".so.");
    char *stem = literal(name, version ? (size_t)(version - name) : strlen(name), "*!:=\"\\");
    char *glob = xasprintf("%s%s", stem, version ? ".so.*" : "");

    free(stem);
    return glob;
}

static char *function_glob(const char *function)
{
    char *name = fingerprint_function(function);
    size_t length = utf8_cut(name, LONGEST);
    char *stem = literal(name, length, "*\"\\");
    char *glob = xasprintf("%s%s", stem, name[length] ? "*" : "");

    free(stem);
    free(name);
    return glob;
}

/* The runtime's frames are no part of a fingerprint, and differ from place to place. */
static char *frame_glob(const struct frame *frame)
{
    char *module, *function, *glob;

    if (fingerprint_is_runtime(frame) || (!frame->function && !frame->module))
        return xstrdup("*");
    module = frame->module ? module_glob(frame->module) : xstrdup("*");
    function = frame->function ? function_glob(frame->function) : NULL;
    glob = function ? xasprintf("%s!%s", module, function)
                    : xasprintf("%s+0x%" PRIx64, module, frame->offset);
    free(module);
    free(function);
    return glob;
}

char *suppression_offer(const struct finding *finding)
{
    const struct report_stack *stack = &finding->places[0].stacks[finding->telling];
    char *frame = stack->count ? frame_glob(&stack->frames[finding->owner]) : xstrdup("*");
    const char *quote = strchr(frame, ' ') ? "\"" : "";
    char *line = xasprintf("%s %s%s%s fingerprint=%s", finding->rule->name, quote, frame, quote,
                           finding->fingerprint_strict);

    free(frame);
    return line;
}
