// SPDX-License-Identifier: MIT
#include "wts_server.h"
#include "memory.h"
#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <strings.h>
#include <unistd.h>
#include <winpr/error.h>
#include <winpr/handle.h>

struct server {
    uintptr_t number;
    struct server *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct server *servers;
static uintptr_t last_number = 0x1000;

/* Case counts for nothing in the names of hosts, which are ASCII. */
static bool same_name(const void *name, bool wide, const char *text)
{
    const WCHAR *wide_name = name;
    size_t i = 0;

    if (!wide)
        return !strcasecmp(name, text);
    while (text[i] && wide_name[i] < 0x80 &&
           tolower((unsigned char)text[i]) == tolower(wide_name[i]))
        i++;
    return !text[i] && !wide_name[i];
}

static bool is_here(const void *name, bool wide)
{
    char host[256] = "";

    gethostname(host, sizeof(host) - 1);
    return !name || same_name(name, wide, "") || same_name(name, wide, ".") ||
           same_name(name, wide, "localhost") || same_name(name, wide, host);
}

HANDLE wts_server_open(const void *name, bool wide)
{
    struct server *server;
    uintptr_t number;

    if (!is_here(name, wide)) {
        SetLastError(RPC_S_SERVER_UNAVAILABLE);
        return INVALID_HANDLE_VALUE;
    }
    server = take(sizeof(*server));
    if (!server) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return INVALID_HANDLE_VALUE;
    }
    pthread_mutex_lock(&lock);
    number = server->number = last_number += 4;
    server->next = servers;
    servers = server;
    pthread_mutex_unlock(&lock);
    return (HANDLE)number;
}

void wts_server_close(HANDLE handle)
{
    struct server **link, *server;

    if (handle == WTS_CURRENT_SERVER_HANDLE)
        return;
    pthread_mutex_lock(&lock);
    for (link = &servers; *link && (*link)->number != (uintptr_t)handle; link = &(*link)->next)
        ;
    server = *link;
    if (server)
        *link = server->next;
    pthread_mutex_unlock(&lock);
    if (!server)
        SetLastError(ERROR_INVALID_HANDLE);
    give_back(server);
}

bool wts_server_usable(HANDLE handle)
{
    bool found = handle == WTS_CURRENT_SERVER_HANDLE;

    pthread_mutex_lock(&lock);
    for (struct server *server = servers; server && !found; server = server->next)
        found = server->number == (uintptr_t)handle;
    pthread_mutex_unlock(&lock);
    if (!found)
        SetLastError(ERROR_INVALID_HANDLE);
    return found;
}
