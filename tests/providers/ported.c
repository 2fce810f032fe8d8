/* SPDX-License-Identifier: MIT */
/*
 * As it came from Windows, but for the name of the header. It is C and C++: a list of readers is
 * put together in an environment, by two functions of which one raises.
 */
#include <stdio.h>
#include <string.h>
#include <scardaudit/rpcsm.h>

typedef struct READER {
    struct READER *next;
    char name[16];
} READER;

static READER *RPC_ENTRY add_reader(READER *list, const char *name)
{
    READER *reader = (READER *)RpcSsAllocate(sizeof(*reader));

    snprintf(reader->name, sizeof(reader->name), "%s", name);
    reader->next = list;
    return reader;
}

static RPC_STATUS list_readers(void)
{
    RPC_STATUS status = RPC_S_OK;
    READER *list, *reader;

    RpcTryExcept
    {
        list = add_reader(NULL, "slot 1");
        list = add_reader(list, "slot 0");
        for (reader = list; reader; reader = reader->next)
            printf("%s\n", reader->name);
        RpcTryFinally
        {
            RpcSsFree(list->next);
            RpcSsFree(list->next);
        }
        RpcFinally
        {
            printf("%s\n", RpcAbnormalTermination() ? "cleaning up" : "done");
        }
        RpcEndFinally
    }
    RpcExcept(RpcExceptionCode() == RPC_S_INVALID_ARG)
    {
        printf("exception %d\n", (int)RpcExceptionCode());
    }
    RpcEndExcept return status;
}

int main(void)
{
    RPC_STATUS status = RpcSmEnableAllocate();
    char *text;

    if (status != RPC_S_OK)
        return 1;
    status = list_readers();
    text = (char *)midl_user_allocate(8);
    midl_user_free(text);
    text = (char *)RpcSmAllocate(8, &status);
    midl_user_free(text);
    printf("%s\n", RpcSmFree(text) == RPC_S_INVALID_ARG ? "released at once" : "still there");
    return RpcSmDisableAllocate() == RPC_S_OK ? 0 : 1;
}
