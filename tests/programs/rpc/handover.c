/* SPDX-License-Identifier: MIT */
/* A thread hands its environment over, and ends; who has it now also disables it. */
#include "rpc.h"

struct estate {
    handle_t environment;
    void *block;
};

static NOINLINE void *begin_work(void *data)
{
    struct estate *estate = data;

    OK(enable());
    *estate = (struct estate){thread_handle(), allocate(16)};
    return NULL;
}

static NOINLINE void finish_work(const struct estate *estate)
{
    OK(use_thread_handle(estate->environment));
    OK(release(estate->block));
#ifdef FIXED
    OK(disable());
#endif
}

int main(void)
{
    struct estate estate;

    await(start(begin_work, &estate));
    finish_work(&estate);
    return 0;
}
