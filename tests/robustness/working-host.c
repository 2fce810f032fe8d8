/* SPDX-License-Identifier: MIT */
/* A program in C that opens plugins and lets each work: local|global PLUGIN... */
#include <dlfcn.h>

#include "attack.h"

int main(int argc, char **argv)
{
    int scope;

    if (argc < 3)
        return 2;
    scope = strcmp(argv[1], "global") ? RTLD_LOCAL : RTLD_GLOBAL;
    ask();
    for (int i = 2; i < argc; i++) {
        void *plugin = dlopen(argv[i], RTLD_NOW | scope);
        int (*work)(void) = plugin ? (int (*)(void))dlsym(plugin, "work") : NULL;

        if (!work || work() != 0)
            return 1;
    }
    ask();
    return 0;
}
