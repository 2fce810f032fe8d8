/* SPDX-License-Identifier: MIT */
/*
 * Gives back a block under the strict mode of seccomp, where reading the time-stamp counter kills:
 * by SCardFreeMemory, free or realloc.
 */
#include "blocks.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int main(int argc, char **argv)
{
    char *block;
    void *volatile result;

    if (argc != 2)
        return 2;
    establish();
    block = get_block(40);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        return 3;
    if (!strcmp(argv[1], "free"))
        give_to_free(block);
    else if (!strcmp(argv[1], "realloc"))
        result = realloc(block, 60);
    else
        give_to_library(block);
    (void)result;
    syscall(SYS_exit, 0);
}
