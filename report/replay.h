/* SPDX-License-Identifier: MIT */
/*
 * The replay: runs the events of one trace through the contract of their family (contract.h) and
 * collects incidents, each a single misuse or loss. It keeps the books - which resource is in
 * which state, who acquired and ended it, how many live - and knows no rule.
 *
 *     struct replay *replay = replay_run(trace, ENDING_EXIT, NULL);
 *     replay_end(replay);
 *     ... replay->incidents, replay->tallies ...
 *     replay_free(replay);
 *
 * A forked process is replayed after its parent, whose replay it looks into and leaves marks in;
 * so replays of one family are all run before the first of them is ended, and all ended before the
 * first is freed.
 *
 * Events are named by their index in trace->events; the trace must outlive the replay.
 */
#ifndef REPORT_REPLAY_H
#define REPORT_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lifetimes.h"
#include "objects.h"
#include "story.h"
#include "rules.h"
#include "trace.h"

/* How the process ended: it decides what may be said about what was still held. */
enum ending {
    ENDING_EXIT, /* exit() reached the preload's handler: every destructor had its chance */
    ENDING__EXIT,
    ENDING_QUICK_EXIT, /* up to here the program itself chose to end */
    ENDING_EXEC,
    ENDING_SIGNALED,
    ENDING_RUNNING,
    ENDING_UNKNOWN
};

/* Circumstances of an incident that change the words, never the rule. */
#define DETAIL_CONTEXT_RELEASED 1U  /* leaked block: its context had been released */
#define DETAIL_REISSUED 2U          /* leaked block: its address was handed out again */
#define DETAIL_ENDED_WITH_PARENT 4U /* misused handle: ended by the release of its context */
#define DETAIL_NEVER_HANDED_OUT 8U
#define DETAIL_CALL_FAILED 16U  /* the misusing call, or the release that was tried, did nothing */
#define DETAIL_GROWTH 32U       /* three or more of one place are held and none was given back */
#define DETAIL_ZERO 64U         /* never handed out: 0, which an unset variable holds */
#define DETAIL_RELEASE 128U     /* the misuse is a release */
#define DETAIL_HANDED_OVER 256U /* inherited object: its first process made no call any more */
#define DETAIL_RELEASED_BEFORE_FORK 512U /* inherited block: freed by the process it is of */
#define DETAIL_ABSORBED 1024U            /* the second free of a block was not let through */
#define DETAIL_REUSED 2048U              /* the block freed twice may have become another one */
#define DETAIL_INSIDE 4096U              /* the address freed lies inside a block, at an offset */
#define DETAIL_OF_PROVIDER 8192U         /* another provider acquired it, and kept it to itself */
#define DETAIL_ENDED_ABOVE 16384U    /* transaction: ended in a provider that did not pass it on */
#define DETAIL_THREAD_ENDED 32768U   /* RPC environment: nobody is left who could disable it */
#define DETAIL_SAME_HANDLE 65536U    /* enabled again: it is the same environment */
#define DETAIL_NOT_LOST 131072U      /* enabled again: the first one could still be disabled */
#define DETAIL_WORKED 262144U        /* what was wrong by the books: the provider may know better */
#define DETAIL_WRONG_TYPE 524288U    /* WTSFreeMemoryEx: of another type class */
#define DETAIL_WRONG_COUNT 1048576U  /* WTSFreeMemoryEx: another number of entries */
#define DETAIL_WRONG_LETTER 2097152U /* WTSFreeMemoryEx: A for W, or W for A */
#define DETAIL_SERVER_CLOSED 4194304U /* WTS channel: its server was closed before */
#define DETAIL_AGAIN 8388608U         /* WTS handle: it had been handed out several times */
#define DETAIL_GIVEN_BACK 16777216U   /* what came with a failure was freed all the same */

struct incident {
    uint8_t rule;      /* enum rule_id */
    uint8_t severity;  /* enum severity */
    uint8_t kind;      /* enum sca_kind */
    bool withdrawn;    /* not to be told after all */
    uint16_t provider; /* of the trace of the acquisition */
    uint32_t detail;
    uint32_t events[STORY_COUNT]; /* or NO_EVENT */
    uint32_t levels; /* the acquisition is an event of the trace so many up (replay_ancestor()) */
    uint32_t cause;  /* number + 1 of another incident, 0 if none */
    uint64_t bytes;
    uint64_t offset;     /* into the block: where it was written to or freed; else 0 */
    size_t live;         /* how many there were: resource-limit, at most; of helpers, or blocks */
    uint64_t handles[2]; /* RPC: the block's environment, and the one its thread was in; WTS: type
                          * class, and count << 32, as they are and as they were given; else 0 */
};

/* What became of the resources that one out-parameter handed out at one stack. */
struct siblings {
    uint32_t acquired, released; /* released: by their own release function */
    uint32_t last_release;       /* the most recent of those, or NO_EVENT */
    uint32_t held;               /* at the end; the contract's */
};

struct tally {
    size_t acquired, released, live, peak;
};

/* What limits.c remembers. */
struct limits {
    uint32_t provider; /* the one that tells, 0: none so far */
    uint32_t contexts; /* number + 1 of the incident that tells how many there are, 0 if none */
    uint32_t handles;  /* the same of the card handles of all contexts, once one was refused */
};

struct replay {
    const struct trace *trace;
    struct replay *parent; /* of the process this one was forked from; NULL: none, or not known */
    enum ending ending;
    struct objects objects;
    uint64_t largest_block; /* bytes, of those handed out so far */
    struct incident *incidents;
    size_t incidents_count, incidents_room;
    /* Effects that hand out a resource are counted from 1; other effects have 0. */
    uint8_t sources[SCA_FN_COUNT][SCA_MAX_EFFECTS];
    size_t sources_count;      /* 0 included */
    struct siblings *siblings; /* [stack * sources_count + source] */
    struct tally *tallies;     /* [provider * SCA_KIND_COUNT + kind] */
    struct layers *layers;     /* layers.h; NULL: no provider stands above another */
    struct limits limits;
    struct rpc *rpc;             /* rpc.h; NULL until something happens there */
    struct lsa *lsa;             /* lsa.h; the same */
    struct lifetimes *lifetimes; /* the caller's; NULL: not asked for */
};

/* Run the events. `parent` may be NULL. */
struct replay *replay_run(const struct trace *trace, enum ending ending, struct replay *parent);
/* The same, and write down every resource's lifetime, into an empty list (lifetimes.h). */
struct replay *replay_run_for_lifetimes(const struct trace *trace, enum ending ending,
                                        struct replay *parent, struct lifetimes *lifetimes);
/* Judge what is held at the end. */
void replay_end(struct replay *replay);
void replay_free(struct replay *replay);

/* The replay so many levels up: 1 is the parent's. */
struct replay *replay_ancestor(struct replay *replay, uint32_t levels);

/* The siblings of what this event handed out. */
const struct siblings *replay_event_siblings(const struct replay *replay, uint32_t event);

/* ---- for contracts -------------------------------------------------------------------------- */

/* A live object is given back by this event. */
void replay_release(struct replay *replay, uint32_t object, uint32_t event);

/* A live or inherited object is given back by this event, past its own release function. */
void replay_release_elsewhere(struct replay *replay, uint32_t object, uint32_t event);

/* What this event handed out: a live object of this key, which leads to `old` until now. */
uint32_t replay_acquire(struct replay *replay, uint32_t event, const struct object_key *key,
                        uint32_t old, uint32_t parent);

/* A live object ends with its parent, which this event released. */
void replay_end_with_parent(struct replay *replay, uint32_t object, uint32_t event);

/* A live object is gone, and nobody saw how. */
void replay_lose(struct replay *replay, uint32_t object);

/* Add an incident with the rule's own severity and no events; valid until the next one. */
struct incident *replay_incident(struct replay *replay, enum rule_id rule, unsigned kind,
                                 uint32_t provider);

/* The siblings of an object that was acquired. */
struct siblings *replay_siblings(struct replay *replay, const struct object *object);

/* What kind of resource the owner argument of this event holds; SCA_KIND_NONE if it has none. */
unsigned replay_owner_kind(const struct trace_event *event);

#endif
