/* SPDX-License-Identifier: MIT */
/*
 * From incidents to clusters: incidents of one trace that share all their stacks, over all traces.
 *
 *     clusters_add(clusters, 0, replay);     for every trace; its replays may be freed then
 *     clusters_identify(clusters);           symbolizes, and fills in fingerprints and places
 *     clusters_free(clusters);
 */
#ifndef REPORT_CLUSTERS_H
#define REPORT_CLUSTERS_H

#include "report.h"
#include "report/replay/replay.h"
#include "report/symbols/fingerprint.h"
#include "report/symbols/stacks.h"

struct thread_key {
    size_t trace;
    uint32_t serial;
};

#define OFFSETS_DIFFER UINT64_MAX

/* Incidents of one trace that differ in nothing but object, thread and time. */
struct cluster {
    size_t trace;  /* index */
    size_t origin; /* the same, or that of the ancestor which acquired the object */
    enum rule_id rule;
    enum severity severity;
    unsigned kind, detail;
    enum ending ending;
    uint32_t provider;            /* of the trace `origin` */
    uint64_t offset;              /* of its incidents, or OFFSETS_DIFFER */
    size_t live;                  /* the most of any of them */
    uint64_t handles[2];          /* of the first */
    uint32_t events[STORY_COUNT]; /* of the first incident, or NO_EVENT */
    size_t count;
    uint64_t bytes;
    size_t siblings_acquired, siblings_released;
    size_t cause;               /* cluster number + 1, 0 if none */
    struct thread_key *threads; /* each one of this trace once */
    size_t threads_count, threads_room;
    /* once symbolized */
    struct fingerprints fingerprints;
    uint64_t place; /* equal for equal stacks */
    size_t number;
};

struct clusters {
    struct trace *const *traces;
    struct stacks *stacks;
    struct cluster *list; /* in the order of their numbers */
    size_t count, room;
};

void clusters_init(struct clusters *clusters, struct trace *const *traces, size_t count,
                   struct symbols *symbols);
void clusters_add(struct clusters *clusters, size_t trace, struct replay *replay);
void clusters_identify(struct clusters *clusters);
void clusters_free(struct clusters *clusters);

/* Index of the trace whose events tell this part of a cluster's story. */
size_t cluster_teller(const struct cluster *cluster, enum story story);

/* The stack whose owner frame stands for the finding. */
enum story cluster_telling(const struct cluster *cluster);

/* Number of the stack that tells this part of a cluster's story, in its teller; 0 for none. */
uint32_t cluster_stack(const struct clusters *clusters, const struct cluster *cluster,
                       enum story story);

#endif
