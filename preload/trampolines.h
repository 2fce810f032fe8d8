/* SPDX-License-Identifier: MIT */
#ifndef SCA_TRAMPOLINES_H
#define SCA_TRAMPOLINES_H

#include "api.h"

/* What dlsym gives a program in place of a provider's function; slot < SCA_PROVIDERS. */
void *sca_trampoline(unsigned slot, enum sca_fn fn);

#endif
