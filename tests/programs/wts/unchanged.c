/* SPDX-License-Identifier: MIT */
/*
 * Says what it sees of the library, which must be the same with and without an audit. What machines
 * and moments differ in, it does not say.
 */
#define _GNU_SOURCE
#include "mock-faults.h"
#include "wts.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEFORE = 0x7777, COUNT_BEFORE = 77 };
static char sentinel;

static void say(const char *what, BOOL result)
{
    unsigned error = GetLastError();

    printf("%s: %d, error %#x", what, (int)result, error);
}

static const char *address_name(const void *address)
{
    if (!address)
        return "NULL";
    return address == &sentinel ? "untouched" : "a block";
}

static const char *count_name(DWORD count)
{
    if (count == 0)
        return "0";
    return count == COUNT_BEFORE ? "untouched" : "some";
}

/* The call has `out` and `count` to write to. */
#define SAY_OUT(call)                                                                              \
    do {                                                                                           \
        void *out = &sentinel;                                                                     \
        DWORD count = COUNT_BEFORE;                                                                \
        SetLastError(BEFORE);                                                                      \
        say(#call, call);                                                                          \
        printf(", %s, count %s\n", address_name(out), count_name(count));                          \
        if (out != &sentinel)                                                                      \
            WTSFreeMemory(out);                                                                    \
    } while (0)
#define TO (void *)&out

#define SAY_BOOL(call)                                                                             \
    do {                                                                                           \
        SetLastError(BEFORE);                                                                      \
        say(#call, call);                                                                          \
        printf("\n");                                                                              \
    } while (0)

#define SAY_HANDLE(call)                                                                           \
    do {                                                                                           \
        HANDLE result;                                                                             \
        SetLastError(BEFORE);                                                                      \
        result = call;                                                                             \
        say(#call, result != NULL);                                                                \
        printf("%s\n", result == INVALID_HANDLE_VALUE ? ", invalid" : "");                         \
        if (result)                                                                                \
            WTSCloseServer(result);                                                                \
    } while (0)

static const HANDLE here = WTS_CURRENT_SERVER_HANDLE;
static const HANDLE nowhere = (HANDLE)0x7654;
static const DWORD me = WTS_CURRENT_SESSION;
static char localhost[] = "localhost", elsewhere[] = "elsewhere.invalid";
static WCHAR wide_localhost[] = {'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0};

/* ---- results -----------------------------------------------------------------------------------
 */

static void say_results(void)
{
    DWORD level = 1, level_0 = 0;

    SAY_OUT(WTSQuerySessionInformationA(here, me, WTSUserName, TO, &count));
    SAY_OUT(WTSQuerySessionInformationW(here, me, WTSUserName, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, WTSSessionId, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, (WTS_INFO_CLASS)999, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(nowhere, me, WTSUserName, TO, &count));
    SAY_OUT(WTSEnumerateSessionsA(here, 0, 1, TO, &count));
    SAY_OUT(WTSEnumerateSessionsW(here, 0, 1, TO, &count));
    SAY_OUT(WTSEnumerateSessionsA(here, 1, 1, TO, &count));
    SAY_OUT(WTSEnumerateSessionsA(here, 0, 2, TO, &count));
    SAY_OUT(WTSEnumerateProcessesA(here, 0, 1, TO, &count));
    SAY_OUT(WTSEnumerateProcessesW(here, 0, 1, TO, &count));
    SAY_OUT(WTSEnumerateProcessesExA(here, &level_0, WTS_ANY_SESSION, TO, &count));
    SAY_OUT(WTSEnumerateProcessesExW(here, &level_0, WTS_ANY_SESSION, TO, &count));
    SAY_OUT(WTSEnumerateServersA(NULL, 0, 1, TO, &count));
    SAY_OUT(WTSQueryUserConfigA(localhost, localhost, WTSUserConfigInitialProgram, TO, &count));
    SAY_OUT(WTSVirtualChannelQuery(NULL, WTSVirtualClientData, TO, &count));
    level = 7;
    SAY_OUT(WTSEnumerateSessionsExA(here, &level, 0, TO, &count));
    SAY_OUT(WTSEnumerateProcessesExA(here, &level, WTS_ANY_SESSION, TO, &count));
    SAY_HANDLE(WTSOpenServerA(localhost));
    SAY_HANDLE(WTSOpenServerExA(localhost));
    SAY_HANDLE(WTSOpenServerW(wide_localhost));
    SAY_HANDLE(WTSOpenServerA(elsewhere));
    SAY_HANDLE(WTSVirtualChannelOpen(here, me, localhost));
    SAY_HANDLE(WTSVirtualChannelOpenEx(me, localhost, WTS_CHANNEL_OPTION_DYNAMIC));
    SAY_BOOL(WTSVirtualChannelClose(NULL));
    SAY_BOOL(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, NULL, 0));
    SAY_BOOL(WTSFreeMemoryExW((WTS_TYPE_CLASS)77, NULL, 0));
    SAY_BOOL(WTSRegisterSessionNotification(&sentinel, NOTIFY_FOR_THIS_SESSION));
    SAY_BOOL(WTSUnRegisterSessionNotification(&sentinel));
    SAY_BOOL(WTSTerminateProcess(here, 0, 0));
    printf("console: %d\n", WTSGetActiveConsoleSessionId() != 0);
    WTSCloseServer(nowhere);
    WTSFreeMemory(NULL);
    SAY_BOOL(WTSVirtualChannelPurgeInput(nowhere));
}

/* Lists that only WTSFreeMemoryEx takes, and what is in them */
static void say_lists(void)
{
    WTS_SESSION_INFO_1A *sessions;
    WTS_PROCESS_INFO_EXW *processes;
    DWORD count, found = 0;

    sessions = list_sessions_ex(here, &count);
    printf("sessions: %d, the first: %u %s\n", count > 0, (unsigned)sessions[0].SessionId,
           sessions[0].pSessionName);
    SAY_BOOL(free_typed(WTSTypeSessionInfoLevel1, sessions, count));
    processes = list_processes_ex_wide(here, 1, &count);
    for (DWORD i = 0; i < count; i++)
        found += processes[i].ProcessId == (DWORD)getpid() && processes[i].pProcessName[0];
    printf("me: %u\n", (unsigned)found);
    SAY_BOOL(free_typed_wide(WTSTypeProcessInfoLevel1, processes, count));
}

/* ---- what is written, and what is not ----------------------------------------------------------
 */

static void say_missing(void)
{
    DWORD level = 1, count = COUNT_BEFORE;
    void *out = &sentinel;

    SAY_BOOL(WTSEnumerateSessionsA(here, 0, 1, NULL, &count));
    SAY_BOOL(WTSEnumerateSessionsA(here, 0, 1, (void *)&out, NULL));
    SAY_BOOL(WTSEnumerateSessionsA(here, 0, 1, NULL, NULL));
    SAY_BOOL(WTSEnumerateSessionsExA(here, NULL, 0, (void *)&out, &count));
    SAY_BOOL(WTSEnumerateSessionsExW(here, &level, 0, NULL, &count));
    SAY_BOOL(WTSEnumerateProcessesExA(here, NULL, WTS_ANY_SESSION, (void *)&out, &count));
    SAY_BOOL(WTSEnumerateProcessesExW(here, &level, WTS_ANY_SESSION, (void *)&out, NULL));
    SAY_BOOL(WTSQuerySessionInformationA(here, me, WTSUserName, NULL, &count));
    SAY_BOOL(WTSQuerySessionInformationA(here, me, WTSUserName, (void *)&out, NULL));
    SAY_BOOL(WTSEnumerateServersW(NULL, 0, 1, NULL, NULL));
    SAY_BOOL(WTSQueryUserConfigW(NULL, NULL, WTSUserConfigInitialProgram, NULL, NULL));
    SAY_BOOL(WTSVirtualChannelQuery(NULL, WTSVirtualClientData, NULL, NULL));
    printf("%s, count %s\n", address_name(out), count_name(count));
}

static unsigned char bytes[64];
enum { ADDRESS = 11, NUMBER = 37 }; /* neither is aligned */

/* What lies around the two variables is told, and whether they are as they were. */
static void say_bytes(const char *what, BOOL result)
{
    void *out;

    printf("%s %d:", what, (int)result);
    for (size_t i = 0; i < sizeof(bytes); i++)
        if (i < ADDRESS || (i >= ADDRESS + sizeof(void *) && i < NUMBER) ||
            i >= NUMBER + sizeof(DWORD))
            printf(" %02x", bytes[i]);
    memcpy(&out, bytes + ADDRESS, sizeof(out));
    printf(", %s, %s\n", out && (uintptr_t)out != 0xa5a5a5a5a5a5a5a5 ? "a block" : "none",
           bytes[NUMBER] == 0xa5 ? "untouched" : "a number");
    if (result)
        WTSFreeMemory(out);
    memset(bytes, 0xa5, sizeof(bytes));
}

#define OUT_BYTES (void *)(bytes + ADDRESS), (void *)(bytes + NUMBER)

static void say_all_bytes(void)
{
    memset(bytes, 0xa5, sizeof(bytes));
    say_bytes("sessions", WTSEnumerateSessionsA(here, 0, 1, OUT_BYTES));
    say_bytes("user", WTSQuerySessionInformationW(here, me, WTSUserName, OUT_BYTES));
    say_bytes("refused", WTSQuerySessionInformationA(here, me, (WTS_INFO_CLASS)999, OUT_BYTES));
    say_bytes("channel", WTSVirtualChannelQuery(NULL, WTSVirtualClientData, OUT_BYTES));
}

/* One variable for both: what stays in it is a matter of order. */
static void say_shared(void)
{
    uint64_t both = 0xa5a5a5a5a5a5a5a5;
    BOOL result;

    result = WTSQuerySessionInformationA(here, me, WTSSessionId, (void *)&both, (void *)&both);
    printf("shared %d: %s, %s\n", (int)result, (uint32_t)both == 4 ? "a number" : "no number",
           both >> 32 == 0xa5a5a5a5 ? "untouched" : "half an address");
}

/* Nobody can write there. */
static void write_nowhere(void)
{
    DWORD count;

    free_memory(query_session(here, WTSUserName));
    fflush(stdout);
    WTSQuerySessionInformationA(here, me, WTSUserName, (void *)8, &count);
    printf("came back\n");
}

/* ---- of mock-faults ----------------------------------------------------------------------------
 */

static void say_faults(void)
{
    SAY_OUT(WTSQuerySessionInformationA(here, me, TRUE_TEXT, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, TRUE_UNTOUCHED, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, TRUE_NULL, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, TRUE_NOTHING, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, FALSE_UNTOUCHED, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, FALSE_NULL, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, FALSE_TEXT, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, FALSE_SIZE, TO, &count));
    SAY_OUT(WTSQuerySessionInformationA(here, me, SEVEN_TEXT, TO, &count));
}

static void send_message(void)
{
    static char title[] = "title", text[] = "text";
    DWORD response = 10;

    SAY_BOOL(WTSSendMessageA(nowhere, 2, title, 4, text, 6, 0x7000000, 8, &response, 9));
    printf("response %#x\n", (unsigned)response);
    SAY_BOOL(WTSFreeMemoryExA((WTS_TYPE_CLASS)5, strdup("memory"), 6));
}

/* ---- of mock-channels --------------------------------------------------------------------------
 */

/* What is no name: an address of nothing, and a structure. */
static void open_odd_names(void)
{
    static struct {
        void *peer;
        int number;
    } structure = {&structure, 1};

    SAY_HANDLE(WTSOpenServerA((LPSTR)8));
    SAY_HANDLE(WTSOpenServerExA((LPSTR)-8));
    SAY_HANDLE(WTSOpenServerA((LPSTR)&structure));
    SAY_HANDLE(WTSOpenServerW((LPWSTR)8));
}

/* ---- tables, errno, processes, threads ---------------------------------------------------------
 */

static HANDLE open_ours(LPSTR name)
{
    printf("our table: %s\n", name);
    return &sentinel;
}

static void close_ours(HANDLE server)
{
    printf("ours: %d\n", server == &sentinel);
}

static WtsApiFunctionTable ours = {.pOpenServerA = open_ours, .pCloseServer = close_ours};

/* As soon as any other function was called, it is too late. */
static void register_first(void)
{
    SAY_BOOL(WTSRegisterWtsApiFunctionTable(&ours));
    SAY_HANDLE(WTSOpenServerA(localhost));
    SAY_OUT(WTSQuerySessionInformationA(here, me, WTSSessionId, TO, &count));
}

static void register_late(void)
{
    SAY_OUT(WTSQuerySessionInformationA(here, me, WTSSessionId, TO, &count));
    SAY_BOOL(WTSRegisterWtsApiFunctionTable(&ours));
    SAY_HANDLE(WTSOpenServerA(localhost));
}

#define SAY_ERRNO(call)                                                                            \
    do {                                                                                           \
        errno = 12345;                                                                             \
        call;                                                                                      \
        printf("%s: errno %d\n", #call, errno);                                                    \
    } while (0)

static void say_errno(void)
{
    HANDLE server;

    free_memory(NULL); /* the first call opens libraries */
    SAY_ERRNO(server = open_server());
    SAY_ERRNO(close_server(server));
    SAY_ERRNO(free_memory(malloc(5)));
    SAY_ERRNO(WTSVirtualChannelOpen(here, me, localhost));
    SAY_ERRNO(WTSVirtualChannelClose(NULL));
    SAY_ERRNO(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, NULL, 0));
}

static void fork_child(void)
{
    HANDLE server = open_server();
    char *user = query_session(server, WTSUserName);
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        free_memory(user);
        free_memory(query_session(server, WTSUserName));
        close_server(server);
        server = open_server();
        close_server(server);
        printf("child\n");
        fflush(stdout);
        exit(7);
    }
    waitpid(child, &status, 0);
    printf("child: %#x\n", (unsigned)status);
    free_memory(user);
    close_server(server);
}

static void *work(void *server)
{
    for (int i = 0; i < 200; i++) {
        DWORD count;
        void *infos = list_sessions_ex(server, &count);
        HANDLE own = open_server();

        free_memory(query_session(server, WTSUserName));
        free_memory(query_session(own, WTSSessionId));
        OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
        close_server(own);
    }
    return NULL;
}

static void use_threads(void)
{
    HANDLE server = open_server();
    pthread_t thread = start(work, server);

    work(server);
    await(thread);
    close_server(server);
    printf("done\n");
}

static const struct way ways[] = {{"results", say_results},
                                  {"lists", say_lists},
                                  {"missing", say_missing},
                                  {"bytes", say_all_bytes},
                                  {"shared", say_shared},
                                  {"nowhere", write_nowhere},
                                  {"faults", say_faults},
                                  {"message", send_message},
                                  {"names", open_odd_names},
                                  {"register", register_first},
                                  {"register-late", register_late},
                                  {"errno", say_errno},
                                  {"fork", fork_child},
                                  {"threads", use_threads}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
