/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>
#include <unistd.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    if (fork() == 0) {
        SCardReleaseContext(context); /* ends the parent's session, too */
        _exit(0);
    }
    wait(NULL);
    SCardReleaseContext(context);
    return 0;
}
