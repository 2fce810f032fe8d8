/* SPDX-License-Identifier: MIT */
/* What a finding says in one sentence of plain words, from its owner functions. */
#ifndef REPORT_MESSAGE_H
#define REPORT_MESSAGE_H

#include "report.h"
#include "report/replay/replay.h"

struct message_facts {
    const struct finding *finding; /* rule, count, siblings and the first place are set */
    unsigned kind;                 /* enum sca_kind */
    unsigned detail;               /* DETAIL_... of any of its incidents */
    unsigned every;                /* DETAIL_... of all of them */
    enum ending ending;            /* of the process of its first place */
    uint64_t offset;               /* into the block, or OFFSETS_DIFFER (clusters.h) */
    size_t live;                   /* how many there were at most */
    uint64_t handles[2];           /* at its first place: of the block, and of who freed it */
    uint32_t result;               /* of the misusing call at its first place */
    bool heap_blind;               /* free() was not watched there, or not for every block */
};

/* Malloc'd; names in it are as the program has them: escape them. */
char *message_make(const struct message_facts *facts);

/* What rules that are not of LSA alone advise there; or NULL. */
const char *message_fix_of_lsa(enum rule_id rule, unsigned kind, unsigned detail);

#endif
