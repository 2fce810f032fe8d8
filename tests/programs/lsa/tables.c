// SPDX-License-Identifier: MIT
/*
 * tables WAY PACKAGE: a host whose function table is an odd one, or its package's are.
 *
 *   heap      FreeLsaHeap is free() itself
 *   reused    the table has other functions for the second package; the first has copied it
 *   short     it ends early: something else lies behind
 *   full      tables without a gap, which may be of several lengths
 *   lying     the package says that it has 39 tables
 *   filtered  the same in a program with a seccomp filter
 */
#include "tables.h"

#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static void *create(uint32_t most, uint32_t first)
{
    (void)most, (void)first;
    return malloc(4096);
}

static void *another_create(uint32_t most, uint32_t first)
{
    (void)most, (void)first;
    return NULL;
}

static void *allocate(void *section, uint32_t size)
{
    (void)size;
    return (char *)section + 64;
}

static void free_block(void *section, void *block)
{
    (void)section, (void)block;
}

static unsigned char delete_section(void *section)
{
    free(section);
    return 1;
}

static void *allocate_heap(uint32_t size)
{
    return malloc(size);
}

static void *functions[HOST_SLOTS];

static int initialize(void **package, unsigned long id)
{
    return ((initialize_fn *)package[INITIALIZE])(id, NULL, functions);
}

static void reused(void **package)
{
    void *copy[HOST_SLOTS];

    initialize(package, 1);
    memcpy(copy, functions, sizeof copy);
    functions[CREATE] = (void *)another_create;
    initialize(package, 2);
    free(((create_fn *)copy[CREATE])(1, 1));
    printf("the copy's: %s, the table's: %s\n",
           ((create_fn *)copy[CREATE])(1, 1) ? "a section" : "none",
           ((create_fn *)functions[CREATE])(1, 1) ? "a section" : "none");
}

static void ends_early(void **package)
{
    int same = 0;

    for (long i = ALLOCATE_HEAP + 1; i < HOST_SLOTS; i++)
        functions[i] = (void *)i;
    initialize(package, 1);
    for (long i = ALLOCATE_HEAP + 1; i < HOST_SLOTS; i++)
        same += functions[i] == (void *)i;
    printf("%d of %d as before\n", same, HOST_SLOTS - ALLOCATE_HEAP - 1);
}

static void full(void **package)
{
    for (int i = 0; i < 68; i++)
        if (i % 34 < INITIALIZE || i % 34 > GET_INFO)
            printf("%ld ", ((add_fn *)package[i])(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    puts("");
    initialize(package, USING);
}

static void filter(void)
{
    struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, allow};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
        abort();
}

int main(int argc, char **argv)
{
    const char *way = argc == 3 ? argv[1] : "";
    void *file = argc == 3 ? dlopen(argv[2], RTLD_NOW) : NULL;
    entry_fn *entry = file ? (entry_fn *)dlsym(file, "SpLsaModeInitialize") : NULL;
    uint32_t version, count, wanted = ONE;
    void **tables;

    if (!entry)
        return 2;
    functions[ALLOCATE_HEAP] = (void *)allocate_heap;
    functions[FREE_HEAP] = (void *)free;
    functions[CREATE] = (void *)create;
    functions[ALLOCATE] = (void *)allocate;
    functions[FREE] = (void *)free_block;
    functions[DELETE] = (void *)delete_section;
    if (strcmp(way, "full") == 0)
        wanted = FULL;
    if (strcmp(way, "lying") == 0 || strcmp(way, "filtered") == 0)
        wanted = LYING;
    if (strcmp(way, "filtered") == 0)
        filter();
    if (entry(wanted, &version, &tables, &count) != 0)
        return 3;
    if (strcmp(way, "reused") == 0)
        reused(tables);
    else if (strcmp(way, "short") == 0)
        ends_early(tables);
    else if (strcmp(way, "full") == 0)
        full(tables);
    else
        initialize(tables, USING);
    puts("done");
    return 0;
}
