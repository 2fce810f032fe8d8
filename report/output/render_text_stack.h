/* SPDX-License-Identifier: MIT */
/* Stacks in the text report. Everything a program brought along is escaped. */
#ifndef REPORT_RENDER_TEXT_STACK_H
#define REPORT_RENDER_TEXT_STACK_H

#include "render_text_internal.h"

/*
 * One frame, without number or newline: "connect_card (card.c:42) [libcard.so]" (the executable
 * is not named), "connect_card (libcard.so+0x12)" without a line, "libcard.so+0x12" without a name.
 */
void text_frame(const struct text *text, uint32_t pid, const struct frame *frame);

/*
 * A title and one line a frame, the runtime's at the outer end left out. `what` is the verb:
 * "acquired" makes "  acquired by SCardConnect, thread 1 (app), at 0.123 s".
 */
void text_stack(const struct text *text, const struct report_place *place,
                const struct report_stack *stack, const char *what);

#endif
