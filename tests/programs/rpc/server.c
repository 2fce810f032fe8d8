/* SPDX-License-Identifier: MIT */
/*
 * A server: each request is served by a thread with an environment, which allocates, and has
 * helper threads free. They may, if they were given the thread handle.
 */
#include "rpc.h"

#include <sys/prctl.h>

enum { REQUESTS = 3, HELPERS = 2, BLOCKS = 4 };

struct job {
    handle_t environment;
    void *blocks[BLOCKS];
};

static NOINLINE void drop(void *block)
{
#ifdef FIXED
    OK(release(block));
#else
    release(block);
#endif
}

static NOINLINE void *help(void *data)
{
    struct job *job = data;

    prctl(PR_SET_NAME, "helper");
#ifdef FIXED
    OK(use_thread_handle(job->environment));
#endif
    for (int i = 0; i < BLOCKS; i++)
        drop(job->blocks[i]);
#ifdef FIXED
    OK(use_thread_handle(NULL));
#endif
    return NULL;
}

static NOINLINE void fill(struct job *job)
{
    job->environment = thread_handle();
    for (int i = 0; i < BLOCKS; i++)
        job->blocks[i] = allocate(100);
}

static NOINLINE void *serve(void *data)
{
    struct job jobs[HELPERS];
    pthread_t helpers[HELPERS];

    prctl(PR_SET_NAME, "request");
    OK(enable());
    for (int i = 0; i < HELPERS; i++)
        fill(&jobs[i]);
    for (int i = 0; i < HELPERS; i++)
        helpers[i] = start(help, &jobs[i]);
    for (int i = 0; i < HELPERS; i++)
        await(helpers[i]);
    OK(disable());
    return data;
}

int main(void)
{
    pthread_t requests[REQUESTS];

    for (int i = 0; i < REQUESTS; i++)
        requests[i] = start(serve, NULL);
    for (int i = 0; i < REQUESTS; i++)
        await(requests[i]);
    return 0;
}
