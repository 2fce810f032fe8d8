/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "fingerprint.h"
#include "memory.h"
#include "message.h"
#include "stacks.h"

#define PLACES_SHOWN 20

struct thread_key {
    size_t trace;
    uint32_t serial;
};

/* Incidents of one trace that differ in nothing but object, thread and time. */
struct cluster {
    size_t trace;  /* index */
    size_t origin; /* the same, or that of the ancestor which acquired the object */
    enum rule_id rule;
    enum severity severity;
    unsigned kind, detail;
    enum ending ending;
    uint32_t provider;
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

struct findings {
    struct trace *const *traces;
    size_t traces_count;
    struct stacks *stacks;
    struct cluster *clusters;
    size_t count, room;
    struct finding *result;
    size_t result_count, result_room;
};

struct findings *findings_new(struct trace *const *traces, size_t count, struct symbols *symbols)
{
    struct findings *findings = xcalloc(1, sizeof *findings);

    findings->traces = traces;
    findings->traces_count = count;
    findings->stacks = stacks_new(traces, count, symbols);
    return findings;
}

/* Index of the trace whose events tell this part of a cluster's story. */
static size_t teller_of(const struct cluster *cluster, enum story story)
{
    return story == STORY_ACQUIRED ? cluster->origin : cluster->trace;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* ---- incidents to clusters ------------------------------------------------------------------ */

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

static uint32_t stack_of(const struct trace *trace, uint32_t event)
{
    return event == NO_EVENT ? 0 : trace->events[event].stack;
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

    return order ? order : compare_numbers(x->number, y->number);
}

/* The trace whose events tell this part of an incident's story. */
static const struct trace *trace_of(struct replay *replay, const struct incident *incident,
                                    enum story story)
{
    return story == STORY_ACQUIRED ? replay_ancestor(replay, incident->levels)->trace
                                   : replay->trace;
}

static struct keyed_incident *sort_incidents(struct replay *replay)
{
    struct keyed_incident *sorted = xcalloc(replay->incidents_count, sizeof *sorted);

    for (size_t i = 0; i < replay->incidents_count; i++) {
        const struct incident *incident = &replay->incidents[i];
        struct incident_key *key = &sorted[i].key;

        for (unsigned j = 0; j < STORY_COUNT; j++) {
            const struct trace *trace = trace_of(replay, incident, j);

            key->stacks[j] = stack_of(trace, incident->events[j]);
            key->calls[j] = call_of(trace, incident->events[j]);
            key->present |= (uint32_t)(incident->events[j] != NO_EVENT) << j;
        }
        key->provider = incident->provider;
        key->levels = incident->levels;
        key->rule = incident->rule;
        key->kind = incident->kind;
        key->detail = incident->detail;
        key->severity = incident->severity;
        sorted[i].number = i;
    }
    qsort(sorted, replay->incidents_count, sizeof *sorted, compare_incidents);
    return sorted;
}

static bool has_siblings(enum rule_id rule)
{
    return rule == RULE_CONTEXT_LEAK || rule == RULE_HANDLE_LEAK ||
           rule == RULE_AUTOALLOCATE_LEAK || rule == RULE_HELD_AT_END;
}

static size_t index_of(const struct findings *findings, const struct trace *trace)
{
    size_t i = 0;

    while (findings->traces[i] != trace)
        i++;
    return i;
}

static struct cluster *new_cluster(struct findings *findings, size_t trace, struct replay *replay,
                                   const struct incident *incident)
{
    struct cluster *cluster;
    uint32_t acquired = incident->events[STORY_ACQUIRED];

    GROW(findings->clusters, findings->count, findings->room);
    cluster = &findings->clusters[findings->count++];
    *cluster = (struct cluster){.trace = trace,
                                .origin = trace,
                                .rule = incident->rule,
                                .severity = incident->severity,
                                .kind = incident->kind,
                                .detail = incident->detail,
                                .ending = replay->ending,
                                .provider = incident->provider,
                                .number = findings->count};
    memcpy(cluster->events, incident->events, sizeof cluster->events);
    if (incident->levels)
        cluster->origin = index_of(findings, trace_of(replay, incident, STORY_ACQUIRED));
    if (has_siblings(cluster->rule) && acquired != NO_EVENT &&
        replay->trace->events[acquired].stack) {
        const struct siblings *siblings = replay_event_siblings(replay, acquired);

        cluster->siblings_acquired = siblings->acquired;
        cluster->siblings_released = siblings->released;
        cluster->events[STORY_SIBLING_RELEASED] = siblings->last_release;
    }
    for (unsigned i = 0; i < STORY_COUNT; i++)
        if (cluster->events[i] != NO_EVENT) {
            size_t teller = teller_of(cluster, i);

            stacks_want(findings->stacks, teller,
                        stack_of(findings->traces[teller], cluster->events[i]));
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
            (struct thread_key){teller_of(cluster, i), thread};
    }
}

void findings_add(struct findings *findings, size_t trace, struct replay *replay)
{
    size_t first = findings->count;
    struct keyed_incident *sorted;
    size_t *cluster_of, *seen;

    if (!replay->incidents_count)
        return;
    sorted = sort_incidents(replay);
    cluster_of = xcalloc(replay->incidents_count, sizeof *cluster_of);
    seen = xcalloc(replay->trace->threads_count, sizeof *seen);
    for (size_t i = 0; i < replay->incidents_count; i++) {
        const struct incident *incident = &replay->incidents[sorted[i].number];
        struct cluster *cluster;

        if (i == 0 || memcmp(&sorted[i].key, &sorted[i - 1].key, sizeof sorted[i].key) != 0)
            new_cluster(findings, trace, replay, incident)->cause = incident->cause;
        cluster = &findings->clusters[findings->count - 1];
        cluster->count++;
        cluster->bytes += incident->bytes;
        add_threads(cluster, replay, incident, seen);
        cluster_of[sorted[i].number] = findings->count;
    }
    /* Causes were incidents; now that all have their cluster, they become clusters. */
    for (size_t i = first; i < findings->count; i++)
        if (findings->clusters[i].cause)
            findings->clusters[i].cause = cluster_of[findings->clusters[i].cause - 1];
    free(sorted);
    free(cluster_of);
    free(seen);
}

/* ---- fingerprints --------------------------------------------------------------------------- */

/* The stack whose owner frame stands for the finding. */
static enum story telling(enum rule_id rule)
{
    switch (rule) {
    case RULE_DOUBLE_RELEASE:
    case RULE_FORK_USE:
    case RULE_USE_AFTER_RELEASE:
    case RULE_FREE_AFTER_RELEASE:
    case RULE_WRONG_CONTEXT:
        return STORY_MISUSED;
    case RULE_CROSS_THREAD_FREE:
        return STORY_RELEASED;
    default:
        return STORY_ACQUIRED;
    }
}

/* The stacks that enter the chain: of a leak the acquisition, else also where it went wrong. */
static bool in_chain(enum rule_id rule, enum story story)
{
    if (story == STORY_ACQUIRED)
        return true;
    if (telling(rule) == STORY_MISUSED)
        return story == STORY_MISUSED;
    return story == STORY_RELEASED;
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

static void identify(struct findings *findings, struct cluster *cluster)
{
    struct fingerprint_stack chain[STORY_COUNT];
    size_t count = 0;
    size_t teller = 0;

    for (unsigned i = 0; i < STORY_COUNT; i++) {
        const struct trace *trace = findings->traces[teller_of(cluster, i)];
        uint32_t stack = stack_of(trace, cluster->events[i]);
        const struct trace_event *event;
        const struct frames *frames;

        if (i == STORY_SIBLING_RELEASED)
            continue;
        cluster->place = (cluster->place ^ i) * 0x9e3779b97f4a7c15U;
        if (cluster->events[i] == NO_EVENT)
            continue;
        cluster->place ^= stacks_identity(trace, stack);
        if (!in_chain(cluster->rule, i))
            continue;
        event = &trace->events[cluster->events[i]];
        frames = stacks_frames(findings->stacks, teller_of(cluster, i), stack);
        if (i == telling(cluster->rule))
            teller = count;
        chain[count++] =
            (struct fingerprint_stack){frames->frames, frames->count, event->function->name,
                                       event->function->effects[event->effect].arg};
    }
    fingerprint_make(&cluster->fingerprints, rules[cluster->rule].name,
                     sca_kind_name(cluster->kind), circumstance(cluster->detail), chain, count,
                     teller);
}

/* ---- clusters to findings ------------------------------------------------------------------- */

static const char *provider_name(const struct findings *findings, const struct cluster *cluster)
{
    return findings->traces[cluster->trace]->providers[cluster->provider].name;
}

/* For qsort_r: clusters know only indices into the findings' traces. */
static int compare_clusters(const void *a, const void *b, void *context)
{
    const struct findings *findings = context;
    const struct cluster *x = a;
    const struct cluster *y = b;
    int order;

    if ((order = compare_numbers(x->rule, y->rule)) ||
        (order = compare_numbers(x->kind, y->kind)) ||
        (order = strcmp(provider_name(findings, x), provider_name(findings, y))) ||
        (order = strcmp(x->fingerprints.strict, y->fingerprints.strict)) ||
        (order = compare_numbers(x->place, y->place)))
        return order;
    return compare_numbers(x->number, y->number);
}

static bool same_finding(const struct findings *findings, const struct cluster *a,
                         const struct cluster *b)
{
    return a->rule == b->rule && a->kind == b->kind &&
           !strcmp(provider_name(findings, a), provider_name(findings, b)) &&
           !strcmp(a->fingerprints.strict, b->fingerprints.strict);
}

static void fill_stack(const struct findings *findings, const struct cluster *cluster,
                       enum story story, struct report_stack *stack)
{
    size_t teller = teller_of(cluster, story);
    const struct trace *trace = findings->traces[teller];
    const struct trace_event *event;
    const struct frames *frames;

    if (cluster->events[story] == NO_EVENT)
        return;
    event = &trace->events[cluster->events[story]];
    frames = stacks_frames(findings->stacks, teller, event->stack);
    *stack = (struct report_stack){
        .frames = frames->frames,
        .count = frames->count,
        .truncated = trace->stacks[event->stack].truncated,
        .thread = event->thread,
        .tid = trace->threads[event->thread].tid,
        .thread_name = trace->threads[event->thread].name,
        .time_ns = trace_ns(trace, trace_effect_time(event)),
        .function = event->function->name,
        .effect = event->effect,
        .ancestor = teller == cluster->trace ? 0 : trace->pid,
        .present = true,
    };
}

/* A place under construction: the cluster that shows it, and its sums. */
struct place {
    const struct cluster *cluster;
    size_t count;
    uint64_t bytes;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    int order = compare_numbers(y->count, x->count);

    return order ? order : compare_numbers(x->cluster->number, y->cluster->number);
}

static void fill_places(const struct findings *findings, struct finding *finding,
                        const struct place *places, size_t count)
{
    finding->places_total = count;
    finding->places_count = count < PLACES_SHOWN ? count : PLACES_SHOWN;
    finding->places = xcalloc(count, sizeof *finding->places);
    for (size_t i = 0; i < count; i++) {
        struct report_place *place = &finding->places[i];

        place->count = places[i].count;
        place->bytes = places[i].bytes;
        place->pid = findings->traces[places[i].cluster->trace]->pid;
        for (unsigned j = 0; j < STORY_COUNT; j++)
            fill_stack(findings, places[i].cluster, j, &place->stacks[j]);
    }
}

static int compare_threads(const void *a, const void *b)
{
    const struct thread_key *x = a;
    const struct thread_key *y = b;
    int order = compare_numbers(x->trace, y->trace);

    return order ? order : compare_numbers(x->serial, y->serial);
}

static void fill_threads(const struct findings *findings, struct finding *finding,
                         const struct cluster *clusters, size_t count)
{
    struct thread_key *keys = NULL;
    size_t keys_count = 0;
    size_t room = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < clusters[i].threads_count; j++) {
            GROW(keys, keys_count, room);
            keys[keys_count++] = clusters[i].threads[j];
        }
    if (!keys)
        return;
    qsort(keys, keys_count, sizeof *keys, compare_threads);
    finding->threads = xcalloc(keys_count, sizeof *finding->threads);
    for (size_t i = 0; i < keys_count; i++) {
        const struct trace_thread *thread =
            &findings->traces[keys[i].trace]->threads[keys[i].serial];

        if (i == 0 || compare_threads(&keys[i - 1], &keys[i]) != 0)
            finding->threads[finding->threads_count++] =
                (struct report_thread){keys[i].serial, thread->tid, thread->name};
    }
    free(keys);
}

static bool heap_blind(const struct trace *trace)
{
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        if (trace->blind_spots[i].code == SCA_BLIND_HEAP)
            return true;
    return false;
}

/* Siblings are those of an acquiring stack of one process; its clusters are neighbours. */
static void add_siblings(const struct findings *findings, struct finding *finding,
                         const struct cluster *cluster, const struct cluster *previous)
{
    const struct trace *trace = findings->traces[cluster->trace];

    if (previous && previous->trace == cluster->trace &&
        stack_of(trace, previous->events[STORY_ACQUIRED]) ==
            stack_of(trace, cluster->events[STORY_ACQUIRED]))
        return;
    finding->siblings_acquired += cluster->siblings_acquired;
    finding->siblings_released += cluster->siblings_released;
}

/* The rule's advice, where the story does not call for another one. */
static const char *fix_of(enum rule_id rule, unsigned detail)
{
    if (rule == RULE_DOUBLE_RELEASE && detail & DETAIL_ENDED_WITH_PARENT)
        return "Disconnect card handles before releasing their context.";
    if (rule == RULE_FORK_USE && detail & DETAIL_HANDED_OVER)
        return "Establish the context in the process that uses it, after fork() or daemon().";
    return rules[rule].fix;
}

static void add_finding(struct findings *findings, const struct cluster *clusters, size_t count,
                        const struct fingerprints *by_number)
{
    struct place *places = xcalloc(count, sizeof *places);
    size_t places_count = 0;
    const struct cluster *shown;
    struct finding finding = {.rule = &rules[clusters->rule],
                              .kind = sca_kind_name(clusters->kind),
                              .provider = provider_name(findings, clusters)};
    struct message_facts facts = {
        .finding = &finding, .kind = clusters->kind, .every = clusters->detail};

    for (size_t i = 0; i < count; i++) {
        const struct cluster *cluster = &clusters[i];

        if (cluster->severity > finding.severity)
            finding.severity = cluster->severity;
        facts.detail |= cluster->detail;
        facts.every &= cluster->detail;
        finding.count += cluster->count;
        finding.bytes += cluster->bytes;
        add_siblings(findings, &finding, cluster, i ? cluster - 1 : NULL);
        if (i == 0 || cluster->place != clusters[i - 1].place)
            places[places_count++].cluster = cluster;
        places[places_count - 1].count += cluster->count;
        places[places_count - 1].bytes += cluster->bytes;
    }
    qsort(places, places_count, sizeof *places, compare_places);
    shown = places[0].cluster;
    finding.family =
        sca_family_name(findings->traces[shown->trace]->providers[shown->provider].family);
    memcpy(finding.fingerprint, shown->fingerprints.owner, FINGERPRINT_SIZE);
    memcpy(finding.fingerprint_strict, shown->fingerprints.strict, FINGERPRINT_SIZE);
    memcpy(finding.fingerprint_weak, shown->fingerprints.weak, FINGERPRINT_SIZE);
    if (shown->cause)
        memcpy(finding.cause, by_number[shown->cause - 1].owner, FINGERPRINT_SIZE);
    fill_places(findings, &finding, places, places_count);
    fill_threads(findings, &finding, clusters, count);
    finding.telling = telling(shown->rule);
    finding.owner = fingerprint_owner(finding.places[0].stacks[finding.telling].frames,
                                      finding.places[0].stacks[finding.telling].count);
    facts.ending = shown->ending;
    facts.heap_blind = heap_blind(findings->traces[shown->trace]);
    finding.message = message_make(&facts);
    finding.fix = fix_of(shown->rule, facts.detail);
    free(places);
    GROW(findings->result, findings->result_count, findings->result_room);
    findings->result[findings->result_count++] = finding;
}

/* Contexts before what they hold. */
static unsigned kind_rank(const struct finding *finding)
{
    unsigned kind = 0;

    while (kind < SCA_KIND_COUNT && strcmp(sca_kind_name(kind), finding->kind) != 0)
        kind++;
    return kind;
}

/* Worst first; causes before what follows from them; then by weight; then by name, to be the same
 * in every report. */
static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a;
    const struct finding *y = b;
    int order;

    if ((order = compare_numbers(y->severity, x->severity)) ||
        (order = compare_numbers(x->rule->id, y->rule->id)) ||
        (order = compare_numbers(kind_rank(x), kind_rank(y))) ||
        (order = compare_numbers(y->count, x->count)) ||
        (order = strcmp(x->fingerprint_strict, y->fingerprint_strict)))
        return order;
    return strcmp(x->provider, y->provider);
}

void findings_sort(struct report *report)
{
    if (report->findings_count)
        qsort(report->findings, report->findings_count, sizeof *report->findings, compare_findings);
}

void findings_finish(struct findings *findings, struct report *report)
{
    struct fingerprints *by_number;
    size_t begin = 0;

    stacks_resolve(findings->stacks);
    by_number = xcalloc(findings->count, sizeof *by_number);
    for (size_t i = 0; i < findings->count; i++) {
        identify(findings, &findings->clusters[i]);
        by_number[i] = findings->clusters[i].fingerprints;
    }
    if (findings->count)
        qsort_r(findings->clusters, findings->count, sizeof *findings->clusters, compare_clusters,
                findings);
    for (size_t i = 1; i <= findings->count; i++) {
        const struct cluster *clusters = findings->clusters;

        if (i < findings->count && same_finding(findings, &clusters[begin], &clusters[i]))
            continue;
        add_finding(findings, &clusters[begin], i - begin, by_number);
        begin = i;
    }
    free(by_number);
    report->findings = findings->result;
    report->findings_count = findings->result_count;
    findings_sort(report);
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->clusters[i].threads);
    for (size_t i = 0; i < findings->result_count; i++) {
        free(findings->result[i].message);
        free(findings->result[i].threads);
        free(findings->result[i].places);
    }
    free(findings->result);
    free(findings->clusters);
    stacks_free(findings->stacks);
    free(findings);
}
