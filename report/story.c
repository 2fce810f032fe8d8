/* SPDX-License-Identifier: MIT */
#include "story.h"

const char *story_name(enum story story)
{
    static const char *const names[STORY_COUNT] = {"acquired", "released", "misused",
                                                   "sibling_released"};
    return names[story];
}
