/* SPDX-License-Identifier: MIT */
/*
 * What a forked process inherited: the contexts and card handles that were live in its parent at
 * the fork, or that the parent had inherited itself. They are looked up when the child first
 * names one, so that a process which touches nothing costs nothing.
 */
#ifndef REPORT_INHERITANCE_H
#define REPORT_INHERITANCE_H

#include "replay.h"

/*
 * A forked process names a value that it was never handed. If an ancestor held it at the fork: the
 * number of a new object in state OBJECT_INHERITED. 0 where that is not certain.
 */
uint32_t inherit(struct replay *replay, const struct object_key *key);

/* The same object in the books of the process that acquired it. */
struct object *inherited_from(struct replay *replay, const struct object *object);

/* Did the process that acquired it end after the fork without using its session again? */
bool inherited_alone(struct replay *replay, const struct object *object);

#endif
