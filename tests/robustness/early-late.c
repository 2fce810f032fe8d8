/* SPDX-License-Identifier: MIT */
/*
 * Calls before our constructor and after our destructor. Built as a library (-DLIBRARY) that the
 * program is linked to, and as the program: the program's preinit functions run before all
 * constructors, those of the library it needs before ours; its destructors run after ours.
 */
#include "attack.h"

static void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(9);
}

static NOINLINE SCARDCONTEXT establish(void)
{
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        say("failed\n");
    return context;
}

#ifdef LIBRARY
static SCARDCONTEXT context;

__attribute__((constructor(101))) static void begin(void)
{
    context = establish();
    say("constructor\n");
}

__attribute__((destructor(101))) static void end(void)
{
    SCardReleaseContext(context);
    say("destructor\n");
}

void in_library(void)
{
    ask();
}
#else
void in_library(void);

static NOINLINE void establish_early(void)
{
    establish();
}

static void before_all(void)
{
    establish_early();
    say("preinit\n");
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit)(void) = before_all;

int main(void)
{
    in_library();
    say("main\n");
    return 0;
}
#endif
