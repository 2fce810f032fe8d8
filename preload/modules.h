/* SPDX-License-Identifier: MIT */
/*
 * Loaded objects, each written to the trace once per time it was loaded, with path, build-id and
 * base, because programs unload them long before anybody reads the trace. Lock-free; any thread,
 * any signal handler.
 */
#ifndef SCA_MODULES_H
#define SCA_MODULES_H

#include <stdint.h>

#include "elf_object.h"
#include "threads.h"

/*
 * The number of the object at an address, writing its record when it is new to this trace; 0 when
 * there is none. *offset receives the address in the file's address space (the address itself for
 * 0). `generation` is sca_generation().
 */
uint32_t sca_module_at(struct sca_thread *thread, uintptr_t address, uint32_t generation,
                       uint64_t *offset);

/* Start anew: in a forked child nothing is written yet. Other threads must not exist. */
void sca_modules_forget(void);

#endif
