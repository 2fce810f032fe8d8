/* SPDX-License-Identifier: MIT */
/* Loads plugins into scopes of their own, lets each work, and again, in turn. argv: the plugins. */
#include "../programs/open_plugin.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < 2 * argc - 1; i++) {
        void *plugin = open_plugin(argv[1 + (i - 1) % (argc - 1)]);
        void (*work)(void) = plugin ? (void (*)(void))dlsym(plugin, "work") : NULL;

        if (!work) {
            puts(dlerror());
            return 1;
        }
        work();
    }
    return 0;
}
