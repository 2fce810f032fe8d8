// SPDX-License-Identifier: MIT
/* Every question may fail: sessions and processes end while they are asked about. */
#include "wts_login.h"
#include "memory.h"
#include "wts_text.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LETTER_C = 0x10000000, ANY_NAME = 0x20000000 };

/* As sd-login.h declares them */
static struct {
    int (*sessions)(char ***names);
    int (*pid_session)(pid_t pid, char **name);
    int (*pid_owner)(pid_t pid, uid_t *uid);
    int (*uid_display)(uid_t uid, char **name);
    int (*uid_of)(const char *name, uid_t *uid);
    int (*state)(const char *name, char **state);
    int (*remote)(const char *name);
    int (*remote_host)(const char *name, char **host);
    int (*terminal)(const char *name, char **terminal);
    int (*seat_active)(const char *seat, char **name, uid_t *uid);
} login;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool usable;

static void open_library(void)
{
    static const struct {
        const char *name;
        void *function;
    } wanted[] = {
        {"sd_get_sessions", &login.sessions},
        {"sd_pid_get_session", &login.pid_session},
        {"sd_pid_get_owner_uid", &login.pid_owner},
        {"sd_uid_get_display", &login.uid_display},
        {"sd_session_get_uid", &login.uid_of},
        {"sd_session_get_state", &login.state},
        {"sd_session_is_remote", &login.remote},
        {"sd_session_get_remote_host", &login.remote_host},
        {"sd_session_get_tty", &login.terminal},
        {"sd_seat_get_active", &login.seat_active},
    };
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        void *function = dlsym(library, wanted[i].name);

        if (!function)
            return;
        memcpy(wanted[i].function, &function, sizeof(function));
    }
    usable = true;
}

static bool opened(void)
{
    pthread_once(&once, open_library);
    return usable;
}

/* logind's names are text, most often a number ("4"), or a number behind a c ("c4"). Each of the
 * two has a range of its own, and so has whatever else there may be. */
static uint32_t id_of(const char *name)
{
    const char *digits = name + (name[0] == 'c');
    unsigned long number = 0;
    uint32_t hash = 2166136261u;

    if (strlen(digits) < 9 && digits[0] >= '1' && digits[0] <= '9' &&
        strspn(digits, "0123456789") == strlen(digits))
        number = strtoul(digits, NULL, 10);
    if (number)
        return (uint32_t)number | (digits > name ? LETTER_C : 0);
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return (hash & (ANY_NAME - 1)) | ANY_NAME;
}

static uint32_t take_id(char *name)
{
    uint32_t id = id_of(name);

    free(name);
    return id;
}

static WTS_CONNECTSTATE_CLASS state_of(const char *name)
{
    static const struct {
        const char *state;
        WTS_CONNECTSTATE_CLASS meaning;
    } states[] = {{"active", WTSActive},
                  {"online", WTSDisconnected},
                  {"opening", WTSInit},
                  {"closing", WTSDown}};
    WTS_CONNECTSTATE_CLASS meaning = WTSDown;
    char *state = NULL;

    if (login.state(name, &state) < 0)
        return meaning;
    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        if (!strcmp(state, states[i].state))
            meaning = states[i].meaning;
    free(state);
    return meaning;
}

/* What one of logind's functions says, as clean text; "" if it fails */
static void ask(int (*function)(const char *name, char **text), const char *name, char *to,
                size_t size)
{
    char *text = NULL;

    to[0] = '\0';
    if (function(name, &text) >= 0 && text)
        wts_text_clean(to, size, text, strlen(text));
    free(text);
}

static void fill(struct wts_session *session, const char *name, uint32_t console)
{
    char path[128];
    struct stat device;
    uid_t uid;

    session->id = id_of(name);
    session->state = state_of(name);
    session->remote = login.remote(name) > 0;
    ask(login.terminal, name, session->name, sizeof(session->name));
    snprintf(path, sizeof(path), "/dev/%s", session->name);
    if (stat(path, &device) == 0 && S_ISCHR(device.st_mode))
        session->terminal = device.st_rdev;
    if (session->id == console)
        strcpy(session->name, "Console");
    else if (!session->name[0])
        snprintf(session->name, sizeof(session->name), "session-%s", name);
    if (session->remote)
        ask(login.remote_host, name, session->client, sizeof(session->client));
    if (login.uid_of(name, &uid) >= 0)
        wts_list_set_user(session, uid);
}

bool wts_login_read(struct wts_sessions *sessions)
{
    char **names = NULL, *active = NULL;
    bool memory = true;

    if (!opened() || login.sessions(&names) < 0 || !names)
        return true;
    if (login.seat_active("seat0", &active, NULL) >= 0)
        sessions->console = take_id(active);
    for (char **name = names; *name; name++) {
        struct wts_session *session = memory ? wts_list_add(sessions) : NULL;

        memory = session;
        if (session)
            fill(session, *name, sessions->console);
        free(*name);
    }
    free(names);
    return memory;
}

uint32_t wts_login_session_of(pid_t pid)
{
    char *name = NULL;
    uid_t owner;

    if (!opened())
        return 0;
    if (login.pid_session(pid, &name) >= 0)
        return take_id(name);
    /* Desktops start programs as services of the user, which belong to the one with the screen. */
    if (login.pid_owner(pid, &owner) >= 0 && login.uid_display(owner, &name) >= 0)
        return take_id(name);
    return 0;
}
