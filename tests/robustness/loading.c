/* SPDX-License-Identifier: MIT */
/*
 * A plugin whose constructor waits for a thread that makes a call: the loader's lock is held all
 * the while. argv[1]: the plugin.
 */
#include <dlfcn.h>

#include "attack.h"

int main(int argc, char **argv)
{
    alarm(10);
    puts(argc == 2 && dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) ? "loaded" : "not loaded");
    return 0;
}
