// SPDX-License-Identifier: MIT
#include "lsa_package.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef NTSTATUS start_function(ULONG lsa_version, PULONG package_version,
                                PSECPKG_FUNCTION_TABLE *tables, PULONG count);

/* Those that were initialized, the last one first */
static struct package {
    const SECPKG_FUNCTION_TABLE *table;
    ULONG_PTR id;
    const char *file;
    struct package *next;
} * packages;

static bool failed(const char *file, const char *what, NTSTATUS status)
{
    fprintf(stderr, "lsahost: %s: %s", file, what);
    if (status)
        fprintf(stderr, ": 0x%08x", (unsigned)status);
    fputc('\n', stderr);
    return false;
}

/* UTF-16, which may be any, as UTF-8 on one line */
static void print_text(const WCHAR *text)
{
    for (; *text; text++) {
        uint32_t c = *text;

        if (c >= 0xd800 && c < 0xdc00 && text[1] >= 0xdc00 && text[1] < 0xe000)
            c = 0x10000 + ((c & 0x3ff) << 10 | (*++text & 0x3ff));
        else if ((c >= 0xd800 && c < 0xe000) || c < ' ' || c == 0x7f)
            c = 0xfffd;
        if (c < 0x80)
            printf("%c", (int)c);
        else if (c < 0x800)
            printf("%c%c", 0xc0 | (int)(c >> 6), 0x80 | (int)(c & 0x3f));
        else if (c < 0x10000)
            printf("%c%c%c", 0xe0 | (int)(c >> 12), 0x80 | (int)(c >> 6 & 0x3f),
                   0x80 | (int)(c & 0x3f));
        else
            printf("%c%c%c%c", 0xf0 | (int)(c >> 18), 0x80 | (int)(c >> 12 & 0x3f),
                   0x80 | (int)(c >> 6 & 0x3f), 0x80 | (int)(c & 0x3f));
    }
}

static void print_info(const struct package *package, const SecPkgInfo *info)
{
    printf("%s: package %lu: ", package->file, (unsigned long)package->id);
    print_text(info->Name ? info->Name : u"");
    printf(", version %u, tokens of at most %u bytes\n", info->wVersion, info->cbMaxToken);
}

static bool initialize(const char *file, const SECPKG_FUNCTION_TABLE *table,
                       const struct lsa_options *options)
{
    struct package *package;
    SecPkgInfo info = {0};
    NTSTATUS status;

    if (!table->Initialize)
        return failed(file, "a package without Initialize", 0);
    package = malloc(sizeof(*package));
    if (!package)
        return failed(file, "no memory", 0);
    *package = (struct package){table, packages ? packages->id + 1 : 1, file, packages};
    status = table->Initialize(package->id, options->parameters, options->functions);
    if (!NT_SUCCESS(status)) {
        free(package);
        return failed(file, "Initialize failed", status);
    }
    packages = package;
    status = table->GetInfo ? table->GetInfo(&info) : STATUS_NOT_IMPLEMENTED;
    if (!NT_SUCCESS(status))
        return failed(file, "GetInfo failed", status);
    if (options->verbose)
        print_info(package, &info);
    return true;
}

bool lsa_package_load(const char *file, const struct lsa_options *options)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "SpLsaModeInitialize") : NULL;
    start_function *start;
    PSECPKG_FUNCTION_TABLE tables = NULL;
    ULONG version = 0, count = 0;
    NTSTATUS status;
    bool good = true;

    if (!symbol)
        return failed(file, dlerror(), 0);
    memcpy(&start, &symbol, sizeof(start));
    status = start(SECPKG_INTERFACE_VERSION, &version, &tables, &count);
    if (!NT_SUCCESS(status))
        return failed(file, "SpLsaModeInitialize failed", status);
    if (!tables || !count)
        return failed(file, "has no packages", 0);
    if (options->verbose)
        printf("%s: interface 0x%08x, %u packages\n", file, (unsigned)version, (unsigned)count);
    for (ULONG i = 0; i < count; i++) {
        const char *table = (const char *)tables + (size_t)i * options->slots * sizeof(void *);

        good = initialize(file, (const SECPKG_FUNCTION_TABLE *)table, options) && good;
    }
    return good;
}

bool lsa_packages_shut_down(void)
{
    bool good = true;

    while (packages) {
        struct package *package = packages;
        NTSTATUS status = STATUS_SUCCESS;

        if (package->table->Shutdown)
            status = package->table->Shutdown();
        if (!NT_SUCCESS(status))
            good = failed(package->file, "Shutdown failed", status);
        packages = package->next;
        free(package);
    }
    return good;
}
