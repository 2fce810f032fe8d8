/* SPDX-License-Identifier: MIT */
/*
 * WinPR in the same program. It has functions whose names begin as those of stub memory do, and a
 * RpcRaiseException() of its own; but no stub memory. Not mended, the environment stays.
 */
#include "rpc.h"

extern void *RpcSsGetContextBinding(void *context);
extern void winpr_get_version(int *major, int *minor, int *revision);

int main(void)
{
    int version[3];

    winpr_get_version(&version[0], &version[1], &version[2]);
    (void)RpcSsGetContextBinding(NULL);
    OK(enable());
    OK(release(allocate(10)));
#ifdef FIXED
    OK(disable());
#endif
    return version[0] >= 2 ? 0 : UNEXPECTED;
}
