/* SPDX-License-Identifier: MIT */
/*
 * A server of FreeRDP's library, whose functions are behind WTS* here: the name of a server is the
 * context of a connection. It leaves the server open and forgets a number, "leak", or gives it to
 * WTSFreeMemoryEx, which FreeRDP does not have, "typed".
 */
#include "wts.h"

#include <freerdp/channels/channels.h>
#include <freerdp/freerdp.h>
#include <freerdp/peer.h>
#include <sys/socket.h>

static freerdp_peer *accept_peer(void)
{
    int sockets[2];
    freerdp_peer *peer;

    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    peer = freerdp_peer_new(sockets[0]);
    OK(peer);
    peer->ContextSize = sizeof(rdpContext);
    OK(freerdp_peer_context_new(peer));
    return peer;
}

static NOINLINE HANDLE open_peer(freerdp_peer *peer)
{
    HANDLE server = WTSOpenServerA((LPSTR)peer->context);

    OK(server && server != INVALID_HANDLE_VALUE);
    return server;
}

int main(int argc, char **argv)
{
    freerdp_peer *peer;
    HANDLE server, other;
    char *id;

    OK(WTSRegisterWtsApiFunctionTable(FreeRDP_InitWtsApi()));
    peer = accept_peer();
    server = open_peer(peer);
    other = open_peer(peer);
    printf("the same: %d\n", server == other);
    free_memory(query_session(other, WTSSessionId));
    id = query_session(server, WTSSessionId);
    close_server(other);
#ifdef FIXED
    (void)argc, (void)argv;
    free_memory(id);
    close_server(server);
#else
    if (argc > 1 && strcmp(argv[1], "typed") == 0) {
        printf("freed: %d\n", (int)free_typed(WTSTypeProcessInfoLevel0, id, 1));
        close_server(server);
    }
#endif
    freerdp_peer_context_free(peer);
    freerdp_peer_free(peer);
    return 0;
}
