/* SPDX-License-Identifier: MIT */
/*
 * What a forked process inherited: the contexts, card handles and blocks that were live in its
 * parent at the fork, or that the parent had inherited itself, and the blocks that the parent had
 * freed, because they may be in quarantine still. They are looked up when the child first names
 * one, so that a process which touches nothing costs nothing.
 */
#ifndef REPORT_INHERITANCE_H
#define REPORT_INHERITANCE_H

#include "replay.h"

/*
 * A forked process names a value that it was never handed. If an ancestor held it at the fork: the
 * number of a new object in state OBJECT_INHERITED; if it had freed it by then, OBJECT_RELEASED. 0
 * where neither is certain.
 */
uint32_t inherit(struct replay *replay, const struct object_key *key);

/* Is it certain that no ancestor was handed out memory at this address? */
bool inherits_nothing(struct replay *replay, uint64_t address);

/* The same object in the books of the process that acquired it. */
struct object *inherited_from(struct replay *replay, const struct object *object);

/* Did the process that acquired it end after the fork without using its session again? */
bool inherited_alone(struct replay *replay, const struct object *object);

#endif
