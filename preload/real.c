/* SPDX-License-Identifier: MIT */
#include "real.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "elf_object.h"
#include "port.h"

static const char *const names[SCA_REAL_COUNT] = {
#define SCA_X(name) #name,
    SCA_LIBC_FUNCTIONS(SCA_X)
#undef SCA_X
};

static _Atomic(void *) found[SCA_REAL_COUNT];

/*
 * By its soname: the address of a libc function would not do, because a program that takes it too
 * may have moved it into its own PLT.
 */
static bool find_libc(struct sca_object *object)
{
    for (size_t i = 0; sca_object_at_start(i, object); i++) {
        const char *soname = sca_object_soname(object);

        if (soname && sca_same(soname, "libc.so.6"))
            return true;
    }
    return false;
}

void *sca_real_other(const char *name)
{
    void *address = NULL;
    struct sca_object libc;

    if (find_libc(&libc))
        address = sca_object_symbol(&libc, name);
    if (!address) {
        sca_say("libc has no function ", name, ", cannot go on");
        abort();
    }
    return address;
}

void *sca_real(enum sca_real function)
{
    void *address = atomic_load_explicit(&found[function], memory_order_relaxed);

    if (address)
        return address;
    address = sca_real_other(names[function]);
    atomic_store_explicit(&found[function], address, memory_order_relaxed);
    return address;
}

/* No tail calls: glibc reads its caller from the stack, and it has to be this library. */
void *sca_real_dlsym(void *handle, const char *name)
{
    void *(*real)(void *, const char *) = (void *(*)(void *, const char *))sca_real(SCA_REAL_dlsym);
    void *volatile result = real(handle, name);

    return result;
}

void *sca_real_dlvsym(void *handle, const char *name, const char *version)
{
    void *(*real)(void *, const char *, const char *) =
        (void *(*)(void *, const char *, const char *))sca_real(SCA_REAL_dlvsym);
    void *volatile result = real(handle, name, version);

    return result;
}
