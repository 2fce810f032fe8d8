/* SPDX-License-Identifier: MIT */
/* Memory for valgrind to find lost. */
#include "attack.h"

static NOINLINE void lose(void)
{
    volatile char *block = malloc(100);

    block[0] = 1;
}

int main(void)
{
    ask();
    lose();
    return 0;
}
