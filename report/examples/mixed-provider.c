/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <winscard.h>

int main(void)
{
    void *winpr = dlopen("libwinpr2.so.2", RTLD_NOW);
    int32_t (*release)(uintptr_t) = winpr ? dlsym(winpr, "SCardReleaseContext") : NULL;
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    if (release)
        release((uintptr_t)context); /* pcsc-lite's, to WinPR */
    return 0;
}
