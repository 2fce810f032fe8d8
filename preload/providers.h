/* SPDX-License-Identifier: MIT */
/*
 * Providers: the loaded objects that really implement audited functions. A provider is the object
 * that defines the symbol, never a file name we guess. Any thread, any signal handler.
 */
#ifndef SCA_PROVIDERS_H
#define SCA_PROVIDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api.h"
#include "elf_object.h"
#include "slots.h"
#include "threads.h"

/* SCA_MAX_ARGS raw registers or stack slots in, raw RAX out; spare ones are ignored by the callee.
 */
typedef uint64_t sca_raw(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                         uint64_t, uint64_t, uint64_t);

/* Call it with these. */
static inline uint64_t sca_call_raw(sca_raw *real, const uint64_t args[SCA_MAX_ARGS])
{
    return real(args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8],
                args[9]);
}

struct sca_provider;

/* What a call goes to. real is NULL when nobody implements the function. */
struct sca_target {
    struct sca_provider *provider; /* NULL: pass through unrecorded */
    sca_raw *real;
};

/* For an exported wrapper: the function as the object around `caller` would have bound it. */
struct sca_target sca_target_exported(enum sca_fn fn, const void *caller, uint32_t generation);

/* For a trampoline: the function that dlsym found in provider number `slot`. */
struct sca_target sca_target_bound(unsigned slot, enum sca_fn fn);

/*
 * dlsym found `real` for a program. True when calls to it are to be audited: *slot is the number
 * for the trampoline. False: hand `real` to the program (it has another ABI, or there are too
 * many providers).
 */
bool sca_provider_bind(enum sca_fn fn, void *real, unsigned *slot);

/* The same for a reference that the loader is binding to this provider; one with another ABI is
 * bound too, and its calls are passed through. */
bool sca_provider_bind_to(enum sca_fn fn, void *real, const struct sca_object *definition,
                          unsigned *slot);

/* The object around this address, which has functions of this family that go by no name; NULL if
 * there is none, or no room for it. */
struct sca_provider *sca_provider_at(const void *address, unsigned family);

/* Is the object around this address a provider of RPC stub memory? */
bool sca_is_rpc_provider(const void *address);

/* The thread handle of the calling thread, as this provider tells it; SCA_UNTOLD_HANDLE of this
 * serial number if it does not. Only when the thread has entered an environment or adopted one: an
 * implementation may have none of its state before. */
uint64_t sca_provider_thread_handle(const struct sca_provider *provider, uint32_t serial);

/* Does it tell thread handles? */
bool sca_provider_tells_handles(const struct sca_provider *provider);

/* The provider's number in this trace, written when it is new to it; 0 if it cannot be. */
uint16_t sca_provider_number(struct sca_thread *thread, struct sca_provider *provider,
                             uint32_t generation);

/* Note in the trace, once, that our free() does not see what this provider frees. */
void sca_provider_frees_unseen(struct sca_thread *thread, struct sca_provider *provider,
                               uint32_t generation);

/* A DWORD of this provider in bytes: 8 in pcsc-lite, 4 in WinPR, which has the types of Windows. */
size_t sca_provider_dword(const struct sca_provider *provider);

/* Note in the trace, once, that this provider has an unknown ABI and is passed through. */
void sca_provider_foreign(struct sca_provider *provider);

/*
 * Is there a provider by now? The loader's lock is taken, but not in a forked child, where nobody
 * might give it back: one that was opened later and never called is overlooked there.
 */
bool sca_providers_present(void);

/* Start anew: in a forked child nothing is written yet. Other threads must not exist. */
void sca_providers_forget(void);

#endif
