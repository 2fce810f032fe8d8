/* SPDX-License-Identifier: MIT */
/*
 * Where threads are: each may be in one environment of each provider, or of providers that share
 * their environments, as two libraries over one implementation do. That they do is learned from a
 * call of the one that succeeded on what is the other's.
 */
#ifndef REPORT_RPC_THREADS_H
#define REPORT_RPC_THREADS_H

#include <stdbool.h>
#include <stdint.h>

struct replay;
struct trace_event;

/* The preload writes of 16 providers at most. What is behind those is taken for the last one. */
#define RPC_PROVIDERS 16

enum rpc_where {
    RPC_NOWHERE,
    RPC_SOMEWHERE, /* not known, and possibly in none */
    RPC_IMPLICIT,  /* in one that was never enabled, which DCE makes for a client's routines */
    RPC_INSIDE
};

/* A thread, as one provider has it. */
struct rpc_place {
    uint8_t where;   /* enum rpc_where */
    uint8_t outside; /* the same, once it left what it is in */
    uint8_t slot;    /* of the provider */
    bool adopted;    /* it did not enter the environment itself */
    uint32_t thread;
    uint32_t environment;      /* object; where it is not INSIDE: that it was in last, or 0 */
    uint32_t entered;          /* so many times more, though it had adopted it */
    uint32_t support;          /* the latest one that a server stub entered here; or 0 */
    uint32_t pair;             /* of routines put in force outside of environments, or 0 */
    uint32_t next;             /* of the thread */
    uint32_t previous, behind; /* others in the same environment */
};

struct rpc_thread {
    uint32_t place;    /* the first one, or 0 */
    uint32_t last;     /* the thread's latest event of all, by its index */
    uint32_t call;     /* the latest that the program made here so far, or NO_EVENT */
    uint32_t client;   /* the latest that gave a block to a routine of the program's, or NO_EVENT */
    uint32_t incident; /* number + 1 of what is told of that, unless the routine gives it back */
};

struct rpc_threads {
    struct rpc_thread *list;  /* [thread] */
    struct rpc_place *places; /* [0] is unused */
    uint32_t places_count, places_room;
    uint16_t *callers; /* [stack]: the provider of ours that made the call, or 0 */
    uint8_t *slots;    /* [provider]: its slot + 1, 0: not seen so far */
    unsigned slots_count;
    uint16_t providers[RPC_PROVIDERS];    /* [slot] */
    uint8_t groups[RPC_PROVIDERS];        /* [slot]: equal for those that share */
    bool releases_at_once[RPC_PROVIDERS]; /* [slot]: what is marked is released */
};

/* What came of a call, at the time of its event. */
enum rpc_outcome {
    RPC_DONE,
    RPC_FAILED, /* also by an exception: it left no result, but the thread went on */
    RPC_LOST    /* never came back */
};

void rpc_threads_init(struct rpc_threads *threads, const struct replay *replay);
void rpc_threads_free(struct rpc_threads *threads);

/* Is it certain that no thread of the process began in an environment of an ancestor? */
bool rpc_inherits_nothing(const struct replay *replay);

/* The provider of ours that made this call, or 0. */
uint16_t rpc_caller(const struct replay *replay, const struct trace_event *event);

enum rpc_outcome rpc_outcome(const struct replay *replay, uint32_t event);

/* Had the thread ended when this event happened? */
bool rpc_has_ended(const struct replay *replay, uint32_t thread, uint32_t event);

/* Is the event made in the course of this one, of the same thread? */
bool rpc_is_within(const struct trace_event *outer, const struct trace_event *inner);

unsigned rpc_slot(struct replay *replay, uint32_t provider);

bool rpc_share(struct replay *replay, uint32_t provider, uint32_t other);
void rpc_learn_sharing(struct replay *replay, uint32_t provider, uint32_t other);

/*
 * Where the event's thread is for its provider; valid until the next call. One that a call which
 * `succeeded` found in an environment of another provider is there for this one, too.
 */
struct rpc_place *rpc_place(struct replay *replay, const struct trace_event *event, bool succeeded);

/* Where a thread is for this provider; or NULL. */
const struct rpc_place *rpc_place_of(struct replay *replay, uint32_t thread, uint32_t provider);

/* Is the thread in no environment of the place's provider, but in one of another that may share? */
bool rpc_may_be_inside(const struct replay *replay, const struct rpc_place *place);

void rpc_go_inside(struct replay *replay, struct rpc_place *place, uint32_t environment);
void rpc_go_outside(struct replay *replay, struct rpc_place *place);

#endif
