/* SPDX-License-Identifier: MIT */
#include "lsa_packages.h"

#include <stdlib.h>

#include "evidence.h"
#include "lsa.h"
#include "report/base/memory.h"

void lsa_packages_init(struct lsa_packages *packages, const struct replay *replay)
{
    packages->late = xcalloc(replay->trace->threads_count, sizeof *packages->late);
}

void lsa_packages_free(struct lsa_packages *packages)
{
    free(packages->list);
    free(packages->late);
}

/* ---- what the host does --------------------------------------------------------------------- */

static struct lsa_package *find(struct lsa_packages *packages, uint64_t table)
{
    for (size_t i = 0; i < packages->count; i++)
        if (packages->list[i].table == table)
            return &packages->list[i];
    return NULL;
}

void lsa_package_initialize(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct lsa_packages *packages = &replay->lsa->packages;
    struct lsa_package *package = find(packages, event->object);

    if (!package) {
        GROW(packages->list, packages->count, packages->room);
        package = &packages->list[packages->count++];
        *package = (struct lsa_package){
            .table = event->object, .initialized = NO_EVENT, .shut_down = NO_EVENT};
    }
    packages->late[event->thread].hosts = number + 1;
    package->code = event->companion;
    package->begun = number;
    if (succeeded(event))
        package->initialized = number;
}

void lsa_package_shut_down(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct lsa_packages *packages = &replay->lsa->packages;
    struct lsa_package *package = find(packages, event->object);

    packages->late[event->thread].hosts = number + 1;
    if (!package)
        return;
    package->shut_down = number;
    packages->any_shut_down = true;
}

/* ---- which object has which ----------------------------------------------------------------- */

static bool holds(const struct trace *trace, size_t module, uint64_t address)
{
    return trace->modules[module].start <= address && address < trace->modules[module].end;
}

/* Is nothing else known to have been mapped there, before or after? An object that was loaded again
 * is the same one. */
static bool is_alone_there(const struct trace *trace, uint32_t module, uint64_t address)
{
    for (size_t i = 1; i < trace->modules_count; i++)
        if (holds(trace, i, address) && !same_module(trace, (uint32_t)i, module))
            return false;
    return true;
}

bool lsa_packages_in(const struct replay *replay, uint32_t module)
{
    const struct lsa_packages *packages = &replay->lsa->packages;

    for (size_t i = 0; i < packages->count; i++)
        if (holds(replay->trace, module, packages->list[i].code))
            return true;
    return false;
}

/* ---- who calls ------------------------------------------------------------------------------ */

/* Had its Shutdown returned before the event, and is it not being initialized again? */
static bool was_dead(const struct trace *trace, const struct lsa_package *package,
                     const struct trace_event *event)
{
    const struct trace_event *events = trace->events;

    return package->initialized != NO_EVENT && package->shut_down != NO_EVENT &&
           package->shut_down > package->initialized &&
           before(&events[package->shut_down], event) &&
           (package->begun == package->initialized || before(&events[package->begun], event));
}

/* May it have been alive, or about to be? One that failed to initialize never was. */
static bool may_live(const struct trace *trace, const struct lsa_package *package,
                     const struct trace_event *event)
{
    return package->initialized == NO_EVENT ? !before(&trace->events[package->begun], event)
                                            : !was_dead(trace, package, event);
}

/* The Shutdown of the last package in this object; NO_EVENT: not all of them were dead. */
static uint32_t last_shut_down(const struct replay *replay, uint32_t module,
                               const struct trace_event *event)
{
    const struct trace *trace = replay->trace;
    const struct lsa_packages *packages = &replay->lsa->packages;
    uint32_t last = NO_EVENT;

    for (size_t i = 0; i < packages->count; i++) {
        const struct lsa_package *package = &packages->list[i];

        if (!holds(trace, module, package->code))
            continue;
        if (may_live(trace, package, event))
            return NO_EVENT;
        if (package->initialized != NO_EVENT && is_alone_there(trace, module, package->code) &&
            (last == NO_EVENT || package->shut_down > last))
            last = package->shut_down;
    }
    return last;
}

/* The innermost object on the stack that has a package in it, or 0. */
static uint32_t calling_package(const struct replay *replay, const struct trace_event *event)
{
    const struct trace_stack *stack = &replay->trace->stacks[event->stack];

    for (uint32_t i = 0; i < stack->count; i++) {
        uint32_t module = stack->frames[i].module;

        if (module && lsa_packages_in(replay, module))
            return module;
    }
    return 0;
}

/* Is the host calling a package on this thread? It may be one that was never seen to begin. */
static bool is_called(const struct replay *replay, const struct trace_event *event)
{
    uint32_t hosts = replay->lsa->packages.late[event->thread].hosts;
    const struct trace_event *call = &replay->trace->events[hosts ? hosts - 1 : 0];

    return hosts && (pending(call) || event->enter <= call->leave);
}

static uint32_t tell(struct replay *replay, uint32_t number, uint32_t shut_down)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident = replay_incident(replay, RULE_USE_AFTER_SHUTDOWN,
                                                event->function->effects[0].kind, event->provider);

    incident->events[STORY_MISUSED] = number;
    incident->events[STORY_RELEASED] = shut_down;
    incident->withdrawn = !replay->trace->complete;
    if (has_blind_spot(replay->trace, event->provider))
        incident->severity = SEVERITY_NOTE; /* another one may have been initialized unseen */
    return (uint32_t)replay->incidents_count;
}

uint32_t lsa_packages_judge(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct lsa_late *late = &replay->lsa->packages.late[event->thread];
    uint32_t module, shut_down;

    if (!event->first)
        return late->enter == event->enter ? late->incident : 0;
    late->enter = event->enter;
    late->incident = 0;
    if (!replay->lsa->packages.any_shut_down || lsa_is_hosts_own(replay, event) ||
        is_called(replay, event))
        return 0;
    module = calling_package(replay, event);
    /* One in the host itself may be called by it, or by nobody. */
    if (!module || replay->lsa->hosts[module])
        return 0;
    shut_down = last_shut_down(replay, module, event);
    if (shut_down != NO_EVENT)
        late->incident = tell(replay, number, shut_down);
    return late->incident;
}
