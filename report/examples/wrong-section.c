/* SPDX-License-Identifier: MIT */
#include <scardaudit/lsahost.h>

static PLSA_SECPKG_FUNCTION_TABLE host;
static PVOID first, second;

static NTSTATUS initialize(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                           PLSA_SECPKG_FUNCTION_TABLE functions)
{
    (void)id, (void)parameters;
    host = functions;
    first = host->CreateSharedMemory(65536, 4096);
    second = host->CreateSharedMemory(65536, 4096);
    host->FreeSharedMemory(second, host->AllocateSharedMemory(first, 64)); /* not its own */
    return STATUS_SUCCESS;
}

static NTSTATUS shut_down(void)
{
    host->DeleteSharedMemory(second);
    host->DeleteSharedMemory(first);
    return STATUS_SUCCESS;
}

static NTSTATUS get_info(PSecPkgInfo info)
{
    info->wVersion = 1;
    return STATUS_SUCCESS;
}

NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                             PSECPKG_FUNCTION_TABLE *tables, PULONG count)
{
    static SECPKG_FUNCTION_TABLE table = {
        .Initialize = initialize, .Shutdown = shut_down, .GetInfo = get_info};

    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
