/* SPDX-License-Identifier: MIT */
/* Its Initialize fails, and leaves a section behind: nobody calls Shutdown. */
#define OWN_TABLE
#include "rules.h"

static void work(void)
{
    PVOID section = open_section();
#ifdef FIXED
    close_section(section);
#else
    (void)section;
#endif
}

static void finish(void)
{
}

static NTSTATUS fail(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                     PLSA_SECPKG_FUNCTION_TABLE functions)
{
    start(id, parameters, functions);
    return STATUS_UNSUCCESSFUL;
}

NTSTATUS SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                             PSECPKG_FUNCTION_TABLE *tables, PULONG count)
{
    static SECPKG_FUNCTION_TABLE table = {.Initialize = fail, .Shutdown = stop, .GetInfo = tell};

    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
