/* SPDX-License-Identifier: MIT */
/*
 * Generated code, as a JIT compiler writes it: no object, no unwind table, no frame pointer, and a
 * stack full of addresses that an unwinder might take for returns.
 */
#include <sys/mman.h>

#include "attack.h"

/* Where a guess would lead: nobody calls it. */
static NOINLINE void never_called(void)
{
    puts("never called");
}

/* The first argument is the function to call, with the others behind it. */
static const unsigned char code[] = {
    0x48, 0x83, 0xec, 0x38,       /* sub $56, %rsp */
    0x4c, 0x89, 0x04, 0x24,       /* mov %r8, (%rsp) */
    0x4c, 0x89, 0x44, 0x24, 0x08, /* mov %r8, 8(%rsp) */
    0x4c, 0x89, 0x44, 0x24, 0x28, /* mov %r8, 40(%rsp) */
    0x4c, 0x89, 0x44, 0x24, 0x30, /* mov %r8, 48(%rsp) */
    0x48, 0x89, 0xf8,             /* mov %rdi, %rax */
    0x48, 0x89, 0xf7,             /* mov %rsi, %rdi */
    0x48, 0x89, 0xd6,             /* mov %rdx, %rsi */
    0x48, 0x89, 0xca,             /* mov %rcx, %rdx: not read */
    0x4c, 0x89, 0xc9,             /* mov %r9, %rcx */
    0xff, 0xd0,                   /* call *%rax */
    0x48, 0x83, 0xc4, 0x38,       /* add $56, %rsp */
    0xc3,                         /* ret */
};

typedef LONG establish(DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT);
typedef LONG generated(establish *, DWORD, LPCVOID, LPCVOID, void (*)(void), LPSCARDCONTEXT);

static NOINLINE void run_generated(void)
{
    SCARDCONTEXT context;
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        abort();
    memcpy(page, code, sizeof code);
    ((generated *)page)(SCardEstablishContext, SCARD_SCOPE_SYSTEM, NULL, NULL, never_called,
                        &context);
    __asm__ volatile("");
}

int main(void)
{
    run_generated();
    puts("done");
    return 0;
}
