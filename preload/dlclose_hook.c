/* SPDX-License-Identifier: MIT */
/* dlclose: what is unloaded makes addresses mean something else, and may be a blind spot. */
#include "deepbind.h"
#include "export.h"
#include "generation.h"
#include "real.h"

SCA_EXPORT int dlclose(void *handle);
int dlclose(void *handle)
{
    sca_deepbind_look();
    return sca_generation_unload((int (*)(void *))sca_real(SCA_REAL_dlclose), handle);
}
