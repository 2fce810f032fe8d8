// SPDX-License-Identifier: MIT
/* A package that writes into the host's table of functions, if it can: asked of the kernel, which
 * fails where a program would die. */
#include <fcntl.h>
#include <scardaudit/lsahost.h>
#include <stdio.h>
#include <unistd.h>

static NTSTATUS start(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                      PLSA_SECPKG_FUNCTION_TABLE functions)
{
    int zero = open("/dev/zero", O_RDONLY);

    (void)id, (void)parameters;
    puts(read(zero, &functions->DummyFunction6, 8) == 8 ? "written" : "a page that is read-only");
    close(zero);
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
    static SECPKG_FUNCTION_TABLE table = {.Initialize = start, .GetInfo = tell};

    *package_version = lsa_version;
    *tables = &table;
    *count = 1;
    return STATUS_SUCCESS;
}
