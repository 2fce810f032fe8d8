/* SPDX-License-Identifier: MIT */
/*
 * A contract: what a family's functions may do to its resources and what is wrong. It is a table,
 * state x happening -> next state and action; the replay looks up, moves the object to its next
 * state and calls act() where an entry names an action. One file per family, one line in replay.c.
 */
#ifndef REPORT_CONTRACT_H
#define REPORT_CONTRACT_H

#include "replay.h"

/* What an event is to the object it names. "Failed" includes calls that never came back. */
enum happening {
    ON_QUERY,
    ON_USE,
    ON_USE_FAILED,
    ON_RELEASE,
    ON_RELEASE_FAILED,
    ON_DAMAGE,
    ON_ACQUIRE,
    HAPPENINGS
};

struct transition {
    uint8_t next;   /* enum object_state; OBJECT_NONE: the state stays. ON_ACQUIRE: unused */
    uint8_t action; /* the contract's own number; 0: nothing */
};

struct contract {
    struct transition table[SCA_KIND_COUNT][OBJECT_STATES][HAPPENINGS];
    bool ends_with_parent[SCA_KIND_COUNT];
    /* What is handed out while it is live is the same one once more, not another one. act() may
     * have ended the old one. */
    bool one_of_a_value[SCA_KIND_COUNT];
    bool counted[SCA_KIND_COUNT]; /* acquired() and refused() are called for this kind */
    uint32_t bookkeeping; /* bits: actions that tell nothing by themselves, and are always done */
    /* Called before the object changes; object is 0 in state OBJECT_NONE. What is released by then
     * stays as it is. */
    void (*act)(struct replay *replay, unsigned action, uint32_t event, uint32_t object);
    /* An object was acquired by the newest event, and is live. */
    void (*acquired)(struct replay *replay, uint32_t object);
    /* An acquisition is recorded that handed out nothing. */
    void (*refused)(struct replay *replay, uint32_t event);
    /* The contract deals with its events itself, and all of the above is unused. NULL: it does
     * not. */
    void (*event)(struct replay *replay, uint32_t event);
    /* After the last event, before what is held is judged. NULL: nothing is to be done. */
    void (*end)(struct replay *replay);
};

extern const struct contract contract_pcsc, contract_heap, contract_rpc, contract_wts, contract_lsa;

#endif
