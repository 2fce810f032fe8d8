/* SPDX-License-Identifier: MIT */
/*
 * Run a program as in a container that forbids process_vm_readv: it fails with EPERM. argv: the
 * program and its arguments.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    if (argc < 2 || !filter ||
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(process_vm_readv), 0) != 0 ||
        seccomp_load(filter) != 0) {
        fputs("refuse-readv: no filter\n", stderr);
        return 2;
    }
    seccomp_release(filter);
    execv(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
