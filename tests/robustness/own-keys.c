/* SPDX-License-Identifier: MIT */
/*
 * Thread-specific data of a program and of a library in a namespace of its own, whose C library
 * gives out the same numbers. argv: the library, WinPR, which keeps some; it is used twice.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#include "attack.h"

/* The types of Windows */
typedef int32_t establish_function(uint32_t scope, const void *a, const void *b, uintptr_t *ctx);
typedef int32_t release_function(uintptr_t ctx);

static void use(const char *library)
{
    void *handle = dlmopen(LM_ID_NEWLM, library, RTLD_NOW);
    uintptr_t ctx = 0;

    if (!handle) {
        printf("%s\n", dlerror());
        exit(1);
    }

    establish_function *establish = (establish_function *)dlsym(handle, "SCardEstablishContext");
    release_function *release = (release_function *)dlsym(handle, "SCardReleaseContext");
    int32_t established = establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);

    printf("established %x, released %x\n", (unsigned)established, (unsigned)release(ctx));
    dlclose(handle);
}

int main(int argc, char **argv)
{
    pthread_key_t first, second;

    ask();
    pthread_key_create(&first, NULL);
    pthread_key_create(&second, NULL);
    printf("keys %u and %u\n", first, second);
    for (int i = 0; argc > 1 && i < 3; i++)
        use(argv[1]);
    ask();
    return 0;
}
