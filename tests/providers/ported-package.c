/* SPDX-License-Identifier: MIT */
/* A package as it may come from Windows, in C and C++ */
#include <scardaudit/lsahost.h>

#ifdef __cplusplus
#define STATIC_ASSERT static_assert
#else
#define STATIC_ASSERT _Static_assert
#endif
#define SLOT(table, name, number) STATIC_ASSERT(offsetof(table, name) == 8 * (number), #name)

SLOT(LSA_SECPKG_FUNCTION_TABLE, AllocateLsaHeap, 5);
SLOT(LSA_SECPKG_FUNCTION_TABLE, FreeLsaHeap, 6);
SLOT(LSA_SECPKG_FUNCTION_TABLE, CreateSharedMemory, 26);
SLOT(LSA_SECPKG_FUNCTION_TABLE, AllocateSharedMemory, 27);
SLOT(LSA_SECPKG_FUNCTION_TABLE, FreeSharedMemory, 28);
SLOT(LSA_SECPKG_FUNCTION_TABLE, DeleteSharedMemory, 29);
SLOT(LSA_SECPKG_FUNCTION_TABLE, SetSecpkgFailureReason, 65);
SLOT(SECPKG_FUNCTION_TABLE, Initialize, 8);
SLOT(SECPKG_FUNCTION_TABLE, Shutdown, 9);
SLOT(SECPKG_FUNCTION_TABLE, GetInfo, 10);
STATIC_ASSERT(sizeof(SECPKG_FUNCTION_TABLE) == 8 * 38, "38 slots");

static PLSA_SECPKG_FUNCTION_TABLE lsa;
static WCHAR package_name[] = {'p', 'o', 'r', 't', 'e', 'd', 0};

static NTSTATUS NTAPI accept_credentials(ULONG type, UNICODE_STRING *name, BOOLEAN flag)
{
    return type && name && flag ? STATUS_SUCCESS : STATUS_NOT_IMPLEMENTED;
}

static NTSTATUS NTAPI initialize(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                                 PLSA_SECPKG_FUNCTION_TABLE functions)
{
    PVOID buffer = NULL;
    char text[4] = "abc";

    (void)id;
    (void)parameters;
    lsa = functions;
    if (lsa->ImpersonateClient() != STATUS_NOT_IMPLEMENTED ||
        lsa->CallPackage(parameters, (PVOID)text, 4u, &buffer, (PULONG)0, (NTSTATUS *)0) !=
            STATUS_NOT_IMPLEMENTED)
        return STATUS_UNSUCCESSFUL;
    if (!NT_SUCCESS(lsa->AllocateClientBuffer(NULL, 4, &buffer)) ||
        !NT_SUCCESS(lsa->CopyToClientBuffer(NULL, 4, buffer, text)) || ((char *)buffer)[2] != 'c' ||
        lsa->CopyFromClientBuffer(NULL, 4, NULL, buffer) != STATUS_INVALID_PARAMETER)
        return STATUS_UNSUCCESSFUL;
    lsa->FreeClientBuffer(NULL, buffer);
    lsa->FreeLsaHeap(lsa->AllocateLsaHeap(0));
    lsa->FreePrivateHeap(lsa->AllocatePrivateHeap(1));
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI shut_down(void)
{
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI get_info(PSecPkgInfo info)
{
    info->wVersion = 1;
    info->Name = package_name;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                                   PSECPKG_FUNCTION_TABLE *tables, PULONG count)
{
    static SECPKG_FUNCTION_TABLE table;

    table.AcceptCredentials = (PLSA_NOT_CALLED)accept_credentials;
    table.Initialize = initialize;
    table.Shutdown = shut_down;
    table.GetInfo = get_info;
    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
