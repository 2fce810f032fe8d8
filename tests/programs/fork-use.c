/* SPDX-License-Identifier: MIT */
/*
 * A child asks the card of its parent, and "cleans up" its parent's context, which ends the
 * parent's session. The twin's child establishes a context of its own.
 */
#include "card.h"

#include <sys/wait.h>
#include <unistd.h>

static NOINLINE void ask_card(SCARDHANDLE card)
{
    DWORD name = 0, atr = 0, state, protocol;

    EXPECT(SCARD_S_SUCCESS, SCardStatus(card, NULL, &name, &state, &protocol, NULL, &atr));
}

static NOINLINE void clean_up(SCARDCONTEXT ctx)
{
    EXPECT(SCARD_S_SUCCESS, SCardReleaseContext(ctx));
}

static NOINLINE void work_in_child(SCARDCONTEXT ctx, SCARDHANDLE card)
{
#ifdef FIXED
    ctx = open_context();
    card = open_card(ctx);
#endif
    ask_card(card);
#ifdef FIXED
    close_card(card);
#endif
    clean_up(ctx);
}

/* What the parent gets to hear afterwards, and can do nothing about. */
static NOINLINE void end_session(SCARDCONTEXT ctx, SCARDHANDLE card)
{
#ifdef FIXED
    close_card(card);
    close_context(ctx);
#else
    EXPECT(SCARD_F_COMM_ERROR, SCardDisconnect(card, SCARD_LEAVE_CARD));
    EXPECT(SCARD_E_NO_SERVICE, SCardReleaseContext(ctx));
#endif
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);
    pid_t child = fork();
    int status;

    if (child == 0) {
        work_in_child(ctx, card);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return UNEXPECTED;
    end_session(ctx, card);
    return 0;
}
