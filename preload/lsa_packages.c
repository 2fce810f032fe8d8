/* SPDX-License-Identifier: MIT */
#include "lsa_packages.h"

#include <errno.h>

#include "audit.h"
#include "describe.h"
#include "elf_object.h"
#include "generation.h"
#include "lsa_hosts.h"
#include "lsa_stubs.h"
#include "modules.h"
#include "patch.h"
#include "port.h"
#include "providers.h"
#include "stack_room.h"
#include "threads.h"
#include "trace_writer.h"

/* Slots of SECPKG_FUNCTION_TABLE. */
enum { INITIALIZE = 8, SHUTDOWN = 9, GET_INFO = 10, READ_SLOTS };

#define FEWEST_SLOTS 27 /* in a table */
#define MOST_TABLES 64  /* in one array: more is a mistake of the package's */

/* Of the arguments of SpLsaModeInitialize, and behind those of its functions (api_table.h). */
enum { VERSION = 1, TABLES = 2, COUNT = 3, OBJECT = 8, CODE = 9 };

static struct package {
    _Atomic uint64_t table; /* 0: free */
    _Atomic(void *) initialize;
    _Atomic(void *) shutdown;
} packages[SCA_LSA_PACKAGES];

/* A call of ours goes past the trace: say so, once for each such table at most. */
static void tell_blind(const void *code)
{
    int saved = errno;
    struct sca_thread *thread = sca_thread_here();
    uint64_t offset;

    if (thread)
        sca_describe_blind_spot(&thread->cursor, SCA_BLIND_TABLE,
                                sca_module_at(thread, (uintptr_t)code, sca_generation(), &offset));
    errno = saved;
}

/* ---- where the tables are ------------------------------------------------------------------- */

/* The slots that a table has at least, by the version of the interface: those of the headers that
 * there are, which are therefore what tables have. */
static const struct {
    uint32_t version;
    uint8_t slots;
} lengths[] = {
    {0x10000, 27},   {0x20000, 28},   {0x40000, 29},   {0x80000, 30},
    {0x100000, 34},  {0x200000, 35},  {0x400000, 36},  {0x800000, 38},
    {0x1000000, 39}, {0x2000000, 42}, {0x4000000, 43},
};
#define LENGTHS (sizeof lengths / sizeof *lengths)

/* GetInfo is always there. Many packages need no Initialize or Shutdown. */
static bool is_table(uint64_t address)
{
    void *const *slots = (void *const *)address;

    if (!sca_may_read(slots, READ_SLOTS * sizeof *slots) || !sca_is_code(slots[GET_INFO]))
        return false;
    for (unsigned i = INITIALIZE; i <= SHUTDOWN; i++)
        if (slots[i] && !sca_is_code(slots[i]))
            return false;
    return true;
}

/* Do both tables lack the same functions? */
static bool are_alike(uint64_t one, uint64_t other)
{
    void *const *a = (void *const *)one, *const *b = (void *const *)other;
    size_t i = 0;

    while (i < FEWEST_SLOTS && !a[i] == !b[i])
        i++;
    return i == FEWEST_SLOTS;
}

static bool are_tables(uint64_t first, uint64_t distance, uint32_t count, bool alike)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t table = first + i * distance;

        if (!is_table(table))
            return false;
        if (alike && !(sca_may_read((const void *)table, FEWEST_SLOTS * sizeof(void *)) &&
                       are_alike(first, table)))
            return false;
    }
    return true;
}

/* By the size of the array, where it has a name. */
static uint64_t distance_by_symbol(uint64_t first, uint32_t count)
{
    struct sca_object object;
    size_t size = sca_object_at((const void *)first, &object)
                      ? sca_object_symbol_size(&object, (const void *)first)
                      : 0;
    uint64_t distance = size / count;

    return size % count == 0 && distance % sizeof(void *) == 0 &&
                   distance >= READ_SLOTS * sizeof(void *) &&
                   are_tables(first, distance, count, false)
               ? distance
               : 0;
}

/* How many of these lengths the tables may have; *distance is then the last of them. */
static size_t fitting(uint64_t first, uint32_t count, size_t from, size_t to, bool alike,
                      uint64_t *distance)
{
    size_t fits = 0;

    for (size_t i = from; i < to; i++) {
        uint64_t length = lengths[i].slots * sizeof(void *);

        if (!are_tables(first, length, count, alike))
            continue;
        *distance = length;
        fits++;
    }
    return fits;
}

/*
 * The version may be lower than the headers that the package was built with, but hardly higher. A
 * wrong guess would put stubs in place of functions that have more arguments than those pass on: of
 * several lengths that fit, none is taken, unless with one alone all tables are alike.
 */
static size_t distance_by_content(uint64_t first, uint32_t count, uint32_t version,
                                  uint64_t *distance)
{
    size_t least = 0, from = 0, to = LENGTHS, fits;

    while (least + 1 < LENGTHS && lengths[least + 1].version <= version)
        least++;
    fits = fitting(first, count, least, to, false, distance);
    if (fits)
        from = least;
    else
        fits = fitting(first, count, from, to = least, false, distance);
    if (fits > 1 && fitting(first, count, from, to, true, distance) == 1)
        fits = 1;
    return fits;
}

/* How far tables are from each other; 0: there is one, or it cannot be told, by `fits` answers. */
static uint64_t distance_of(uint64_t first, uint32_t count, uint32_t version, size_t *fits)
{
    uint64_t distance = distance_by_symbol(first, count);

    if (distance)
        return distance;
    *fits = distance_by_content(first, count, version, &distance);
    return *fits == 1 ? distance : 0;
}

/* ---- patching them -------------------------------------------------------------------------- */

static bool may_be(void *function, const void *original)
{
    return !original || !function || function == original || sca_is_lsa_stub(function);
}

/* Another one may have come to its place, while somebody has a copy of the table. */
static struct package *package_of(uint64_t table)
{
    void *const *slots = (void *const *)table;

    for (size_t i = 0; i < SCA_LSA_PACKAGES; i++) {
        struct package *package = &packages[i];
        uint64_t there = 0;

        if (atomic_compare_exchange_strong(&package->table, &there, table) ||
            (there == table && may_be(slots[INITIALIZE], atomic_load(&package->initialize)) &&
             may_be(slots[SHUTDOWN], atomic_load(&package->shutdown))))
            return package;
    }
    sca_mark_skipped();
    return NULL;
}

/* One that was copied from a table that has stubs already keeps its own. */
static void *stub_for(void *function, size_t number)
{
    return sca_is_lsa_stub(function) ? function : sca_lsa_stub(number);
}

static void take_over(uint64_t table)
{
    void **slots = (void **)table;
    struct package *package = package_of(table);
    size_t number = (size_t)(package - packages);

    if (!package)
        return;

    const struct sca_patch patches[] = {
        {&slots[INITIALIZE], stub_for(slots[INITIALIZE], SCA_LSA_INITIALIZE + number),
         &package->initialize},
        {&slots[SHUTDOWN], stub_for(slots[SHUTDOWN], SCA_LSA_SHUTDOWN + number),
         &package->shutdown}};

    if (!sca_patch(patches, sizeof patches / sizeof *patches))
        tell_blind(slots[GET_INFO]);
}

static bool value_at(uint64_t address, void *value, size_t size)
{
    if (!address || !sca_may_read((const void *)address, size))
        return false;
    sca_bytes(value, (const void *)address, size);
    return true;
}

void sca_lsa_packages(const void *entry, const uint64_t args[SCA_MAX_ARGS])
{
    uint64_t first, distance = 0;
    uint32_t count, version = 0;
    size_t fits = 0;

    if (!sca_may_call()) { /* nobody tells what may be read, nothing could be written */
        tell_blind(entry);
        return;
    }
    if (!value_at(args[TABLES], &first, sizeof first) ||
        !value_at(args[COUNT], &count, sizeof count) || !first || !count || !is_table(first))
        return;
    value_at(args[VERSION], &version, sizeof version);
    if (count > 1 && count <= MOST_TABLES)
        distance = distance_of(first, count, version, &fits);
    if (fits > 1)
        tell_blind(entry);
    for (uint32_t i = 0; i < (distance ? count : 1); i++)
        take_over(first + i * distance);
}

/* ---- calling them --------------------------------------------------------------------------- */

/* Which package it is goes behind the arguments, where the function does not look. */
static uint64_t call_package(enum sca_fn fn, const struct package *package, void *real,
                             uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    struct sca_target target = {sca_provider_at(caller, SCA_FAMILY_LSA), (sca_raw *)real};

    args[OBJECT] = atomic_load(&package->table);
    args[CODE] = (uint64_t)real;
    return sca_call_audited(fn, target, args, caller, sca_generation());
}

uint64_t sca_lsa_package_initialize(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    const struct package *package = &packages[number];
    void *real = atomic_load(&package->initialize);

    if (!sca_lsa_host(args[2]))
        tell_blind(real);
    return call_package(SCA_FN_SpInitialize, package, real, args, caller);
}

uint64_t sca_lsa_package_shutdown(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    const struct package *package = &packages[number];

    return call_package(SCA_FN_SpShutdown, package, atomic_load(&package->shutdown), args, caller);
}
