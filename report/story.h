/* SPDX-License-Identifier: MIT */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

/* The stacks that tell a finding's story, in the order they are told. */
enum story { STORY_ACQUIRED, STORY_RELEASED, STORY_MISUSED, STORY_SIBLING_RELEASED, STORY_COUNT };

/* "acquired", "released", "misused", "sibling_released". */
const char *story_name(enum story story);

#endif
