/* SPDX-License-Identifier: MIT */
/*
 * What the packages with one bug each share: correct calls of the host, each in a function of its
 * own that is never inlined, so that a test can look for its name in a stack.
 *
 * A package does its work() in Initialize and finish() in Shutdown. It has one bug; built with
 * -DFIXED it is its own correct twin. A bug that there is in several ways is chosen by $BUG. When
 * the host answers otherwise than the package was written for, the process ends with UNEXPECTED.
 */
#ifndef TESTS_LSA_RULES_H
#define TESTS_LSA_RULES_H

#include <scardaudit/lsahost.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline, unused))
#define UNEXPECTED 99
#define EXPECT(what) ((what) ? (void)0 : unexpected(#what))

enum { SIZE = 500 }; /* of a block */

static PLSA_SECPKG_FUNCTION_TABLE host;

static NOINLINE void work(void);
static NOINLINE void finish(void);

static NOINLINE void unexpected(const char *what)
{
    fprintf(stderr, "not so: %s\n", what);
    exit(UNEXPECTED);
}

static NOINLINE int bug(const char *name)
{
    const char *wanted = getenv("BUG");

    return wanted && strcmp(wanted, name) == 0;
}

static NOINLINE PVOID open_section(void)
{
    PVOID section = host->CreateSharedMemory(1 << 16, 1 << 12);

    EXPECT(section);
    return section;
}

static NOINLINE void close_section(PVOID section)
{
    EXPECT(host->DeleteSharedMemory(section) == 1);
}

static NOINLINE PVOID allocate(PVOID section)
{
    PVOID block = host->AllocateSharedMemory(section, SIZE);

    EXPECT(block);
    return block;
}

static NOINLINE void release(PVOID section, PVOID block)
{
    host->FreeSharedMemory(section, block);
    __asm__ volatile(""); /* no sibling call */
}

static NOINLINE PVOID allocate_heap(void)
{
    PVOID block = host->AllocateLsaHeap(SIZE);

    EXPECT(block);
    return block;
}

static NOINLINE void release_heap(PVOID block)
{
    host->FreeLsaHeap(block);
    __asm__ volatile("");
}

static NTSTATUS start(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                      PLSA_SECPKG_FUNCTION_TABLE functions)
{
    (void)id, (void)parameters;
    host = functions;
    work();
    return STATUS_SUCCESS;
}

static NTSTATUS stop(void)
{
    finish();
    return STATUS_SUCCESS;
}

static NTSTATUS tell(PSecPkgInfo info)
{
    info->wVersion = 1;
    return STATUS_SUCCESS;
}

#ifndef OWN_TABLE
NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                             PSECPKG_FUNCTION_TABLE *tables, PULONG count)
{
    static SECPKG_FUNCTION_TABLE table = {.Initialize = start, .Shutdown = stop, .GetInfo = tell};

    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
#endif

#endif
