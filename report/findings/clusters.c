/* SPDX-License-Identifier: MIT */
#include "clusters.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

void clusters_init(struct clusters *clusters, struct trace *const *traces, size_t count,
                   struct symbols *symbols)
{
    *clusters = (struct clusters){.traces = traces, .stacks = stacks_new(traces, count, symbols)};
}

/* Is this part of a story told by the process that acquired the object? */
static bool is_told_before(unsigned detail, enum story story)
{
    return story == STORY_ACQUIRED ||
           (story == STORY_RELEASED && detail & DETAIL_RELEASED_BEFORE_FORK);
}

size_t cluster_teller(const struct cluster *cluster, enum story story)
{
    return is_told_before(cluster->detail, story) ? cluster->origin : cluster->trace;
}

/* What the incidents of one cluster have in common. All words, no padding: compared as bytes. */
struct incident_key {
    uint32_t stacks[STORY_COUNT];
    uint32_t calls[STORY_COUNT]; /* call_of() */
    uint32_t provider, levels;
    uint32_t rule, kind, detail, severity;
    uint32_t present; /* which stacks there are: stack 0 may also be an event without a stack */
};

struct keyed_incident {
    struct incident_key key;
    size_t number;
};

static uint32_t stack_of_event(const struct trace *trace, uint32_t event)
{
    return event == NO_EVENT ? 0 : trace->events[event].stack;
}

uint32_t cluster_stack(const struct clusters *clusters, const struct cluster *cluster,
                       enum story story)
{
    return stack_of_event(clusters->traces[cluster_teller(cluster, story)], cluster->events[story]);
}

/* Which audited function was called and what of it is meant: one call site may call several. */
static uint32_t call_of(const struct trace *trace, uint32_t event)
{
    if (event == NO_EVENT)
        return 0;
    return (uint32_t)trace->events[event].function->number << 8 | trace->events[event].effect;
}

static int compare_incidents(const void *a, const void *b)
{
    const struct keyed_incident *x = a;
    const struct keyed_incident *y = b;
    int order = memcmp(&x->key, &y->key, sizeof x->key);

    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* The trace whose events tell this part of an incident's story. */
static const struct trace *trace_of(struct replay *replay, const struct incident *incident,
                                    enum story story)
{
    return is_told_before(incident->detail, story)
               ? replay_ancestor(replay, incident->levels)->trace
               : replay->trace;
}

/* Those that are to be told; `count` says how many. */
static struct keyed_incident *sort_incidents(struct replay *replay, size_t *count)
{
    struct keyed_incident *sorted = xcalloc(replay->incidents_count, sizeof *sorted);

    *count = 0;
    for (size_t i = 0; i < replay->incidents_count; i++) {
        const struct incident *incident = &replay->incidents[i];
        struct incident_key *key = &sorted[*count].key;

        if (incident->withdrawn)
            continue;
        for (unsigned j = 0; j < STORY_COUNT; j++) {
            const struct trace *trace = trace_of(replay, incident, j);

            key->stacks[j] = stack_of_event(trace, incident->events[j]);
            key->calls[j] = call_of(trace, incident->events[j]);
            key->present |= (uint32_t)(incident->events[j] != NO_EVENT) << j;
        }
        key->provider = incident->provider;
        key->levels = incident->levels;
        key->rule = incident->rule;
        key->kind = incident->kind;
        key->detail = incident->detail;
        key->severity = incident->severity;
        sorted[(*count)++].number = i;
    }
    qsort(sorted, *count, sizeof *sorted, compare_incidents);
    return sorted;
}

static bool has_siblings(enum rule_id rule)
{
    return rule == RULE_CONTEXT_LEAK || rule == RULE_HANDLE_LEAK || rule == RULE_TRANSACTION_LEAK ||
           rule == RULE_AUTOALLOCATE_LEAK || rule == RULE_HELD_AT_END ||
           rule == RULE_RPC_ENVIRONMENT_LEAK || rule == RULE_RPC_DEFERRED_LEAK ||
           rule == RULE_RPC_BLOCK_LEAK || rule == RULE_WTS_HANDLE_LEAK ||
           rule == RULE_WTS_BUFFER_LEAK || rule == RULE_LSA_SECTION_LEAK ||
           rule == RULE_LSA_BLOCK_LEAK;
}

static size_t index_of(const struct clusters *clusters, const struct trace *trace)
{
    size_t i = 0;

    while (clusters->traces[i] != trace)
        i++;
    return i;
}

static struct cluster *new_cluster(struct clusters *clusters, size_t trace, struct replay *replay,
                                   const struct incident *incident)
{
    struct cluster *cluster;
    uint32_t acquired = incident->events[STORY_ACQUIRED];

    GROW(clusters->list, clusters->count, clusters->room);
    cluster = &clusters->list[clusters->count++];
    *cluster = (struct cluster){.trace = trace,
                                .origin = trace,
                                .rule = incident->rule,
                                .severity = incident->severity,
                                .kind = incident->kind,
                                .detail = incident->detail,
                                .ending = replay->ending,
                                .provider = incident->provider,
                                .offset = incident->offset,
                                .number = clusters->count};
    memcpy(cluster->events, incident->events, sizeof cluster->events);
    memcpy(cluster->handles, incident->handles, sizeof cluster->handles);
    if (incident->levels)
        cluster->origin = index_of(clusters, trace_of(replay, incident, STORY_ACQUIRED));
    if (has_siblings(cluster->rule) && acquired != NO_EVENT &&
        replay->trace->events[acquired].stack) {
        const struct siblings *siblings = replay_event_siblings(replay, acquired);

        cluster->siblings_acquired = siblings->acquired;
        cluster->siblings_released = siblings->released;
        cluster->events[STORY_SIBLING_RELEASED] = siblings->last_release;
    }
    for (unsigned i = 0; i < STORY_COUNT; i++)
        if (cluster->events[i] != NO_EVENT) {
            size_t teller = cluster_teller(cluster, i);

            stacks_want(clusters->stacks, teller, cluster_stack(clusters, cluster, i));
        }
    return cluster;
}

/* `seen` holds, for each thread of the replayed trace, the last cluster that named it. */
static void add_threads(struct cluster *cluster, struct replay *replay,
                        const struct incident *incident, size_t *seen)
{
    for (unsigned i = 0; i < STORY_COUNT; i++) {
        const struct trace *trace = trace_of(replay, incident, i);
        uint32_t thread;

        if (incident->events[i] == NO_EVENT)
            continue;
        thread = trace->events[incident->events[i]].thread;
        if (trace == replay->trace && seen[thread] == cluster->number)
            continue;
        if (trace == replay->trace)
            seen[thread] = cluster->number;
        GROW(cluster->threads, cluster->threads_count, cluster->threads_room);
        cluster->threads[cluster->threads_count++] =
            (struct thread_key){cluster_teller(cluster, i), thread};
    }
}

void clusters_add(struct clusters *clusters, size_t trace, struct replay *replay)
{
    size_t first = clusters->count;
    struct keyed_incident *sorted;
    size_t *cluster_of, *seen;
    size_t count;
    if (!replay->incidents_count)

        return;
    sorted = sort_incidents(replay, &count);
    cluster_of = xcalloc(replay->incidents_count, sizeof *cluster_of);
    seen = xcalloc(replay->trace->threads_count, sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        const struct incident *incident = &replay->incidents[sorted[i].number];
        struct cluster *cluster;

        if (i == 0 || memcmp(&sorted[i].key, &sorted[i - 1].key, sizeof sorted[i].key) != 0)
            new_cluster(clusters, trace, replay, incident)->cause = incident->cause;
        cluster = &clusters->list[clusters->count - 1];
        cluster->count++;
        cluster->bytes += incident->bytes;
        if (incident->offset != cluster->offset)
            cluster->offset = OFFSETS_DIFFER;
        if (incident->live > cluster->live)
            cluster->live = incident->live;
        add_threads(cluster, replay, incident, seen);
        cluster_of[sorted[i].number] = clusters->count;
    }
    /* Causes were incidents; now that all have their cluster, they become clusters. */
    for (size_t i = first; i < clusters->count; i++)
        if (clusters->list[i].cause)
            clusters->list[i].cause = cluster_of[clusters->list[i].cause - 1];
    free(sorted);
    free(cluster_of);
    free(seen);
}

/* ---- fingerprints --------------------------------------------------------------------------- */

enum story cluster_telling(const struct cluster *cluster)
{
    switch (cluster->rule) {
    case RULE_INVALID_FREE:
    case RULE_MISMATCHED_FREE:
    case RULE_DOUBLE_FREE:
    case RULE_DOUBLE_RELEASE:
    case RULE_FORK_USE:
    case RULE_USE_AFTER_RELEASE:
    case RULE_FREE_AFTER_RELEASE:
    case RULE_WRONG_CONTEXT:
    case RULE_WRONG_TYPE_CLASS:
    case RULE_WRONG_SECTION:
    case RULE_USE_AFTER_SHUTDOWN:
    case RULE_MIXED_PROVIDER:
    case RULE_ALLOCATE_WITHOUT_ENABLE:
    case RULE_NESTED_ENABLE:
    case RULE_DISABLE_WHILE_ATTACHED:
    case RULE_HELPER_DISABLE:
    case RULE_UNBALANCED_DISABLE:
    case RULE_STALE_THREAD_HANDLE:
    case RULE_FREE_WITHOUT_ENABLE:
    case RULE_FREE_AFTER_DISABLE:
    case RULE_RPC_DEFERRED_GROWTH:
        return STORY_MISUSED;
    case RULE_CROSS_THREAD_FREE:
        return cluster->events[STORY_MISUSED] == NO_EVENT ? STORY_RELEASED : STORY_MISUSED;
    case RULE_RESOURCE_LIMIT:
        return cluster->events[STORY_ACQUIRED] == NO_EVENT ? STORY_MISUSED : STORY_ACQUIRED;
    default:
        return STORY_ACQUIRED;
    }
}

/* The stacks that enter the chain: of a leak the acquisition, else also where it went wrong. */
static bool in_chain(const struct cluster *cluster, enum story story)
{
    if (story == STORY_ACQUIRED)
        return true;
    if (cluster_telling(cluster) == STORY_MISUSED)
        return story == STORY_MISUSED;
    return story == STORY_RELEASED && !has_siblings(cluster->rule);
}

/* Findings that differ in these have different stories, though their stacks may be the same. */
static const char *circumstance(unsigned detail)
{
    if (detail & DETAIL_ZERO)
        return "zero";
    if (detail & DETAIL_NEVER_HANDED_OUT)
        return "never-handed-out";
    return detail & DETAIL_ENDED_WITH_PARENT ? "ended-with-parent" : "";
}

/* Was it the program's own deallocator for stubs that called the allocator? Inlined or not. */
static bool is_by_user_deallocator(const struct frames *frames)
{
    for (size_t i = 0; i < frames->count; i++) {
        const char *function = frames->frames[i].function;

        if (function &&
            (!strcmp(function, "midl_user_free") || !strcmp(function, "MIDL_user_free")))
            return true;
        if (!frames->frames[i].inlined)
            break;
    }
    return false;
}

/* That is legal, though the provider cannot know about it; seen only by its name. */
static void soften(struct clusters *clusters, struct cluster *cluster)
{
    size_t teller = cluster_teller(cluster, STORY_MISUSED);

    if (cluster->rule == RULE_MISMATCHED_FREE && cluster->kind == SCA_KIND_RPC_BLOCK &&
        is_by_user_deallocator(stacks_frames(clusters->stacks, teller,
                                             cluster_stack(clusters, cluster, STORY_MISUSED))))
        cluster->severity = SEVERITY_NOTE;
}

static void identify(struct clusters *clusters, struct cluster *cluster)
{
    struct fingerprint_stack chain[STORY_COUNT];
    size_t count = 0;
    size_t teller = 0;

    for (unsigned i = 0; i < STORY_COUNT; i++) {
        const struct trace *trace = clusters->traces[cluster_teller(cluster, i)];
        uint32_t stack = cluster_stack(clusters, cluster, i);
        const struct trace_event *event;
        const struct frames *frames;

        if (i == STORY_SIBLING_RELEASED)
            continue;
        cluster->place = (cluster->place ^ i) * 0x9e3779b97f4a7c15U;
        if (cluster->events[i] == NO_EVENT)
            continue;
        cluster->place ^= stacks_identity(trace, stack);
        if (!in_chain(cluster, i))
            continue;
        event = &trace->events[cluster->events[i]];
        frames = stacks_frames(clusters->stacks, cluster_teller(cluster, i), stack);
        if (i == cluster_telling(cluster))
            teller = count;
        chain[count++] =
            (struct fingerprint_stack){frames->frames, frames->count, event->function->name,
                                       event->function->effects[event->effect].arg};
    }
    fingerprint_make(&cluster->fingerprints, rules[cluster->rule].name,
                     sca_kind_name(cluster->kind), circumstance(cluster->detail), chain, count,
                     teller);
}

void clusters_identify(struct clusters *clusters)
{
    stacks_resolve(clusters->stacks);
    for (size_t i = 0; i < clusters->count; i++) {
        soften(clusters, &clusters->list[i]);
        identify(clusters, &clusters->list[i]);
    }
}

void clusters_free(struct clusters *clusters)
{
    for (size_t i = 0; i < clusters->count; i++)
        free(clusters->list[i].threads);
    free(clusters->list);
    stacks_free(clusters->stacks);
}
