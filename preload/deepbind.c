/* SPDX-License-Identifier: MIT */
#include "deepbind.h"

#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "api.h"
#include "describe.h"
#include "elf_object.h"
#include "export.h"
#include "generation.h"
#include "modules.h"
#include "port.h"
#include "process.h"
#include "provides.h"
#include "rtld_audit.h"
#include "threads.h"
#include "trace_writer.h"

#define NOTES 8 /* different objects; further ones are not noted */
#define NAME 256
#define CLOSURE 32

enum note_state { FREE, WRITING, NOTED };

static struct note {
    _Atomic int state;
    bool apart;                 /* in another namespace */
    uint32_t pid;               /* of the process that opened it */
    _Atomic uint64_t named;     /* token of the process whose trace names it */
    _Atomic uintptr_t harmless; /* start of the object, when it cannot call a provider */
    char name[NAME];            /* base name */
} notes[NOTES];
static _Atomic bool any, news;

/* ---- noting --------------------------------------------------------------------------------- */

static bool is_noted(const char *name, bool apart)
{
    for (size_t i = 0; i < NOTES; i++)
        if (atomic_load_explicit(&notes[i].state, memory_order_acquire) == NOTED &&
            notes[i].apart == apart && sca_same(notes[i].name, name))
            return true;
    return false;
}

void sca_deepbind_note(const char *file, bool apart)
{
    const char *name = sca_base_name(file);

    for (size_t i = 0; i < NOTES && !is_noted(name, apart); i++) {
        int expected = FREE;

        if (!atomic_compare_exchange_strong(&notes[i].state, &expected, WRITING))
            continue;
        notes[i].apart = apart;
        notes[i].pid = sca_pid();
        sca_copy(notes[i].name, sizeof notes[i].name, name);
        atomic_store_explicit(&notes[i].state, NOTED, memory_order_release);
        atomic_store(&any, true);
    }
    atomic_store(&news, true);
}

/* ---- looking -------------------------------------------------------------------------------- */

/* How an object comes by the functions of a provider. */
enum reach {
    NOT,
    BY_CALL,   /* through its PLT or dlsym: LD_AUDIT sees that */
    BY_ADDRESS /* by an address that it was relocated with (-fno-plt): nobody sees that */
};

struct references {
    const struct sca_object *object;
    enum reach reach;
    bool looks_up; /* calls dlsym */
};

struct findings {
    uintptr_t address[NOTES];
    enum reach reach[NOTES];
};

static void look_at_reference(const char *name, bool by_call, void *data)
{
    struct references *references = data;

    if (sca_same(name, "dlsym") || sca_same(name, "dlvsym"))
        references->looks_up = true;
    else if (sca_provided_by_name(name) && references->reach != BY_ADDRESS &&
             !sca_object_symbol(references->object, name)) /* a provider's own affair */
        references->reach = by_call ? BY_CALL : BY_ADDRESS;
}

static bool contains(const void *object, const char *text)
{
    return sca_object_contains(object, text);
}

/* Every client establishes a context or enables an environment, and who uses dlsym must have the
 * name to ask for. */
static enum reach own_reach(const struct sca_object *object)
{
    struct references references = {object, NOT, false};

    sca_object_references(object, look_at_reference, &references);
    if (references.reach == NOT && references.looks_up && sca_names_an_origin(contains, object))
        return BY_CALL;
    return references.reach;
}

static bool is_named(const struct sca_object *object, const char *name)
{
    const char *soname = sca_object_soname(object);

    return (soname && sca_same(soname, name)) || sca_same(sca_base_name(object->path), name);
}

static bool find(const struct link_map *space, const char *name, struct sca_object *object)
{
    for (; space; space = space->l_next)
        if (sca_object_at(space->l_ld, object) && is_named(object, name))
            return true;
    return false;
}

/* Those of the start are bound as ever, whoever needs them now. */
static bool was_at_start(const struct sca_object *object)
{
    struct sca_object other;

    for (size_t i = 0; sca_object_at_start(i, &other); i++)
        if (other.start == object->start)
            return true;
    return false;
}

/* The furthest that the object or one of those it depends on reaches. */
static enum reach reach_of(const struct link_map *space, const struct sca_object *object)
{
    struct sca_object queue[CLOSURE] = {*object};
    size_t count = 1;
    enum reach reach = NOT;

    for (size_t at = 0; at < count; at++) {
        struct sca_object next;
        const char *needed;

        if (sca_object_is_pcsclite(&queue[at]) || was_at_start(&queue[at]))
            continue;

        enum reach own = own_reach(&queue[at]);

        reach = own > reach ? own : reach;
        for (size_t i = 0; (needed = sca_object_needed(&queue[at], i)); i++) {
            size_t seen = 0;

            if (!find(space, sca_base_name(needed), &next))
                continue;
            while (seen < count && queue[seen].start != next.start)
                seen++;
            if (seen == count && count < CLOSURE)
                queue[count++] = next;
        }
    }
    return reach;
}

static bool is_unnamed(const struct note *entry)
{
    return atomic_load_explicit(&entry->state, memory_order_acquire) == NOTED &&
           atomic_load(&entry->named) != sca_process_token();
}

static void look_at_object(const struct link_map *space, bool apart,
                           const struct sca_object *object, struct findings *findings)
{
    for (size_t i = 0; i < NOTES; i++) {
        if (!is_unnamed(&notes[i]) || notes[i].apart != apart ||
            atomic_load(&notes[i].harmless) == object->start || !is_named(object, notes[i].name))
            continue;
        findings->address[i] = object->start;
        findings->reach[i] = sca_object_is_pcsclite(object) ? NOT : reach_of(space, object);
        if (findings->reach[i] == NOT)
            atomic_store(&notes[i].harmless, object->start);
    }
}

/* Called once, with the loader's lock held: no list of any namespace changes meanwhile. */
static int look_at_all(struct dl_phdr_info *info, size_t size, void *findings)
{
    const struct r_debug_extended *space = (const void *)&_r_debug;

    (void)info, (void)size;
    for (bool apart = false; space; apart = true) {
        for (const struct link_map *map = space->base.r_map; map; map = map->l_next) {
            struct sca_object object;

            if (sca_object_at(map->l_ld, &object) && !sca_object_is_ours(&object))
                look_at_object(space->base.r_map, apart, &object, findings);
        }
        space = space->base.r_version > 1 ? space->r_next : NULL;
    }
    return 1;
}

static void name_it(struct note *entry, uintptr_t address, enum reach reach)
{
    /* A child without a trace has nothing to add to what its parent's says. */
    if (entry->pid != sca_pid() && !sca_trace_path()[0])
        return;

    struct sca_thread *thread = sca_thread_here();
    uint64_t offset;

    if (!thread || atomic_exchange(&entry->named, thread->token) == thread->token)
        return;
    sca_describe_blind_spot(&thread->cursor,
                            entry->apart || reach == BY_ADDRESS ? SCA_BLIND_HIDDEN
                                                                : SCA_BLIND_DEEPBIND,
                            sca_module_at(thread, address, sca_generation(), &offset));
}

void sca_deepbind_look(void)
{
    struct findings findings = {0};
    bool unnamed = false;
    int saved = errno;

    if (SCA_LIKELY(!atomic_load_explicit(&any, memory_order_relaxed)) || !sca_process_is_ours())
        return;
    atomic_store(&news, false);
    for (size_t i = 0; i < NOTES; i++)
        unnamed = unnamed || is_unnamed(&notes[i]);
    if (unnamed)
        dl_iterate_phdr(look_at_all, &findings);
    for (size_t i = 0; i < NOTES; i++)
        if (findings.reach[i] == BY_ADDRESS ||
            (findings.reach[i] == BY_CALL && (notes[i].apart || !sca_is_watched())))
            name_it(&notes[i], findings.address[i], findings.reach[i]);
    errno = saved;
}

void sca_deepbind_look_at_new(void)
{
    if (SCA_UNLIKELY(atomic_load_explicit(&news, memory_order_relaxed)))
        sca_deepbind_look();
}
