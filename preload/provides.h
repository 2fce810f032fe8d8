/* SPDX-License-Identifier: MIT */
/*
 * What a loaded object provides, by the names that it defines: the place to tell a new family's
 * providers by. Any thread, any signal handler.
 */
#ifndef SCA_PROVIDES_H
#define SCA_PROVIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "elf_object.h"

#define SCA_EVERY_FAMILY (SCA_FAMILY_PCSC | SCA_FAMILY_RPC | SCA_FAMILY_WTS)

/* The families that it has resources of its own of, a bit each. */
uint8_t sca_object_families(const struct sca_object *object);

/* Has the object resources of its own of this family, as one that stands in front of another and
 * passes calls on has not? */
bool sca_object_provides(const struct sca_object *object, unsigned family);

/* Is it a provider of one of these families? */
bool sca_object_is_provider(const struct sca_object *object, unsigned families);

/* Is one of these names among what contains() finds: the names that every client has to know? */
bool sca_names_an_origin(bool (*contains)(const void *data, const char *text), const void *data);

/* A DWORD of a provider of PC/SC in bytes, by its names: 8 in pcsc-lite's, 4 in those of Windows; 0
 * where it has both, which says nothing. */
uint8_t sca_object_dword(const struct sca_object *object);

/* Its function that tells the thread handle, or NULL. All may be called with an address for a
 * status, which some do not look at. */
void *sca_object_teller(const struct sca_object *object);

/* Is the object around this address pcsc-lite (or a tracer in front of it)? Its own look-ups are
 * never touched: libpcsclite >= 2.1 finds its real half by dlsym. A tracer that was preloaded
 * before us does not count: the program's calls come to us through it alone. WinPR is a client of
 * it. */
bool sca_is_pcsclite(const void *address);
bool sca_object_is_pcsclite(const struct sca_object *object);

/* Is it ahead of us in the global scope: the program itself, or something preloaded first? */
bool sca_stands_before_us(const struct sca_object *object);

/* Was any provider loaded with the program? */
bool sca_providers_loaded(void);

#endif
