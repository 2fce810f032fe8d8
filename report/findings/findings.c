/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "clusters.h"
#include "fixes.h"
#include "message.h"
#include "report/base/memory.h"

#define PLACES_SHOWN 20

struct findings {
    struct clusters clusters;
    size_t *processes; /* of the report, by trace */
    struct finding *result;
    size_t result_count, result_room;
};

struct findings *findings_new(struct trace *const *traces, size_t count, struct symbols *symbols)
{
    struct findings *findings = xcalloc(1, sizeof *findings);

    clusters_init(&findings->clusters, traces, count, symbols);
    findings->processes = xcalloc(count, sizeof *findings->processes);
    for (size_t i = 1; i < count; i++)
        findings->processes[i] = findings->processes[i - 1] + !traces[i - 1]->unjudged;
    return findings;
}

void findings_add(struct findings *findings, size_t trace, struct replay *replay)
{
    clusters_add(&findings->clusters, trace, replay);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static const struct trace_provider *provider_of(const struct findings *findings,
                                                const struct cluster *cluster)
{
    return &findings->clusters.traces[cluster->origin]->providers[cluster->provider];
}

static const char *provider_name(const struct findings *findings, const struct cluster *cluster)
{
    return provider_of(findings, cluster)->name;
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
    size_t teller = cluster_teller(cluster, story);
    const struct trace *trace = findings->clusters.traces[teller];
    const struct trace *origin = findings->clusters.traces[cluster->origin];
    const struct trace_event *event;
    const struct frames *frames;

    if (cluster->events[story] == NO_EVENT)
        return;
    event = &trace->events[cluster->events[story]];
    frames = stacks_frames(findings->clusters.stacks, teller, event->stack);
    *stack = (struct report_stack){
        .frames = frames->frames,
        .count = frames->count,
        .truncated = trace->stacks[event->stack].truncated,
        .thread = event->thread,
        .tid = trace->threads[event->thread].tid,
        .thread_name = trace->threads[event->thread].name,
        /* parent and child on one time line */
        .time_ns = trace_ns(trace, trace_effect_time(event)) +
                   (trace->start_realtime > origin->start_realtime
                        ? trace->start_realtime - origin->start_realtime
                        : 0),
        .began_ns = origin->start_realtime,
        .function = event->function->name,
        .provider = event->provider ? trace->providers[event->provider].name : "",
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
        place->pid = findings->clusters.traces[places[i].cluster->trace]->pid;
        place->process = findings->processes[places[i].cluster->trace];
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
        const struct trace *trace = findings->clusters.traces[keys[i].trace];
        const struct trace_thread *thread = &trace->threads[keys[i].serial];

        if (i == 0 || compare_threads(&keys[i - 1], &keys[i]) != 0)
            finding->threads[finding->threads_count++] =
                (struct report_thread){keys[i].serial, thread->tid, trace->pid, thread->name};
    }
    free(keys);
}

/* May a block of this process have been given to free() unseen? */
static bool heap_blind(const struct trace *trace)
{
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        if (trace->blind_spots[i].code == SCA_BLIND_HEAP ||
            trace->blind_spots[i].code == SCA_BLIND_NO_ROOM)
            return true;
    return false;
}

/* Siblings are those of an acquiring stack of one process; its clusters are neighbours. */
static void add_siblings(const struct findings *findings, struct finding *finding,
                         const struct cluster *cluster, const struct cluster *previous)
{
    const struct clusters *clusters = &findings->clusters;

    if (previous && previous->trace == cluster->trace && previous->origin == cluster->origin &&
        cluster_stack(clusters, previous, STORY_ACQUIRED) ==
            cluster_stack(clusters, cluster, STORY_ACQUIRED))
        return;
    finding->siblings_acquired += cluster->siblings_acquired;
    finding->siblings_released += cluster->siblings_released;
}

/* What the call returned that went wrong, if there is one. */
static uint32_t result_of(const struct findings *findings, const struct cluster *cluster)
{
    uint32_t event = cluster->events[STORY_MISUSED];
    size_t teller = cluster_teller(cluster, STORY_MISUSED);

    return event == NO_EVENT ? 0
                             : (uint32_t)findings->clusters.traces[teller]->events[event].result;
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
    struct message_facts facts = {.finding = &finding,
                                  .kind = clusters->kind,
                                  .every = clusters->detail,
                                  .offset = clusters->offset};

    for (size_t i = 0; i < count; i++) {
        const struct cluster *cluster = &clusters[i];

        if (cluster->severity > finding.severity)
            finding.severity = cluster->severity;
        facts.detail |= cluster->detail;
        facts.every &= cluster->detail;
        if (cluster->offset != facts.offset)
            facts.offset = OFFSETS_DIFFER;
        if (cluster->live > facts.live)
            facts.live = cluster->live;
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
    finding.family = sca_family_name(sca_kind_family(shown->kind));
    memcpy(finding.fingerprint, shown->fingerprints.owner, FINGERPRINT_SIZE);
    memcpy(finding.fingerprint_strict, shown->fingerprints.strict, FINGERPRINT_SIZE);
    memcpy(finding.fingerprint_weak, shown->fingerprints.weak, FINGERPRINT_SIZE);
    if (shown->cause)
        memcpy(finding.cause, by_number[shown->cause - 1].owner, FINGERPRINT_SIZE);
    fill_places(findings, &finding, places, places_count);
    fill_threads(findings, &finding, clusters, count);
    finding.telling = cluster_telling(shown);
    finding.owner = fingerprint_owner(finding.places[0].stacks[finding.telling].frames,
                                      finding.places[0].stacks[finding.telling].count);
    facts.ending = shown->ending;
    memcpy(facts.handles, shown->handles, sizeof facts.handles);
    facts.result = result_of(findings, shown);
    facts.heap_blind = heap_blind(findings->clusters.traces[shown->trace]);
    finding.message = message_make(&facts);
    finding.fix = fix_of(shown->rule, shown->kind, facts.detail);
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
    struct cluster *list = findings->clusters.list;
    size_t count = findings->clusters.count;
    struct fingerprints *by_number = xcalloc(count, sizeof *by_number);
    size_t begin = 0;

    clusters_identify(&findings->clusters);
    for (size_t i = 0; i < count; i++)
        by_number[i] = list[i].fingerprints;
    if (count)
        qsort_r(list, count, sizeof *list, compare_clusters, findings);
    for (size_t i = 1; i <= count; i++) {
        if (i < count && same_finding(findings, &list[begin], &list[i]))
            continue;
        add_finding(findings, &list[begin], i - begin, by_number);
        begin = i;
    }
    free(by_number);
    report->findings = findings->result;
    report->findings_count = findings->result_count;
    findings_sort(report);
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->result_count; i++) {
        free(findings->result[i].message);
        free(findings->result[i].threads);
        free(findings->result[i].places);
    }
    free(findings->result);
    free(findings->processes);
    clusters_free(&findings->clusters);
    free(findings);
}
