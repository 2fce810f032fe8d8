/* SPDX-License-Identifier: MIT */
/* Sections, the blocks in them, and blocks of the heap: their books. */
#ifndef REPORT_LSA_SECTIONS_H
#define REPORT_LSA_SECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "replay.h"

/* What this value is, or was last, to the process; it may be inherited. 0: never handed out. */
uint32_t lsa_find_section(struct replay *replay, uint64_t value);

/* Is it there, as far as is known? */
bool lsa_stands(const struct replay *replay, uint32_t section);

/* Is it of a process that this one was forked from? Then others may use it as well. */
bool lsa_is_inherited(const struct replay *replay, uint32_t section);

/* This event handed out a section. */
void lsa_new_section(struct replay *replay, uint32_t event);

/* It names one that plainly exists, or existed until then, though nobody saw it begin. */
void lsa_adopt_section(struct replay *replay, uint32_t event, enum object_state state);

/* It ends by this event, with its blocks: those are told of, unless `silent`. */
void lsa_end_section(struct replay *replay, uint32_t section, uint32_t event, bool silent);

/* What is at this address now, or was last: memory of any family; or 0. */
uint32_t lsa_memory_at(const struct replay *replay, uint64_t address);

/* This event handed out a block: of a section, or of the heap. */
void lsa_new_block(struct replay *replay, uint32_t event);
void lsa_new_heap_block(struct replay *replay, uint32_t event);

/* That a block went with its section is no finding of its own, if it is told of otherwise. */
void lsa_withdraw_implicit_release(struct replay *replay, struct object *block);

#endif
