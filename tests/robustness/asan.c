/* SPDX-License-Identifier: MIT */
/* A program built with AddressSanitizer; with an argument it makes the mistake ASan is made for. */
#include "attack.h"

int main(int argc, char **argv)
{
    volatile char *block = malloc(8);

    (void)argv;
    for (int i = 0; i < 3; i++)
        ask();
    if (argc > 1)
        block[7 + argc] = 'x';
    free((void *)block);
    puts("done");
    return 0;
}
