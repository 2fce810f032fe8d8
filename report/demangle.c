/* SPDX-License-Identifier: MIT */
/*
 * A substitution (S0_) or template parameter (T_) of C++, or a back reference (B0_) of Rust,
 * repeats an earlier part of the name, which may itself hold some, and a pack expansion repeats its
 * pattern: text grows exponentially with their number, and the libraries set no limit. With a
 * handful of them the library is called directly; beyond that in a child process with a CPU limit.
 * The two talk in packets: the mangled name there, and back the demangled one or a single NUL (an
 * empty packet would look like an end).
 */
#include "demangle.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"

#define MAX_MANGLED 4096
#define MAX_DEMANGLED 65536
#define MAX_REPEATS 8  /* at most 3 ^ (8 / 3) times the text */
#define MAX_FAILURES 4 /* helpers lost before names that could grow stay mangled */
#define CPU_SECONDS 1

/* How numbers are written: of what is repeated, closed by _. */
#define BASE_36 "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BASE_62 BASE_36 "abcdefghijklmnopqrstuvwxyz"

struct demangler {
    pid_t helper; /* 0: not running */
    int socket;
    int failures;
};

/* From the C++ run-time library; its header is for C++ alone. */
char *__cxa_demangle(const char *name, char *buffer, size_t *size, int *status);

/* From libiberty, whose headers are not in the same place everywhere. Hands the name over in
 * pieces, and is 0 for one that is not Rust's. */
int rust_demangle_callback(const char *name, int options,
                           void (*piece)(const char *text, size_t size, void *data), void *data);

/* What rust_demangle_callback() found, as long as it has room. */
struct pieces {
    char *text;
    size_t size;
    bool too_long;
};

struct demangler *demangler_new(void)
{
    return xcalloc(1, sizeof(struct demangler));
}

static void stop_helper(struct demangler *demangler)
{
    if (!demangler->helper)
        return;
    close(demangler->socket);
    while (waitpid(demangler->helper, NULL, 0) < 0 && errno == EINTR)
        continue;
    demangler->helper = 0;
}

void demangler_free(struct demangler *demangler)
{
    if (demangler)
        stop_helper(demangler);
    free(demangler);
}

static void add_piece(const char *text, size_t size, void *data)
{
    struct pieces *pieces = data;

    pieces->too_long = pieces->too_long || size > MAX_DEMANGLED - pieces->size;
    if (pieces->too_long)
        return;
    memcpy(pieces->text + pieces->size, text, size);
    pieces->size += size;
}

static char *demangle_rust(const char *name)
{
    struct pieces pieces = {.text = xmalloc(MAX_DEMANGLED)};
    char *text = NULL;

    if (rust_demangle_callback(name, 0, add_piece, &pieces) && !pieces.too_long)
        text = xstrndup(pieces.text, pieces.size);
    free(pieces.text);
    return text;
}

/* NULL, or at most MAX_DEMANGLED bytes. Rust's older names are valid C++ too. */
static char *demangle_here(const char *name)
{
    int status;
    char *text = demangle_rust(name);

    if (!text && name[1] == 'Z')
        text = __cxa_demangle(name, NULL, NULL, &status);
    if (text && strlen(text) > MAX_DEMANGLED) {
        free(text);
        return NULL;
    }
    return text;
}

static _Noreturn void helper_main(int socket)
{
    struct rlimit limit = {CPU_SECONDS, CPU_SECONDS}, no_core = {0, 0};
    char name[MAX_MANGLED + 1];
    ssize_t size;

    signal(SIGBUS, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &limit);
    while ((size = recv(socket, name, MAX_MANGLED, 0)) > 0) {
        char *text;

        name[size] = '\0';
        text = demangle_here(name);
        if (send(socket, text ? text : "", text ? strlen(text) : 1, MSG_NOSIGNAL) < 0)
            break;
        free(text);
    }
    _exit(0);
}

static bool start_helper(struct demangler *demangler)
{
    int sockets[2];

    if (demangler->helper)
        return true;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return false;
    demangler->helper = fork();
    if (demangler->helper == 0) {
        close(sockets[0]);
        helper_main(sockets[1]);
    }
    close(sockets[1]);
    if (demangler->helper < 0) {
        close(sockets[0]);
        demangler->helper = 0;
        return false;
    }
    demangler->socket = sockets[0];
    return true;
}

/* Ask the helper. False: there is none, or it died of this name or of all names so far. */
static bool ask(struct demangler *demangler, const char *name, char **answer)
{
    char text[MAX_DEMANGLED + 1];
    ssize_t size = -1;

    if (!start_helper(demangler))
        return false;
    if (send(demangler->socket, name, strlen(name), MSG_NOSIGNAL) > 0)
        do
            size = recv(demangler->socket, text, MAX_DEMANGLED, 0);
        while (size < 0 && errno == EINTR);
    if (size <= 0) {
        stop_helper(demangler);
        return false;
    }
    *answer = text[0] ? xstrndup(text, (size_t)size) : NULL;
    return true;
}

static char *demangle_in_helper(struct demangler *demangler, const char *name)
{
    char *text;

    if (demangler->failures == MAX_FAILURES)
        return NULL;
    /* The CPU limit may have been used up by the names before: only a fresh helper convicts. */
    if (ask(demangler, name, &text) || ask(demangler, name, &text))
        return text;
    demangler->failures++;
    return NULL;
}

/* More of what repeats than is harmless? Counts what looks
 * like one inside identifiers as well: telling them apart needs the grammar. */
static bool could_grow(const char *name)
{
    int repeats = 0;

    bool rust = name[1] == 'R';

    if (!rust && (strstr(name, "Dp") || strstr(name, "sp")))
        return true;
    for (const char *at = name; (at = strpbrk(at, rust ? "B" : "ST")); at++) {
        const char *end = at + 1 + strspn(at + 1, rust ? BASE_62 : BASE_36);

        repeats += *end == '_';
    }
    return repeats > MAX_REPEATS;
}

char *demangle(struct demangler *demangler, const char *name)
{
    if ((strncmp(name, "_Z", 2) != 0 && strncmp(name, "_R", 2) != 0) ||
        strnlen(name, MAX_MANGLED + 1) > MAX_MANGLED)
        return NULL;
    return could_grow(name) ? demangle_in_helper(demangler, name) : demangle_here(name);
}
