/* SPDX-License-Identifier: MIT */
#include "providers.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "describe.h"
#include "elf_object.h"
#include "export.h"
#include "generation.h"
#include "modules.h"
#include "port.h"
#include "process.h"
#include "provides.h"
#include "scope.h"
#include "trace_writer.h"

#define NAME 128
#define CACHE 64
#define PASSED 128
#define NAMES 1024 /* bytes of names that a blind spot lists */

struct sca_provider {
    _Atomic uintptr_t start; /* where it is loaded; 0: free slot, stored last */
    uint32_t build_id_size;
    uint8_t build_id[SCA_MAX_BUILD_ID];
    _Atomic uintptr_t end;
    char name[NAME];           /* DT_SONAME, else base name */
    uint8_t dword;             /* bytes; 0: an unknown ABI, forward only; of PC/SC */
    _Atomic uint8_t families;  /* of others: forward only, what it calls in turn is audited */
    _Atomic(sca_raw *) ask;    /* for the thread handle; NULL: it has no such function */
    _Atomic uint64_t recorded; /* token of the process whose trace has its record */
    _Atomic uint64_t unseen;   /* likewise, and says that its frees are not seen */
    /* What exported wrappers and what trampolines go to. Never one table: with a library that is
     * split in two, the same name legitimately means different functions. */
    _Atomic(sca_raw *) exported[SCA_FN_PROVIDED];
    _Atomic(sca_raw *) bound[SCA_FN_PROVIDED];
};

static struct sca_provider providers[SCA_PROVIDERS];
static struct sca_gate gate; /* entering a provider, writing its record */
static bool in_forked_child;

/* Functions of objects that are no provider, in the order they were met; 0: free. Never removed: a
 * number stands for an address, whatever is loaded there. */
static _Atomic(sca_raw *) passed[PASSED];

/*
 * For each function, what a calling object gets: start of the object / page size (36 bits), the
 * generation (highest bit, low 19 bits), and (8) provider number + 1, or SCA_PROVIDERS + 1 + index
 * of the passed function. 0: empty.
 */
static _Atomic uint64_t cache[SCA_FN_PROVIDED][CACHE];

void sca_providers_forget(void)
{
    atomic_store(&gate.owner, 0);
    in_forked_child = true;
}

/* ---- the table ------------------------------------------------------------------------------ */

static bool same_file(const struct sca_provider *provider, const uint8_t *build_id, size_t size)
{
    return sca_same_build_id(provider->build_id, provider->build_id_size, build_id, size);
}

static const char *name_of(const struct sca_object *object)
{
    const char *soname = sca_object_soname(object);
    const char *path = object->path[0] ? object->path : (const char *)getauxval(AT_EXECFN);

    if (soname)
        return soname;
    return path ? sca_base_name(path) : "program";
}

static sca_raw *ask_of(const struct sca_object *object)
{
    return (sca_raw *)sca_object_teller(object);
}

/* Is it still the one that is loaded there? Another one may have come to its place. */
static bool is_there(struct sca_provider *provider, const struct sca_object *object,
                     const uint8_t *build_id, size_t size)
{
    if (atomic_load_explicit(&provider->start, memory_order_acquire) != object->start)
        return false;
    if (size || provider->build_id_size)
        return same_file(provider, build_id, size);
    return atomic_load(&provider->end) == object->end &&
           atomic_load(&provider->ask) == ask_of(object) &&
           sca_starts_with(name_of(object), provider->name);
}

/* What depends on where it is loaded. */
static void place(struct sca_provider *provider, const struct sca_object *object)
{
    atomic_store(&provider->ask, ask_of(object));
    atomic_store(&provider->end, object->end);
    atomic_store_explicit(&provider->start, object->start, memory_order_release);
}

static void describe(struct sca_provider *provider, const struct sca_object *object,
                     const uint8_t *build_id, size_t size)
{
    sca_copy(provider->name, sizeof provider->name, name_of(object));
    provider->build_id_size = (uint32_t)size;
    sca_bytes(provider->build_id, build_id, size);
    provider->dword = sca_object_dword(object);
    provider->families = sca_object_families(object);
    place(provider, object);
}

/*
 * Find the provider loaded as this object, or enter it. One that was unloaded and came back at
 * another address is the same provider: its slot is taken over. NULL: the table is full.
 */
static struct sca_provider *provider_of(const struct sca_object *object)
{
    uint8_t build_id[SCA_MAX_BUILD_ID];
    size_t size = sca_object_build_id(object, build_id, sizeof build_id);
    struct sca_provider *result = NULL;

    for (size_t i = 0; i < SCA_PROVIDERS; i++)
        if (is_there(&providers[i], object, build_id, size))
            return &providers[i];
    if (!sca_enter(&gate)) {
        sca_mark_skipped();
        return NULL;
    }
    for (size_t i = 0; i < SCA_PROVIDERS && !result; i++) {
        uintptr_t start = atomic_load(&providers[i].start);
        struct sca_object there;

        if (!start) {
            describe(&providers[i], object, build_id, size);
            result = &providers[i];
        } else if (is_there(&providers[i], object, build_id, size)) {
            result = &providers[i];
        } else if (same_file(&providers[i], build_id, size)) {
            bool gone = !sca_object_at((const void *)start, &there) || there.start != start;

            if (start == object->start || gone) {
                place(&providers[i], object);
                result = &providers[i];
            }
        }
    }
    sca_leave(&gate);
    if (!result)
        sca_mark_skipped(); /* the table is full: its calls pass through unseen */
    return result;
}

/* The provider that defines this function; NULL for functions of our own, and where there is none.
 */
static struct sca_provider *provider_by_name(void *function)
{
    struct sca_object object;

    if (!function || !sca_object_at(function, &object) || sca_object_is_ours(&object) ||
        !sca_object_families(&object))
        return NULL;
    return provider_of(&object);
}

struct sca_provider *sca_provider_at(const void *address, unsigned family)
{
    int saved = errno;
    struct sca_object object;
    struct sca_provider *provider = NULL;

    if (address && sca_object_at(address, &object) && !sca_object_is_ours(&object))
        provider = provider_of(&object);
    if (provider)
        atomic_fetch_or(&provider->families, (uint8_t)family);
    errno = saved;
    return provider;
}

static bool write_provider(struct sca_thread *thread, const struct sca_provider *provider,
                           uint16_t number, uint32_t generation)
{
    uint64_t token = thread->token;
    uint64_t name = sca_length(provider->name);
    uint64_t length = sizeof(struct sca_provider_record) + SCA_PADDED(name);
    uint64_t offset;
    uint32_t module = sca_module_at(thread, atomic_load(&provider->start), generation, &offset);
    struct sca_provider_record *record = sca_reserve(&thread->cursor, length);

    if (!record)
        return false;
    record->provider = number;
    record->module = module;
    record->family = provider->families;
    record->name_length = (uint32_t)name;
    sca_bytes(record + 1, provider->name, name);
    return sca_thread_commit(token, record, SCA_REC_PROVIDER, length);
}

/* ---- what it has that is not audited -------------------------------------------------------- */

struct unaudited {
    char names[NAMES];
    uint32_t left_out;
};

static void note_unaudited(const char *name, void *data)
{
    struct unaudited *unaudited = data;
    size_t used = sca_length(unaudited->names);

    if (!sca_is_unaudited_name(name))
        return;
    if (used + sca_length(name) + 2 > sizeof unaudited->names) {
        unaudited->left_out++;
        return;
    }
    if (used)
        sca_append(unaudited->names, sizeof unaudited->names, " ");
    sca_append(unaudited->names, sizeof unaudited->names, name);
}

/* Names that a provider exports in an audited family but the table lacks. */
static void write_unaudited(struct sca_thread *thread, const struct sca_provider *provider,
                            uint32_t generation)
{
    struct unaudited unaudited = {"", 0};
    struct sca_object object;
    uint64_t offset;

    if (!sca_object_at((const void *)atomic_load(&provider->start), &object))
        return;
    sca_object_functions(&object, note_unaudited, &unaudited);
    if (unaudited.names[0] || unaudited.left_out)
        sca_describe_unaudited(&thread->cursor,
                               sca_module_at(thread, object.start, generation, &offset),
                               unaudited.names, unaudited.left_out);
}

size_t sca_provider_dword(const struct sca_provider *provider)
{
    return provider->dword;
}

/* One library may do the work of another, which alone was called so far: it is entered as well. */
bool sca_is_rpc_provider(const void *address)
{
    struct sca_object object;

    for (size_t i = 0; i < SCA_PROVIDERS; i++) {
        uintptr_t start = atomic_load_explicit(&providers[i].start, memory_order_acquire);

        if (start && (uintptr_t)address >= start &&
            (uintptr_t)address < atomic_load(&providers[i].end))
            return providers[i].families & SCA_FAMILY_RPC;
    }
    return sca_object_at(address, &object) &&
           (sca_object_is_ours(&object) || /* what we called has passed the call on by a jump */
            (sca_object_provides(&object, SCA_FAMILY_RPC) && provider_of(&object)));
}

bool sca_provider_tells_handles(const struct sca_provider *provider)
{
    return atomic_load(&provider->ask) != NULL;
}

uint64_t sca_provider_thread_handle(const struct sca_provider *provider, uint32_t serial)
{
    sca_raw *ask = atomic_load(&provider->ask);
    uint64_t status = 0; /* in some ports a long */

    uint64_t args[SCA_MAX_ARGS] = {(uint64_t)&status};

    return ask ? sca_call_raw(ask, args) : SCA_UNTOLD_HANDLE(serial);
}

uint16_t sca_provider_number(struct sca_thread *thread, struct sca_provider *provider,
                             uint32_t generation)
{
    uint64_t token = thread->token;
    uint16_t number = (uint16_t)(provider - providers + 1);
    bool written;

    if (SCA_LIKELY(atomic_load_explicit(&provider->recorded, memory_order_acquire) == token))
        return number;
    /* One record per provider: two threads might know its module by different numbers. */
    if (!sca_enter(&gate)) {
        sca_mark_skipped();
        return 0;
    }
    written = atomic_load(&provider->recorded) == token;
    if (!written && write_provider(thread, provider, number, generation)) {
        write_unaudited(thread, provider, generation);
        written = true;
    }
    if (written)
        atomic_store_explicit(&provider->recorded, token, memory_order_release);
    sca_leave(&gate);
    return written ? number : 0;
}

void sca_provider_frees_unseen(struct sca_thread *thread, struct sca_provider *provider,
                               uint32_t generation)
{
    uint64_t offset;

    if (atomic_exchange(&provider->unseen, thread->token) == thread->token)
        return;
    sca_describe_blind_spot(
        &thread->cursor, SCA_BLIND_FREES,
        sca_module_at(thread, atomic_load(&provider->start), generation, &offset));
}

void sca_provider_foreign(struct sca_provider *provider)
{
    struct sca_thread *thread = sca_thread_here();
    uint64_t offset;

    if (!thread || atomic_exchange(&provider->recorded, thread->token) == thread->token)
        return;

    uint32_t module =
        sca_module_at(thread, atomic_load(&provider->start), sca_generation(), &offset);

    sca_describe_blind_spot(&thread->cursor, SCA_BLIND_FOREIGN_ABI, module);
}

/* ---- resolution ----------------------------------------------------------------------------- */

struct any_provider {
    const char *name;
    unsigned families;
    void *symbol;
};

static int in_provider(struct dl_phdr_info *info, size_t size, void *data)
{
    struct any_provider *wanted = data;
    struct sca_object object;

    (void)size;
    if (sca_object_of_headers(info, &object) && !sca_object_is_ours(&object) &&
        sca_object_is_provider(&object, wanted->families))
        wanted->symbol = sca_object_symbol(&object, wanted->name);
    return wanted->symbol != NULL;
}

static int is_provider(struct dl_phdr_info *info, size_t size, void *found)
{
    struct sca_object object;

    (void)size;
    *(bool *)found = sca_object_of_headers(info, &object) && !sca_object_is_ours(&object) &&
                     sca_object_is_provider(&object, SCA_EVERY_FAMILY);
    return *(bool *)found;
}

bool sca_providers_present(void)
{
    bool found = false;

    if (atomic_load(&providers[0].start) || sca_providers_loaded())
        return true;
    if (!in_forked_child)
        dl_iterate_phdr(is_provider, &found);
    return found;
}

/*
 * As the loader would have bound it, else, for a caller that names no dependency, any provider that
 * the process has.
 */
static void *resolve(enum sca_fn fn, const struct sca_object *caller)
{
    struct any_provider any = {.name = sca_functions[fn].name,
                               .families = sca_functions[fn].family};

    any.symbol = sca_scope_find(any.name, caller);
    if (!any.symbol)
        dl_iterate_phdr(in_provider, &any);
    return any.symbol;
}

static uint64_t cache_key(const struct sca_object *caller, uint32_t generation)
{
    uint64_t changes = (generation & 0x7ffff) | generation >> 31 << 19;

    return (uint64_t)caller->start / SCA_PAGE << 28 | changes << 8;
}

static bool is_audited(struct sca_provider *provider, enum sca_fn fn)
{
    unsigned family = sca_functions[fn].family;

    if (!(provider->families & family))
        return false;
    if (family == SCA_FAMILY_PCSC && !provider->dword) {
        sca_provider_foreign(provider);
        return false;
    }
    return true;
}

static struct sca_target if_audited(struct sca_target target, enum sca_fn fn)
{
    if (target.provider && !is_audited(target.provider, fn))
        target.provider = NULL;
    return target;
}

/* Its number among those; PASSED: there is no room. */
static size_t number_passed(sca_raw *function)
{
    size_t i;

    for (i = 0; i < PASSED; i++) {
        sca_raw *there = atomic_load_explicit(&passed[i], memory_order_acquire);

        if (!there && atomic_compare_exchange_strong(&passed[i], &there, function))
            break;
        if (there == function)
            break;
    }
    return i;
}

/* What the cache is to hold of this target; 0: nothing. A provider that could not be entered is not
 * passed for ever. */
static uint64_t to_cache(const struct sca_target *target)
{
    struct sca_object object;
    size_t i;

    if (target->provider)
        return (uint64_t)(target->provider - providers + 1);
    if (!target->real || !sca_object_at((void *)target->real, &object) ||
        sca_object_families(&object))
        return 0;
    i = number_passed(target->real);
    return i < PASSED ? SCA_PROVIDERS + 1 + i : 0;
}

static struct sca_target from_cache(enum sca_fn fn, size_t number)
{
    struct sca_target target = {NULL, NULL};

    if (number > SCA_PROVIDERS) {
        target.real =
            atomic_load_explicit(&passed[number - SCA_PROVIDERS - 1], memory_order_acquire);
    } else {
        target.provider = &providers[number - 1];
        target.real = atomic_load_explicit(&target.provider->exported[fn], memory_order_acquire);
    }
    return target;
}

struct sca_target sca_target_exported(enum sca_fn fn, const void *caller, uint32_t generation)
{
    struct sca_object object = {0};
    bool known = sca_object_at(caller, &object);
    uint64_t key = known ? cache_key(&object, generation) : 0;
    _Atomic uint64_t *entry = &cache[fn][(object.start / SCA_PAGE) % CACHE];
    uint64_t value = atomic_load_explicit(entry, memory_order_acquire);
    struct sca_target target = {NULL, NULL};

    if (SCA_LIKELY(known && value && (value & ~(uint64_t)0xff) == key)) {
        target = from_cache(fn, value & 0xff);
    } else {
        int saved = errno;
        uint64_t number;

        target.real = (sca_raw *)resolve(fn, known ? &object : NULL);
        target.provider = provider_by_name((void *)target.real);
        errno = saved;
        if (target.provider)
            atomic_store_explicit(&target.provider->exported[fn], target.real,
                                  memory_order_release);
        number = known ? to_cache(&target) : 0;
        if (number)
            atomic_store_explicit(entry, key | number, memory_order_release);
    }
    /* What it calls of its own, through its PLT, is its own affair. */
    if (target.provider &&
        atomic_load_explicit(&target.provider->start, memory_order_relaxed) == object.start)
        target.provider = NULL;
    return if_audited(target, fn);
}

struct sca_target sca_target_bound(unsigned slot, enum sca_fn fn)
{
    struct sca_target target = {
        &providers[slot], atomic_load_explicit(&providers[slot].bound[fn], memory_order_acquire)};

    return if_audited(target, fn);
}

static void bind(struct sca_provider *provider, enum sca_fn fn, void *real, unsigned *slot)
{
    atomic_store_explicit(&provider->bound[fn], (sca_raw *)real, memory_order_release);
    *slot = (unsigned)(provider - providers);
}

bool sca_provider_bind_to(enum sca_fn fn, void *real, const struct sca_object *definition,
                          unsigned *slot)
{
    struct sca_provider *provider =
        sca_object_provides(definition, sca_functions[fn].family) ? provider_of(definition) : NULL;

    if (!provider)
        return false;
    bind(provider, fn, real, slot);
    return true;
}

bool sca_provider_bind(enum sca_fn fn, void *real, unsigned *slot)
{
    struct sca_provider *provider = provider_by_name(real);

    if (!provider || !is_audited(provider, fn))
        return false;
    bind(provider, fn, real, slot);
    return true;
}
