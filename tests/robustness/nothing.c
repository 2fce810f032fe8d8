/* SPDX-License-Identifier: MIT */
/* A plugin for plugin-host that looks functions up, but none of a smart card's. */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <stdio.h>

void plugin_work(void);

void plugin_work(void)
{
    puts(dlsym(RTLD_DEFAULT, "puts") ? "found" : "not found");
}
