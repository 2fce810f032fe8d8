/* SPDX-License-Identifier: MIT */
/*
 * Providers above one another: WinPR implements PC/SC by calling pcsc-lite, and both are audited,
 * each in its own books. So one resource of the program may stand in two of them, and one mistake
 * of the program be two events. It is told once, as the program made it; what the provider above
 * does wrong by itself is told as its own. And what one provider handed out may be given to
 * another: `mixed-provider`.
 *
 * Who calls is told by the innermost frame, and by the time: what a thread does while its call to
 * one provider is under way, it does for that provider. (WinPR 2.11.7 is in every stack below it; a
 * library that only passes calls on leaves them by a jump, and is in none.)
 *
 * Costs nothing where there is one provider: then there are no layers.
 */
#ifndef REPORT_LAYERS_H
#define REPORT_LAYERS_H

#include "replay.h"

/* NULL when no provider of this trace can stand above another, or none wrote such a trace. */
struct layers *layers_new(const struct trace *trace);
void layers_free(struct layers *layers);

/* ---- for the replay of a trace that has layers ---------------------------------------------- */

/*
 * Before the event's action, for the object it names (0: none of this provider's). True: it is told
 * already, with the call around it or as mixed-provider.
 */
bool layers_judge(struct replay *replay, uint32_t event, uint32_t object);

/* After it: an incident came of this event, or had come of one like it. */
void layers_told(struct replay *replay, uint32_t event);

/* An object was handed out. */
void layers_acquired(struct replay *replay, uint32_t object);

/* ---- for contracts, of any trace ------------------------------------------------------------ */

/*
 * Is this object told of, if at all, in the books of another provider? It stands below one that is
 * not given back either; or it is a transaction, which pcscd knows best.
 */
bool layers_covers(const struct replay *replay, uint32_t object);

/* Did a provider acquire it, and hand nothing on to the program? */
bool layers_keeps(const struct replay *replay, const struct object *object);

/* The object as the program has it: the one above, else itself; and the one below, or 0. */
uint32_t layers_top(const struct replay *replay, uint32_t object);
uint32_t layers_below(const struct replay *replay, uint32_t object);

#endif
