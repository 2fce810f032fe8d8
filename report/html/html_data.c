/* SPDX-License-Identifier: MIT */
/* For scripts: what sorting and filters need, and the page does not say in a form for them. One
 * element for each card, in the order in which they stand in the page. */
#include "html.h"
#include "report/base/json_values.h"
#include "report/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* When it happened first, at its shown place: on the timeline, which has all processes. */
static uint64_t time_of(uint64_t first, const struct finding *finding)
{
    const struct report_stack *stacks;
    enum story story = STORY_MISUSED;

    if (!finding->places_count)
        return 0;
    stacks = finding->places[0].stacks;
    while (story > 0 && !stacks[story].present)
        story--;
    return stacks[story].time_ns +
           (stacks[story].began_ns > first ? stacks[story].began_ns - first : 0);
}

static bool is_repeated(const struct finding *finding, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (finding->places[i].process == finding->places[place].process)
            return true;
    return false;
}

/* What findings are about, by number: few names. */
struct kinds {
    const char **names;
    size_t count, room;
};

static size_t kind_number(struct kinds *kinds, const char *name)
{
    for (size_t i = 0; i < kinds->count; i++)
        if (!strcmp(kinds->names[i], name))
            return i;
    GROW(kinds->names, kinds->count, kinds->room);
    kinds->names[kinds->count] = name;
    return kinds->count++;
}

static json_t *finding_json(const struct finding *finding, uint64_t first, bool processes,
                            struct kinds *kinds)
{
    json_t *list = must_value(json_array());

    append_element(list, number_value(time_of(first, finding) / 1000));
    append_element(list, number_value(kind_number(kinds, finding->kind)));
    if (finding->count > 1 || finding->bytes || processes)
        append_element(list, number_value(finding->count));
    if (finding->bytes || processes)
        append_element(list, number_value(finding->bytes));
    for (size_t i = 0; i < finding->places_count && processes; i++)
        if (!is_repeated(finding, i))
            append_element(list, number_value(finding->places[i].process));
    return list;
}

static json_t *kinds_json(const struct kinds *kinds)
{
    json_t *list = must_value(json_array());

    for (size_t i = 0; i < kinds->count; i++)
        append_element(list, text_value(kinds->names[i]));
    return list;
}

void html_data(const struct html *html)
{
    const struct report *report = html->report;
    size_t count = report->findings_count;
    size_t *order = xcalloc(count, sizeof *order);
    uint64_t first = report_started(report);
    struct kinds kinds = {0};

    for (size_t i = 0; i < count; i++)
        order[html->numbers[i] - 1] = i;
    fputs("<script type=application/json id=data>{\"findings\":[", html->out);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "," : "", html->out);
        html_json(html->out, finding_json(&report->findings[order[i]], first,
                                          report->processes_count > 1, &kinds));
    }
    fputs("],\"kinds\":", html->out);
    html_json(html->out, kinds_json(&kinds));
    fputs("}</script>\n", html->out);
    free(kinds.names);
    free(order);
}
