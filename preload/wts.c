/* SPDX-License-Identifier: MIT */
#include "wts.h"

#include "stack_room.h"

#define MOST_ENTRIES 4096   /* that are looked at */
#define FARTHEST (1U << 20) /* bytes from a buffer's beginning: text beyond is not in it */

/*
 * An entry of what a buffer holds (wtsapi.h, LP64), and those of its words that lead to text or
 * other things in the same block, which are none where they are blocks of their own.
 */
static const struct layout {
    uint8_t size, first, last;
} layouts[SCA_CONTENTS] = {
    [SCA_CONTENT_INFORMATION] = {1, 1, 0}, [SCA_CONTENT_SERVERS] = {8, 0, 0},
    [SCA_CONTENT_SESSIONS] = {24, 8, 8},   [SCA_CONTENT_SESSIONS_EX] = {56, 1, 0},
    [SCA_CONTENT_PROCESSES] = {24, 8, 16}, [SCA_CONTENT_PROCESSES_EX] = {64, 1, 0},
};

static const struct layout *layout_of(const struct sca_call *call, const struct sca_effect *effect)
{
    if (effect->unit == SCA_CONTENT_PROCESSES_EX && call->level == 0)
        return &layouts[SCA_CONTENT_PROCESSES];
    return &layouts[effect->unit];
}

static bool dword_at(uint64_t address, uint32_t *value)
{
    if (!address || !sca_may_read((const void *)address, sizeof *value))
        return false;
    *value = *(const uint32_t *)address;
    return true;
}

uint32_t sca_wts_level(const struct sca_call *call, const struct sca_effect *effect)
{
    uint32_t level;

    if (effect->owner == SCA_NOARG)
        return 0;
    return dword_at(call->args[effect->owner], &level) ? level : SCA_LEVEL_UNKNOWN;
}

static bool overlaps(uint64_t buffer, uint64_t dword)
{
    return dword < buffer ? buffer - dword < sizeof(uint32_t) : dword - buffer < sizeof(void *);
}

bool sca_wts_is_shared(const struct sca_call *call, const struct sca_effect *effect)
{
    uint64_t buffer = call->args[effect->arg];

    return overlaps(buffer, call->args[effect->length]) ||
           (effect->owner != SCA_NOARG && overlaps(buffer, call->args[effect->owner]));
}

/* How far the block reaches, as far as it can be told. */
static uint64_t reach(const struct layout *layout, uint64_t buffer, uint32_t count)
{
    uint64_t end = (uint64_t)layout->size * count;

    if (layout->first > layout->last)
        return end;
    for (uint32_t i = 0; i < count && i < MOST_ENTRIES; i++) {
        uint64_t entry = buffer + (uint64_t)i * layout->size;

        if (!sca_may_read((const void *)entry, layout->size))
            return end;
        for (unsigned word = layout->first; word <= layout->last; word += sizeof(uint64_t)) {
            uint64_t text = *(const uint64_t *)(entry + word);

            if (text > buffer && text - buffer < FARTHEST && text - buffer >= end)
                end = text - buffer + 1;
        }
    }
    return end;
}

void sca_wts_handed_out(struct sca_call *call, unsigned effect, uint64_t buffer, bool written,
                        uint64_t result, uint64_t leave)
{
    const struct sca_effect *out = &call->row->effects[effect];
    bool good = sca_succeeded(call->row, result);
    uint32_t count = 0;
    uint64_t size;

    if (!dword_at(call->args[out->length], &count) || (!good && out->unit))
        count = 0;
    size = buffer ? reach(layout_of(call, out), buffer, count) : 0;
    if (good && !buffer && (!written || count))
        call->flags |= SCA_CALL_EMPTY;
    else if (!buffer && !(call->flags & SCA_CALL_FIRST))
        return; /* it failed, as other records say */
    sca_call_handed_out(call, effect, buffer, (uint64_t)count << 32 | call->level, size, result,
                        leave);
}
