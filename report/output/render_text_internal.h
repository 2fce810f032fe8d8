/* SPDX-License-Identifier: MIT */
/* What the files of the text report share. */
#ifndef REPORT_RENDER_TEXT_INTERNAL_H
#define REPORT_RENDER_TEXT_INTERNAL_H

#include "render.h"

/* Beyond this many, lists name only how many remain: processes, traces, places, suppressions. */
#define LISTED 8

struct text {
    FILE *out;
    const struct report *report;
    const struct render_options *options;
    bool alone; /* one finding by itself, which repeats what the report says but once */
};

/* "s", unless there is one. */
static inline const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* What stands below a finding's headline: counts, stacks, what it follows from, the fix. */
void text_finding_story(const struct text *text, const struct finding *finding);

/* What was done where this stack of the finding is: "acquired", "freed again", ... */
const char *text_story_verb(const struct finding *finding, const struct report_stack *stack,
                            enum story story);

/* "exited with 0", "killed by signal 11 (SIGSEGV)": how the process ended; malloc'd. */
char *text_end(const struct report_process *process);

/* Frames to show: all but the runtime's at the outer end, all if there are no others. */
size_t text_telling_frames(const struct report *report, const struct report_place *place,
                           const struct report_stack *stack);

/* Is this module the executable of that process? */
bool text_is_executable(const struct report *report, uint32_t pid, const char *module);

/* Is this blind spot of a process worth telling, and not told of one before? */
bool text_blind_spot_matters(const struct report *report, size_t process, size_t index);

#endif
