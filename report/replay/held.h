/* SPDX-License-Identifier: MIT */
/* What is held at the end for want of a release, or ended only with its parent. */
#ifndef REPORT_HELD_H
#define REPORT_HELD_H

#include "replay.h"

/* Tell of an environment that its thread left behind, and of its blocks. */
void held_left_behind(struct replay *replay, uint32_t environment);

/* After the last event, of a trace that is complete. */
void held_judge(struct replay *replay);

#endif
