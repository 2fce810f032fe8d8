/* SPDX-License-Identifier: MIT */
/*
 * For a program with both WinPR and pcsc-lite in it: after this, the PC/SC functions are those of
 * OWN_LIBRARY, looked up in it, and not those of the library that the linker found first. Comes
 * after the library's header and before card.h.
 */
#ifndef TESTS_OWN_H
#define TESTS_OWN_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *look_up(const char *name)
{
    void *library = dlopen(OWN_LIBRARY, RTLD_NOW);
    void *function = library ? dlsym(library, name) : NULL;

    if (!function) {
        fprintf(stderr, "%s\n", dlerror());
        exit(99);
    }
    return function;
}

#define OWN(name) ((__typeof__(name) *)look_up(#name))
#define SCardEstablishContext OWN(SCardEstablishContext)
#define SCardReleaseContext OWN(SCardReleaseContext)
#define SCardFreeMemory OWN(SCardFreeMemory)
#define SCardDisconnect OWN(SCardDisconnect)
#ifdef WINPR
#define SCardListReadersA OWN(SCardListReadersA)
#define SCardConnectA OWN(SCardConnectA)
#define SCardStatusA OWN(SCardStatusA)
#else
#define SCardListReaders OWN(SCardListReaders)
#define SCardConnect OWN(SCardConnect)
#endif

#endif
