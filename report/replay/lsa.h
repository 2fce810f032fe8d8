/* SPDX-License-Identifier: MIT */
/*
 * The host of security packages: what its files keep about one trace, and what others ask of it
 * (doc/contracts-lsa.md has the rules). Begun with the first event of the family, so that a trace
 * without any costs nothing.
 *
 *   contract_lsa.c   which event is whose; sections used and deleted
 *   lsa_sections.c   sections and the blocks in them, and blocks of the heap
 *   lsa_blocks.c     blocks that are given back
 *   lsa_packages.c   packages, and who calls after the end of its own
 *   lsa_forks.c      sections that forked processes share
 */
#ifndef REPORT_LSA_H
#define REPORT_LSA_H

#include <stdbool.h>
#include <stdint.h>

#include "lsa_packages.h"
#include "replay.h"

/* An incident that a forked child may have made right, unseen here, if it uses the section. */
struct lsa_doubt {
    uint32_t incident; /* number + 1 */
    uint32_t section;
};

struct lsa {
    struct lsa_packages packages;
    bool *hosts;         /* [module]: it has a host in it, or functions of one */
    uint32_t *providers; /* those of the family */
    uint32_t providers_count;
    uint32_t late; /* number + 1 of the incident that tells that the event came too late, or 0 */
    struct lsa_doubt *doubts;
    size_t doubts_count, doubts_room;
};

void lsa_free(struct lsa *lsa);

/* Of a block that was released: is it one that went with its section? The memory may be anybody's
 * by now. */
bool lsa_has_gone(const struct replay *replay, uint32_t block);

/* This event hands out memory, of whichever family, where a block of the host's may be live. */
void lsa_reissued(struct replay *replay, uint32_t event);

/* May the end of this object have gone unseen, because some of a table's slots could be changed and
 * others not? */
bool lsa_may_have_ended(const struct trace *trace, const struct object *object);

/* ---- for the files of LSA ------------------------------------------------------------------- */

/* Does the host make this call itself? Then what is wrong with it is its own affair. */
bool lsa_is_hosts_own(const struct replay *replay, const struct trace_event *event);

/* Is it certain that no ancestor was handed out anything by a host? */
bool lsa_inherits_nothing(const struct replay *replay);

/* An incident about an object, with what softens or silences it. */
struct incident *lsa_blame(struct replay *replay, enum rule_id rule, uint32_t object,
                           uint32_t misused);

/*
 * The event names this section (0: nobody was seen to hand it out) for something other than its
 * end: is there anything wrong with that? Told as use-after-release.
 */
bool lsa_judge_use(struct replay *replay, uint32_t event, uint32_t section);

#endif
