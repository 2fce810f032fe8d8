/* SPDX-License-Identifier: MIT */
/*
 * The resources of one replay: a dense array of records, and a hash table that leads from
 * (provider, kind, value) to the newest generation of that value.
 *
 * Memory lies at one address whoever handed it out, so blocks are hashed by their address alone:
 * all that was ever handed out there is met on the same way (objects_find_memory()).
 *
 * Values come back: an address after its block was freed, a random handle once in a lifetime. So a
 * value that is handed out again gets a new record and the table moves on to it; who still refers
 * to the old record (a handle to its context) keeps its number. Only a released block is
 * overwritten in place, because nothing refers to blocks: a program that frees what it allocates
 * needs no more room after a billion calls than after the first thousand. So is a transaction that
 * was ended.
 *
 * Transactions have the value of their card handle and nest. The table leads to the innermost one;
 * when that has ended, objects_uncover() makes it lead to the one around it.
 *
 * Open addressing, linear probing, 8 bytes a slot and 64 a record: 76 to 88 bytes a live object.
 * The multiplier is random, so that a crafted trace cannot aim at one slot.
 *
 *     struct objects objects;
 *     objects_init(&objects);
 *     struct object_key key = objects_key(&objects, provider, SCA_KIND_CONTEXT, value);
 *     uint32_t number = objects_new(&objects, &key, objects_find(&objects, &key));
 *     objects.records[number].state = OBJECT_LIVE;
 *     ... objects_find(&objects, &key) == number ...
 *     objects_free(&objects);
 *
 * Numbers count from 1; 0 is "none". Pointers into records are valid until the next objects_new().
 */
#ifndef REPORT_OBJECTS_H
#define REPORT_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/api.h"

#define NO_EVENT UINT32_MAX

enum object_state {
    OBJECT_NONE,      /* in no record: this value was never handed out */
    OBJECT_UNKNOWN,   /* valid, but how it came to be or what became of it was not seen */
    OBJECT_INHERITED, /* live in the process this one was forked from, when that happened */
    OBJECT_LIVE,      /* handed out */
    OBJECT_RELEASED,  /* given back by its own release function */
    OBJECT_ENDED,     /* ended when its parent was released */
    OBJECT_STATES
};

/* Bits of object.flags. */
#define OBJECT_EXCUSED 1U   /* the program did what it could: neither leaked nor ended implicitly */
#define OBJECT_TOLD 2U      /* a finding tells its story already */
#define OBJECT_SHARED 4U    /* contexts: a child that inherited it used it, or a handle of it */
#define OBJECT_CONTESTED 8U /* several children did */
#define OBJECT_CUT_OFF 32U  /* only the release of the context can give it back, or its handles */
#define OBJECT_ENDED_BEFORE 16U /* `ended`, too, is an event of the process that acquired it */
#define OBJECT_MARKED 64U       /* RPC blocks: to be released with their environment */
#define OBJECT_AGAIN 256U       /* handles: handed out again while they were live */
#define OBJECT_MISGIVEN 128U    /* blocks: released as it seems, by a deallocator of another kind */

/* One cache line. */
struct object {
    uint64_t value;
    uint16_t provider;
    uint8_t kind;  /* enum sca_kind */
    uint8_t state; /* enum object_state */
    uint16_t flags;
    uint8_t source;    /* what handed it out, by the replay's count; 0: not seen */
    uint32_t acquired; /* event, or NO_EVENT; in the trace of the process that acquired it */
    uint32_t thread;   /* of that event, as is the stack: the event itself is far away in memory */
    uint32_t stack;
    uint32_t parent;  /* the context it belongs to, card handle, RPC environment, LSA section; 0 if
                       * unknown. Live pooled blocks are in its list */
    uint32_t ended;   /* the release that ended it, or NO_EVENT */
    uint32_t attempt; /* the latest release that failed or is in flight, or NO_EVENT; marked
                       * blocks: what marked it */
    union {
        uint32_t child; /* contexts: the first handle that ends with it, environments and sections:
                         * the first block; transactions: the outer one */
        uint32_t previous; /* pooled blocks: of the same environment or section */
    };
    union {
        uint32_t next;        /* handles: the next one of the same context; pooled blocks: of the
                               * same environment or section; spare records: of those */
        uint32_t handles;     /* contexts: so many of their handles are live */
        uint32_t environment; /* environments: their number (rpc_environments.h) */
        uint32_t older;       /* sections: the one that had the value before, or 0 */
    };
    uint32_t incident; /* number + 1 of the one that explains why it stayed live, 0 if none */
    uint32_t levels;   /* how many traces up it was acquired; 0: in this one */
    union {
        uint32_t origin; /* its number in the replay of that trace */
        uint32_t limit; /* contexts: number + 1 of the incident that tells of their handles, or 0 */
    };
    uint32_t heir; /* shared contexts: pid of the first of those children */
};
_Static_assert(sizeof(struct object) == 64, "one cache line");

struct object_slot {
    uint32_t tag; /* the hash bits that do not choose the slot */
    uint32_t number;
};

struct objects {
    struct object *records; /* [0] is unused; they lie in `memory` */
    void *memory;
    uint32_t count, room; /* records, [0] included */
    uint32_t spare;       /* the first record that may be used anew, 0 if none */
    struct object_slot *slots;
    uint32_t used; /* slots taken */
    unsigned bits; /* log2 of the number of slots */
    uint64_t multiplier;
};

/* What an object is found by; the hash is that of one table. */
struct object_key {
    uint64_t value, hash;
    uint32_t provider;
    uint32_t kind;
};

void objects_init(struct objects *objects);
void objects_free(struct objects *objects);

/*
 * A fresh record that is from now on the newest generation of this key; `old` is what
 * objects_find() says of it now.
 */
uint32_t objects_new(struct objects *objects, const struct object_key *key, uint32_t old);

/* The table leads to `older`, around which this one nested, again. One that ended by itself, and
 * not with its parent, may become another object. */
void objects_uncover(struct objects *objects, uint32_t number, uint32_t older);

/* A pooled block is the first in the list of its parent, the environment or section that it is in;
 * or is taken out of it. */
void objects_join(struct objects *objects, uint32_t block);
void objects_leave(struct objects *objects, uint32_t block);

/* SCA_KIND_NONE: memory, whoever's it is. */
static inline struct object_key objects_key(const struct objects *objects, uint32_t provider,
                                            unsigned kind, uint64_t value)
{
    uint64_t owner = (uint64_t)provider << 48 ^ (uint64_t)kind << 44;
    uint64_t by_address = kind == SCA_KIND_NONE || sca_is_memory(kind);
    uint64_t hash = (value ^ (owner & (by_address - 1))) * objects->multiplier;

    return (struct object_key){value, (hash ^ hash >> 32) * 0x9e3779b97f4a7c15U, provider, kind};
}

/* Where the search for a hash begins. */
static inline uint64_t objects_home(const struct objects *objects, uint64_t hash)
{
    return hash >> (64 - objects->bits);
}

static inline uint64_t objects_step(const struct objects *objects, uint64_t slot)
{
    return (slot + 1) & ((1ULL << objects->bits) - 1);
}

/*
 * Fetch the slot objects_find() will look at first; some time later, the record it leads to.
 * Forced inline: gcc 12 takes a function that only prefetches for pure, and drops the call.
 */
__attribute__((always_inline)) static inline void
objects_prefetch_slot(const struct objects *objects, const struct object_key *key)
{
    __builtin_prefetch(&objects->slots[objects_home(objects, key->hash)]);
}

__attribute__((always_inline)) static inline void
objects_prefetch_record(const struct objects *objects, const struct object_key *key)
{
    const struct object_slot *slot = &objects->slots[objects_home(objects, key->hash)];

    __builtin_prefetch(&objects->records[slot->number]);
}

/* The newest generation of this key, or 0. */
static inline uint32_t objects_find(const struct objects *objects, const struct object_key *key)
{
    for (uint64_t i = objects_home(objects, key->hash);; i = objects_step(objects, i)) {
        const struct object_slot *slot = &objects->slots[i];
        const struct object *object = &objects->records[slot->number];

        if (!slot->number)
            return 0;
        if (slot->tag == (uint32_t)key->hash && object->value == key->value &&
            object->kind == key->kind && object->provider == key->provider)
            return slot->number;
    }
}

/* The live block at this address, or the one that was live last, whoever handed it out; or 0. */
uint32_t objects_find_memory(const struct objects *objects, const struct object_key *key);

#endif
