// SPDX-License-Identifier: MIT
/* A libsystemd with four sessions: the screen's, one of ssh, one that is closing, one that ends
 * while it is asked about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

int sd_get_sessions(char ***names);
int sd_pid_get_session(pid_t pid, char **name);
int sd_pid_get_owner_uid(pid_t pid, uid_t *uid);
int sd_uid_get_display(uid_t uid, char **name);
int sd_session_get_uid(const char *name, uid_t *uid);
int sd_session_get_state(const char *name, char **state);
int sd_session_is_remote(const char *name);
int sd_session_get_remote_host(const char *name, char **host);
int sd_session_get_tty(const char *name, char **terminal);
int sd_seat_get_active(const char *seat, char **name, uid_t *uid);

static const struct {
    const char *name, *state, *host, *terminal;
} sessions[] = {
    {"2", "active", NULL, "tty2"},
    {"c7", "active", "192.0.2.5", "pts/3"},
    {"odd-one", "closing", NULL, NULL},
    {"9", NULL, NULL, NULL},
};
enum { COUNT = sizeof(sessions) / sizeof(*sessions) };

static int give(char **to, const char *text)
{
    if (!text)
        return -ENXIO;
    *to = strdup(text);
    return 0;
}

static size_t number_of(const char *name)
{
    size_t i = 0;

    while (strcmp(sessions[i].name, name) != 0)
        i++;
    return i;
}

int sd_get_sessions(char ***names)
{
    *names = calloc(COUNT + 1, sizeof(**names));
    for (size_t i = 0; i < COUNT; i++)
        (*names)[i] = strdup(sessions[i].name);
    return COUNT;
}

/* Process 1 has no session, 2 is a service of the user, the rest came by ssh. */
int sd_pid_get_session(pid_t pid, char **name)
{
    return pid <= 2 ? -ENXIO : give(name, "c7");
}

int sd_pid_get_owner_uid(pid_t pid, uid_t *uid)
{
    *uid = 1000;
    return pid == 2 ? 0 : -ENXIO;
}

int sd_uid_get_display(uid_t uid, char **name)
{
    return uid == 1000 ? give(name, "2") : -ENXIO;
}

int sd_session_get_uid(const char *name, uid_t *uid)
{
    *uid = number_of(name) == 1 ? 987654 : 0;
    return sessions[number_of(name)].state ? 0 : -ENXIO;
}

int sd_session_get_state(const char *name, char **state)
{
    return give(state, sessions[number_of(name)].state);
}

int sd_session_is_remote(const char *name)
{
    return sessions[number_of(name)].host != NULL;
}

int sd_session_get_remote_host(const char *name, char **host)
{
    return give(host, sessions[number_of(name)].host);
}

int sd_session_get_tty(const char *name, char **terminal)
{
    return give(terminal, sessions[number_of(name)].terminal);
}

int sd_seat_get_active(const char *seat, char **name, uid_t *uid)
{
    (void)uid;
    return strcmp(seat, "seat0") == 0 ? give(name, "2") : -ENXIO;
}
