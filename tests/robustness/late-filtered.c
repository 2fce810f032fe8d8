/* SPDX-License-Identifier: MIT */
/*
 * Sets a seccomp filter, opens its first library (argv[1]) only then, and says what else came with
 * it.
 */
#include <dlfcn.h>
#include <seccomp.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    if (argc != 2 || !filter ||
        seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(pipe2), 0) != 0 ||
        seccomp_load(filter) != 0)
        return 1;
    seccomp_release(filter);
    puts(dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) ? "opened" : dlerror());
    puts(dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_NOLOAD) ? "libgcc came with it" : "nothing else");
    return 0;
}
