/* SPDX-License-Identifier: MIT */
/*
 * Gets a block of the library's, and gives it back by each of the named routes in turn; one with an
 * @ before it on a thread of its own, called "second". After "next" it gets another one. Correct
 * is SCardFreeMemory, once.
 */
#define _GNU_SOURCE
#include "card.h"

#include <pthread.h>

static SCARDCONTEXT ctx;
static void *block;

#define OPERATOR(name, symbol, ...)                                                                \
    extern void symbol();                                                                          \
    static NOINLINE void name(void)                                                                \
    {                                                                                              \
        symbol(block, ##__VA_ARGS__);                                                              \
    }
#define ALIGN ((size_t)16)
#define NOTHROW "" /* the address of std::nothrow, which nobody reads */
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
OPERATOR(delete_plain, _ZdlPv)
OPERATOR(delete_sized, _ZdlPvm, ALIGN)
OPERATOR(delete_aligned, _ZdlPvSt11align_val_t, ALIGN)
OPERATOR(delete_sized_aligned, _ZdlPvmSt11align_val_t, ALIGN, ALIGN)
OPERATOR(delete_nothrow, _ZdlPvRKSt9nothrow_t, NOTHROW)
OPERATOR(delete_aligned_nothrow, _ZdlPvSt11align_val_tRKSt9nothrow_t, ALIGN, NOTHROW)
OPERATOR(delete_array, _ZdaPv)
OPERATOR(delete_array_sized, _ZdaPvm, ALIGN)
OPERATOR(delete_array_aligned, _ZdaPvSt11align_val_t, ALIGN)
OPERATOR(delete_array_sized_aligned, _ZdaPvmSt11align_val_t, ALIGN, ALIGN)
OPERATOR(delete_array_nothrow, _ZdaPvRKSt9nothrow_t, NOTHROW)
OPERATOR(delete_array_aligned_nothrow, _ZdaPvSt11align_val_tRKSt9nothrow_t, ALIGN, NOTHROW)

static NOINLINE void give_to_library(void)
{
    free_block(ctx, block);
}

static NOINLINE void give_to_free(void)
{
    free(block);
}

/* The result is the program's own, and leaves it in the right way. */
static NOINLINE void give_to_realloc(void)
{
    char *result = realloc(block, 4000);

    if (!result)
        exit(UNEXPECTED);
    memset(result, 1, 4000);
    free(result);
}

static NOINLINE void give_to_reallocarray(void)
{
    char *result = reallocarray(block, 100, 40);

    if (!result)
        exit(UNEXPECTED);
    memset(result, 1, 4000);
    free(result);
}

static NOINLINE void give_to_realloc_of_nothing(void)
{
    void *volatile result = realloc(block, 0);

    if (result)
        exit(UNEXPECTED);
}

/* As much as no allocator has. */
static NOINLINE void give_to_failing_realloc(void)
{
    void *volatile result = realloc(block, (size_t)-1 / 4);

    if (result)
        exit(UNEXPECTED);
}

static const struct {
    const char *name;
    void (*go)(void);
} routes[] = {
    {"SCardFreeMemory", give_to_library},
    {"free", give_to_free},
    {"realloc", give_to_realloc},
    {"reallocarray", give_to_reallocarray},
    {"realloc-of-nothing", give_to_realloc_of_nothing},
    {"failing-realloc", give_to_failing_realloc},
    {"delete", delete_plain},
    {"delete-sized", delete_sized},
    {"delete-aligned", delete_aligned},
    {"delete-sized-aligned", delete_sized_aligned},
    {"delete-nothrow", delete_nothrow},
    {"delete-aligned-nothrow", delete_aligned_nothrow},
    {"delete-array", delete_array},
    {"delete-array-sized", delete_array_sized},
    {"delete-array-aligned", delete_array_aligned},
    {"delete-array-sized-aligned", delete_array_sized_aligned},
    {"delete-array-nothrow", delete_array_nothrow},
    {"delete-array-aligned-nothrow", delete_array_aligned_nothrow},
};

static void *go(void *name)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (!strcmp(name, routes[i].name)) {
            routes[i].go();
            return NULL;
        }
    fprintf(stderr, "give-back: no route %s\n", (char *)name);
    exit(UNEXPECTED);
}

static void *go_elsewhere(void *name)
{
    pthread_setname_np(pthread_self(), "second");
    return go(name);
}

int main(int argc, char **argv)
{
    ctx = open_context();
    block = list_readers(ctx);
    for (int i = 1; i < argc; i++) {
        pthread_t thread;

        if (!strcmp(argv[i], "next")) {
            block = list_readers(ctx);
            continue;
        }
        if (argv[i][0] != '@') {
            go(argv[i]);
            continue;
        }
        if (pthread_create(&thread, NULL, go_elsewhere, argv[i] + 1) != 0)
            return UNEXPECTED;
        pthread_join(thread, NULL);
    }
    close_context(ctx);
    return 0;
}
