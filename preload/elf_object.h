/* SPDX-License-Identifier: MIT */
/*
 * Reading ELF objects that are loaded in this process, without the loader's lock and without
 * dlsym: lock-free, allocates nothing, any thread, any signal handler. The object must stay loaded
 * meanwhile, which holds for one that is on the call stack or just gave us a symbol.
 */
#ifndef SCA_ELF_OBJECT_H
#define SCA_ELF_OBJECT_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sca_object {
    uintptr_t bias;       /* run-time address = bias + address in the file */
    uintptr_t start, end; /* mapped range */
    const char *path;     /* as the loader named it; "" for the executable */
    const ElfW(Dyn) * dynamic;
};

/* The object mapped at an address; false if there is none. */
bool sca_object_at(const void *address, struct sca_object *object);

/*
 * The object of this link map. Also one that the loader is still relocating, which it does not
 * tell by address yet; false if such an object is not laid out as linkers do.
 */
bool sca_object_of(const struct link_map *map, struct sca_object *object);

/*
 * The nth of the objects that were mapped when the program started, in the loader's search order,
 * the executable first; false behind the last one. They are never unloaded, so no lock is needed.
 */
bool sca_object_at_start(size_t n, struct sca_object *object);

/*
 * The nth of those behind this library, in the namespace it is in: of the audit copy's, all that
 * there are.
 */
bool sca_object_behind(size_t n, struct sca_object *object);

/* The object that dl_iterate_phdr() describes so. */
bool sca_object_of_headers(const struct dl_phdr_info *info, struct sca_object *object);

/* The default-version function or object of that name that this object itself defines, or NULL. */
void *sca_object_symbol(const struct sca_object *object, const char *name);

/* The bytes of the object of data that it exports and that begins at this address; 0: none. */
size_t sca_object_symbol_size(const struct sca_object *object, const void *address);

/* Its ELF header, when it is mapped with the program headers on the first page; else false. */
bool sca_object_header(const struct sca_object *object, const ElfW(Ehdr) * *header);

/* Is it this library, or a second copy of it? */
bool sca_object_is_ours(const struct sca_object *object);

/* DT_SONAME, or NULL. */
const char *sca_object_soname(const struct sca_object *object);

/* The nth DT_NEEDED, or NULL. */
const char *sca_object_needed(const struct sca_object *object, size_t n);

/*
 * Call `visit` for every symbol that the object's relocations refer to by name; `by_call` tells
 * calls through the PLT from addresses that it takes.
 */
void sca_object_references(const struct sca_object *object,
                           void (*visit)(const char *name, bool by_call, void *data), void *data);

/* Call `visit` for the name of every function that the object defines for others. */
void sca_object_functions(const struct sca_object *object,
                          void (*visit)(const char *name, void *data), void *data);

/* Is this text among its constants? Only the first 64 MiB of them are looked at. */
bool sca_object_contains(const struct sca_object *object, const char *text);

/* Copy the build-id (at most `size` bytes); its length, 0 if there is none. */
size_t sca_object_build_id(const struct sca_object *object, uint8_t *build_id, size_t size);

/* Two build-ids that are there and equal. */
bool sca_same_build_id(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

#endif
