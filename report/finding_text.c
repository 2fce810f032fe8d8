/* SPDX-License-Identifier: MIT */
#include "finding_text.h"

#include <inttypes.h>
#include <stdlib.h>

#include "escape.h"
#include "fingerprint.h"
#include "memory.h"
#include "render_text_internal.h"

#define LONGEST 1000 /* bytes of a name */

static void print_name(FILE *out, const char *name)
{
    char *shown = escaped_copy(name, LONGEST);

    fputs(shown, out);
    free(shown);
}

char *finding_story(const struct report *report, const struct finding *finding,
                    const struct render_options *options)
{
    struct render_options plain = *options;
    char *story = NULL;
    size_t size;
    FILE *out = xopen_text(&story, &size);
    const struct text text = {out, report, &plain, true};

    plain.color = false;
    text_finding_story(&text, finding);
    xclose_text(out);
    return story;
}

char *finding_caption(const struct finding *finding, const struct report_stack *stack,
                      enum story story)
{
    char *caption = NULL;
    size_t size;
    FILE *out = xopen_text(&caption, &size);

    fprintf(out, "%s%s", story == STORY_SIBLING_RELEASED ? "others from the same place " : "",
            text_story_verb(finding, stack, story));
    if (stack->function) {
        fputs(" by ", out);
        print_name(out, stack->function);
    }
    if (stack->thread)
        fprintf(out, ", thread %" PRIu32, stack->thread);
    if (stack->thread && stack->thread_name && *stack->thread_name) {
        fputs(" (", out);
        print_name(out, stack->thread_name);
        putc(')', out);
    }
    xclose_text(out);
    return caption;
}

char *finding_owner(const struct finding *finding)
{
    const struct report_stack *stack;
    char *name, *shown;

    if (!finding->places_count)
        return NULL;
    stack = &finding->places[0].stacks[finding->telling];
    if (!stack->present || finding->owner >= stack->count)
        return NULL;
    name = fingerprint_frame_name(&stack->frames[finding->owner]);
    shown = escaped_copy(name, LONGEST);
    free(name);
    return shown;
}

char *finding_excuse(const struct finding *finding)
{
    const struct suppression *by = finding->suppressed_by;
    char *text, *shown;

    if (finding->suppressed && !by)
        return xstrdup("suppressed");
    if (finding->suppressed) {
        const char *why = by->values[KEY_REASON] ? by->values[KEY_REASON] : by->values[KEY_NAME];

        text = xasprintf("suppressed by %s:%u: %s", by->file, by->line, why ? why : by->text);
        shown = escaped_copy(text, LONGEST);
        free(text);
        return shown;
    }
    if (finding->baseline != BASELINE_KNOWN)
        return NULL;
    return xasprintf("known: %zu time%s in the baseline, %zu now", finding->baseline_count,
                     text_plural(finding->baseline_count), finding->count);
}

char *finding_growth(const struct finding *finding)
{
    if (finding->baseline != BASELINE_GROWN)
        return NULL;
    return xasprintf("grown: %zu time%s in the baseline, %zu now", finding->baseline_count,
                     text_plural(finding->baseline_count), finding->count);
}
