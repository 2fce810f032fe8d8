// SPDX-License-Identifier: MIT
// A routine of the program's own, called by the library, throws through it.
#include "rpc.h"

static void *own_alloc(block_size_t size)
{
    return malloc(size);
}

static void throwing_free(void *block)
{
    free(block);
    throw 42;
}

int main()
{
    OK(enable());
    OK(set_pair(own_alloc, throwing_free));
    for (int i = 0; i < 20; i++) {
        try {
            client_free(malloc(10));
            printf("came back\n");
        } catch (int thrown) {
            printf("caught %d\n", thrown);
        }
    }
    OK(release(allocate(10)));
    OK(disable());
    return 0;
}
