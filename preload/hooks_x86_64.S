/* SPDX-License-Identifier: MIT */
/*
 * Tail-jump hooks; see hooks.h. Saved around the question are the six argument registers and AL,
 * which a variadic call passes too. None of these functions takes a vector register.
 */
#include "real_table.h"

        /* enum sca_real */
        .set    next_function, 0
        .macro  enumerate name
        .set    SCA_REAL_\name, next_function
        .set    next_function, next_function + 1
        .endm
#define SCA_X(name) enumerate name;
        SCA_LIBC_FUNCTIONS(SCA_X)
#undef SCA_X

        .text

        .macro keep register
        push    %\register
        .cfi_adjust_cfa_offset 8
        .endm

        .macro back register
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .endm

        /* hook NAME, QUESTION [, caller=REGISTER for the return address] [, starts=yes: the question's
         * arguments are enum sca_real of NAME and where the registers are saved] */
        .macro hook name, question, caller=, starts=
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
        .ifnb   \starts
        mov     $SCA_REAL_\name, %edi
        mov     %rsp, %rsi
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
        hook    dlopen, sca_dlopen_look_up
        hook    dlmopen, sca_dlmopen_look_up
        hook    dl_iterate_phdr, sca_phdr_look_up

        hook    prctl, sca_prctl_attempt
        hook    syscall, sca_syscall_attempt

        hook    execl, sca_exec_attempt, starts=yes
        hook    execlp, sca_exec_attempt, starts=yes
        hook    execle, sca_exec_attempt, starts=yes
        hook    execv, sca_exec_attempt, starts=yes
        hook    execvp, sca_exec_attempt, starts=yes
        hook    execvpe, sca_exec_attempt, starts=yes
        hook    execve, sca_exec_attempt, starts=yes
        hook    fexecve, sca_exec_attempt, starts=yes
        hook    execveat, sca_exec_attempt, starts=yes
        hook    popen, sca_exec_attempt, starts=yes
        hook    posix_spawn, sca_exec_attempt, starts=yes
        hook    posix_spawnp, sca_exec_attempt, starts=yes
        hook    system, sca_exec_attempt, starts=yes

        .section .note.GNU-stack, "", @progbits
