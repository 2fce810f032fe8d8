/* SPDX-License-Identifier: MIT */
/*
 * Destructors of the program's own keys free the thread's block and disable: "before", of a key
 * that is older than the library's; "after", of a newer one; "again", of one that waits until the
 * third round. Not mended, they forget to disable. With "kill" behind that, the program ends by a
 * signal.
 */
#include "rpc.h"

#include <signal.h>

struct thread {
    void *block;
    int rounds;
};

static pthread_key_t key;

static NOINLINE void clean_up(void *data)
{
    struct thread *mine = data;

    if (mine->rounds-- > 0) {
        pthread_setspecific(key, mine);
        return;
    }
    OK(release(mine->block));
#ifdef FIXED
    OK(disable());
#endif
    free(mine);
}

static void make_key(void)
{
    if (pthread_key_create(&key, clean_up) != 0)
        exit(UNEXPECTED);
}

static NOINLINE void *work(void *data)
{
    struct thread *mine = malloc(sizeof(*mine));

    OK(enable());
    *mine = (struct thread){allocate(12), *(int *)data};
    pthread_setspecific(key, mine);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *when = argc > 1 ? argv[1] : "";
    int after = strcmp(when, "after") == 0;
    int rounds = strcmp(when, "again") == 0 ? 2 : 0;

    if (!after)
        make_key();
    OK(enable());
    OK(disable());
    if (after)
        make_key();
    for (int i = 0; i < 3; i++)
        await(start(work, &rounds));
    if (argc > 2 && strcmp(argv[2], "kill") == 0)
        raise(SIGKILL);
    return 0;
}
