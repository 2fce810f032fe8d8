// SPDX-License-Identifier: MIT
/*
 * Two packages in one array. Each has a section, in which it keeps a counter and a few blocks, and
 * leaves nothing behind. Built otherwise:
 *
 *   -DCONST        the array is const
 *   -DSHORT        its tables are as long as in older headers
 *   -DNO_TABLES    there is none
 *   -DFAILING      the second one cannot be initialized
 */
#include <scardaudit/lsahost.h>
#include <stdio.h>

static PLSA_SECPKG_FUNCTION_TABLE host;
static PVOID sections[2];
static PULONG counters[2];

static NTSTATUS start(unsigned number, ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                      PLSA_SECPKG_FUNCTION_TABLE functions)
{
    printf("Initialize %u: id %lu, %s, %s\n", number, (unsigned long)id,
           parameters ? "parameters" : "no parameters", functions ? "functions" : "no functions");
    host = functions;
    if (!host)
        return STATUS_SUCCESS;
    if (host->CreateToken(1, 2, 3) != STATUS_NOT_IMPLEMENTED || host->GetCallInfo(NULL) ||
        host->CreateThread(NULL, 0, NULL, NULL, 0, NULL))
        return STATUS_UNSUCCESSFUL;
    sections[number] = host->CreateSharedMemory(1 << 16, 1 << 12);
    counters[number] = host->AllocateSharedMemory(sections[number], sizeof(ULONG));
    if (!counters[number])
        return STATUS_NO_MEMORY;
    *counters[number] = number;
    return STATUS_SUCCESS;
}

static NTSTATUS start_first(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                            PLSA_SECPKG_FUNCTION_TABLE functions)
{
    return start(0, id, parameters, functions);
}

static NTSTATUS start_second(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                             PLSA_SECPKG_FUNCTION_TABLE functions)
{
#ifdef FAILING
    (void)start;
    return STATUS_UNSUCCESSFUL;
#endif
    return start(1, id, parameters, functions);
}

static NTSTATUS stop(unsigned number)
{
    printf("Shutdown %u\n", number);
    if (!host)
        return STATUS_SUCCESS;
    if (*counters[number] != number)
        return STATUS_UNSUCCESSFUL;
    host->FreeSharedMemory(sections[number], counters[number]);
    return host->DeleteSharedMemory(sections[number]) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS stop_first(void)
{
    return stop(0);
}

static NTSTATUS stop_second(void)
{
    return stop(1);
}

static NTSTATUS tell_first(PSecPkgInfo info)
{
    *info = (SecPkgInfo){.wVersion = 1, .cbMaxToken = 2048, .Name = (WCHAR *)u"first \u20ac"};
    return STATUS_SUCCESS;
}

static NTSTATUS tell_second(PSecPkgInfo info)
{
    *info = (SecPkgInfo){.wVersion = 2, .cbMaxToken = 64, .Name = (WCHAR *)u"second \U0001f600"};
    return STATUS_SUCCESS;
}

#ifdef CONST
#define IF_CONST const
#else
#define IF_CONST
#endif

#ifdef SHORT
/* Only the slots that are called have a name. */
struct table {
    PLSA_NOT_CALLED before[8];
    SpInitializeFn *Initialize;
    SpShutdownFn *Shutdown;
    SpGetInfoFn *GetInfo;
    PLSA_NOT_CALLED behind[18];
};
#else
#define table _SECPKG_FUNCTION_TABLE
#endif

static IF_CONST struct table tables[2] = {
    {.Initialize = start_first, .Shutdown = stop_first, .GetInfo = tell_first},
    {.Initialize = start_second, .Shutdown = stop_second, .GetInfo = tell_second},
};

NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                             PSECPKG_FUNCTION_TABLE *found, PULONG count)
{
    (void)lsa_version;
    *package_version = SECPKG_INTERFACE_VERSION;
    *found = (PSECPKG_FUNCTION_TABLE)tables;
    *count = 2;
#ifdef NO_TABLES
    *found = NULL;
    *count = 0;
#endif
    return STATUS_SUCCESS;
}
