/* SPDX-License-Identifier: MIT */
/*
 * plugin-host PLUGIN: knows nothing of smart cards. It opens a plugin that does, so that
 * libpcsclite is in the plugin's local scope only, and closes it again before the end.
 */
#include "open_plugin.h"

#include <stdio.h>

#define UNEXPECTED 99

int main(int argc, char **argv)
{
    void *plugin = argc == 2 ? open_plugin(argv[1]) : NULL;
    void (*work)(void) = plugin ? (void (*)(void))dlsym(plugin, "plugin_work") : NULL;

    if (!work) {
        fprintf(stderr, "plugin-host: %s\n", argc == 2 ? dlerror() : "which plugin?");
        return UNEXPECTED;
    }
    work();
    dlclose(plugin);
    return 0;
}
