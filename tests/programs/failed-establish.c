/* SPDX-License-Identifier: MIT */
/*
 * A session's context is -1 until there is one. The service has died and left its socket, so that
 * none can be established, but the attempt has overwritten the -1 by 0, and the next one takes that
 * for a context. So does the end of the session, which releases it.
 */
#include "card.h"

#define NO_CONTEXT ((SCARDCONTEXT)-1)

static SCARDCONTEXT session = NO_CONTEXT;

static NOINLINE LONG establish(void)
{
#ifdef FIXED
    SCARDCONTEXT ctx;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &ctx);

    if (rv == SCARD_S_SUCCESS)
        session = ctx;
    return rv;
#else
    return SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &session);
#endif
}

static NOINLINE LONG detect_readers(void)
{
    DWORD length = 0;
    LONG rv = SCARD_E_INVALID_HANDLE;

    if (session != NO_CONTEXT)
        rv = SCardListReaders(session, NULL, NULL, &length);
    if (rv == SCARD_E_INVALID_HANDLE)
        rv = establish();
    return rv;
}

static NOINLINE void finish(void)
{
    if (session != NO_CONTEXT)
        SCardReleaseContext(session);
}

int main(void)
{
    /* there, and nobody listens */
    setenv("PCSCLITE_CSOCK_NAME", "/dev/null", 1);
    EXPECT(SCARD_E_NO_SERVICE, detect_readers());
    EXPECT(SCARD_E_NO_SERVICE, detect_readers());
    finish();
    return 0;
}
