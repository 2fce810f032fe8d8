/* SPDX-License-Identifier: MIT */
/*
 * What dlsym gives a program in place of a provider's function: for each provider and each row of
 * the table a stub of 16 bytes, which says by its number who is called. They are assembly because
 * there are thousands: compiled ones, and a table of their addresses, would have every program
 * that is started relocate them.
 */
#include "api_table.h"
#include "slots.h"

#define COUNT(ctx, ...) +1
#define FRAME 72 /* the arguments, and the stack stays aligned to 16 */

        .text
        .p2align 4
        .globl sca_trampolines
        .hidden sca_trampolines
        .type sca_trampolines, @function
sca_trampolines:
        .cfi_startproc
        .set number, 0
        .rept SCA_PROVIDERS * (0 SCA_PROVIDED_FUNCTIONS(COUNT, ))
        .p2align SCA_TRAMPOLINE_BITS
        endbr64
        movl $number, %eax
        jmp call
        .set number, number + 1
        .endr
        .cfi_endproc
        .size sca_trampolines, . - sca_trampolines

    /* Eight arguments as sca_call_bound() wants them; two of them the caller left on its stack. */
        .p2align 4
        .type call, @function
call:
        .cfi_startproc
        subq $FRAME, %rsp
        .cfi_adjust_cfa_offset FRAME
        movq %rdi, 0(%rsp)
        movq %rsi, 8(%rsp)
        movq %rdx, 16(%rsp)
        movq %rcx, 24(%rsp)
        movq %r8, 32(%rsp)
        movq %r9, 40(%rsp)
        movq FRAME + 8(%rsp), %r10
        movq %r10, 48(%rsp)
        movq FRAME + 16(%rsp), %r10
        movq %r10, 56(%rsp)
        movl %eax, %edi
        movq %rsp, %rsi
        movq FRAME(%rsp), %rdx
        call sca_trampoline_called
        addq $FRAME, %rsp
        .cfi_adjust_cfa_offset -FRAME
        ret
        .cfi_endproc
        .size call, . - call

        .section .note.GNU-stack, "", @progbits
