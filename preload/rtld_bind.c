/* SPDX-License-Identifier: MIT */
/* The preloaded copy's answer to what the audit copy asks. */
#include <dlfcn.h>
#include <stddef.h>

#include "api.h"
#include "elf_object.h"
#include "export.h"
#include "heap.h"
#include "lsa.h"
#include "lsa_entry.h"
#include "process.h"
#include "providers.h"
#include "provides.h"
#include "real.h"
#include "recording.h"
#include "rtld_audit.h"
#include "trampolines.h"

/* Is it a function of ours already? Another auditor may have been there before. */
static bool is_function_of_ours(const void *function)
{
    struct sca_object object;

    return sca_object_at(function, &object) && sca_object_is_ours(&object);
}

static void *bind(const char *name, void *real, const struct link_map *definition,
                  const struct link_map *reference)
{
    const struct sca_function *row = sca_provided_by_name(name);
    struct sca_object caller, provider;
    enum sca_fn fn;
    unsigned slot;

    if (definition == reference || is_function_of_ours(real) || !sca_object_of(reference, &caller))
        return NULL;
    if (sca_is_heap_name(name))
        return sca_heap_hook(name, real);
    if (sca_object_is_pcsclite(&caller))
        return NULL;
    if (sca_is_lsa_entry(name))
        return sca_process_is_ours() && sca_recording_open() ? sca_lsa_bound(real) : NULL;
    if (!row) /* dlclose: what is unloaded concerns every stack */
        return real == sca_real(SCA_REAL_dlclose) ? (void *)dlclose : NULL;
    if (!sca_object_of(definition, &provider) || sca_object_is_ours(&provider) ||
        sca_stands_before_us(&provider))
        return NULL;
    fn = (enum sca_fn)(row - sca_functions);
    if (!sca_provider_bind_to(fn, real, &provider, &slot))
        return NULL;
    /* The loader may be at work: not the moment to start, which would load libunwind. */
    if (sca_process_is_ours())
        sca_recording_open();
    return sca_trampoline(slot, fn);
}

struct sca_preloaded scardaudit_preloaded = {.bind = bind};
