/* SPDX-License-Identifier: MIT */
/*
 * The nine exec functions; see exec_hook.h. All six argument registers, and AL for the variadic
 * ones, are kept.
 */
        .text

        .macro hook name, index
        .globl \name
        .type \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        push    %rax
        .cfi_adjust_cfa_offset 8
        push    %rdi
        .cfi_adjust_cfa_offset 8
        push    %rsi
        .cfi_adjust_cfa_offset 8
        push    %rdx
        .cfi_adjust_cfa_offset 8
        push    %rcx
        .cfi_adjust_cfa_offset 8
        push    %r8
        .cfi_adjust_cfa_offset 8
        push    %r9
        .cfi_adjust_cfa_offset 8
        mov     $\index, %edi
        call    sca_exec_attempt
        mov     %rax, %r11
        pop     %r9
        .cfi_adjust_cfa_offset -8
        pop     %r8
        .cfi_adjust_cfa_offset -8
        pop     %rcx
        .cfi_adjust_cfa_offset -8
        pop     %rdx
        .cfi_adjust_cfa_offset -8
        pop     %rsi
        .cfi_adjust_cfa_offset -8
        pop     %rdi
        .cfi_adjust_cfa_offset -8
        pop     %rax
        .cfi_adjust_cfa_offset -8
        jmp     *%r11
        .cfi_endproc
        .size \name, . - \name
        .endm

        /* the indices are enum sca_real; exec_hook.c asserts that they agree */
        hook    execl, 5
        hook    execlp, 6
        hook    execle, 7
        hook    execv, 8
        hook    execvp, 9
        hook    execvpe, 10
        hook    execve, 11
        hook    fexecve, 12
        hook    execveat, 13

        .section .note.GNU-stack, "", @progbits
