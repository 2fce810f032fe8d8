/* SPDX-License-Identifier: MIT */
/* The same as C and C++, under the names of DCE */
#include <stdio.h>
#include <string.h>
#include <scardaudit/dce.h>

int main(void)
{
    unsigned32 status;
    char *text;

    rpc_sm_enable_allocate(&status);
    if (status != rpc_s_ok)
        return 1;
    text = (char *)rpc_sm_allocate(16, &status);
    strcpy(text, "slot 0");
    printf("%s\n", text);
    rpc_ss_client_free(text);
    rpc_sm_free(text, &status);
    printf("%#x\n", (unsigned)status);
    rpc_sm_disable_allocate(&status);
    return status == rpc_s_ok ? 0 : 1;
}
