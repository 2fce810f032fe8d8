/* SPDX-License-Identifier: MIT */
#include "provides.h"

#include <stddef.h>

#include "port.h"

static bool defines(const struct sca_object *object, const char *name)
{
    return sca_object_symbol(object, name) != NULL;
}

static bool is_of_pcsclite(const struct sca_object *object)
{
    return defines(object, "SCardEstablishContext") && defines(object, "SCardListReaders");
}

/*
 * Who has contexts, or environments, of his own defines these. A library that defines but a few
 * other functions stands in front of the one that does: one that logs, or has the names of Windows
 * for pcsc-lite's functions.
 */
static const struct {
    const char *name;
    uint8_t family;
} origins[] = {
    {"SCardEstablishContext", SCA_FAMILY_PCSC}, {"RpcSmEnableAllocate", SCA_FAMILY_RPC},
    {"RpcSsEnableAllocate", SCA_FAMILY_RPC},    {"rpc_sm_enable_allocate", SCA_FAMILY_RPC},
    {"rpc_ss_enable_allocate", SCA_FAMILY_RPC}, {"WTSFreeMemory", SCA_FAMILY_WTS},
};

uint8_t sca_object_families(const struct sca_object *object)
{
    uint8_t families = 0;

    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        if (!(families & origins[i].family) && defines(object, origins[i].name))
            families |= origins[i].family;
    return families;
}

bool sca_object_provides(const struct sca_object *object, unsigned family)
{
    return sca_object_families(object) & family;
}

bool sca_names_an_origin(bool (*contains)(const void *data, const char *text), const void *data)
{
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        if (contains(data, origins[i].name))
            return true;
    return false;
}

/* A library that has contexts and cannot list readers is something else. */
bool sca_object_is_provider(const struct sca_object *object, unsigned families)
{
    families &= sca_object_families(object);
    if (families & SCA_FAMILY_PCSC &&
        (defines(object, "SCardListReaders") || defines(object, "SCardListReadersA")))
        return true;
    return families & ~(unsigned)SCA_FAMILY_PCSC;
}

void *sca_object_teller(const struct sca_object *object)
{
    static const char *const names[] = {"RpcSmGetThreadHandle", "rpc_sm_get_thread_handle",
                                        "RpcSsGetThreadHandle", "rpc_ss_get_thread_handle"};
    void *teller = NULL;

    if (sca_object_provides(object, SCA_FAMILY_RPC))
        for (size_t i = 0; i < sizeof names / sizeof *names && !teller; i++)
            teller = sca_object_symbol(object, names[i]);
    return teller;
}

uint8_t sca_object_dword(const struct sca_object *object)
{
    if (!defines(object, "SCardListReadersA"))
        return 8;
    return defines(object, "SCardListReaders") ? 0 : 4;
}

/* pcsc-lite's tracer looks like a provider too. */
static bool is_tracer(const struct sca_object *object)
{
    const char *soname = sca_object_soname(object);

    return soname && sca_starts_with(soname, "libpcscspy.so");
}

bool sca_stands_before_us(const struct sca_object *object)
{
    struct sca_object first;

    for (size_t i = 0; sca_object_at_start(i, &first) && !sca_object_is_ours(&first); i++)
        if (first.start == object->start)
            return true;
    return false;
}

bool sca_object_is_pcsclite(const struct sca_object *object)
{
    return is_tracer(object) ? !sca_stands_before_us(object) : is_of_pcsclite(object);
}

bool sca_is_pcsclite(const void *address)
{
    struct sca_object object;

    return sca_object_at(address, &object) && sca_object_is_pcsclite(&object);
}

bool sca_providers_loaded(void)
{
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++)
        if (!sca_object_is_ours(&object) && sca_object_is_provider(&object, SCA_EVERY_FAMILY))
            return true;
    return false;
}
