/* SPDX-License-Identifier: MIT */
/* A fiber that is nothing but an audited call: behind what its stack holds there is no memory. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#define SIZE 65536

int main(void)
{
    char *stack = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *library = dlopen("libpcsclite.so.1", RTLD_NOW);
    ucontext_t home, fiber;

    if (stack == MAP_FAILED || mprotect(stack + SIZE, SIZE, PROT_NONE) != 0 || !library)
        abort();
    getcontext(&fiber);
    fiber.uc_stack.ss_sp = stack;
    fiber.uc_stack.ss_size = SIZE;
    fiber.uc_link = &home;
    makecontext(&fiber, (void (*)(void))(uintptr_t)dlsym(library, "SCardIsValidContext"), 1, 5);
    swapcontext(&home, &fiber);
    puts("done");
    return 0;
}
