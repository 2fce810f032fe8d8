// SPDX-License-Identifier: MIT
#include "lsa_table.h"
#include "lsa_section.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* ---- memory of the host, which is its own client */

static PVOID allocate_private(SIZE_T length)
{
    return calloc(1, length ? length : 1);
}

static PVOID allocate_heap(ULONG length)
{
    return allocate_private(length);
}

static VOID free_heap(PVOID base)
{
    free(base);
}

static NTSTATUS allocate_client(PLSA_CLIENT_REQUEST request, ULONG length, PVOID *buffer)
{
    (void)request;
    if (!buffer)
        return STATUS_INVALID_PARAMETER;
    *buffer = allocate_heap(length);
    return *buffer ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS free_client(PLSA_CLIENT_REQUEST request, PVOID buffer)
{
    (void)request;
    free(buffer);
    return STATUS_SUCCESS;
}

static NTSTATUS copy(PVOID to, const void *from, ULONG length)
{
    if (length && (!to || !from))
        return STATUS_INVALID_PARAMETER;
    if (length)
        memmove(to, from, length);
    return STATUS_SUCCESS;
}

static NTSTATUS copy_to_client(PLSA_CLIENT_REQUEST request, ULONG length, PVOID client,
                               PVOID buffer)
{
    (void)request;
    return copy(client, buffer, length);
}

static NTSTATUS copy_from_client(PLSA_CLIENT_REQUEST request, ULONG length, PVOID buffer,
                                 PVOID client)
{
    (void)request;
    return copy(buffer, client, length);
}

/* ---- sections: a refusal to free is not told to anybody, as on Windows */

static VOID free_shared(PVOID section, PVOID memory)
{
    lsa_section_free(section, memory);
}

static BOOLEAN delete_shared(PVOID section)
{
    return lsa_section_delete(section);
}

/* ---- the rest, by what it returns */

static NTSTATUS not_implemented()
{
    return STATUS_NOT_IMPLEMENTED;
}

static HANDLE no_handle()
{
    return NULL;
}

static BOOLEAN no_answer()
{
    return 0;
}

static LSA_SECPKG_FUNCTION_TABLE table = {
    .CreateLogonSession = not_implemented,
    .DeleteLogonSession = not_implemented,
    .AddCredential = not_implemented,
    .GetCredentials = not_implemented,
    .DeleteCredential = not_implemented,
    .AllocateLsaHeap = allocate_heap,
    .FreeLsaHeap = free_heap,
    .AllocateClientBuffer = allocate_client,
    .FreeClientBuffer = free_client,
    .CopyToClientBuffer = copy_to_client,
    .CopyFromClientBuffer = copy_from_client,
    .ImpersonateClient = not_implemented,
    .UnloadPackage = not_implemented,
    .DuplicateHandle = not_implemented,
    .SaveSupplementalCredentials = not_implemented,
    .CreateThread = no_handle,
    .GetClientInfo = not_implemented,
    .RegisterNotification = no_handle,
    .CancelNotification = not_implemented,
    .MapBuffer = not_implemented,
    .CreateToken = not_implemented,
    .AuditLogon = not_implemented,
    .CallPackage = not_implemented,
    .FreeReturnBuffer = free_heap,
    .GetCallInfo = no_answer,
    .CallPackageEx = not_implemented,
    .CreateSharedMemory = lsa_section_create,
    .AllocateSharedMemory = lsa_section_allocate,
    .FreeSharedMemory = free_shared,
    .DeleteSharedMemory = delete_shared,
    .OpenSamUser = not_implemented,
    .GetUserCredentials = not_implemented,
    .GetUserAuthData = not_implemented,
    .CloseSamUser = not_implemented,
    .ConvertAuthDataToToken = not_implemented,
    .ClientCallback = not_implemented,
    .UpdateCredentials = not_implemented,
    .GetAuthDataForUser = not_implemented,
    .CrackSingleName = not_implemented,
    .AuditAccountLogon = not_implemented,
    .CallPackagePassthrough = not_implemented,
    .CrediRead = not_implemented,
    .CrediReadDomainCredentials = not_implemented,
    .CrediFreeCredentials = not_implemented,
    .LsaProtectMemory = not_implemented,
    .LsaUnprotectMemory = not_implemented,
    .OpenTokenByLogonId = not_implemented,
    .ExpandAuthDataForDomain = not_implemented,
    .AllocatePrivateHeap = allocate_private,
    .FreePrivateHeap = free_heap,
    .CreateTokenEx = not_implemented,
    .CrediWrite = not_implemented,
    .CrediUnmarshalandDecodeString = not_implemented,
    .DummyFunction6 = not_implemented,
    .GetExtendedCallFlags = not_implemented,
    .DuplicateTokenHandle = not_implemented,
    .GetServiceAccountPassword = not_implemented,
    .DummyFunction7 = not_implemented,
    .AuditLogonEx = not_implemented,
    .CheckProtectedUserByToken = not_implemented,
    .QueryClientRequest = not_implemented,
    .GetAppModeInfo = not_implemented,
    .SetAppModeInfo = not_implemented,
    .GetClientInfoEx = not_implemented,
    .GetSecpkgFailureReason = not_implemented,
    .SetSecpkgFailureReason = not_implemented,
};

PLSA_SECPKG_FUNCTION_TABLE lsa_table(bool read_only)
{
    static PLSA_SECPKG_FUNCTION_TABLE chosen;
    void *pages;

    if (chosen || !read_only)
        return chosen ? chosen : (chosen = &table);
    pages = mmap(NULL, sizeof(table), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    memcpy(pages, &table, sizeof(table));
    mprotect(pages, sizeof(table), PROT_READ);
    return chosen = pages;
}
