/* SPDX-License-Identifier: MIT */
#include "rtld_audit.h"

#include <dlfcn.h>
#include <stddef.h>

#include "api.h"
#include "elf_object.h"
#include "export.h"
#include "heap.h"
#include "lsa_entry.h"
#include "port.h"
#include "rtld_audit_table.h"

bool sca_is_watched(void)
{
    return atomic_load(&scardaudit_preloaded.watched);
}

bool sca_is_audit_copy(void)
{
    struct dl_find_object found;
    const struct link_map *map;

    if (_dl_find_object(&scardaudit_preloaded, &found) != 0)
        return false;
    for (map = found.dlfo_link_map; map->l_prev; map = map->l_prev)
        ;
    return map != _r_debug.r_map;
}

#define SCA_X(name) SCA_EXPORT extern __typeof__(name) name;
SCA_RTLD_AUDIT_SYMBOLS(SCA_X)
#undef SCA_X

/* A cookie: the object's link map, and whether it was there when the program started. Such an
 * object binds to us of itself; what it looks up behind us, it means to. */
#define AT_START ((uintptr_t)1)

static struct sca_preloaded *preloaded;
static bool started;

unsigned la_version(unsigned version)
{
    return version < LAV_CURRENT ? version : LAV_CURRENT;
}

void la_activity(uintptr_t *cookie, unsigned flag)
{
    (void)cookie;
    if (flag == LA_ACT_CONSISTENT && preloaded)
        started = true;
}

unsigned la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie)
{
    struct sca_object object;

    if (space != LM_ID_BASE)
        return 0; /* its libc is another, with other thread keys: our wrappers are not for it */
    *cookie = (uintptr_t)map | (started ? 0 : AT_START);
    if (!preloaded && !started && sca_object_of(map, &object) && sca_object_is_ours(&object)) {
        preloaded = sca_object_symbol(&object, "scardaudit_preloaded");
        if (preloaded)
            atomic_store(&preloaded->watched, true);
    }
    return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

static bool is_wanted(const char *name)
{
    return sca_provided_by_name(name) || sca_is_lsa_entry(name) || sca_is_heap_name(name) ||
           sca_same(name, "dlclose");
}

uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned number, uintptr_t *reference,
                       uintptr_t *definition, unsigned *flags, const char *name)
{
    void *replacement = NULL;

    (void)number;
    *flags |= LA_SYMB_NOPLTENTER | LA_SYMB_NOPLTEXIT;
    if (preloaded && !(*reference & AT_START) && is_wanted(name))
        replacement = preloaded->bind(name, (void *)symbol->st_value,
                                      (const struct link_map *)(*definition & ~AT_START),
                                      (const struct link_map *)*reference);
    return replacement ? (uintptr_t)replacement : symbol->st_value;
}
