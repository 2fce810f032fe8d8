/* SPDX-License-Identifier: MIT */
/*
 * As OpenSC, GnuPG and pyscard do it: the library is opened at run time and its functions are
 * looked up by name. The context is leaked.
 *
 * The library is $TEST_LIBRARY, if set, opened with RTLD_DEEPBIND if $DEEPBIND is set, as OpenSC
 * does it since 0.27. Built with -Dmain=plugin_work it is a plugin.
 *
 * With -DVERSIONED it asks dlvsym() first. libpcsclite's functions have no version, so that must
 * fail, audited or not. With -DOLD_DLSYM it uses the dlsym() of programs built before glibc 2.34.
 * With -DWINPR the library is WinPR.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef WINPR
#include <winpr/smartcard.h>
#define LIBRARY "libwinpr2.so.2"
#define LIST_READERS "SCardListReadersA"
#else
#include <winscard.h>
#define LIBRARY "libpcsclite.so.1"
#define LIST_READERS "SCardListReaders"
#endif

#define NOINLINE __attribute__((noinline))
#define UNEXPECTED 99

static LONG (*establish)(DWORD, const void *, const void *, SCARDCONTEXT *);
static LONG (*release)(SCARDCONTEXT);
static LONG (*list)(SCARDCONTEXT, const char *, char *, DWORD *);
static LONG (*free_memory)(SCARDCONTEXT, const void *);

#ifdef OLD_DLSYM
__asm__(".symver dlsym, dlsym@GLIBC_2.2.5");
#endif

static void *look_up(void *library, const char *name)
{
    void *function;

#ifdef VERSIONED
    function = dlvsym(library, name, "PCSCLITE_1.0");
    printf("%s with a version: %s\n", name, function ? "there is one" : dlerror());
    if (function)
        return function;
#endif
    function = dlsym(library, name);
    if (!function) {
        fprintf(stderr, "%s\n", dlerror());
        exit(UNEXPECTED);
    }
    return function;
}

static void *open_library(void)
{
    const char *name = getenv("TEST_LIBRARY");
    void *library = dlopen(name ? name : LIBRARY,
                           RTLD_LAZY | RTLD_LOCAL | (getenv("DEEPBIND") ? RTLD_DEEPBIND : 0));

    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(UNEXPECTED);
    }
    establish = look_up(library, "SCardEstablishContext");
    release = look_up(library, "SCardReleaseContext");
    list = look_up(library, LIST_READERS);
    free_memory = look_up(library, "SCardFreeMemory");
    return library;
}

static NOINLINE SCARDCONTEXT establish_context(void)
{
    SCARDCONTEXT ctx = 0;

    if (establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) != SCARD_S_SUCCESS)
        exit(UNEXPECTED);
    return ctx;
}

static NOINLINE void say_readers(SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    if (list(ctx, NULL, (char *)&readers, &length) != SCARD_S_SUCCESS)
        exit(UNEXPECTED);
    printf("first reader: %s\n", readers);
    if (free_memory(ctx, readers) != SCARD_S_SUCCESS)
        exit(UNEXPECTED);
}

int main(void)
{
    void *library = open_library();
    SCARDCONTEXT ctx = establish_context();

    say_readers(ctx);
#ifdef FIXED
    if (release(ctx) != SCARD_S_SUCCESS)
        return UNEXPECTED;
#endif
    dlclose(library);
    return 0;
}
