/* SPDX-License-Identifier: MIT */
/*
 * How far long work is: one line on the terminal that is standard error, written anew in its place,
 * and gone before anything else is said there. Nothing within the first second, and nothing
 * anywhere else than on a terminal. There is one for the whole program, and until it is started,
 * and after its end, all of this does nothing.
 *
 *     progress_start();
 *     progress_step(PROGRESS_READING, 1, 12); ... progress_at(offset, size); ...
 *     progress_clear(); fputs("a message\n", stderr);
 *     progress_stop();
 *
 * A thread of its own writes the line, for some of what takes long has no steps: a server that does
 * not answer, a disk that is slow. What is told here is only noted.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdint.h>

enum progress_phase { PROGRESS_READING, PROGRESS_JUDGING, PROGRESS_SYMBOLS, PROGRESS_WRITING };

void progress_start(void);
/* The line is gone for good. */
void progress_stop(void);

/* Begin the part `number`, from 1, of `count`. The line may be shown from now on. */
void progress_step(enum progress_phase phase, uint64_t number, uint64_t count);

/* So much of it is done. */
void progress_at(uint64_t done, uint64_t total);

/* Something else is about to be written to the terminal: no line until the next step. */
void progress_clear(void);

#endif
