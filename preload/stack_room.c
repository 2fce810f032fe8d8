/* SPDX-License-Identifier: MIT */
#include "stack_room.h"

#include <stdint.h>
#include <sys/auxv.h>
#include <sys/resource.h>

#include "export.h"
#include "port.h"
#include "readable.h"

#define PAGES 4 /* for unwinder and audit, with a margin */
#define NEEDED ((uintptr_t)PAGES * SCA_PAGE)
#define LARGEST_BLOCK ((size_t)64 << 10)

static uintptr_t initial_low, initial_high;

/* From `NEEDED` below the one up to the other every page was found usable. */
static _Thread_local uintptr_t known_low, known_high;

/* How far down the initial stack may be used, now: programs lower the limit for their children. */
static uintptr_t lowest(uintptr_t top)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_STACK, &limit) < 0)
        return top;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > (UINT64_C(1) << 30))
        limit.rlim_cur = UINT64_C(1) << 30;
    return top - limit.rlim_cur + 2 * NEEDED;
}

void sca_stack_room_start(void)
{
    uintptr_t top = getauxval(AT_RANDOM); /* the kernel puts these bytes above the first frame */

    if (!top)
        return;
    initial_low = lowest(top);
    initial_high = top;
}

/* Can the process read each page below? A guard page it cannot, and must not touch. */
static bool readable_below(uintptr_t here)
{
    for (size_t i = 1; i <= PAGES; i++)
        if (!sca_is_readable(here - i * SCA_PAGE))
            return false;
    return true;
}

bool sca_stack_room(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    if (SCA_LIKELY((here >= known_low && here <= known_high) ||
                   (here >= initial_low && here <= initial_high)))
        return true;
    if (!readable_below(here))
        return false;
    if (here < known_low && known_low - here < NEEDED) {
        known_low = here;
    } else if (here > known_high && here - known_high < NEEDED) {
        known_high = here;
    } else { /* another stack, or too far to be sure of what lies between */
        known_low = here;
        known_high = here;
    }
    return true;
}

bool sca_stack_room_for(size_t bytes)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    if (here >= initial_low && here <= initial_high) {
        uintptr_t low = lowest(initial_high);

        return low < here && here - low >= bytes;
    }
    if (bytes > LARGEST_BLOCK)
        return false;
    for (size_t below = 0; below < bytes + NEEDED; below += NEEDED)
        if (!readable_below(here - below))
            return false;
    return true;
}

static uintptr_t page_of(uintptr_t address)
{
    return address / SCA_PAGE;
}

/* Between those two, and below as far as they were looked at. */
static bool is_in_known(uintptr_t here)
{
    return here <= known_high && here + NEEDED >= known_low;
}

/* Are these bytes in a part of this stack that is certainly in use? */
static bool stack_holds(const void *bytes, size_t size)
{
    uintptr_t start = (uintptr_t)bytes;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t high = here <= initial_high && here >= initial_low ? initial_high
                     : is_in_known(here)                         ? known_high
                                                                 : here;

    return start >= here && page_of(start + size - 1) <= page_of(high) && start + size > start;
}

static void stack_found(const void *bytes)
{
    if (is_in_known((uintptr_t)__builtin_frame_address(0)) &&
        page_of((uintptr_t)bytes) == page_of(known_high) + 1)
        known_high = (uintptr_t)bytes;
}

bool sca_may_read(const void *bytes, size_t size)
{
    uintptr_t first = (uintptr_t)bytes, last = first + size - 1;

    if (stack_holds(bytes, size) || !sca_may_call())
        return true;
    if (last < first || !sca_is_readable(first) ||
        (page_of(last) != page_of(first) && !sca_is_readable(last)))
        return false;
    stack_found(bytes);
    return true;
}
