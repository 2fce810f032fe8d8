/* SPDX-License-Identifier: MIT */
/*
 * Stubs of 16 bytes, which say by their number who is called. They are assembly because there are
 * thousands: compiled ones, and a table of their addresses, would have every program that is
 * started relocate them.
 */
#include "api_table.h"
#include "slots.h"

#define COUNT(ctx, ...) +1
#define FRAME 88 /* the arguments, and the stack stays aligned to 16 */

        .text

        /* stubs NAME, HOW MANY, HANDLER: the handler is given number, room for ten arguments with
         * those of registers, return address, and where the caller left the others, if it has any:
         * its stack may end there. */
        .macro stubs name count handler
        .p2align 4
        .globl \name
        .hidden \name
        .type \name, @function
\name:
        .cfi_startproc
        .set number, 0
        .rept \count
        .p2align SCA_STUB_BITS
        endbr64
        movl $number, %eax
        jmp \name\()_call
        .set number, number + 1
        .endr
        .cfi_endproc
        .size \name, . - \name

        .p2align 4
        .type \name\()_call, @function
\name\()_call:
        .cfi_startproc
        subq $FRAME, %rsp
        .cfi_adjust_cfa_offset FRAME
        movq %rdi, 0(%rsp)
        movq %rsi, 8(%rsp)
        movq %rdx, 16(%rsp)
        movq %rcx, 24(%rsp)
        movq %r8, 32(%rsp)
        movq %r9, 40(%rsp)
        movl %eax, %edi
        movq %rsp, %rsi
        movq FRAME(%rsp), %rdx
        leaq FRAME + 8(%rsp), %rcx
        call \handler
        addq $FRAME, %rsp
        .cfi_adjust_cfa_offset -FRAME
        ret
        .cfi_endproc
        .size \name\()_call, . - \name\()_call
        .endm

        /* What dlsym gives a program in place of a provider's function: for each provider one for
         * each row of the table. */
        .set trampolines, SCA_PROVIDERS * (0 SCA_PROVIDED_FUNCTIONS(COUNT, ))
        stubs sca_trampolines, trampolines, sca_trampoline_called

        /* What stands in function tables in place of the functions of hosts and packages. */
        .set lsa_stubs, SCA_LSA_STUBS
        stubs sca_lsa_stubs, lsa_stubs, sca_lsa_stub_called

        .section .note.GNU-stack, "", @progbits
