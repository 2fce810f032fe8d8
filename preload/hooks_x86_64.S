/* SPDX-License-Identifier: MIT */
/*
 * Tail-jump hooks; see hooks.h. Saved around the question are the six argument registers and AL,
 * which a variadic call passes too. None of these functions takes a vector register.
 */
        .text

        .macro keep register
        push    %\register
        .cfi_adjust_cfa_offset 8
        .endm

        .macro back register
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .endm

        /* hook NAME, QUESTION [, caller=REGISTER for the return address] [, index=NUMBER] */
        .macro hook name, question, caller=, index=
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        keep    rax
        keep    rdi
        keep    rsi
        keep    rdx
        keep    rcx
        keep    r8
        keep    r9
        .ifnb   \caller
        mov     56(%rsp), %\caller
        .endif
        .ifnb   \index
        mov     $\index, %edi
        .endif
        call    \question
        mov     %rdx, %r11
        back    r9
        back    r8
        back    rcx
        back    rdx
        back    rsi
        back    rdi
        test    %r11, %r11
        jz      1f
        back    rax
        jmp     *%r11
        .cfi_adjust_cfa_offset 8
1:      add     $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   \name, . - \name
        .endm

        hook    dlsym, sca_dlsym_look_up, caller=rdx
        hook    dlvsym, sca_dlvsym_look_up, caller=rcx
        hook    dl_iterate_phdr, sca_phdr_look_up

        /* the indices are enum sca_real; exec_hook.c asserts that they agree */
        hook    execl, sca_exec_attempt, index=5
        hook    execlp, sca_exec_attempt, index=6
        hook    execle, sca_exec_attempt, index=7
        hook    execv, sca_exec_attempt, index=8
        hook    execvp, sca_exec_attempt, index=9
        hook    execvpe, sca_exec_attempt, index=10
        hook    execve, sca_exec_attempt, index=11
        hook    fexecve, sca_exec_attempt, index=12
        hook    execveat, sca_exec_attempt, index=13

        .section .note.GNU-stack, "", @progbits
