/* SPDX-License-Identifier: MIT */
/* What the files that make messages share, and nobody else. */
#ifndef REPORT_MESSAGE_INTERNAL_H
#define REPORT_MESSAGE_INTERNAL_H

#include <stdio.h>

#include "message.h"

/* How people speak of a kind. */
struct words {
    const char *noun;
    const char *acquired; /* "SCARDHANDLE opened by connect_card()" */
    const char *released; /* "... was disconnected by close_card()" */
    const char *never;    /* "... was never disconnected"; NULL: "given to" what is right */
    const char *by;       /* the function that would have been right */
};

struct sentence {
    FILE *out;
    const struct message_facts *facts;
    const struct finding *finding;
    const struct report_stack *stacks; /* of the first place */
    const struct words *words;
    char *owners[STORY_COUNT]; /* the function each stack belongs to */
};

/* The audited function that was called there: "SCardConnect". */
const char *message_called(const struct sentence *sentence, enum story story);

/* "SCARDHANDLE opened by connect_card()", "3 AUTOALLOCATE blocks from SCardListReaders() in
 * main()", "AUTOALLOCATE block with the ATR from SCardStatus() in libwinpr2.so.2 for main()" */
void message_subject(const struct sentence *sentence, size_t count);

/* "main(), calling free()", "main(), calling operator delete" */
void message_calling(const struct sentence *sentence, enum story story);

/* ", 3 times", and nothing if it is one */
void message_times(const struct sentence *sentence);

/* "; 9 others from the same place were released, at main()" */
void message_siblings(const struct sentence *sentence);

/* " was never disconnected", or that it was tried */
void message_never(const struct sentence *sentence, const char *were);

/* One that was forgotten, or one more each time? */
void message_how_many(const struct sentence *sentence);

/* What should have been called to give it back: a family of names has its own. */
const char *message_right_function(const struct sentence *sentence);

/* ", which failed" */
void message_call_failed(const struct sentence *sentence);

/* ---- message_memory.c ----------------------------------------------------------------------- */

void tell_double_free(const struct sentence *sentence);
void tell_mismatched_free(const struct sentence *sentence);
void tell_invalid_free(const struct sentence *sentence);
void tell_write_after_free(const struct sentence *sentence);
void tell_cross_thread_free(const struct sentence *sentence);
void tell_free_after_release(const struct sentence *sentence);
void tell_wrong_context(const struct sentence *sentence);

/* ---- message_rpc.c -------------------------------------------------------------------------- */

void tell_environment_leak(const struct sentence *sentence);
void tell_deferred_leak(const struct sentence *sentence);
void tell_block_leak(const struct sentence *sentence);
void tell_allocate_without_enable(const struct sentence *sentence);
void tell_free_without_enable(const struct sentence *sentence);
void tell_nested_enable(const struct sentence *sentence);
void tell_disable_while_attached(const struct sentence *sentence);
void tell_helper_disable(const struct sentence *sentence);
void tell_unbalanced_disable(const struct sentence *sentence);
void tell_stale_thread_handle(const struct sentence *sentence);
void tell_free_after_disable(const struct sentence *sentence);
void tell_deferred_growth(const struct sentence *sentence);
void tell_allocator_not_restored(const struct sentence *sentence);
void tell_cross_environment_free(const struct sentence *sentence);

/* ---- message_wts.c -------------------------------------------------------------------------- */

void tell_wrong_type_class(const struct sentence *sentence);
void tell_provider_fault(const struct sentence *sentence);

/* "; its server was closed before, which did not close it" */
void tell_server_closed(const struct sentence *sentence);

/* What should have been called where this function allocated; NULL: what is right for the kind. */
const char *wts_right_function(const char *acquired);

/* ---- message_lsa.c -------------------------------------------------------------------------- */

void tell_lsa_block_leak(const struct sentence *sentence);
void tell_wrong_section(const struct sentence *sentence);
void tell_free_after_delete(const struct sentence *sentence);
void tell_ended_with_section(const struct sentence *sentence);
void tell_use_after_shutdown(const struct sentence *sentence);

#endif
