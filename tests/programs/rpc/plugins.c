/* SPDX-License-Identifier: MIT */
/*
 * plugins replaced LIBRARY...: opens the libraries one after the other, each in the place of the
 *     last, and enters an environment of each
 * plugins many LIBRARY PLUGIN...: has all the plugins work, then enters one of the library
 * plugins absent LIBRARY: enters one of it, having looked for what no library has
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *open_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (library)
        return library;
    fprintf(stderr, "%s\n", dlerror());
    exit(99);
}

static void *function(void *library, const char *name)
{
    void *found = dlsym(library, name);

    if (found)
        return found;
    fprintf(stderr, "%s is not there\n", name);
    exit(99);
}

static void enter(void *library)
{
    int32_t (*enable)(void) = function(library, "RpcSmEnableAllocate");
    int32_t (*disable)(void) = function(library, "RpcSmDisableAllocate");

    printf("enabled: %d\n", enable());
    printf("disabled: %d\n", disable());
}

static void replace(char **libraries)
{
    uintptr_t before = 0;

    for (; *libraries; libraries++) {
        struct link_map *library = open_library(*libraries);

        printf("same place: %d\n", library->l_addr == before);
        before = library->l_addr;
        enter(library);
        dlclose(library);
    }
}

static void use_many(const char *library, char **plugins)
{
    for (; *plugins; plugins++) {
        void (*work)(void) = function(open_library(*plugins), "work");

        work();
    }
    enter(open_library(library));
}

static void look_for(const char *name)
{
    printf("%s: %d %d %d\n", name, dlsym(RTLD_DEFAULT, name) != NULL,
           dlsym(RTLD_NEXT, name) != NULL, dlsym(dlopen(NULL, RTLD_NOW), name) != NULL);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "replaced") == 0) {
        replace(argv + 2);
    } else if (argc > 3 && strcmp(argv[1], "many") == 0) {
        use_many(argv[2], argv + 3);
    } else if (argc > 2) {
        look_for("midl_user_free");
        look_for("MIDL_user_free");
        look_for("RpcSmAllocate");
        look_for("rpc_ss_free");
        enter(open_library(argv[2]));
    }
    return 0;
}
