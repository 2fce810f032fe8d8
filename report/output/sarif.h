/* SPDX-License-Identifier: MIT */
/* The parts of a SARIF file (render_sarif.c), as the functions that build them share them. */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include <jansson.h>

#include "render.h"
#include "report/findings/location.h"

struct sarif {
    const struct report *report;
    const struct render_options *options;
    const struct source_root *root;
};

/* ---- sarif_text.c: words and places --------------------------------------------------------- */

#define SARIF_ROOT "%SRCROOT%" /* what paths are relative to */

/*
 * {"text": ...}. Whatever the text holds is read as it stands: `{`, `}` and `[`, which stand for
 * arguments and links, are escaped. Of a long one only the beginning is given.
 */
json_t *sarif_message(const char *text);

/* {"physicalLocation": ...}; `path` is relative to the sources. */
json_t *sarif_location(const char *path, int line);

/* That of a frame, with the function's name: in the sources only if it has a place there. */
json_t *sarif_frame_location(const struct sarif *sarif, const struct frame *frame);

/* That of the first frame with a place in the sources, with a message; NULL: none has one. */
json_t *sarif_stack_location(const struct sarif *sarif, const struct report_stack *stack,
                             const char *message);

/* Say in which function it is. */
void sarif_add_function(json_t *location, const struct frame *frame);

/* ---- sarif_rules.c: what the tool can say --------------------------------------------------- */

/* In the order of their ids: the index of a rule is its id. */
json_t *sarif_rules(void);

/* ---- sarif_result.c: a finding -------------------------------------------------------------- */

/* `nth` of those with its fingerprint. */
json_t *sarif_result(const struct sarif *sarif, const struct finding *finding, size_t nth);

#endif
