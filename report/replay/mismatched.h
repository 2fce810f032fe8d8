/* SPDX-License-Identifier: MIT */
/*
 * A block of one kind that is given to the deallocator of another one: `mismatched-free`, between
 * all kinds of memory and of all families alike. (What is given to free(), realloc() or delete:
 * blocks_freed_elsewhere().)
 *
 *     if (!mismatched_free(replay, event))
 *         ... nobody's live block: freed before, inside of one, or never handed out ...
 */
#ifndef REPORT_MISMATCHED_H
#define REPORT_MISMATCHED_H

#include "replay.h"

/*
 * The deallocator of this event was given an address that is no live block of its own kind and
 * provider. Is it a live block of another kind? Then that is judged, the books are put right, and
 * nothing more is to be said of the call: true.
 */
bool mismatched_free(struct replay *replay, uint32_t event);

/*
 * This live block was given to a deallocator that is not its own, and an incident tells so, the
 * newest one: what becomes of the block. It is not told of twice, whatever the deallocator did to
 * it: where the call failed its leak follows from the incident; where it did not, the block may be
 * gone or not (see blocks_freed_again()).
 */
void mismatched_given(struct replay *replay, uint32_t event, uint32_t block);

#endif
