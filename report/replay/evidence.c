/* SPDX-License-Identifier: MIT */
#include "evidence.h"

#include <string.h>

#include "inheritance.h"
#include "layers.h"

bool same_module(const struct trace *trace, uint32_t a, uint32_t b)
{
    return a == b || (a && b && strcmp(trace->modules[a].path, trace->modules[b].path) == 0);
}

bool has_blind_spot(const struct trace *trace, uint32_t provider)
{
    uint32_t module = trace->providers[provider].module;

    for (size_t i = 0; i < trace->blind_spots_count; i++) {
        const struct trace_blind_spot *spot = &trace->blind_spots[i];

        if (spot->code == SCA_BLIND_DEEPBIND || spot->code == SCA_BLIND_HIDDEN)
            return true; /* whichever provider that object called */
        if ((spot->code == SCA_BLIND_FOREIGN_ABI || spot->code == SCA_BLIND_UNKNOWN_EXPORT) &&
            same_module(trace, spot->module, module))
            return true;
        if (spot->code == SCA_BLIND_TABLE && trace->providers[provider].family & SCA_FAMILY_LSA)
            return true; /* whichever host it is the table of, or the package's */
    }
    return false;
}

struct incident *blame(struct replay *replay, enum rule_id rule, struct object *object,
                       uint32_t misused)
{
    uint32_t provider =
        object->levels ? inherited_from(replay, object)->provider : object->provider;
    struct incident *incident = replay_incident(replay, rule, object->kind, provider);

    incident->events[STORY_ACQUIRED] = object->acquired;
    incident->levels = object->levels;
    incident->events[STORY_MISUSED] = misused;
    if (object->acquired != NO_EVENT && !object->levels &&
        (misused == NO_EVENT || !(object->flags & OBJECT_TOLD)))
        incident->bytes = replay->trace->events[object->acquired].size;
    if (layers_keeps(replay, object))
        incident->detail |= DETAIL_OF_PROVIDER;
    object->flags |= OBJECT_TOLD;
    return incident;
}
