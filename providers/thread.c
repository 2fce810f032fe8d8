// SPDX-License-Identifier: MIT
#include <limits.h>
#include <stdatomic.h>
#include "memory.h"
#include "thread.h"

static _Thread_local struct thread current;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool prepared;

struct thread *this_thread(void)
{
    return &current;
}

/*
 * Destructors of the program's own keys may free and disable yet: let them. The last round is left
 * out, because ThreadSanitizer takes leave of the thread in it.
 */
enum { LAST_ROUND = PTHREAD_DESTRUCTOR_ITERATIONS - 1 };

static void at_thread_exit(void *value)
{
    struct thread *thread = value;

    if (++thread->rounds < LAST_ROUND && pthread_setspecific(key, thread) == 0)
        return;
    thread->rounds = 0;
    environment_abandon(thread->serial);
    if (thread->environment)
        environment_detach(thread->environment);
    thread->environment = NULL;
}

static void in_child(void)
{
    environments_in_child(current.environment, current.serial);
}

static void prepare(void)
{
    prepared = pthread_key_create(&key, at_thread_exit) == 0 &&
               pthread_atfork(environments_before_fork, environments_after_fork, in_child) == 0;
}

bool thread_prepare(struct thread *thread)
{
    static _Atomic uint64_t last_serial;
    int saved = errno;
    bool set;

    pthread_once(&once, prepare);
    if (!thread->serial)
        thread->serial = atomic_fetch_add(&last_serial, 1) + 1;
    set = prepared && pthread_setspecific(key, thread) == 0;
    errno = saved;
    return set;
}
