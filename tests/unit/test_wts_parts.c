// SPDX-License-Identifier: MIT
/* What a machine may say: odd names, a strange /proc, a utmp, a logind. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utmpx.h>
#include <winpr/handle.h>
#include "wts_enumerate.h"
#include "wts_login.h"
#include "wts_processes.h"
#include "wts_query.h"
#include "wts_results.h"
#include "wts_server.h"
#include "wts_test.h"
#include "wts_text.h"
#include "wts_utmp.h"

#define BAD "\xef\xbf\xbd"

static char folder[] = "/tmp/test_wts.XXXXXX";

/* ---- text */

static void cleaned(const char *bytes, const char *expected, const char *name)
{
    char text[64];

    wts_text_clean(text, sizeof(text), bytes, strlen(bytes));
    same(text, expected, name);
}

static void texts(void)
{
    const WCHAR expected[] = {'a', 0xe9, 0x20ac, 0xd83d, 0xde00, 0};
    const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    WCHAR wide[8] = {0};
    char narrow_text[8];

    cleaned(text, text, "valid UTF-8 stays");
    cleaned("a\xff"
            "b\xc3",
            "a" BAD "b" BAD, "bytes that are none, and a cut one");
    cleaned("\xc0\xaf", BAD BAD, "an overlong one");
    cleaned("\xe0\x80\xaf", BAD BAD BAD, "another");
    cleaned("\xed\xa0\x80", BAD BAD BAD, "a surrogate");
    cleaned("\xf4\x90\x80\x80", BAD BAD BAD BAD, "beyond the last character");
    ok(wts_text_size(text, false) == 11 && wts_text_size(text, true) == 12, "sizes");
    wts_text_copy(wide, 8, text, true);
    ok(!memcmp(wide, expected, sizeof(expected)), "UTF-16");
    wts_text_copy(wide, 5, text, true);
    ok(wide[3] == 0, "no half of a pair is left");
    wts_text_copy(narrow_text, 6, text, false);
    same(narrow_text, "a\xc3\xa9", "no half of a character is left");
}

/* ---- a /proc of our own */

static void write_file(const char *name, const char *text, size_t size)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    if (!file || fwrite(text, 1, size, file) != size || fclose(file) != 0)
        abort();
}

static void make_process(int pid, const char *name, const char *stat, const char *status)
{
    char path[128], text[512];

    snprintf(path, sizeof(path), "%s/%d", folder, pid);
    if (mkdir(path, 0755) != 0)
        abort();
    if (stat) {
        snprintf(path, sizeof(path), "%d/stat", pid);
        snprintf(text, sizeof(text), "%d (%s) %s", pid, name, stat);
        write_file(path, text, strlen(text));
    }
    if (status) {
        snprintf(path, sizeof(path), "%d/status", pid);
        write_file(path, status, strlen(status));
    }
}

static const struct wts_process *find(const struct wts_processes *processes, pid_t pid)
{
    static const struct wts_process none;

    for (size_t i = 0; i < processes->count; i++)
        if (processes->all[i].pid == pid)
            return &processes->all[i];
    return &none;
}

enum { MANY = 3000 };

static void odd_processes(void)
{
    static const char stat[] = "S 1 1 1 34818 1 0 0 0 0 0 250 125 0 0 20 0 3 0 1 1 1",
                      status[] = "Name:\tx\nUid:\t1000\t0\t0\t0\nVmPeak:\t  40 kB\n"
                                 "VmHWM:\t  30 kB\nVmRSS:\t  20 kB\nVmSwap:\t  10 kB\n";
    uint64_t second = 10000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    struct wts_processes processes;
    const struct wts_process *process;
    uint32_t *ids;
    WTS_PROCESS_INFO_EXW *infos;

    make_process(1, "(a) b\n) ", stat, status);
    make_process(2, "caf\xc3", stat, status);
    make_process(3, "gone", NULL, NULL);
    make_process(4, "gone between", stat, NULL);
    make_process(5, "cut", "S 1 1 1 34818 1 0", status);
    make_process(7, "nobody's", stat, "Name:\tx\nUid");
    write_file("6", "no folder", 9);
    write_file("12x", "no number", 9);
    for (int i = 0; i < MANY; i++)
        make_process(10000 + i, "x", stat, status);
    ok(wts_processes_read(&processes, folder, true) == 0, "an odd /proc is read");
    ok(processes.count == MANY + 2, "those that are whole are there");
    process = find(&processes, 1);
    same(process->name, "(a) b\n) ", "a name with parentheses");
    ok(process->uid == 1000 && process->threads == 3 && process->handles == 0, "its numbers");
    ok(process->terminal == makedev(136, 2), "its terminal");
    ok(process->user_time == 250 * second && process->kernel_time == 125 * second, "its times");
    ok(process->size_peak == 40960 && process->resident_peak == 30720 &&
           process->resident == 20480 && process->swapped == 10240,
       "its memory");
    same(find(&processes, 2)->name, "caf" BAD, "a name that is no text");
    ids = calloc(processes.count, sizeof(*ids));
    infos = (WTS_PROCESS_INFO_EXW *)wts_results_processes_1(&processes, ids, true);
    ok(infos && wts_results_free(WTSTypeProcessInfoLevel1, infos, processes.count), "all of them");
    free(ids);
    wts_processes_release(&processes);
    ok(wts_processes_read(&processes, "/nowhere", false) == ENOENT && !processes.count,
       "no /proc at all");
}

/* ---- utmp */

static void add_entry(struct utmpx *entry, short type, pid_t pid, const char *line,
                      const char *host)
{
    *entry = (struct utmpx){.ut_type = type, .ut_pid = pid, .ut_tv = {1700000000, 500000}};
    strncpy(entry->ut_line, line, sizeof(entry->ut_line) - 1);
    strncpy(entry->ut_host, host, sizeof(entry->ut_host) - 1);
    memcpy(entry->ut_user, "us\xff", 3);
}

static void utmp(void)
{
    struct wts_sessions sessions = {.console = WTS_NO_SESSION, .source = WTS_FROM_UTMP};
    struct utmpx entries[6] = {0};
    char path[128];

    add_entry(&entries[0], BOOT_TIME, getpid(), "~", "6.1");
    add_entry(&entries[1], USER_PROCESS, getpid(), "null", "host.example");
    add_entry(&entries[2], DEAD_PROCESS, getpid(), "pts/1", "");
    add_entry(&entries[3], USER_PROCESS, 0x7ffffff0, "pts/2", "");
    add_entry(&entries[4], USER_PROCESS, getppid(), "tty1", ":0");
    memset(entries[1].ut_host, 'h', sizeof(entries[1].ut_host));
    write_file("utmp", (const char *)entries, 5 * sizeof(*entries) + 17);
    snprintf(path, sizeof(path), "%s/utmp", folder);
    ok(wts_utmp_read(&sessions, path) && sessions.count == 2, "the living of a utmp");
    same(sessions.all[0].name, "null", "the line");
    same(sessions.all[0].user, "us" BAD, "the user");
    ok(strlen(sessions.all[0].client) == sizeof(entries[1].ut_host), "a host without an end");
    ok(sessions.all[0].remote && !sessions.all[1].remote, "a host, and a display");
    ok(sessions.all[0].logon == INT64_C(1700000000500000), "since when");
    ok(sessions.console == (uint32_t)getppid(), "the console");
    ok(wts_session_of(&sessions, 77, 0, makedev(1, 3)) == (uint32_t)getpid(), "by the terminal");
    ok(wts_session_of(&sessions, getppid(), 0, 0) == (uint32_t)getppid(), "the leader");
    ok(wts_session_of(&sessions, 77, 0, 0) == 0, "no terminal, no session");
    wts_sessions_release(&sessions);
    sessions = (struct wts_sessions){0};
    ok(wts_utmp_read(&sessions, "/nowhere") && !sessions.count, "no utmp");
}

/* ---- logind */

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

/* WinPR may have brought the real one. */
void *__wrap_dlopen(const char *name, int flags)
{
    return __real_dlopen(strcmp(name, "libsystemd.so.0") == 0 ? FAKE_SYSTEMD : name, flags);
}

static void logind(void)
{
    struct wts_sessions sessions;
    const struct wts_session *all;

    ok(wts_sessions_read(&sessions) && sessions.count == 5, "its sessions, and session 0");
    if (sessions.count != 5)
        abort();
    ok(sessions.source == WTS_FROM_LOGIN && sessions.console == 2, "the one with the screen");
    all = sessions.all;
    same(all[1].name, "Console", "is the console");
    same(all[1].user, "root", "its user");
    ok(all[1].state == WTSActive && !all[1].remote, "and active");
    ok(all[2].id == 0x10000007 && all[2].remote, "a session with a letter");
    same(all[2].name, "pts/3", "its name");
    same(all[2].client, "192.0.2.5", "its client");
    same(all[2].user, "987654", "a user without a name");
    ok(all[3].id >> 29 == 1 && all[3].state == WTSDown, "one with an odd name, which is closing");
    same(all[3].name, "session-odd-one", "is called by it");
    ok(all[4].id == 9 && all[4].state == WTSDown && !all[4].user[0], "one that is gone");
    ok(wts_session_of(&sessions, 1, 0, 0) == 0, "a process without a session");
    ok(wts_session_of(&sessions, 2, 0, 0) == 2, "a service of the user with the screen");
    ok(wts_session_of(&sessions, 3, 0, 0) == 0x10000007, "a process of a session");
    ok(wts_session_of_caller(&sessions) == 0x10000007, "this one");
    wts_sessions_release(&sessions);
}

/* ---- no memory: the n-th allocation fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static long allocations_left = -1;

static bool fails_now(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails_now() ? NULL : __real_realloc(block, size);
}

typedef BOOL enumeration(void **infos, DWORD *count);

static BOOL all_sessions(void **infos, DWORD *count)
{
    return wts_enumerate_sessions(NULL, 0, 1, infos, count, true);
}

static BOOL all_sessions_1(void **infos, DWORD *count)
{
    DWORD level = 1;

    return wts_enumerate_sessions_1(NULL, &level, 0, infos, count, false);
}

static BOOL this_process(void **infos, DWORD *count)
{
    return wts_enumerate_processes(NULL, 0, 1, infos, count, false);
}

static BOOL two_processes_1(void **infos, DWORD *count)
{
    struct wts_process all[2] = {{.pid = 1, .name = "one"}, {.pid = 2, .name = "two"}};
    struct wts_processes processes = {all, 2};
    uint32_t ids[2] = {0};

    *infos = wts_results_processes_1(&processes, ids, true);
    *count = *infos ? 2 : 0;
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return *infos != NULL;
}

static BOOL a_text(void **infos, DWORD *count)
{
    return wts_query(NULL, 0, WTSWinStationName, infos, count, true);
}

static void without_memory(enumeration *enumerate, WTS_TYPE_CLASS type, const char *name)
{
    void *infos;
    DWORD count;
    bool clean = true;
    long failing = 0;

    for (;; failing++) {
        BOOL result;

        infos = &infos;
        count = 99;
        allocations_left = failing;
        result = enumerate(&infos, &count);
        allocations_left = -1;
        if (result)
            break;
        clean = clean && !infos && !count && GetLastError() == ERROR_NOT_ENOUGH_MEMORY;
    }
    ok(clean && failing > 0, name);
    wts_results_free(type, infos, count);
}

static void memory(void)
{
    without_memory(all_sessions, WTSTypeProcessInfoLevel0, "no memory for sessions");
    without_memory(all_sessions_1, WTSTypeSessionInfoLevel1, "nor for those of sessions");
    without_memory(this_process, WTSTypeProcessInfoLevel0, "nor for processes");
    without_memory(two_processes_1, WTSTypeProcessInfoLevel1, "nor for their details");
    without_memory(a_text, WTSTypeProcessInfoLevel0, "nor for an answer");
    allocations_left = 0;
    ok(wts_server_open(NULL, false) == INVALID_HANDLE_VALUE &&
           GetLastError() == ERROR_NOT_ENOUGH_MEMORY,
       "nor for a handle");
    allocations_left = -1;
}

int main(void)
{
    char command[64];

    if (!mkdtemp(folder))
        abort();
    texts();
    odd_processes();
    utmp();
    logind();
    memory();
    snprintf(command, sizeof(command), "rm -r %s", folder);
    ok(system(command) == 0, "cleaned up");
    return finish();
}
