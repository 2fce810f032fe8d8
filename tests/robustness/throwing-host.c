/* SPDX-License-Identifier: MIT */
/* A program in C, without any unwinder of its own, that loads a plugin in C++. */
#include <dlfcn.h>

#include "attack.h"

int main(int argc, char **argv)
{
    void *plugin;
    int (*throw_and_catch)(void);

    ask();
    plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (!plugin)
        return 2;
    throw_and_catch = (int (*)(void))dlsym(plugin, "throw_and_catch");
    if (!throw_and_catch || throw_and_catch() != 0)
        return 1;
    ask();
    puts("caught");
    return 0;
}
