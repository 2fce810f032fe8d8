// SPDX-License-Identifier: MIT
#include "lsa_section.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

enum { UNIT = 16 };
#define USED UINT32_MAX
#define END 0u

struct block {
    uint32_t units, next;
    uint64_t check;
};
_Static_assert(sizeof(struct block) == UNIT, "contents begin at a multiple of 16");

struct head {
    pthread_mutex_t lock; /* of all processes */
    uint64_t secret;
    uint32_t units, first;
};
enum { HEAD_UNITS = (sizeof(struct head) + UNIT - 1) / UNIT };

/* ---- the blocks of one section, under its lock */

static struct block *block_at(struct head *head, uint32_t place)
{
    return (struct block *)((char *)head + (size_t)place * UNIT);
}

static uint64_t check_of(const struct head *head, uint32_t place, const struct block *block)
{
    uint64_t value = head->secret ^ ((uint64_t)place << 32 | block->units);

    value = (value ^ block->next) * 0x9e3779b97f4a7c15u;
    return value ^ value >> 29;
}

static void seal(struct head *head, uint32_t place)
{
    struct block *block = block_at(head, place);

    block->check = check_of(head, place, block);
}

/* Whether a block is as it was left. There is none that reaches out of the section. */
static bool intact(struct head *head, uint32_t place)
{
    struct block *block = block_at(head, place);

    return block->check == check_of(head, place, block) &&
           (uint64_t)place + block->units <= head->units;
}

static void link_to(struct head *head, uint32_t previous, uint32_t next)
{
    if (!previous) {
        head->first = next;
        return;
    }
    block_at(head, previous)->next = next;
    seal(head, previous);
}

/* The rest, if it is worth it, stays where the whole was in the list. */
static void take_from(struct head *head, uint32_t previous, uint32_t place, uint32_t units)
{
    struct block *block = block_at(head, place);
    uint32_t next = block->next;

    if (block->units > units + 1) {
        *block_at(head, place + units) =
            (struct block){.units = block->units - units, .next = block->next};
        next = place + units;
        seal(head, next);
        block->units = units;
    }
    link_to(head, previous, next);
    block->next = USED;
    seal(head, place);
}

static void *allocate(struct head *head, uint32_t units)
{
    uint32_t previous = 0, place = head->first;

    while (place != END && place < head->units && intact(head, place)) {
        struct block *block = block_at(head, place);

        if (block->units >= units) {
            take_from(head, previous, place, units);
            memset(block + 1, 0, (size_t)(block->units - 1) * UNIT);
            return block + 1;
        }
        previous = place;
        place = block->next;
    }
    return NULL;
}

/* Makes one block of two, if the second follows the first. */
static void merge(struct head *head, uint32_t place)
{
    struct block *block = block_at(head, place);
    uint32_t next = block->next;

    if (next != END && place + block->units == next && intact(head, next)) {
        block->units += block_at(head, next)->units;
        block->next = block_at(head, next)->next;
        seal(head, place);
    }
}

static bool give_back(struct head *head, const void *memory)
{
    uintptr_t start = (uintptr_t)head, address = (uintptr_t)memory;
    uint32_t place, previous = 0, next = head->first;

    if (address % UNIT || address < start + (HEAD_UNITS + 1) * (uintptr_t)UNIT ||
        address >= start + (uintptr_t)head->units * UNIT)
        return false;
    place = (uint32_t)((address - start) / UNIT) - 1;
    if (!intact(head, place) || block_at(head, place)->next != USED)
        return false;
    for (; next != END && next < place; next = block_at(head, next)->next) {
        if (!intact(head, next))
            return false;
        previous = next;
    }
    block_at(head, place)->next = next;
    seal(head, place);
    link_to(head, previous, place);
    merge(head, place);
    if (previous)
        merge(head, previous);
    return true;
}

/* ---- the lock of a section */

/* A process that died with the lock has left a list whose blocks are checked one by one. */
static bool lock_section(struct head *head)
{
    int error = pthread_mutex_lock(&head->lock);

    if (error == EOWNERDEAD)
        error = pthread_mutex_consistent(&head->lock);
    return error == 0;
}

static int make_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);

    if (error)
        return error;
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    error = pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return error;
}

/* ---- the sections of this process */

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct section {
    struct head *head;
    struct section *next;
} * registry;

static void lock_registry(void)
{
    pthread_mutex_lock(&registry_lock);
}

static void unlock_registry(void)
{
    pthread_mutex_unlock(&registry_lock);
}

/* A forked child has the sections, and no thread that could hold the lock. */
static void watch_forks(void)
{
    pthread_atfork(lock_registry, unlock_registry, unlock_registry);
}

static struct section **find(const void *section)
{
    struct section **link = &registry;

    while (*link && (*link)->head != section)
        link = &(*link)->next;
    return link;
}

/* ---- making sections */

static size_t bytes_of(uint32_t max_size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return ((size_t)max_size + page - 1) & ~(page - 1);
}

/* Memory for the first part is there from now on, for the rest when it is touched. */
static struct head *map(size_t size, uint32_t initial_size)
{
    int file = memfd_create("lsa-section", MFD_CLOEXEC);
    void *memory = MAP_FAILED;

    if (file < 0)
        return NULL;
    if (ftruncate(file, (off_t)size) == 0 &&
        (!initial_size || posix_fallocate(file, 0, (off_t)initial_size) == 0))
        memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool set_up(struct head *head, size_t size)
{
    if (getrandom(&head->secret, sizeof(head->secret), 0) != sizeof(head->secret) ||
        make_lock(&head->lock) != 0)
        return false;
    head->units = (uint32_t)(size / UNIT);
    head->first = HEAD_UNITS;
    *block_at(head, HEAD_UNITS) = (struct block){.units = head->units - HEAD_UNITS, .next = END};
    seal(head, HEAD_UNITS);
    return true;
}

void *lsa_section_create(uint32_t max_size, uint32_t initial_size)
{
    size_t size = bytes_of(max_size);
    struct section *section;

    pthread_once(&once, watch_forks);
    if (!max_size || initial_size > max_size)
        return NULL;
    section = malloc(sizeof(*section));
    if (!section)
        return NULL;
    section->head = map(size, initial_size);
    if (!section->head || !set_up(section->head, size)) {
        if (section->head)
            munmap(section->head, size);
        free(section);
        return NULL;
    }
    lock_registry();
    section->next = registry;
    registry = section;
    unlock_registry();
    return section->head;
}

void *lsa_section_allocate(void *section, uint32_t size)
{
    uint32_t units = (uint32_t)(((uint64_t)size + UNIT - 1) / UNIT) + 1;
    struct section *found;
    void *memory = NULL;

    lock_registry();
    found = *find(section);
    if (found && lock_section(found->head)) {
        memory = allocate(found->head, units > 1 ? units : 2);
        pthread_mutex_unlock(&found->head->lock);
    }
    unlock_registry();
    return memory;
}

bool lsa_section_free(void *section, void *memory)
{
    struct section *found;
    bool freed = false;

    lock_registry();
    found = *find(section);
    if (found && lock_section(found->head)) {
        freed = give_back(found->head, memory);
        pthread_mutex_unlock(&found->head->lock);
    }
    unlock_registry();
    return freed;
}

bool lsa_section_delete(void *section)
{
    struct section **link, *found;

    lock_registry();
    link = find(section);
    found = *link;
    if (found)
        *link = found->next;
    unlock_registry();
    if (!found)
        return false;
    munmap(found->head, (size_t)found->head->units * UNIT);
    free(found);
    return true;
}
