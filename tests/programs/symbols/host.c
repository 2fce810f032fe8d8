/* SPDX-License-Identifier: MIT */
/*
 *     host turns PLUGIN PLUGIN    open, work, close; the second takes the place of the first
 *     host memory PLUGIN          from a file without a name
 *     host generated PLUGIN       by code that was made at run time
 *
 * It calls no smart card function, but keeps libpcsclite where it is.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "../card.h"

typedef void worker(void);

static void check(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "host: %s failed\n", what);
    exit(UNEXPECTED);
}

static worker *open_worker(const char *path, void **plugin)
{
    worker *work;

    *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    check(*plugin != NULL, "dlopen");
    work = (worker *)dlsym(*plugin, "plugin_work");
    check(work != NULL, "dlsym");
    return work;
}

static void turns(const char *first, const char *second)
{
    void *plugin;
    worker *one = open_worker(first, &plugin), *two;

    one();
    dlclose(plugin);
    two = open_worker(second, &plugin);
    check(one == two, "loading both at the same address");
    two();
    dlclose(plugin);
}

static void memory(const char *path)
{
    int from = open(path, O_RDONLY), to = memfd_create("plugin", 0);
    off_t size = lseek(from, 0, SEEK_END), offset = 0;
    char name[64];
    void *plugin;

    check(from >= 0 && to >= 0 && sendfile(to, from, &offset, (size_t)size) == size, "copying");
    snprintf(name, sizeof name, "/proc/self/fd/%d", to);
    open_worker(name, &plugin)();
}

static void generated(const char *path)
{
    /* push %rbp; mov %rsp,%rbp; call *%rdi; pop %rbp; ret */
    static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *plugin;

    check(page != MAP_FAILED, "mmap");
    memcpy(page, code, sizeof code);
    ((void (*)(worker *))page)(open_worker(path, &plugin));
}

int main(int argc, char **argv)
{
    check(argc > 2, "argument");
    if (!strcmp(argv[1], "turns"))
        turns(argv[2], argv[3]);
    else if (!strcmp(argv[1], "memory"))
        memory(argv[2]);
    else
        generated(argv[2]);
    return 0;
}
