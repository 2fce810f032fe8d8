/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    raise(SIGKILL); /* who knows whether it would have been released */
    return 0;
}
