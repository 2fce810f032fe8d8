/* SPDX-License-Identifier: MIT */
#include "escape.h"
#include "sarif.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "finding_text.h"
#include "json_values.h"
#include "memory.h"
#include "render_text_internal.h"

/* ---- where ---------------------------------------------------------------------------------- */

static json_t *primary_location(const struct sarif *sarif, const struct finding *finding)
{
    struct location place = source_root_locate(sarif->root, finding);
    json_t *location = sarif_location(place.path, place.line);

    if (place.frame)
        sarif_add_function(location, place.frame);
    free(place.path);
    return location;
}

static json_t *in_array(json_t *value)
{
    json_t *array = must_value(json_array());

    append_element(array, value);
    return array;
}

/* Where each part of the story took place, then the other places. */
static json_t *related_locations(const struct sarif *sarif, const struct finding *finding)
{
    json_t *related = must_value(json_array());

    for (size_t i = 0; i < finding->places_count; i++) {
        const struct report_place *place = &finding->places[i];

        for (enum story story = 0; story < STORY_COUNT; story++) {
            const struct report_stack *stack = &place->stacks[story];
            char *caption, *message;
            json_t *location;

            if (!stack->present)
                continue;
            caption = finding_caption(finding, stack, story);
            message = finding->places_total > 1 ? xasprintf("%s (%zu time%s)", caption,
                                                            place->count, text_plural(place->count))
                                                : xstrdup(caption);
            location = sarif_stack_location(sarif, stack, message);
            if (location) {
                put_member(location, "id", number_value(json_array_size(related) + 1));
                append_element(related, location);
            }
            free(message);
            free(caption);
        }
    }
    return related;
}

/* ---- how ------------------------------------------------------------------------------------ */

static json_t *stack_json(const struct sarif *sarif, const struct report_stack *stack,
                          const char *caption)
{
    json_t *object = must_value(json_object());
    json_t *frames = must_value(json_array());

    put_member(object, "message", sarif_message(caption));
    for (size_t i = 0; i < stack->count; i++) {
        json_t *frame = must_value(json_object());

        put_member(frame, "location", sarif_frame_location(sarif, &stack->frames[i]));
        if (stack->frames[i].module) {
            char *module = escaped_copy(stack->frames[i].module, 1000);

            put_member(frame, "module", text_value(module));
            free(module);
        }
        if (stack->thread)
            put_member(frame, "threadId", number_value(stack->thread));
        append_element(frames, frame);
    }
    put_member(object, "frames", frames);
    return object;
}

static json_t *stacks_json(const struct sarif *sarif, const struct finding *finding)
{
    json_t *stacks = must_value(json_array());

    for (enum story story = 0; finding->places_count && story < STORY_COUNT; story++) {
        const struct report_stack *stack = &finding->places[0].stacks[story];
        char *caption;

        if (!stack->present)
            continue;
        caption = finding_caption(finding, stack, story);
        append_element(stacks, stack_json(sarif, stack, caption));
        free(caption);
    }
    return stacks;
}

static json_t *step_location(const struct sarif *sarif, const struct report_stack *stack,
                             const char *caption)
{
    json_t *location = sarif_stack_location(sarif, stack, caption);

    if (location)
        return location;
    location =
        stack->count ? sarif_frame_location(sarif, &stack->frames[0]) : must_value(json_object());
    put_member(location, "message", sarif_message(caption));
    return location;
}

static json_t *step_json(const struct sarif *sarif, const struct finding *finding,
                         const struct report_stack *stack, enum story story, int order)
{
    static const char *const kinds[] = {"acquire", "release", "danger"};
    json_t *step = must_value(json_object());
    json_t *words = must_value(json_array());
    char *caption = finding_caption(finding, stack, story);

    put_member(step, "location", step_location(sarif, stack, caption));
    append_element(words, text_value(kinds[story]));
    append_element(words, text_value("resource"));
    put_member(step, "kinds", words);
    put_member(step, "executionOrder", json_integer(order));
    put_member(step, "importance", text_value("essential"));
    free(caption);
    return step;
}

/* The flow of the thread that this step belongs to, which is made if there is none yet. */
static json_t *steps_of(json_t *flows, const struct report_stack *stack)
{
    char *id = xasprintf("thread %" PRIu32, stack->thread);
    json_t *flow, *steps = NULL;
    size_t i;

    json_array_foreach(flows, i, flow)
    {
        if (!strcmp(json_string_value(json_object_get(flow, "id")), id))
            steps = json_object_get(flow, "locations");
    }
    if (!steps) {
        flow = must_value(json_object());
        steps = must_value(json_array());
        put_member(flow, "id", text_value(id));
        put_member(flow, "locations", steps);
        append_element(flows, flow);
    }
    free(id);
    return steps;
}

/* From acquired over released to misused; NULL: there is but one of these. */
static json_t *code_flow(const struct sarif *sarif, const struct finding *finding)
{
    const struct report_stack *stacks = finding->places_count ? finding->places[0].stacks : NULL;
    json_t *flow, *flows;
    int order = 0, steps = 0;

    for (enum story story = STORY_ACQUIRED; stacks && story <= STORY_MISUSED; story++)
        steps += stacks[story].present;
    if (steps < 2)
        return NULL;
    flow = must_value(json_object());
    flows = must_value(json_array());
    for (enum story story = STORY_ACQUIRED; story <= STORY_MISUSED; story++)
        if (stacks[story].present)
            append_element(steps_of(flows, &stacks[story]),
                           step_json(sarif, finding, &stacks[story], story, ++order));
    put_member(flow, "threadFlows", flows);
    return flow;
}

/* ---- what it is held against ---------------------------------------------------------------- */

static json_t *suppressions_json(const struct finding *finding)
{
    json_t *suppressions = must_value(json_array());
    json_t *suppression;
    char *excuse;

    if (!finding->suppressed)
        return suppressions;
    suppression = must_value(json_object());
    excuse = finding_excuse(finding);
    put_member(suppression, "kind", text_value("external"));
    put_member(suppression, "status", text_value("accepted"));
    put_member(suppression, "justification", text_value(excuse));
    append_element(suppressions, suppression);
    free(excuse);
    return suppressions;
}

static const char *baseline_state(enum baseline baseline)
{
    static const char *const states[] = {NULL, "new", "unchanged", "updated"};

    return states[baseline];
}

static json_t *fingerprints_json(const struct finding *finding, size_t nth)
{
    json_t *fingerprints = must_value(json_object());
    char *line = xasprintf("%s:%zu", finding->fingerprint, nth);

    put_member(fingerprints, "primaryLocationLineHash", text_value(line));
    put_member(fingerprints, "scardaudit/v1", text_value(finding->fingerprint_strict));
    free(line);
    return fingerprints;
}

static json_t *properties_json(const struct finding *finding)
{
    json_t *properties = must_value(json_object());

    put_member(properties, "kind", text_value(finding->kind));
    put_member(properties, "family", text_value(finding->family));
    put_member(properties, "provider", text_value(finding->provider));
    put_member(properties, "bytes", number_value(finding->bytes));
    put_member(properties, "fingerprint", text_value(finding->fingerprint));
    put_member(properties, "cause", text_value(*finding->cause ? finding->cause : NULL));
    if (finding->baseline == BASELINE_KNOWN || finding->baseline == BASELINE_GROWN)
        put_member(properties, "baselineCount", number_value(finding->baseline_count));
    return properties;
}

json_t *sarif_result(const struct sarif *sarif, const struct finding *finding, size_t nth)
{
    json_t *result = must_value(json_object());
    json_t *related = related_locations(sarif, finding);
    json_t *stacks = stacks_json(sarif, finding);
    json_t *flow = code_flow(sarif, finding);
    const char *state = baseline_state(finding->baseline);

    put_member(result, "ruleId", text_value(finding->rule->name));
    put_member(result, "ruleIndex", json_integer(finding->rule->id));
    put_member(result, "level", text_value(severity_name(finding->severity)));
    put_member(result, "message", sarif_message(finding->message));
    put_member(result, "locations", in_array(primary_location(sarif, finding)));
    put_member(result, "partialFingerprints", fingerprints_json(finding, nth));
    put_member(result, "occurrenceCount", number_value(finding->count));
    if (state)
        put_member(result, "baselineState", text_value(state));
    /* Where there are suppressions, all results say whether one is for them. */
    if (sarif->report->suppressions_count || finding->suppressed)
        put_member(result, "suppressions", suppressions_json(finding));
    put_member(result, "relatedLocations", related);
    if (flow)
        put_member(result, "codeFlows", in_array(flow));
    put_member(result, "stacks", stacks);
    put_member(result, "properties", properties_json(finding));
    return result;
}
