/* SPDX-License-Identifier: MIT */
/* Says what it was started with, its name apart, and leaks a context: so an audit is seen. */
#define _GNU_SOURCE 1
#include "attack.h"

static NOINLINE void leak_in_started(void)
{
    SCARDCONTEXT ctx = 0;

    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("argument %s\n", argv[i]);
    for (char **variable = environ; variable && *variable; variable++)
        puts(*variable);
    leak_in_started();
    return 0;
}
