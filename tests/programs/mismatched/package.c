// SPDX-License-Identifier: MIT
/*
 * A security package with all libraries: the only place where blocks of every family meet. Its
 * Initialize gets a block and gives it to a deallocator: $PAIR is "BLOCK DEALLOCATOR".
 */
#include "blocks.h"
#include <scardaudit/lsahost.h>
#include <stdlib.h>
#include <string.h>

static PLSA_SECPKG_FUNCTION_TABLE host;
static PVOID section;

static NOINLINE void *get_section(void)
{
    return host->AllocateSharedMemory(section, SIZE);
}

static NOINLINE void *get_heap(void)
{
    return host->AllocateLsaHeap(SIZE);
}

static NOINLINE void to_FreeSharedMemory(void *block)
{
    host->FreeSharedMemory(section, block);
    __asm__ volatile("");
}

static NOINLINE void to_FreeLsaHeap(void *block)
{
    host->FreeLsaHeap(block);
    reuse();
}

static const struct source own_sources[] = {{"section", get_section}, {"heap", get_heap}, {0}};
static const struct sink own_sinks[] = {
    {"FreeSharedMemory", to_FreeSharedMemory}, {"FreeLsaHeap", to_FreeLsaHeap}, {0}};

static int is_named(const char *name, const char *pair, size_t length)
{
    return strlen(name) == length && memcmp(name, pair, length) == 0;
}

static const struct source *find_source(const char *pair)
{
    const struct source *source = other_sources;
    size_t length = strcspn(pair, " ");

    while (source->name && !is_named(source->name, pair, length))
        source++;
    if (!source->name)
        for (source = own_sources; source->name && !is_named(source->name, pair, length);)
            source++;
    EXPECT(source->name);
    return source;
}

static const struct sink *find_sink(const char *pair)
{
    const struct sink *sink = other_sinks;

    pair += strcspn(pair, " ");
    pair += *pair == ' ';
    while (sink->name && strcmp(sink->name, pair) != 0)
        sink++;
    if (!sink->name)
        for (sink = own_sinks; sink->name && strcmp(sink->name, pair) != 0;)
            sink++;
    EXPECT(sink->name);
    return sink;
}

static NTSTATUS start(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                      PLSA_SECPKG_FUNCTION_TABLE functions)
{
    const char *pair = getenv("PAIR");

    (void)id, (void)parameters;
    host = functions;
    section = host->CreateSharedMemory(1 << 16, 1 << 12);
    begin_others();
    EXPECT(pair && section);
    find_sink(pair)->take(find_source(pair)->get());
    end_others();
    return STATUS_SUCCESS;
}

static NTSTATUS stop(void)
{
    host->DeleteSharedMemory(section);
    return STATUS_SUCCESS;
}

static NTSTATUS tell(PSecPkgInfo info)
{
    (void)info;
    return STATUS_SUCCESS;
}

NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                             PSECPKG_FUNCTION_TABLE *tables, PULONG count)
{
    static SECPKG_FUNCTION_TABLE table = {.Initialize = start, .Shutdown = stop, .GetInfo = tell};

    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
