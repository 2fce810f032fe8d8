/* SPDX-License-Identifier: MIT */
/*
 * dlsym(handle, name) and dlvsym(handle, name, version); see dlsym_hook.h. The look-up gets the
 * same arguments and, as one more, the return address. Arguments are saved around it: the real
 * function must find everything as the caller left it.
 */
        .text

        .macro hook name, look_up, caller
        .globl \name
        .type \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        mov     (%rsp), %\caller
        push    %rdi
        .cfi_adjust_cfa_offset 8
        push    %rsi
        .cfi_adjust_cfa_offset 8
        push    %rdx
        .cfi_adjust_cfa_offset 8
        call    \look_up
        mov     %rdx, %r11
        pop     %rdx
        .cfi_adjust_cfa_offset -8
        pop     %rsi
        .cfi_adjust_cfa_offset -8
        pop     %rdi
        .cfi_adjust_cfa_offset -8
        test    %r11, %r11
        jz      1f
        jmp     *%r11
1:      ret
        .cfi_endproc
        .size \name, . - \name
        .endm

        hook    dlsym, sca_dlsym_look_up, rdx
        hook    dlvsym, sca_dlvsym_look_up, rcx

        .section .note.GNU-stack, "", @progbits
