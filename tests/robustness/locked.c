/* SPDX-License-Identifier: MIT */
/* A program that locks all its memory, now and in future; it says how much that is, in MiB. */
#include <sys/mman.h>

#include "attack.h"

static long field(const char *name)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long kib = -1;

    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, name, strlen(name)))
            kib = strtol(line + strlen(name), NULL, 10);
    if (status)
        fclose(status);
    return kib / 1024;
}

int main(int argc, char **argv)
{
    int flags = MCL_CURRENT | MCL_FUTURE;

    if (argc > 1 && !strcmp(argv[1], "after"))
        ask();
    if (mlockall(flags) != 0)
        return 77;
    ask();
    printf("RSS %ld, locked %ld\n", field("VmRSS:"), field("VmLck:"));
    return 0;
}
