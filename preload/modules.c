/* SPDX-License-Identifier: MIT */
#include "modules.h"

#include <stdatomic.h>

#include "port.h"

/* Beyond that many, objects get a new record per stack: larger, but still right. */
#define MODULES 1024

/*
 * An object is the same as long as nothing was unloaded since it was entered, or else while
 * address and build-id are: `generation` is raised once that was checked.
 */
static struct module {
    _Atomic uintptr_t start; /* 0: free; stored last */
    _Atomic uint64_t token;  /* of the process whose trace has the number */
    _Atomic uint32_t generation;
    uint32_t number;
    uint32_t build_id_size;
    uint8_t build_id[SCA_MAX_BUILD_ID];
} modules[MODULES];
static _Atomic uint32_t slots;
static _Atomic uint32_t numbers;

void sca_modules_forget(void)
{
    for (size_t i = 0; i < MODULES; i++)
        atomic_store(&modules[i].start, 0);
    atomic_store(&slots, 0);
    atomic_store(&numbers, 0);
}

static bool same_file(const struct module *module, const uint8_t *build_id, size_t size)
{
    return sca_same_build_id(module->build_id, module->build_id_size, build_id, size);
}

static uint32_t known(uint64_t token, const struct sca_object *object, uint32_t generation)
{
    uint32_t count = atomic_load_explicit(&slots, memory_order_acquire);
    uint8_t build_id[SCA_MAX_BUILD_ID];

    for (uint32_t i = 0; i < count && i < MODULES; i++) {
        struct module *module = &modules[i];

        if (atomic_load_explicit(&module->start, memory_order_acquire) != object->start ||
            atomic_load(&module->token) != token)
            continue;
        if (atomic_load(&module->generation) == generation)
            return module->number;
        if (same_file(module, build_id, sca_object_build_id(object, build_id, sizeof build_id))) {
            atomic_store(&module->generation, generation);
            return module->number;
        }
    }
    return 0;
}

static uint32_t write_module(struct sca_thread *thread, const struct sca_object *object,
                             uint32_t generation, const uint8_t *build_id, size_t build_id_size)
{
    uint64_t token = thread->token;
    uint32_t number = atomic_fetch_add(&numbers, 1) + 1;
    uint64_t path = sca_length(object->path);
    uint64_t length =
        sizeof(struct sca_module_record) + SCA_PADDED(build_id_size) + SCA_PADDED(path);
    struct sca_module_record *record = sca_reserve(&thread->cursor, length);

    if (!record)
        return 0;
    record->module = number;
    record->generation = generation;
    record->base = object->bias;
    record->start = object->start;
    record->end = object->end;
    record->path_length = (uint32_t)path;
    record->build_id_size = (uint32_t)build_id_size;
    sca_bytes(record + 1, build_id, build_id_size);
    sca_bytes((char *)(record + 1) + SCA_PADDED(build_id_size), object->path, path);
    return sca_thread_commit(token, record, SCA_REC_MODULE, length) ? number : 0;
}

uint32_t sca_module_at(struct sca_thread *thread, uintptr_t address, uint32_t generation,
                       uint64_t *offset)
{
    struct sca_object object;
    uint64_t token = thread->token;
    uint8_t build_id[SCA_MAX_BUILD_ID];

    *offset = address;
    if (!sca_object_at((const void *)address, &object))
        return 0;

    uint32_t number = known(token, &object, generation);

    if (!number) {
        size_t size = sca_object_build_id(&object, build_id, sizeof build_id);

        number = write_module(thread, &object, generation, build_id, size);
        if (!number)
            return 0;

        uint32_t slot = atomic_fetch_add(&slots, 1);

        if (slot < MODULES) {
            modules[slot].number = number;
            modules[slot].build_id_size = (uint32_t)size;
            sca_bytes(modules[slot].build_id, build_id, size);
            atomic_store(&modules[slot].generation, generation);
            atomic_store(&modules[slot].token, token);
            atomic_store_explicit(&modules[slot].start, object.start, memory_order_release);
        } else {
            atomic_store(&slots, MODULES);
        }
    }
    *offset = address - object.bias;
    return number;
}
