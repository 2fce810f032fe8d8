/* SPDX-License-Identifier: MIT */
/* For scripts: what sorting needs, and the page does not say as a number. One element for each
 * card, in the order in which they stand in the page. */
#include "html.h"
#include "json_values.h"
#include "memory.h"

#include <stdlib.h>

/* When it happened first: at its shown place. */
static uint64_t time_of(const struct finding *finding)
{
    for (enum story story = STORY_MISUSED + 1; finding->places_count && story-- > 0;)
        if (finding->places[0].stacks[story].present)
            return finding->places[0].stacks[story].time_ns;
    return 0;
}

static json_t *finding_json(const struct finding *finding)
{
    json_t *list = must_value(json_array());

    append_element(list, number_value(time_of(finding) / 1000));
    if (finding->count > 1 || finding->bytes)
        append_element(list, number_value(finding->count));
    if (finding->bytes)
        append_element(list, number_value(finding->bytes));
    return list;
}

void html_data(const struct html *html)
{
    size_t count = html->report->findings_count;
    size_t *order = xcalloc(count, sizeof *order);

    for (size_t i = 0; i < count; i++)
        order[html->numbers[i] - 1] = i;
    fputs("<script type=application/json id=data>{\"findings\":[", html->out);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "," : "", html->out);
        html_json(html->out, finding_json(&html->report->findings[order[i]]));
    }
    fputs("]}</script>\n", html->out);
    free(order);
}
