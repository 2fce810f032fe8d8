/* SPDX-License-Identifier: MIT */
/* Calls from fibers: small stacks made by the program, with a page below that must not be touched.
 */
#include <sys/mman.h>
#include <ucontext.h>

#include "attack.h"

#define SIZE 6144
#define PAGE 4096

static ucontext_t home, fiber;

static void call_in_fiber(void)
{
    ask();
    swapcontext(&fiber, &home);
    ask();
}

int main(void)
{
    char *stack =
        mmap(NULL, PAGE + SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (stack == MAP_FAILED || mprotect(stack, PAGE, PROT_NONE) != 0)
        abort();
    ask();
    for (int i = 0; i < 3; i++) {
        getcontext(&fiber);
        fiber.uc_stack.ss_sp = stack + PAGE;
        fiber.uc_stack.ss_size = SIZE;
        fiber.uc_link = &home;
        makecontext(&fiber, call_in_fiber, 0);
        swapcontext(&home, &fiber);
        ask();
        swapcontext(&home, &fiber);
        ask();
    }
    puts("done");
    return 0;
}
