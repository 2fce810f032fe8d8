/* SPDX-License-Identifier: MIT */
/*
 * A program without a provider until THREADS threads at once open a plugin that has one, and let it
 * work. The plugin (argv[1]) may have a plain name: it is found by this program's own RUNPATH.
 */
#include <dlfcn.h>
#include <fcntl.h>

#include "attack.h"

#define THREADS 8

static const char *path;
static pthread_barrier_t barrier;

static int lowest_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY);

    close(fd);
    return fd;
}

static void *open_and_work(void *unused)
{
    void (*work)(void);
    void *plugin;

    pthread_barrier_wait(&barrier);
    plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    work = plugin ? (void (*)(void))dlsym(plugin, "work") : NULL;
    if (!work) {
        puts(dlerror());
        exit(1);
    }
    work();
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int before = lowest_descriptor();

    alarm(30);
    path = argc == 2 ? argv[1] : "";
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, open_and_work, NULL) != 0)
            abort();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("the lowest free descriptor is %s\n",
           before == lowest_descriptor() ? "as before" : "another");
    return 0;
}
