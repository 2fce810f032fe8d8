/* SPDX-License-Identifier: MIT */
/* A plugin with a midl_user_free() of its own. */
#include <stdlib.h>

void midl_user_free(void *block);
void work(void);

void midl_user_free(void *block)
{
    free(block);
}

void work(void)
{
    midl_user_free(malloc(10));
}
