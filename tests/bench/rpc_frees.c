/* SPDX-License-Identifier: MIT */
/*
 * How long does RpcSmFree take, in an environment with LIVE blocks?
 *
 *     rpc_frees COUNT LIVE
 *
 * LIVE blocks are allocated, and freed in random order, until there were COUNT. "took" is the
 * nanoseconds of one RpcSmFree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <scardaudit/rpcsm.h>

static double nanoseconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static unsigned long below(unsigned long limit)
{
    static unsigned long state = 1;

    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % limit;
}

static double round_of(void **blocks, unsigned long live)
{
    double start;

    RpcSmEnableAllocate();
    for (unsigned long i = 0; i < live; i++) {
        unsigned long other = below(i + 1);

        blocks[i] = blocks[other];
        blocks[other] = RpcSmAllocate(32, NULL);
    }
    start = nanoseconds();
    for (unsigned long i = 0; i < live; i++)
        if (RpcSmFree(blocks[i]) != RPC_S_OK)
            abort();
    start = nanoseconds() - start;
    RpcSmDisableAllocate();
    return start;
}

int main(int argc, char **argv)
{
    unsigned long count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, done = 0;
    unsigned long live = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    void **blocks = live ? malloc(live * sizeof(*blocks)) : NULL;
    double sum = 0;

    if (!blocks) {
        fprintf(stderr, "usage: rpc_frees COUNT LIVE\n");
        return 2;
    }
    for (; done < count; done += live)
        sum += round_of(blocks, live);
    printf("took %.3f\n", sum / (double)done);
    free(blocks);
    return 0;
}
