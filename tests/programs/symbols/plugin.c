/* SPDX-License-Identifier: MIT */
/* A plugin that leaks a context in a function of the name -DLEAK=NAME. */
#include "../card.h"

void plugin_work(void);

static volatile SCARDCONTEXT kept;

static NOINLINE void LEAK(void)
{
    kept = open_context();
}

void plugin_work(void)
{
    LEAK();
    kept = 0;
}
