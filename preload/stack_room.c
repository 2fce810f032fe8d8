/* SPDX-License-Identifier: MIT */
#include "stack_room.h"

#include <errno.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "export.h"
#include "port.h"

#define PAGES 4 /* for unwinder and audit, with a margin */
#define NEEDED ((uintptr_t)PAGES * SCA_PAGE)

static uintptr_t initial_low, initial_high;

/* From `NEEDED` below the one up to the other every page was found usable. */
static _Thread_local uintptr_t known_low, known_high;

void sca_stack_room_start(void)
{
    struct rlimit limit;
    uintptr_t top = getauxval(AT_RANDOM); /* the kernel puts these bytes above the first frame */

    if (!top || getrlimit(RLIMIT_STACK, &limit) < 0)
        return;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > (UINT64_C(1) << 30))
        limit.rlim_cur = UINT64_C(1) << 30;
    initial_high = top;
    initial_low = top - limit.rlim_cur + 2 * NEEDED;
}

/* Can the process read each page below? A guard page it cannot, and must not touch. */
static bool readable_below(uintptr_t here)
{
    char bytes[PAGES];
    struct iovec local = {bytes, PAGES}, remote[PAGES];
    int saved = errno;
    long got;

    for (size_t i = 0; i < PAGES; i++)
        remote[i] = (struct iovec){(void *)(here - (i + 1) * SCA_PAGE), 1};
    got = syscall(SYS_process_vm_readv, (long)sca_pid(), &local, 1L, remote, (long)PAGES, 0L);
    if (got < 0 && errno != EFAULT)
        got = PAGES; /* refused by a seccomp filter: nothing can be told */
    errno = saved;
    return got == PAGES;
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
