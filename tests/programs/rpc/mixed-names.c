/* SPDX-License-Identifier: MIT */
/* The functions of Windows and of DCE, with a status and without, in one environment: as it may be.
 */
#include <scardaudit/dce.h>
#include <scardaudit/rpcsm.h>

#define NOINLINE __attribute__((noinline, unused))
#define UNEXPECTED 99

static NOINLINE int work(void)
{
    RPC_STATUS status = 0, bad = 0;
    unsigned32 dce_status = 0;
    void *blocks[4];

    bad |= RpcSmEnableAllocate();
    blocks[0] = RpcSmAllocate(10, &status);
    bad |= status;
    blocks[1] = rpc_sm_allocate(20, &dce_status);
    bad |= (RPC_STATUS)dce_status;
    blocks[2] = RpcSsAllocate(30);
    blocks[3] = rpc_ss_allocate(40);
    rpc_ss_free(blocks[0]);
    bad |= RpcSmFree(blocks[1]);
    rpc_sm_free(blocks[2], &dce_status);
    bad |= (RPC_STATUS)dce_status;
    RpcSsFree(blocks[3]);
    rpc_ss_set_thread_handle(RpcSmGetThreadHandle(&status));
    bad |= status;
#ifdef FIXED
    rpc_sm_disable_allocate(&dce_status);
#endif
    return bad | (RPC_STATUS)dce_status;
}

int main(void)
{
    return work() == 0 ? 0 : UNEXPECTED;
}
