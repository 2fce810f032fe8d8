/* SPDX-License-Identifier: MIT */
/* Buffers of Remote Desktop Services: what goes to which deallocator, and how. */
#ifndef REPORT_WTS_BUFFERS_H
#define REPORT_WTS_BUFFERS_H

#include "replay.h"

/* WTSFreeMemory, or WTSFreeMemoryEx, of a live buffer. */
void wts_buffers_freed(struct replay *replay, uint32_t event, uint32_t buffer);

/* An address is handed out where a buffer is live. */
void wts_buffers_reissued(struct replay *replay, uint32_t event, uint32_t buffer);

/*
 * This memory is given to a deallocator that is not its own. Did it come with a failure? Then the
 * provider may have freed it itself, and what is there by now is not known; if it has not, whoever
 * frees it makes up for that.
 */
bool wts_buffers_made_up(struct replay *replay, uint32_t buffer);

/* A buffer was handed out by the newest event; or none was. */
void wts_buffers_acquired(struct replay *replay, uint32_t buffer);
void wts_buffers_refused(struct replay *replay, uint32_t event);

#endif
