// SPDX-License-Identifier: MIT
/*
 * A host of packages that does what lsahost does not, and prints what comes back:
 *
 *   host [WORD...] PACKAGE...
 *
 *   default, version    look for SpLsaModeInitialize with dlsym(RTLD_DEFAULT), or dlvsym()
 *   tables=N slots=N    of a package: how many, and how long (the package may tell otherwise)
 *   functions=KIND      the host's, as below; without this they are in data
 *   copy                call the package through a copy of its tables
 *   replace             put another function into the host's table that packages have already
 *   again               call SpLsaModeInitialize and Initialize again
 *   rounds=N            unload the packages, and load them again
 *   no-files            no file can be opened from SpLsaModeInitialize on
 *   filter              a seccomp filter refuses that, and to change a page's protection
 *   deadly-filter       a seccomp filter kills for it
 *
 *   const, mapped, mapped-const, sealed    where they are
 *   nulls, none         some are NULL, the table is
 *   two                 each other package gets another table with other functions
 *   copied              later packages get copies of the table, as the first one has it
 *   many                a package gets another copy each time
 *
 * Its functions return more bits than they have to, and say what arguments they got if $RAW is set.
 * Built with -DLINKED it is linked to its package.
 */
#define _GNU_SOURCE /* dlvsym, memfd_create */
#include "odd.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PAGE = 4096, MOST_TABLES = 64, MOST_SLOTS = 64, MANY = 40 };

typedef NTSTATUS start_function(ULONG, PULONG, PSECPKG_FUNCTION_TABLE *, PULONG);

static struct {
    const char *functions;
    unsigned tables, slots, rounds;
    int use_default, use_version, copy, replace, again, no_files, filter, deadly_filter;
} options = {"data", 1, 38, 1, 0, 0, 0, 0, 0, 0, 0, 0};

/* ---- its functions, of which there are two sets. A section counts its blocks. */

#define UPPER 0xabcdef0100000000

struct section {
    unsigned live, blocks;
};

static unsigned calls[2][MEMORY_SLOTS];
static unsigned replaced;

static void tell_arguments(const char *name, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d,
                           uintptr_t e, uintptr_t f)
{
    if (!getenv("RAW"))
        return;
    printf("%s:", name);
    /* no addresses */
    if (a >> 60)
        printf(" %lx", a);
    if (b >> 60)
        printf(" %lx", b);
    printf(" %lu %lu %lu %lu\n", c, d, e, f);
}

#define SIX uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f
#define TELL(set, slot, name)                                                                      \
    (__atomic_add_fetch(&calls[set][slot], 1, __ATOMIC_RELAXED),                                   \
     tell_arguments(name, a, b, c, d, e, f))

#define SET(set)                                                                                   \
    static uintptr_t allocate_heap_##set(SIX)                                                      \
    {                                                                                              \
        TELL(set, ALLOCATE_HEAP, "AllocateLsaHeap");                                               \
        return (uintptr_t)malloc((ULONG)a);                                                        \
    }                                                                                              \
    static uintptr_t free_heap_##set(SIX)                                                          \
    {                                                                                              \
        TELL(set, FREE_HEAP, "FreeLsaHeap");                                                       \
        free((void *)a);                                                                           \
        return UPPER + 6;                                                                          \
    }                                                                                              \
    static uintptr_t create_##set(SIX)                                                             \
    {                                                                                              \
        struct section *section = calloc(1, sizeof(*section));                                     \
                                                                                                   \
        TELL(set, CREATE_SHARED, "CreateSharedMemory");                                            \
        section->live = 1;                                                                         \
        return (uintptr_t)section;                                                                 \
    }                                                                                              \
    static uintptr_t allocate_##set(SIX)                                                           \
    {                                                                                              \
        TELL(set, ALLOCATE_SHARED, "AllocateSharedMemory");                                        \
        __atomic_add_fetch(&((struct section *)a)->blocks, 1, __ATOMIC_RELAXED);                   \
        return (uintptr_t)malloc((ULONG)b);                                                        \
    }                                                                                              \
    static uintptr_t free_##set(SIX)                                                               \
    {                                                                                              \
        TELL(set, FREE_SHARED, "FreeSharedMemory");                                                \
        __atomic_sub_fetch(&((struct section *)a)->blocks, 1, __ATOMIC_RELAXED);                   \
        free((void *)b);                                                                           \
        return UPPER + 28;                                                                         \
    }                                                                                              \
    static uintptr_t delete_##set(SIX)                                                             \
    {                                                                                              \
        TELL(set, DELETE_SHARED, "DeleteSharedMemory");                                            \
        if (!a)                                                                                    \
            return UPPER; /* 0 in one byte */                                                      \
        free((void *)a);                                                                           \
        return UPPER + 0x301;                                                                      \
    }

SET(0)
SET(1)

static uintptr_t no_function(void)
{
    return (uintptr_t)STATUS_NOT_IMPLEMENTED;
}

static uintptr_t allocate_replaced(SIX)
{
    replaced++;
    return allocate_0(a, b, c, d, e, f);
}

#define TABLE(set)                                                                                 \
    {                                                                                              \
        [0 ... MOST_SLOTS -                                                                        \
            1] = (void *)no_function,                                                              \
            [ALLOCATE_HEAP] = (void *)allocate_heap_##set, [FREE_HEAP] = (void *)free_heap_##set,  \
            [CREATE_SHARED] = (void *)create_##set, [ALLOCATE_SHARED] = (void *)allocate_##set,    \
            [FREE_SHARED] = (void *)free_##set, [DELETE_SHARED] = (void *)delete_##set,            \
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static void *in_data[MOST_SLOTS] = TABLE(0);
static void *other_in_data[MOST_SLOTS] = TABLE(1);
static void *const in_const[MOST_SLOTS] = TABLE(0);
#pragma GCC diagnostic pop

static void **functions, *before[MOST_SLOTS];
static unsigned functions_count = MOST_SLOTS;

/* On a page that nobody can make writable: of a file that is only open for reading */
static void **sealed(void)
{
    int file = memfd_create("functions", 0), again;
    char path[32];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    again = open(path, O_RDONLY);
    if (write(file, in_data, sizeof(in_data)) != sizeof(in_data))
        return NULL;
    return mmap(NULL, sizeof(in_data), PROT_READ, MAP_SHARED, again, 0);
}

/* The shortest table there may be ends where its page does. */
static void make_functions(void)
{
    int read_only = strcmp(options.functions, "mapped-const") == 0;

    functions = strcmp(options.functions, "const") == 0 ? (void **)in_const : in_data;
    if (strncmp(options.functions, "mapped", 6) == 0) {
        char *pages =
            mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        functions_count = MEMORY_SLOTS;
        functions = (void **)(pages + PAGE) - functions_count;
        memcpy(functions, in_data, functions_count * sizeof(*functions));
        mprotect(pages + PAGE, PAGE, PROT_NONE);
        if (read_only)
            mprotect(pages, PAGE, PROT_READ);
    } else if (strcmp(options.functions, "sealed") == 0) {
        functions = sealed();
    } else if (strcmp(options.functions, "nulls") == 0) {
        for (unsigned slot = CREATE_SHARED; slot < MEMORY_SLOTS; slot++)
            in_data[slot] = NULL;
    } else if (strcmp(options.functions, "none") == 0) {
        functions = NULL;
        return;
    }
    memcpy(before, functions, functions_count * sizeof(*functions));
}

static int is_memory_slot(unsigned slot)
{
    for (unsigned i = 0; i < sizeof(memory_slots) / sizeof(*memory_slots); i++)
        if (memory_slots[i] == slot)
            return 1;
    return 0;
}

static void tell_functions(void)
{
    char pages[8];
    unsigned changed = 0;

    if (!functions)
        return;
    for (unsigned i = 0; i < functions_count; i++)
        changed += functions[i] != before[i] && (!before[i] || !is_memory_slot(i));
    printf("functions: %s, %u other slots changed\n", pages_of(functions, pages), changed);
}

/* ---- packages */

static struct package {
    void *library;
    uintptr_t *table;
} packages[MOST_TABLES];
static unsigned count;

static const SECPKG_FUNCTION_TABLE *table_of(const struct package *package)
{
    return (const SECPKG_FUNCTION_TABLE *)package->table;
}

static void refuse_files(void)
{
    static struct rlimit none;

    if (options.no_files)
        setrlimit(RLIMIT_NOFILE, &none);
    if (options.filter || options.deadly_filter) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        uint32_t answer = options.filter ? SCMP_ACT_ERRNO(EACCES) : SCMP_ACT_KILL_PROCESS;

        seccomp_rule_add(filter, answer, SCMP_SYS(openat), 0);
        seccomp_rule_add(filter, answer, SCMP_SYS(open), 0);
        seccomp_rule_add(filter, answer, SCMP_SYS(mprotect), 0);
        seccomp_rule_add(filter, answer, SCMP_SYS(process_vm_readv), 0);
        if (seccomp_load(filter) != 0)
            puts("no filter");
    }
    fflush(stdout);
}

static start_function *find(void *library)
{
    start_function *start;
    void *found;

#ifdef LINKED
    (void)library;
    (void)found;
    start = SpLsaModeInitialize;
#else
    if (options.use_default)
        found = dlsym(RTLD_DEFAULT, "SpLsaModeInitialize");
    else if (options.use_version)
        found = dlvsym(library, "SpLsaModeInitialize", "PACKAGE_1.0");
    else
        found = dlsym(library, "SpLsaModeInitialize");
    memcpy(&start, &found, sizeof(start));
#endif
    return start;
}

/* The table for a package. A copy is never freed: packages keep what they were given. */
static void **given_to(unsigned number)
{
    void *from = NULL;
    void *copy;

    if (strcmp(options.functions, "many") == 0)
        from = before;
    else if (strcmp(options.functions, "copied") == 0 && number)
        from = functions;
    else if (strcmp(options.functions, "two") == 0 && number % 2)
        return other_in_data;
    if (!from)
        return functions;
    copy = malloc(sizeof(before));
    return memcpy(copy, from, sizeof(before));
}

static void initialize(const struct package *package)
{
    static SECPKG_PARAMETERS parameters;
    SecPkgInfo info = {0};
    unsigned number = (unsigned)(package - packages);
    unsigned times = strcmp(options.functions, "many") == 0 ? MANY : 1;

    for (unsigned i = 0; table_of(package)->Initialize && i < times; i++)
        printf("initialized: 0x%x\n", (unsigned)table_of(package)->Initialize(
                                          number + 1, number % 2 ? NULL : &parameters,
                                          (PLSA_SECPKG_FUNCTION_TABLE)given_to(number)));
    table_of(package)->GetInfo(&info);
    printf("info: %u, %u\n", info.wVersion, (unsigned)info.cbMaxToken);
}

static void load(const char *file)
{
    void *library = dlopen(file, RTLD_NOW | (options.use_default ? RTLD_GLOBAL : RTLD_LOCAL));
    start_function *start = library ? find(library) : NULL;
    PSECPKG_FUNCTION_TABLE tables = NULL;
    ULONG version = 77, told = 77;
    size_t size = options.slots * sizeof(void *);

    if (!start) {
        printf("not loaded: %s\n", dlerror());
        return;
    }
    printf("same: %d\n", start == find(library));
    refuse_files();
    for (int i = 0; i <= options.again; i++) {
        NTSTATUS status;

        errno = 1;
        status = start(0x10000, &version, &tables, &told);
        printf("started: 0x%x, version 0x%x, %u tables, errno %d\n", (unsigned)status,
               (unsigned)version, (unsigned)told, errno);
    }
    for (unsigned i = 0; i < options.tables; i++) {
        struct package *package = packages + count++;
        char *table = (char *)tables + i * size;

        package->library = i ? NULL : library;
        package->table = (uintptr_t *)table;
        if (options.copy)
            package->table = memcpy(malloc(size), table, size);
        initialize(package);
        if (options.again)
            initialize(package);
        tell_functions();
    }
}

static void unload(void)
{
    while (count > 0) {
        struct package *package = packages + --count;

        if (table_of(package)->Shutdown)
            printf("stopped: 0x%x\n", (unsigned)table_of(package)->Shutdown());
        if (options.copy)
            free(package->table);
        if (options.rounds > 1 && package->library)
            dlclose(package->library);
    }
    tell_functions();
}

static int is_option(const char *word)
{
    static const struct {
        const char *name;
        int *flag;
    } flags[] = {{"default", &options.use_default}, {"version", &options.use_version},
                 {"copy", &options.copy},           {"replace", &options.replace},
                 {"again", &options.again},         {"no-files", &options.no_files},
                 {"filter", &options.filter},       {"deadly-filter", &options.deadly_filter}};

    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
        if (strcmp(word, flags[i].name) == 0)
            return *flags[i].flag = 1;
    if (strncmp(word, "functions=", 10) == 0) {
        options.functions = word + 10;
        return 1;
    }
    return sscanf(word, "tables=%u", &options.tables) == 1 ||
           sscanf(word, "slots=%u", &options.slots) == 1 ||
           sscanf(word, "rounds=%u", &options.rounds) == 1;
}

int main(int argc, char **argv)
{
    int first = 1;

    while (first < argc && is_option(argv[first]))
        first++;
    make_functions();
#ifndef LINKED
    printf("nobody's: %d\n", dlsym(RTLD_DEFAULT, "SpLsaModeInitialize") != NULL);
    printf("libc's: %d\n", dlsym(dlopen("libc.so.6", RTLD_NOW), "SpLsaModeInitialize") != NULL);
#endif
    for (unsigned round = 0; round < options.rounds; round++) {
        for (int i = first; i < argc; i++)
            load(argv[i]);
        if (options.replace)
            before[ALLOCATE_SHARED] = functions[ALLOCATE_SHARED] = (void *)allocate_replaced;
        unload();
    }
    for (int set = 0; set < 2; set++) {
        printf("calls %d:", set);
        for (unsigned i = 0; i < MEMORY_SLOTS; i++)
            if (is_memory_slot(i))
                printf(" %u", calls[set][i]);
        putchar('\n');
    }
    printf("replaced: %u\n", replaced);
    return 0;
}
