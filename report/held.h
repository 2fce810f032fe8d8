/* SPDX-License-Identifier: MIT */
/* What PC/SC resources are held at the end for want of a release, or ended only with their parent.
 */
#ifndef REPORT_HELD_H
#define REPORT_HELD_H

#include "replay.h"

/* After the last event, of a trace that is complete. */
void held_judge(struct replay *replay);

#endif
