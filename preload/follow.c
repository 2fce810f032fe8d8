/* SPDX-License-Identifier: MIT */
/*
 * The functions here stand in for those that start a program, when the environment they hand on
 * lacks something of ours: they complete it, or take back what was counted when nothing was started
 * after all. When nothing is missing they are not called.
 */
#include "follow.h"

#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "describe.h"
#include "environment.h"
#include "hooks.h"
#include "options.h"
#include "port.h"
#include "stack_room.h"
#include "trace_writer.h"

/* Programs started without us, by this process and by those it forked. NULL: not counted. */
static _Atomic uint64_t *unaudited;

void sca_follow_start(void)
{
    sca_environment_start();
    unaudited = sca_map_shared(SCA_PAGE);
}

static void count_unaudited(uint64_t more)
{
    if (unaudited)
        atomic_fetch_add(unaudited, more);
}

static size_t room_for(char *const *envp)
{
    return sca_options.follow ? sca_environment_room(envp) : 0;
}

/* ---- in place of the real functions --------------------------------------------------------- */

struct handed {
    char *const *envp;
    bool unaudited;
};

static struct handed hand_on(char *const *envp, void *memory, size_t room)
{
    struct handed handed = {.envp = envp};

    if (room)
        handed.envp = sca_environment_complete(envp, memory, room);
    handed.unaudited = !sca_environment_audits(handed.envp);
    if (handed.unaudited)
        count_unaudited(1);
    return handed;
}

/* All of these functions return 0 when a program was started, if they return at all. */
static int came_back(struct handed handed, int result)
{
    if (result != 0 && handed.unaudited)
        count_unaudited(-(uint64_t)1);
    return result;
}

typedef int exec_function(const char *path, char *const argv[], char *const envp[]);

static int exec_by(enum sca_real function, const char *path, char *const argv[], char *const envp[])
{
    exec_function *real = (exec_function *)sca_real(function);
    size_t room = room_for(envp);
    void *memory = room ? __builtin_alloca(room) : NULL;
    struct handed handed = hand_on(envp, memory, room);

    return came_back(handed, real(path, argv, handed.envp));
}

static int follow_execve(const char *path, char *const argv[], char *const envp[])
{
    return exec_by(SCA_REAL_execve, path, argv, envp);
}

static int follow_execvpe(const char *file, char *const argv[], char *const envp[])
{
    return exec_by(SCA_REAL_execvpe, file, argv, envp);
}

static int follow_execv(const char *path, char *const argv[])
{
    return exec_by(SCA_REAL_execve, path, argv, environ);
}

static int follow_execvp(const char *file, char *const argv[])
{
    return exec_by(SCA_REAL_execvpe, file, argv, environ);
}

/* The real ones put the list on their stack as well. Its first argument counts as one, be it NULL.
 */
static size_t length(va_list *list)
{
    size_t count = 1;

    while (va_arg(*list, char *))
        count++;
    return count;
}

static void collect(char **argv, const char *first, va_list *list)
{
    *argv = (char *)(uintptr_t)first;
    do
        *++argv = va_arg(*list, char *);
    while (*argv);
}

static int exec_list(enum sca_real function, const char *path, const char *first, size_t count,
                     va_list *list, bool has_environment)
{
    char **argv = __builtin_alloca((count + 1) * sizeof *argv);

    collect(argv, first, list);
    return exec_by(function, path, argv, has_environment ? va_arg(*list, char **) : environ);
}

#define FOLLOW_LIST(name, function, has_environment)                                               \
    static int follow_##name(const char *path, const char *first, ...)                             \
    {                                                                                              \
        va_list list;                                                                              \
        size_t count;                                                                              \
        int result;                                                                                \
                                                                                                   \
        va_start(list, first);                                                                     \
        count = length(&list);                                                                     \
        va_end(list);                                                                              \
        va_start(list, first);                                                                     \
        result = exec_list(function, path, first, count, &list, has_environment);                  \
        va_end(list);                                                                              \
        return result;                                                                             \
    }
FOLLOW_LIST(execl, SCA_REAL_execve, false)
FOLLOW_LIST(execlp, SCA_REAL_execvpe, false)
FOLLOW_LIST(execle, SCA_REAL_execve, true)
#undef FOLLOW_LIST

static int follow_fexecve(int fd, char *const argv[], char *const envp[])
{
    int (*real)(int, char *const[], char *const[]) =
        (int (*)(int, char *const[], char *const[]))sca_real(SCA_REAL_fexecve);
    size_t room = envp ? room_for(envp) : 0; /* it refuses NULL */
    void *memory = room ? __builtin_alloca(room) : NULL;
    struct handed handed = hand_on(envp, memory, room);

    return came_back(handed, real(fd, argv, handed.envp));
}

static int follow_execveat(int directory, const char *path, char *const argv[], char *const envp[],
                           int flags)
{
    int (*real)(int, const char *, char *const[], char *const[], int) =
        (int (*)(int, const char *, char *const[], char *const[], int))sca_real(SCA_REAL_execveat);
    size_t room = room_for(envp);
    void *memory = room ? __builtin_alloca(room) : NULL;
    struct handed handed = hand_on(envp, memory, room);

    return came_back(handed, real(directory, path, argv, handed.envp, flags));
}

typedef int spawn_function(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                           const posix_spawnattr_t *attributes, char *const argv[],
                           char *const envp[]);

static int spawn_by(enum sca_real function, pid_t *pid, const char *path,
                    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                    char *const argv[], char *const envp[])
{
    spawn_function *real = (spawn_function *)sca_real(function);
    size_t room = room_for(envp);
    void *memory = room ? __builtin_alloca(room) : NULL;
    struct handed handed = hand_on(envp, memory, room);

    return came_back(handed, real(pid, path, actions, attributes, argv, handed.envp));
}

static int follow_posix_spawn(pid_t *pid, const char *path,
                              const posix_spawn_file_actions_t *actions,
                              const posix_spawnattr_t *attributes, char *const argv[],
                              char *const envp[])
{
    return spawn_by(SCA_REAL_posix_spawn, pid, path, actions, attributes, argv, envp);
}

static int follow_posix_spawnp(pid_t *pid, const char *file,
                               const posix_spawn_file_actions_t *actions,
                               const posix_spawnattr_t *attributes, char *const argv[],
                               char *const envp[])
{
    return spawn_by(SCA_REAL_posix_spawnp, pid, file, actions, attributes, argv, envp);
}

/* ---- which of them -------------------------------------------------------------------------- */

/* Where the environment is that a function hands on: one of its arguments, counted from 0, or */
enum { ENVIRON = -1, AFTER_LIST = -2 };

static const struct starter {
    void *ours; /* NULL: it starts the program inside libc, out of reach */
    int environment;
    bool has_list;
    bool replaces;
} starters[SCA_REAL_COUNT] = {
    [SCA_REAL_execl] = {follow_execl, ENVIRON, true, true},
    [SCA_REAL_execlp] = {follow_execlp, ENVIRON, true, true},
    [SCA_REAL_execle] = {follow_execle, AFTER_LIST, true, true},
    [SCA_REAL_execv] = {follow_execv, ENVIRON, false, true},
    [SCA_REAL_execvp] = {follow_execvp, ENVIRON, false, true},
    [SCA_REAL_execvpe] = {follow_execvpe, 2, false, true},
    [SCA_REAL_execve] = {follow_execve, 2, false, true},
    [SCA_REAL_fexecve] = {follow_fexecve, 2, false, true},
    [SCA_REAL_execveat] = {follow_execveat, 3, false, true},
    [SCA_REAL_posix_spawn] = {follow_posix_spawn, 5, false, false},
    [SCA_REAL_posix_spawnp] = {follow_posix_spawnp, 5, false, false},
    [SCA_REAL_popen] = {NULL, ENVIRON, false, false},
    [SCA_REAL_system] = {NULL, ENVIRON, false, false},
};

/* The number of the argument that ends the list; the list starts at 1. */
static size_t end_of_list(const uintptr_t *saved)
{
    size_t number = 2;

    while (sca_argument(saved, number))
        number++;
    return number;
}

struct sca_start sca_follow(enum sca_real function, const uintptr_t *saved)
{
    const struct starter *starter = &starters[function];
    struct sca_start start = {.go_on = sca_real(function), .replaces = starter->replaces};
    size_t list = starter->has_list ? end_of_list(saved) : 0;
    char *const *envp;
    size_t room;

    if (starter->environment == ENVIRON)
        envp = environ;
    else
        envp = (char *const *)sca_argument(
            saved, starter->environment == AFTER_LIST ? list + 1 : (size_t)starter->environment);
    room = room_for(envp);
    start.unaudited = !sca_environment_audits(envp);
    if (!room && !start.unaudited)
        return start;
    if (starter->ours && sca_stack_room_for(room + list * sizeof(char *))) {
        start.go_on = starter->ours;
        start.unaudited = start.unaudited && !room;
    } else if (start.unaudited) {
        count_unaudited(1);
    }
    return start;
}

/* ---- the end -------------------------------------------------------------------------------- */

void sca_follow_end(void)
{
    static _Atomic uint32_t told; /* pid: a forked child has a trace of its own to tell it in */
    struct sca_cursor cursor = {NULL, 0};
    uint32_t pid = sca_pid();

    if (!unaudited || !atomic_load(unaudited) || atomic_exchange(&told, pid) == pid)
        return;
    sca_describe_blind_spot(&cursor, SCA_BLIND_NO_FOLLOW, 0);
    sca_give_back(&cursor);
}
