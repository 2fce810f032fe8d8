// SPDX-License-Identifier: MIT
/*
 * A package with tables as the environment wants them, which tells what it sees: its tables and the
 * host's, their pages, what its calls return. Nothing it prints may depend on who looks on.
 *
 *   $TABLES  a shape of the table below: how many, how long, where, and what the host is told
 *   $USE     what is done with the host's functions, in Initialize; in Shutdown "all", without
 *            $NOT_AGAIN
 *   $FORKED  blocks are shared with forked processes, and so are freed once
 *
 * Slots that the host may call, and those of the host that hand out memory, may be another's in
 * between; every other byte must stay.
 */
#include "odd.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INITIALIZE = 8, SHUTDOWN = 9, GET_INFO = 10, PAGE = 4096, MOST = 2 };

enum place { STATIC, CONST, HEAP, MAPPED, MAPPED_READ_ONLY };

static const struct shape {
    const char *name;
    enum place place;
    unsigned slots, tables;
    ULONG count, version;
    enum missing { NOTHING, SHUTDOWN_ONLY, BOTH } missing;
    int functions_behind; /* data that looks like more tables */
} shapes[] = {
    {"one", STATIC, 38, 1, 1, 0x10000, NOTHING, 0},
    {"const", CONST, 38, 1, 1, 0x10000, NOTHING, 0},
    {"two-38", STATIC, 38, 2, 2, 0x10000, NOTHING, 0},
    {"two-29", STATIC, 29, 2, 2, 0x10000, NOTHING, 0},
    {"two-29-const", CONST, 29, 2, 2, 0x10000, NOTHING, 0},
    {"two-43", STATIC, 43, 2, 2, 0x10000, NOTHING, 0},
    {"heap", HEAP, 29, 2, 2, 0x40000, NOTHING, 0},
    {"mapped", MAPPED, 29, 2, 2, 0x40000, NOTHING, 0},
    {"mapped-const", MAPPED_READ_ONLY, 38, 2, 2, 0x800000, NOTHING, 0},
    {"short", MAPPED, 27, 1, 1, 0x10000, NOTHING, 0},
    {"shortest", MAPPED_READ_ONLY, 11, 1, 1, 0, NOTHING, 0},
    {"count-0", STATIC, 38, 1, 0, 0x10000, NOTHING, 0},
    {"count-39", STATIC, 38, 1, 39, 1, NOTHING, 0},
    {"count-39-mapped", MAPPED_READ_ONLY, 29, 1, 39, 1, NOTHING, 0},
    {"count-4-behind", STATIC, 29, 1, 4, 1, NOTHING, 1},
    {"count-most", STATIC, 38, 1, UINT32_MAX, 0x10000, NOTHING, 0},
    {"count-most-mapped", MAPPED, 38, 1, UINT32_MAX, 0x10000, NOTHING, 0},
    {"version-0", STATIC, 38, 2, 2, 0, NOTHING, 0},
    {"version-most", MAPPED, 29, 1, 1, UINT32_MAX, NOTHING, 0},
    {"version-43", MAPPED_READ_ONLY, 29, 2, 2, 0x4000000, NOTHING, 0},
    {"no-shutdown", STATIC, 38, 2, 2, 0x10000, SHUTDOWN_ONLY, 0},
    {"get-info-only", CONST, 38, 2, 2, 0x80000, BOTH, 0},
};

static const struct shape *shape;
static uintptr_t *tables;
static uintptr_t before[128];
static size_t words; /* in tables, and behind them */

static void **functions; /* the host's, for the package that is at work */
static void **given[MOST + 1];

/* ---- what the host calls */

static NTSTATUS initialize_first(ULONG_PTR id, void *parameters, void **found);
static NTSTATUS initialize_second(ULONG_PTR id, void *parameters, void **found);
static NTSTATUS shutdown_first(void);
static NTSTATUS shutdown_second(void);

static NTSTATUS get_info(PSecPkgInfo info);

static uintptr_t add(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f)
{
    return a + b + c + d + e + f;
}

/* clang-format off */
#define TABLE(slots, number)                                                                       \
    [(slots) * (number) + INITIALIZE] = (uintptr_t)initialize_##number,                            \
    [(slots) * (number) + SHUTDOWN] = (uintptr_t)shutdown_##number,                                \
    [(slots) * (number) + GET_INFO] = (uintptr_t)get_info
/* clang-format on */

/* Const only if the addresses are known without a calculation */
static void *const const_38[128] = {
    [8] = (void *)initialize_first, [9] = (void *)shutdown_first, [10] = (void *)get_info};
static void *const const_29[128] = {[8] = (void *)initialize_first,
                                    [9] = (void *)shutdown_first,
                                    [10] = (void *)get_info,
                                    [29 + 8] = (void *)initialize_second,
                                    [29 + 9] = (void *)shutdown_second,
                                    [29 + 10] = (void *)get_info};
static void *const const_info[128] = {[10] = (void *)get_info, [38 + 10] = (void *)get_info};

/* ---- tables */

static const void *const_of(void)
{
    if (shape->missing == BOTH)
        return const_info;
    return shape->slots == 29 ? const_29 : const_38;
}

/* With as much behind the tables as there is anyway, and the last page's end right behind them if
 * they are mapped.
 */
static void make_tables(void)
{
    static uintptr_t in_data[128];
    size_t size = (size_t)shape->slots * shape->tables * sizeof(*tables);

    words = sizeof(before) / sizeof(*before);
    switch (shape->place) {
    case STATIC:
        tables = in_data;
        break;
    case CONST:
        tables = (uintptr_t *)const_of();
        memcpy(before, tables, sizeof(before));
        return;
    case HEAP:
        tables = calloc(1, size);
        words = size / sizeof(*tables);
        break;
    default: {
        char *pages =
            mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        mprotect(pages + PAGE, PAGE, PROT_NONE);
        tables = (uintptr_t *)(pages + PAGE - size);
        words = size / sizeof(*tables);
    }
    }
    if (shape->place != HEAP && words > size / sizeof(*tables))
        for (size_t i = size / sizeof(*tables); i < words; i++)
            tables[i] = shape->functions_behind ? (uintptr_t)add : 0x5a5a5a5a00 + i;
    for (unsigned i = 0; i < shape->tables; i++) {
        uintptr_t *table = tables + (size_t)i * shape->slots;

        memset(table, 0, shape->slots * sizeof(*table));
        if (shape->missing != BOTH)
            table[INITIALIZE] = (uintptr_t)(i ? initialize_second : initialize_first);
        if (shape->missing == NOTHING)
            table[SHUTDOWN] = (uintptr_t)(i ? shutdown_second : shutdown_first);
        table[GET_INFO] = (uintptr_t)get_info;
    }
    memcpy(before, tables, words * sizeof(*tables));
    if (shape->place == MAPPED_READ_ONLY)
        mprotect((void *)((uintptr_t)tables & -(uintptr_t)PAGE), PAGE, PROT_READ);
}

/* May this word have become another's? A slot of a table that is not NULL; and what cannot be told
 * from tables. */
static int may_differ(size_t i)
{
    size_t slot = i % shape->slots;

    if (i >= (size_t)shape->slots * shape->tables)
        return shape->functions_behind;
    return before[i] && (slot == INITIALIZE || slot == SHUTDOWN);
}

static void tell_tables(const char *when)
{
    char pages[8];
    unsigned changed = 0;

    for (size_t i = 0; i < words; i++)
        changed += tables[i] != before[i] && !may_differ(i);
    printf("%s: own tables: %s, %u other words changed\n", when, pages_of(tables, pages), changed);
    if (shape->functions_behind)
        for (size_t i = shape->slots; i < words; i++) {
            uintptr_t (*function)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);

            memcpy(&function, tables + i, sizeof(function));
            if (function(1, 20, 300, 4000, 50000, 600000) != 654321)
                puts("another result");
        }
}

static NTSTATUS get_info(PSecPkgInfo info)
{
    tell_tables("GetInfo");
    *info = (SecPkgInfo){.wVersion = 7, .cbMaxToken = 77, .Name = (WCHAR *)u"odd"};
    return STATUS_SUCCESS;
}

/* ---- what is done with the host's functions */

#define FUNCTION(slot) ((any_function *)functions[slot])

static void use_all(void)
{
    uintptr_t section = FUNCTION(CREATE_SHARED)(1 << 16, 1 << 12), block, heap;

    printf("created: %d\n", section != 0);
    block = FUNCTION(ALLOCATE_SHARED)(section, 100);
    memset((void *)block, 1, 100);
    heap = FUNCTION(ALLOCATE_HEAP)(100);
    memset((void *)heap, 1, 100);
    FUNCTION(FREE_SHARED)(section, block);
    FUNCTION(FREE_HEAP)(heap);
    printf("deleted: %d\n", (int)(FUNCTION(DELETE_SHARED)(section) & 0xff));
}

/* Of the whole table, as far as it goes in all headers */
static void copy_first(void)
{
    static void *copy[MEMORY_SLOTS];

    memcpy(copy, functions, sizeof(copy));
    functions = copy;
    use_all();
}

static void copy_after(void)
{
    use_all();
    copy_first();
}

static void use_raw(void)
{
    uintptr_t section, block;

    /* The upper halves of 32-bit arguments, and arguments that are none, are whatever they are. */
    section = FUNCTION(CREATE_SHARED)(0x1111111100010000, 0x2222222200001000, 3, 4, 5, 6);
    block = FUNCTION(ALLOCATE_SHARED)(section, 0x3333333300000064, 13, 14, 15, 16);
    printf("free: %lx\n", FUNCTION(FREE_SHARED)(section, block, 23, 24, 25, 26));
    block = FUNCTION(ALLOCATE_HEAP)(0x4444444400000064, 32, 33, 34, 35, 36);
    printf("heap: %lx\n", FUNCTION(FREE_HEAP)(block, 42, 43, 44, 45, 46));
    printf("delete: %lx\n", FUNCTION(DELETE_SHARED)(section, 52, 53, 54, 55, 56));
    printf("again: %lx\n", FUNCTION(DELETE_SHARED)((uintptr_t)0, 62, 63, 64, 65, 66));
}

static void use_errno(void)
{
    uintptr_t section, block;

    errno = 12345;
    section = FUNCTION(CREATE_SHARED)(1 << 16, 1 << 12);
    block = FUNCTION(ALLOCATE_SHARED)(section, 100);
    FUNCTION(FREE_SHARED)(section, block);
    FUNCTION(FREE_HEAP)(FUNCTION(ALLOCATE_HEAP)(100));
    FUNCTION(DELETE_SHARED)(section);
    printf("errno: %d\n", errno);
}

static void use_some(void)
{
    for (unsigned i = 0; i < sizeof(memory_slots) / sizeof(*memory_slots); i++)
        printf("slot %u: %s\n", memory_slots[i], functions[memory_slots[i]] ? "there" : "NULL");
    FUNCTION(FREE_HEAP)(FUNCTION(ALLOCATE_HEAP)(100));
}

static void use_forked(void)
{
    uintptr_t section = FUNCTION(CREATE_SHARED)(1 << 16, 1 << 12);
    uintptr_t block = FUNCTION(ALLOCATE_SHARED)(section, 100);
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        FUNCTION(FREE_SHARED)(section, block);
        use_all();
        fflush(stdout);
        _exit(3);
    }
    waitpid(child, &status, 0);
    printf("child: %d\n", status);
    if (!getenv("FORKED"))
        FUNCTION(FREE_SHARED)(section, block);
    FUNCTION(DELETE_SHARED)(section);
}

static void *use_often(void *section)
{
    uintptr_t bad = 0;

    for (uintptr_t i = 0; i < 2000; i++) {
        uintptr_t *block = (void *)FUNCTION(ALLOCATE_SHARED)((uintptr_t)section, 100);
        uintptr_t *heap = (void *)FUNCTION(ALLOCATE_HEAP)(100);

        *block = i;
        *heap = i + 1;
        bad += *block + 1 != *heap;
        FUNCTION(FREE_SHARED)((uintptr_t)section, (uintptr_t)block);
        FUNCTION(FREE_HEAP)((uintptr_t)heap);
    }
    return (void *)bad;
}

static void use_threads(void)
{
    uintptr_t section = FUNCTION(CREATE_SHARED)(1 << 16, 1 << 12);
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        pthread_create(threads + i, NULL, use_often, (void *)section);
    for (int i = 0; i < 2; i++) {
        void *bad;

        pthread_join(threads[i], &bad);
        printf("thread: %lu\n", (unsigned long)(uintptr_t)bad);
    }
    FUNCTION(DELETE_SHARED)(section);
}

static void leak(void)
{
    printf("created: %d\n", FUNCTION(CREATE_SHARED)(1 << 16, 1 << 12) != 0);
}

static void use_nothing(void)
{
}

static const struct {
    const char *name;
    void (*function)(void);
} uses[] = {
    {"all", use_all},         {"copy-first", copy_first}, {"copy-after", copy_after},
    {"raw", use_raw},         {"errno", use_errno},       {"some", use_some},
    {"fork", use_forked},     {"threads", use_threads},   {"leak", leak},
    {"nothing", use_nothing},
};

/* ---- */

static NTSTATUS initialize(unsigned number, ULONG_PTR id, void *parameters, void **found)
{
    const char *use = getenv("USE");

    printf("Initialize %u: id %lu, %s, %s\n", number, (unsigned long)id,
           parameters ? "parameters" : "no parameters", found ? "functions" : "no functions");
    tell_tables("Initialize");
    functions = found;
    for (unsigned i = 0; found && i < sizeof(uses) / sizeof(*uses); i++)
        if (strcmp(uses[i].name, use ? use : "all") == 0)
            uses[i].function();
    given[number] = functions;
    return (NTSTATUS)(STATUS_SUCCESS + 0x100 + (NTSTATUS)number);
}

static NTSTATUS initialize_first(ULONG_PTR id, void *parameters, void **found)
{
    return initialize(1, id, parameters, found);
}

static NTSTATUS initialize_second(ULONG_PTR id, void *parameters, void **found)
{
    return initialize(2, id, parameters, found);
}

static NTSTATUS shutdown_one(unsigned number)
{
    printf("Shutdown %u\n", number);
    tell_tables("Shutdown");
    functions = given[number];
    if (functions && !getenv("NOT_AGAIN"))
        use_all();
    return STATUS_SUCCESS;
}

static NTSTATUS shutdown_first(void)
{
    return shutdown_one(1);
}

static NTSTATUS shutdown_second(void)
{
    return shutdown_one(2);
}

VISIBLE NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                                     PSECPKG_FUNCTION_TABLE *found, PULONG count)
{
    const char *name = getenv("TABLES");

    shape = shapes;
    for (unsigned i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
        if (name && strcmp(name, shapes[i].name) == 0)
            shape = shapes + i;
    printf("SpLsaModeInitialize: version 0x%x, shape %s\n", (unsigned)lsa_version, shape->name);
    if (!tables)
        make_tables();
    *package_version = shape->version;
    *found = (PSECPKG_FUNCTION_TABLE)tables;
    *count = shape->count;
    return STATUS_SUCCESS;
}
