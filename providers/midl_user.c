// SPDX-License-Identifier: MIT
/* For programs without their own. Weak, since a program that has one means that. */
#include <stdlib.h>
#include "core.h"
#include "export.h"

PROVIDER_EXPORT_WEAK void *midl_user_allocate(size_t size)
{
    return malloc(size);
}

PROVIDER_EXPORT_WEAK void midl_user_free(void *block)
{
    if (scardaudit_rpc_release_anywhere(block) != RPC_S_OK)
        free(block);
}
