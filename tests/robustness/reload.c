/* SPDX-License-Identifier: MIT */
/*
 * Two plugins in turn at the same addresses, with calls at the same offsets but other frame sizes:
 * remembered unwinding rules are wrong for the other. argv: the plugins, and how
 * often they are loaded in all.
 */
#include "../programs/open_plugin.h"

#include "attack.h"

static NOINLINE void load_and_run(const char *path)
{
    void *plugin = open_plugin(path);
    void (*work)(void) = plugin ? (void (*)(void))dlsym(plugin, "work") : NULL;

    if (!work)
        abort();
    work();
    dlclose(plugin);
}

int main(int argc, char **argv)
{
    for (int i = 0; argc == 4 && i < atoi(argv[3]); i++)
        load_and_run(argv[1 + i % 2]);
    return 0;
}
