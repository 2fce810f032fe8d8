/* SPDX-License-Identifier: MIT */
/*
 * How many contexts a process has at once, and how many card handles each of them: pcscd serves 200
 * contexts, and 200 card handles of a reader, for all programs, and 200 card handles for a context.
 * Told once for every time that the number rises from few to many.
 */
#ifndef REPORT_LIMITS_H
#define REPORT_LIMITS_H

#include "replay.h"

/* A context or card handle is handed out. */
void limits_acquired(struct replay *replay, uint32_t object);

/* A live card handle is given back, or lost. */
void limits_disconnected(struct replay *replay, uint32_t handle);

/* SCardEstablishContext failed. */
void limits_refused(struct replay *replay, uint32_t event);

/* A call that was given a live context failed. */
void limits_call_failed(struct replay *replay, uint32_t context, uint32_t event);

#endif
