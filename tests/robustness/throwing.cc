// SPDX-License-Identifier: MIT
// A stand-in provider that throws, and with -DPROGRAM a program that catches.
#ifdef PROGRAM
#include <cstdio>
#include <winscard.h>

int main()
{
    int caught = 0;

    for (int i = 0; i < 10; i++) {
        try {
            SCardIsValidContext(i);
        } catch (int value) {
            caught += value == i;
        }
    }
    std::printf("caught %d, then 0x%lx\n", caught,
                static_cast<unsigned long>(SCardReleaseContext(5)));
    return 0;
}
#else
extern "C" {
long SCardIsValidContext(long ctx)
{
    throw static_cast<int>(ctx);
}
long SCardReleaseContext(long)
{
    return 0x80100003L;
}
long SCardEstablishContext(unsigned long, const void *, const void *, long *)
{
    return 0x80100001L;
}
long SCardListReaders(long, const char *, char *, unsigned long *)
{
    return 0x80100001L;
}
}
#endif
