/* SPDX-License-Identifier: MIT */
/*
 * The host of security packages (doc/contracts-lsa.md): sections of shared memory, the blocks in
 * them, which go with them, and blocks of the host's heap. Most of its functions tell nothing of
 * what they did.
 *
 * What the host does itself is its own affair: that only enters the books.
 */
#include <stdlib.h>

#include "contract.h"
#include "evidence.h"
#include "lsa.h"
#include "lsa_blocks.h"
#include "lsa_forks.h"
#include "lsa_sections.h"
#include "report/base/memory.h"

/* ---- its books ------------------------------------------------------------------------------ */

static bool is_provider(const struct trace *trace, size_t provider)
{
    return trace->providers[provider].family & SCA_FAMILY_LSA;
}

static bool has_host(const struct trace *trace, uint32_t module)
{
    for (size_t i = 1; i < trace->providers_count; i++)
        if (is_provider(trace, i) && trace->providers[i].module &&
            same_module(trace, module, trace->providers[i].module))
            return true;
    return false;
}

static struct lsa *begin(const struct replay *replay)
{
    const struct trace *trace = replay->trace;
    struct lsa *lsa = xcalloc(1, sizeof *lsa);

    lsa_packages_init(&lsa->packages, replay);
    lsa->hosts = xcalloc(trace->modules_count, sizeof *lsa->hosts);
    for (size_t i = 1; i < trace->modules_count; i++)
        lsa->hosts[i] = has_host(trace, (uint32_t)i);
    lsa->providers = xcalloc(trace->providers_count, sizeof *lsa->providers);
    for (size_t i = 1; i < trace->providers_count; i++)
        if (is_provider(trace, i))
            lsa->providers[lsa->providers_count++] = (uint32_t)i;
    return lsa;
}

void lsa_free(struct lsa *lsa)
{
    if (!lsa)
        return;
    lsa_packages_free(&lsa->packages);
    free(lsa->hosts);
    free(lsa->providers);
    free(lsa->doubts);
    free(lsa);
}

/* ---- what others ask ------------------------------------------------------------------------ */

bool lsa_has_gone(const struct replay *replay, uint32_t number)
{
    const struct object *block = &replay->objects.records[number];

    return block->kind == SCA_KIND_LSA_BLOCK && block->state == OBJECT_RELEASED &&
           replay->objects.records[block->parent].state != OBJECT_LIVE;
}

bool lsa_may_have_ended(const struct trace *trace, const struct object *object)
{
    if (sca_kind_family(object->kind) != SCA_FAMILY_LSA)
        return false;
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        if (trace->blind_spots[i].code == SCA_BLIND_TABLE)
            return true;
    return false;
}

bool lsa_is_hosts_own(const struct replay *replay, const struct trace_event *event)
{
    const struct trace_stack *stack = &replay->trace->stacks[event->stack];
    uint32_t module = stack->count ? stack->frames[0].module : 0;

    /* A package may be linked into the host. */
    return replay->lsa->hosts[module] && !lsa_packages_in(replay, module);
}

bool lsa_inherits_nothing(const struct replay *replay)
{
    while (replay && replay->trace->flags & SCA_FLAG_FORKED && *replay->trace->parent_trace) {
        replay = replay->parent;
        if (replay && (replay->lsa || has_blind_spot(replay->trace, 0)))
            return false;
    }
    return replay;
}

/* ---- verdicts ------------------------------------------------------------------------------- */

static void soften(const struct replay *replay, struct incident *incident, uint32_t provider)
{
    incident->withdrawn = !replay->trace->complete; /* what is missing may have made it right */
    if (has_blind_spot(replay->trace, provider))
        incident->severity = SEVERITY_NOTE; /* so may what was not seen */
}

struct incident *lsa_blame(struct replay *replay, enum rule_id rule, uint32_t number,
                           uint32_t misused)
{
    struct object *object = &replay->objects.records[number];
    struct incident *incident = blame(replay, rule, object, misused);

    soften(replay, incident, object->provider);
    return incident;
}

/* Did the call go wrong, or tell nothing? While the process runs, one that has not come back may be
 * about to. */
static bool is_suspect(const struct replay *replay, const struct trace_event *event)
{
    if (pending(event))
        return replay->ending != ENDING_RUNNING;
    return !succeeded(event) || event->function->success == SCA_OK_ALWAYS;
}

static bool judge_unknown(struct replay *replay, uint32_t number, uint64_t value)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident;

    if (!is_suspect(replay, event) || !lsa_inherits_nothing(replay))
        return false;
    incident =
        replay_incident(replay, RULE_USE_AFTER_RELEASE, SCA_KIND_LSA_SECTION, event->provider);
    soften(replay, incident, event->provider);
    incident->events[STORY_MISUSED] = number;
    incident->detail = DETAIL_NEVER_HANDED_OUT | (value ? 0 : DETAIL_ZERO);
    /* To delete 0 is what is left after a failed creation. */
    if (!value && event->function->effects[event->effect].kind == SCA_KIND_LSA_SECTION &&
        event->function->effects[event->effect].type == SCA_RELEASE)
        incident->severity = SEVERITY_NOTE;
    return true;
}

static bool judge_deleted(struct replay *replay, enum rule_id rule, uint32_t number,
                          uint32_t section)
{
    const struct trace_event *events = replay->trace->events;
    uint32_t deleted = replay->objects.records[section].ended;

    if (!before(&events[deleted], &events[number]))
        return false;
    lsa_blame(replay, rule, section, number)->events[STORY_RELEASED] = deleted;
    return true;
}

static uint64_t section_value(const struct trace_event *event)
{
    return event->function->effects[event->effect].kind == SCA_KIND_LSA_SECTION ? event->object
                                                                                : event->companion;
}

bool lsa_judge_use(struct replay *replay, uint32_t number, uint32_t section)
{
    if (!section)
        return judge_unknown(replay, number, section_value(&replay->trace->events[number]));
    return replay->objects.records[section].state == OBJECT_RELEASED &&
           judge_deleted(replay, RULE_USE_AFTER_RELEASE, number, section);
}

/* ---- events --------------------------------------------------------------------------------- */

/* FreeSharedMemory's is judged together with the block. */
static void use_section(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t section;

    if (event->function != &sca_functions[SCA_FN_AllocateSharedMemory])
        return;
    section = lsa_find_section(replay, event->object);
    if (!section && event->object && succeeded(event))
        lsa_adopt_section(replay, number, OBJECT_UNKNOWN);
    else
        lsa_judge_use(replay, number, section);
}

static void delete_section(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t section = lsa_find_section(replay, event->object);
    struct object *object = &replay->objects.records[section];

    if (!section && event->object && succeeded(event))
        lsa_adopt_section(replay, number, OBJECT_RELEASED);
    else if (!section)
        judge_unknown(replay, number, event->object);
    else if (object->state == OBJECT_RELEASED)
        judge_deleted(replay, RULE_DOUBLE_RELEASE, number, section);
    else if (succeeded(event))
        lsa_end_section(replay, section, number, object->state != OBJECT_LIVE);
    else if (object->attempt == NO_EVENT || !pending(&replay->trace->events[object->attempt]))
        object->attempt = number;
}

static void carry_out(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    const struct sca_effect *effect = &event->function->effects[event->effect];

    switch (effect->type) {
    case SCA_START:
        lsa_package_initialize(replay, number);
        break;
    case SCA_STOP:
        lsa_package_shut_down(replay, number);
        break;
    case SCA_USE:
        use_section(replay, number);
        break;
    case SCA_RETURNED:
        if (!event->object)
            break;
        if (effect->kind == SCA_KIND_LSA_SECTION)
            lsa_new_section(replay, number);
        else if (effect->kind == SCA_KIND_LSA_BLOCK)
            lsa_new_block(replay, number);
        else
            lsa_new_heap_block(replay, number);
        break;
    case SCA_RELEASE:
        if (effect->kind == SCA_KIND_LSA_SECTION)
            delete_section(replay, number);
        else if (effect->kind == SCA_KIND_LSA_BLOCK)
            lsa_blocks_given_back(replay, number);
        else
            lsa_heap_blocks_given_back(replay, number);
        break;
    default:
        break;
    }
}

static bool is_packages(const struct trace_event *event)
{
    return event->function->effects[0].kind == SCA_KIND_LSA_PACKAGE;
}

static void on_event(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    size_t told;
    bool own;

    if (!replay->lsa)
        replay->lsa = begin(replay);
    replay->lsa->late = is_packages(event) ? 0 : lsa_packages_judge(replay, number);
    told = replay->incidents_count;
    carry_out(replay, number);
    own = lsa_is_hosts_own(replay, event);
    for (; told < replay->incidents_count; told++) {
        struct incident *incident = &replay->incidents[told];

        incident->withdrawn |= own;
        if (!incident->cause)
            incident->cause = replay->lsa->late;
    }
}

static void end(struct replay *replay)
{
    if (replay->lsa)
        lsa_forks_end(replay);
}

const struct contract contract_lsa = {.event = on_event, .end = end};
