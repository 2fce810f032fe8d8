/* SPDX-License-Identifier: MIT */
/*
 * Asks for a function that pcsc-lite has, and for one that it has not, as a program does that takes
 * the names of Windows where they are.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "card.h"

static NOINLINE void ask(const char *where, void *handle, const char *name)
{
    printf("%s %s: %s\n", where, name, dlsym(handle, name) ? "there" : "not there");
    printf("%s\n", dlerror() ? "with an error" : "without an error");
}

static NOINLINE void ask_all(const char *name)
{
    ask("default", RTLD_DEFAULT, name);
    ask("next", RTLD_NEXT, name);
    ask("program", dlopen(NULL, RTLD_NOW), name);
    ask("library", dlopen("libpcsclite.so.1", RTLD_NOW), name);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();

    ask_all("SCardListReaders");
    ask_all("SCardListReadersW");
    close_context(ctx);
    return 0;
}
