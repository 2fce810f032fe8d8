/* SPDX-License-Identifier: MIT */
/* What an odd package and its odd host share. */
#ifndef TESTS_LSA_ODD_H
#define TESTS_LSA_ODD_H

#include <errno.h>
#include <scardaudit/lsahost.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VISIBLE __attribute__((visibility("default")))

/* As much as registers can have: nothing of it may get lost on the way. */
typedef uintptr_t any_function(uintptr_t, ...);

enum {
    ALLOCATE_HEAP = 5,
    FREE_HEAP = 6,
    CREATE_SHARED = 26,
    ALLOCATE_SHARED = 27,
    FREE_SHARED = 28,
    DELETE_SHARED = 29,
    MEMORY_SLOTS = 30
};

static const unsigned memory_slots[] = {ALLOCATE_HEAP,   FREE_HEAP,   CREATE_SHARED,
                                        ALLOCATE_SHARED, FREE_SHARED, DELETE_SHARED};

/* What may be done with the page at an address, as the kernel tells it; "?" where it does not,
 * or must not be asked ($NO_MAPS).
 */
static const char *pages_of(const void *address, char pages[8])
{
    FILE *maps = getenv("NO_MAPS") ? NULL : fopen("/proc/self/maps", "re");
    char line[512];
    unsigned long first, last;

    strcpy(pages, "?");
    while (maps && fgets(line, sizeof(line), maps))
        if (sscanf(line, "%lx-%lx", &first, &last) == 2 && (uintptr_t)address >= first &&
            (uintptr_t)address < last) {
            sscanf(line, "%*s %7s", pages);
            break;
        }
    if (maps)
        fclose(maps);
    return pages;
}

#endif
