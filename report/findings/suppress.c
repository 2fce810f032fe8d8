/* SPDX-License-Identifier: MIT */
#include "suppress.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/base/glob.h"
#include "report/base/memory.h"
#include "report/base/source_path.h"
#include "report/symbols/fingerprint.h"

/* ---- the names globs are compared with, made once for all suppressions ---------------------- */

struct named_frame {
    const struct frame *frame;
    const char *function, *module; /* "": none */
    char *bare;                    /* the function as fingerprints know it; NULL: no function */
    char *file;                    /* as the text report shows it; NULL: unknown */
};

struct named_stack {
    struct named_frame *frames;
    size_t count;
};

static struct named_frame name_frame(const struct frame *frame)
{
    return (struct named_frame){
        .frame = frame,
        .function = frame->function ? frame->function : "",
        .module = frame->module ? base_name(frame->module) : "",
        .bare = frame->function ? fingerprint_function(frame->function) : NULL,
        .file = frame->file ? source_path(frame->file) : NULL,
    };
}

/* A stack that was not recorded is one frame of which nothing is known. */
static struct named_stack name_stack(const struct report_stack *stack)
{
    static const struct frame unknown;
    struct named_stack named = {xcalloc(stack->count + 1, sizeof *named.frames), stack->count};

    for (size_t i = 0; i < stack->count; i++)
        named.frames[i] = name_frame(&stack->frames[i]);
    if (!named.count)
        named.frames[named.count++] = name_frame(&unknown);
    return named;
}

static struct named_stack *name_places(const struct finding *finding)
{
    struct named_stack *stacks = xcalloc(finding->places_total, sizeof *stacks);

    for (size_t i = 0; i < finding->places_total; i++)
        stacks[i] = name_stack(&finding->places[i].stacks[finding->telling]);
    return stacks;
}

static void free_places(struct named_stack *stacks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < stacks[i].count; j++) {
            free(stacks[i].frames[j].bare);
            free(stacks[i].frames[j].file);
        }
        free(stacks[i].frames);
    }
    free(stacks);
}

/* ---- matching ------------------------------------------------------------------------------- */

static bool frame_matches(const struct frame_glob *glob, const struct named_frame *named)
{
    if (glob->has_offset && glob->offset != named->frame->offset)
        return false;
    if (glob->module && !glob_matches(glob->module, named->module))
        return false;
    if (glob->file && !(named->file && (glob_matches(glob->file, named->file) ||
                                        glob_matches(glob->file, named->frame->file))))
        return false;
    return !glob->function || glob_matches(glob->function, named->function) ||
           (named->bare && glob_matches(glob->function, named->bare));
}

/* How many globs stand without a gap, from the first of these on. */
static size_t run_length(const struct frame_glob *globs, size_t count)
{
    size_t length = 1;

    while (length < count && !globs[length].after_gap)
        length++;
    return length;
}

static bool run_matches(const struct frame_glob *globs, size_t count,
                        const struct named_frame *frames)
{
    for (size_t i = 0; i < count; i++)
        if (!frame_matches(&globs[i], &frames[i]))
            return false;
    return true;
}

/* Behind a gap, the first place where all of a run fits is as good as any later one. */
static bool stack_matches(const struct suppression *suppression, const struct named_stack *stack)
{
    size_t at = 0, run;

    for (size_t i = 0; i < suppression->frames_count; i += run) {
        const struct frame_glob *globs = &suppression->frames[i];

        run = run_length(globs, suppression->frames_count - i);
        while (at + run <= stack->count && !run_matches(globs, run, &stack->frames[at])) {
            if (!globs->after_gap)
                return false;
            at++;
        }
        if (at + run > stack->count)
            return false;
        at += run;
    }
    return true;
}

static bool value_matches(const struct suppression *suppression, enum suppression_key key,
                          const char *text)
{
    return !suppression->values[key] || glob_matches(suppression->values[key], text);
}

static bool identity_matches(const struct suppression *suppression, const struct finding *finding)
{
    return glob_matches(suppression->rule, finding->rule->name) &&
           value_matches(suppression, KEY_RULE, finding->rule->name) &&
           value_matches(suppression, KEY_KIND, finding->kind) &&
           (value_matches(suppression, KEY_FINGERPRINT, finding->fingerprint) ||
            value_matches(suppression, KEY_FINGERPRINT, finding->fingerprint_strict));
}

static size_t places_unmatched(const struct suppression *suppression,
                               const struct named_stack *stacks, size_t count)
{
    size_t unmatched = 0;

    for (size_t i = 0; i < count; i++)
        unmatched += !stack_matches(suppression, &stacks[i]);
    return unmatched;
}

/* False: it describes the finding, but for some place or for its count. */
static bool use_for(struct report_suppression *use, struct finding *finding,
                    const struct named_stack *stacks)
{
    const struct suppression *suppression = use->suppression;
    size_t unmatched = places_unmatched(suppression, stacks, finding->places_total);

    if (unmatched == finding->places_total)
        return true;
    if (unmatched || (suppression->max && finding->count > suppression->max)) {
        finding->nearly = suppression;
        finding->nearly_places = unmatched;
        return false;
    }
    use->findings++;
    use->count += finding->count;
    finding->suppressed = true;
    finding->suppressed_by = suppression;
    return true;
}

static void apply_to(struct finding *finding, struct report *report)
{
    bool *nearly = xcalloc(report->suppressions_count, sizeof *nearly);
    struct named_stack *stacks = NULL;

    for (size_t i = 0; i < report->suppressions_count && !finding->suppressed; i++) {
        const struct suppression *suppression = report->suppressions[i].suppression;

        if (suppression->expired || !identity_matches(suppression, finding))
            continue;
        if (!stacks)
            stacks = name_places(finding);
        nearly[i] = !use_for(&report->suppressions[i], finding, stacks);
    }
    /* Only of a finding that counts after all is it worth telling. */
    for (size_t i = 0; i < report->suppressions_count && !finding->suppressed; i++)
        report->suppressions[i].nearly = report->suppressions[i].nearly || nearly[i];
    free(nearly);
    if (stacks)
        free_places(stacks, finding->places_total);
}

void suppressions_apply(const struct suppressions *suppressions, struct report *report)
{
    report->suppressions = xcalloc(suppressions->count, sizeof *report->suppressions);
    report->suppressions_count = suppressions->count;
    for (size_t i = 0; i < suppressions->count; i++)
        report->suppressions[i].suppression = &suppressions->list[i];
    for (size_t i = 0; i < report->findings_count; i++)
        apply_to(&report->findings[i], report);
    report_tally(report);
}
