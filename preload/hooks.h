/* SPDX-License-Identifier: MIT */
/*
 * The hooks that must not be seen as a caller. glibc takes the return address of dlsym, dlvsym,
 * dlopen, dlmopen and dl_iterate_phdr to learn who asks; execl, prctl and their like are variadic.
 * So these are assembly (hooks_x86_64.S): each saves all argument registers, asks a function below,
 * and then either returns its answer or jumps to the real function with registers and stack as they
 * were.
 */
#ifndef SCA_HOOKS_H
#define SCA_HOOKS_H

#include <stddef.h>
#include <stdint.h>

/* Returned in RAX:RDX. go_on != NULL: jump there. Otherwise value is the answer. */
struct sca_lookup {
    void *value;
    void *go_on;
};

/* dlsym_hook.c: the arguments, and the return address. */
struct sca_lookup sca_dlsym_look_up(void *handle, const char *name, const void *caller);
struct sca_lookup sca_dlvsym_look_up(void *handle, const char *name, const char *version,
                                     const void *caller);

/* dlopen_hook.c */
struct sca_lookup sca_dlopen_look_up(const char *path, int flags);
struct sca_lookup sca_dlmopen_look_up(long space, const char *path, int flags);

/* unwinder.c */
struct sca_lookup sca_phdr_look_up(const void *callback, void *data);

/* seccomp_hook.c: the arguments. A call that sets a filter is answered, all others go on. */
struct sca_lookup sca_prctl_attempt(int option, unsigned long a, unsigned long b, unsigned long c,
                                    unsigned long d);
struct sca_lookup sca_syscall_attempt(long number, long a, long b, long c, long d, long e);

/* exec_hook.c: a function that starts a program, an enum sca_real. vfork-safe. */
struct sca_lookup sca_exec_attempt(int function, const uintptr_t *saved);

/*
 * Argument `number`, from 0, of the hooked call: the six of the registers, pushed in their order
 * after RAX, then the caller's stack beyond the return address.
 */
static inline uintptr_t sca_argument(const uintptr_t *saved, size_t number)
{
    return saved[number < 6 ? 5 - number : number + 2];
}

#endif
