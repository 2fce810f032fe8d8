// SPDX-License-Identifier: MIT
/* The plug-in, as programs reach it: through libwinpr2, which WTSAPI_LIBRARY tells where it is. */
#include <pthread.h>
#include <unistd.h>
#include "wts_test.h"

#define UNSET ((void *)(intptr_t)-1)

enum { THREADS = 8, ROUNDS = 20 };

/* A call that has to fail so, and to leave nothing behind */
#define FAILS(call, buffer, count, error, name)                                                    \
    do {                                                                                           \
        BOOL result = (call);                                                                      \
        DWORD got = GetLastError();                                                                \
                                                                                                   \
        ok(!result && !(buffer) && !(count) && got == (error), name);                              \
        if (got != (error))                                                                        \
            printf("# error %u, not %u\n", (unsigned)got, (unsigned)(error));                      \
    } while (0)

/* What the kernel calls this process: valgrind, say */
static char own_name[64];

static void read_own_name(void)
{
    FILE *file = fopen("/proc/self/comm", "r");

    if (!file || !fgets(own_name, sizeof(own_name), file))
        abort();
    own_name[strcspn(own_name, "\n")] = '\0';
    fclose(file);
}

/* ---- sessions */

static void sessions(void)
{
    PWTS_SESSION_INFOA narrow_infos = UNSET;
    PWTS_SESSION_INFOW wide_infos = UNSET;
    DWORD narrow_count = 99, wide_count = 99;
    bool alike = true;

    ok(WTSEnumerateSessionsA(NULL, 0, 1, &narrow_infos, &narrow_count), "EnumerateSessionsA");
    ok(WTSEnumerateSessionsW(NULL, 0, 1, &wide_infos, &wide_count), "EnumerateSessionsW");
    ok(narrow_count >= 2 && narrow_count == wide_count, "as many in both");
    ok(narrow_infos[0].SessionId == 0 && narrow_infos[0].State == WTSDisconnected, "session 0");
    same(narrow_infos[0].pWinStationName, "Services", "and its name");
    for (DWORD i = 0; i < narrow_count; i++)
        alike = alike && narrow_infos[i].SessionId == wide_infos[i].SessionId &&
                narrow_infos[i].State == wide_infos[i].State &&
                !strcmp(narrow_infos[i].pWinStationName, narrow(wide_infos[i].pWinStationName));
    ok(alike, "the same in both encodings");
    ok((uintptr_t)wide_infos[0].pWinStationName % 2 == 0, "UTF-16 is aligned");
    WTSFreeMemory(narrow_infos);
    WTSFreeMemory(wide_infos);
}

static void sessions_1(void)
{
    PWTS_SESSION_INFO_1A narrow_infos = UNSET;
    PWTS_SESSION_INFO_1W wide_infos = UNSET;
    DWORD narrow_count = 99, wide_count = 99, level = 1;
    char machine[257] = "";

    ok(WTSEnumerateSessionsExA(NULL, &level, 0, &narrow_infos, &narrow_count) && level == 1,
       "EnumerateSessionsExA");
    ok(WTSEnumerateSessionsExW(NULL, &level, 0, &wide_infos, &wide_count), "EnumerateSessionsExW");
    ok(narrow_count >= 2 && narrow_count == wide_count, "as many in both");
    gethostname(machine, sizeof(machine) - 1);
    same(narrow_infos[1].pHostName, machine, "the host");
    same(narrow(wide_infos[1].pHostName), machine, "the host in W");
    same(narrow(wide_infos[1].pUserName), narrow_infos[1].pUserName, "the user");
    same(narrow_infos[1].pDomainName, machine, "whose domain is this machine");
    ok(!narrow_infos[0].pUserName && !narrow_infos[0].pFarmName, "what there is not is NULL");
    ok(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, narrow_infos, narrow_count), "FreeMemoryExA");
    ok(WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, wide_infos, wide_count), "FreeMemoryExW");
}

/* ---- processes */

static DWORD own_session(void)
{
    LPSTR buffer = NULL;
    DWORD bytes, id;

    if (!WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, WTSSessionId, &buffer, &bytes))
        abort();
    memcpy(&id, buffer, sizeof(id));
    WTSFreeMemory(buffer);
    return id;
}

static bool has_sid(const void *sid, uid_t uid)
{
    static const unsigned char head[8] = {1, 2, 0, 0, 0, 0, 0, 22};
    uint32_t parts[2];

    memcpy(parts, (const char *)sid + sizeof(head), sizeof(parts));
    return !memcmp(sid, head, sizeof(head)) && parts[0] == 1 && parts[1] == uid;
}

static void processes(void)
{
    PWTS_PROCESS_INFOA infos = UNSET, own = NULL;
    PWTS_PROCESS_INFOW wide_infos = UNSET, wide_own = NULL;
    DWORD count = 0, wide_count = 0;

    ok(WTSEnumerateProcessesA(NULL, 0, 1, &infos, &count), "EnumerateProcessesA");
    ok(WTSEnumerateProcessesW(NULL, 0, 1, &wide_infos, &wide_count), "EnumerateProcessesW");
    for (DWORD i = 0; i < count; i++)
        if (infos[i].ProcessId == (DWORD)getpid())
            own = &infos[i];
    for (DWORD i = 0; i < wide_count; i++)
        if (wide_infos[i].ProcessId == (DWORD)getpid())
            wide_own = &wide_infos[i];
    ok(own && wide_own, "this process is among them");
    same(own ? own->pProcessName : "", own_name, "its name");
    same(wide_own ? narrow(wide_own->pProcessName) : "", own_name, "its name in W");
    ok(own && has_sid(own->pUserSid, geteuid()), "its user");
    ok(own && own->SessionId == own_session(), "its session");
    WTSFreeMemory(infos);
    WTSFreeMemory(wide_infos);
}

static void processes_ex(void)
{
    LPSTR buffer = UNSET;
    LPWSTR wide_buffer = UNSET;
    DWORD count = 0, all = 0, level = 0;
    PWTS_PROCESS_INFO_EXA infos;
    PWTS_PROCESS_INFO_EXW wide_infos;
    bool seen = false, one_session = true;

    ok(WTSEnumerateProcessesExA(NULL, &level, WTS_ANY_SESSION, &buffer, &all) && all > 0,
       "EnumerateProcessesExA, level 0");
    ok(((PWTS_PROCESS_INFOA)buffer)->pProcessName[0], "has names");
    ok(WTSFreeMemoryExA(WTSTypeProcessInfoLevel0, buffer, all), "and is released");
    level = 1;
    ok(WTSEnumerateProcessesExA(NULL, &level, WTS_ANY_SESSION, &buffer, &count) && count > 0,
       "EnumerateProcessesExA, level 1");
    infos = (PWTS_PROCESS_INFO_EXA)buffer;
    for (DWORD i = 0; i < count; i++) {
        if (infos[i].ProcessId != (DWORD)getpid())
            continue;
        seen = true;
        ok(infos[i].NumberOfThreads == 1 && infos[i].HandleCount >= 3, "threads and handles");
        ok(infos[i].WorkingSetSize > 0 && infos[i].PeakWorkingSetSize >= infos[i].WorkingSetSize,
           "memory");
        same(infos[i].pProcessName, own_name, "the name");
        ok(has_sid(infos[i].pUserSid, geteuid()), "the user");
        ok(infos[i].SessionId == own_session(), "the session");
    }
    ok(seen, "this process is among them");
    ok(WTSFreeMemoryExA(WTSTypeProcessInfoLevel1, infos, count), "released");
    ok(WTSEnumerateProcessesExW(NULL, &level, WTS_CURRENT_SESSION, &wide_buffer, &count),
       "EnumerateProcessesExW, this session");
    wide_infos = (PWTS_PROCESS_INFO_EXW)wide_buffer;
    seen = false;
    for (DWORD i = 0; i < count; i++) {
        one_session = one_session && wide_infos[i].SessionId == wide_infos[0].SessionId;
        seen = seen || !strcmp(narrow(wide_infos[i].pProcessName), own_name);
    }
    ok(seen && one_session, "this process is in it, and all are in one");
    ok(WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, wide_infos, count), "released");
    ok(WTSEnumerateProcessesExA(NULL, &level, 0x7ffffff0, &buffer, &count) && count == 0 && buffer,
       "a session without processes is an empty block");
    ok(WTSFreeMemoryExA(WTSTypeProcessInfoLevel1, buffer, 0), "which is released, too");
}

/* ---- queries */

static void query_text(WTS_INFO_CLASS class, const char *expected, const char *name)
{
    LPSTR text = UNSET;
    LPWSTR wide = UNSET;
    DWORD bytes = 0, wide_bytes = 0;

    if (!WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, class, &text, &bytes) ||
        !WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, class, &wide, &wide_bytes)) {
        ok(false, name);
        return;
    }
    if (expected)
        same(text, expected, name);
    ok(bytes == strlen(text) + 1 && wide_bytes == 2 * bytes && !strcmp(text, narrow(wide)), name);
    WTSFreeMemory(text);
    WTSFreeMemory(wide);
}

static void query_size(WTS_INFO_CLASS class, DWORD size, DWORD wide_size, const char *name)
{
    LPSTR value = UNSET;
    LPWSTR wide = UNSET;
    DWORD bytes = 0, wide_bytes = 0;

    ok(WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, class, &value, &bytes) &&
           WTSQuerySessionInformationW(NULL, WTS_CURRENT_SESSION, class, &wide, &wide_bytes) &&
           bytes == size && wide_bytes == wide_size,
       name);
    WTSFreeMemory(value);
    WTSFreeMemory(wide);
}

static void queries(void)
{
    LPSTR buffer = UNSET;
    DWORD bytes = 99;
    const WTS_INFO_CLASS none[] = {WTSIdleTime,       WTSLogonTime,       WTSIncomingBytes,
                                   WTSOutgoingBytes,  WTSIncomingFrames,  WTSOutgoingFrames,
                                   WTSValidationInfo, WTSSessionAddressV4};

    query_text(WTSInitialProgram, "", "WTSInitialProgram");
    query_text(WTSUserName, NULL, "WTSUserName");
    query_text(WTSWinStationName, NULL, "WTSWinStationName");
    query_text(WTSDomainName, NULL, "WTSDomainName");
    query_size(WTSSessionId, 4, 4, "WTSSessionId");
    query_size(WTSConnectState, 4, 4, "WTSConnectState");
    query_size(WTSClientProductId, 2, 2, "WTSClientProductId");
    query_size(WTSClientProtocolType, 2, 2, "WTSClientProtocolType");
    query_size(WTSIsRemoteSession, 1, 1, "WTSIsRemoteSession");
    query_size(WTSClientAddress, 24, 24, "WTSClientAddress");
    query_size(WTSClientDisplay, 12, 12, "WTSClientDisplay");
    query_size(WTSClientInfo, sizeof(WTSCLIENTA), sizeof(WTSCLIENTW), "WTSClientInfo");
    query_size(WTSSessionInfo, sizeof(WTSINFOA), sizeof(WTSINFOW), "WTSSessionInfo");
    query_size(WTSSessionInfoEx, sizeof(WTSINFOEXA), sizeof(WTSINFOEXW), "WTSSessionInfoEx");
    query_size(WTSConfigInfo, sizeof(WTSCONFIGINFOA), sizeof(WTSCONFIGINFOW), "WTSConfigInfo");
    ok(WTSQuerySessionInformationA(NULL, 0, WTSSessionInfo, &buffer, &bytes), "session 0");
    same(((PWTSINFOA)buffer)->WinStationName, "Services", "its name");
    ok(((PWTSINFOA)buffer)->_CurrentTime.QuadPart / 10000000 > INT64_C(13000000000), "the time");
    WTSFreeMemory(buffer);
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        buffer = UNSET;
        bytes = 99;
        FAILS(WTSQuerySessionInformationA(NULL, WTS_CURRENT_SESSION, none[i], &buffer, &bytes),
              buffer, bytes, ERROR_NOT_SUPPORTED, "a class that is not supported");
    }
    buffer = UNSET;
    FAILS(WTSQuerySessionInformationA(NULL, 0x7ffffff0, WTSUserName, &buffer, &bytes), buffer,
          bytes, ERROR_FILE_NOT_FOUND, "no such session");
    buffer = UNSET;
    FAILS(WTSQuerySessionInformationA(NULL, 0, (WTS_INFO_CLASS)30, &buffer, &bytes), buffer, bytes,
          ERROR_INVALID_PARAMETER, "no such class");
    buffer = UNSET;
    FAILS(WTSQuerySessionInformationA(NULL, 0, (WTS_INFO_CLASS)-1, &buffer, &bytes), buffer, bytes,
          ERROR_INVALID_PARAMETER, "a negative one");
}

/* ---- mistakes */

static void wrong_arguments(void)
{
    PWTS_SESSION_INFOA infos = UNSET;
    PWTS_SESSION_INFO_1A infos_1 = UNSET;
    LPSTR buffer = UNSET;
    DWORD count = 99, level = 2;

    FAILS(WTSEnumerateSessionsA(NULL, 1, 1, &infos, &count), infos, count, ERROR_INVALID_PARAMETER,
          "something reserved");
    infos = UNSET, count = 99;
    FAILS(WTSEnumerateSessionsA(NULL, 0, 2, &infos, &count), infos, count, ERROR_INVALID_PARAMETER,
          "another version");
    infos = UNSET, count = 99;
    FAILS(WTSEnumerateSessionsA((HANDLE)(uintptr_t)0x1234, 0, 1, &infos, &count), infos, count,
          ERROR_INVALID_HANDLE, "what is no server");
    infos = UNSET;
    FAILS(WTSEnumerateSessionsA(NULL, 0, 1, &infos, NULL), infos, 0, ERROR_INVALID_PARAMETER,
          "no count");
    count = 99;
    FAILS(WTSEnumerateSessionsA(NULL, 0, 1, NULL, &count), NULL, count, ERROR_INVALID_PARAMETER,
          "no infos");
    count = 99;
    FAILS(WTSEnumerateSessionsExA(NULL, &level, 0, &infos_1, &count), infos_1, count,
          ERROR_INVALID_PARAMETER, "level 2 of sessions");
    infos_1 = UNSET;
    FAILS(WTSEnumerateSessionsExA(NULL, NULL, 0, &infos_1, &count), infos_1, count,
          ERROR_INVALID_PARAMETER, "no level");
    level = 1, infos_1 = UNSET;
    FAILS(WTSEnumerateSessionsExA(NULL, &level, 1, &infos_1, &count), infos_1, count,
          ERROR_INVALID_PARAMETER, "a filter of sessions");
    level = 2, count = 99;
    FAILS(WTSEnumerateProcessesExA(NULL, &level, WTS_ANY_SESSION, &buffer, &count), buffer, count,
          ERROR_INVALID_PARAMETER, "level 2 of processes");
    buffer = UNSET;
    FAILS(WTSEnumerateProcessesExA(NULL, NULL, WTS_ANY_SESSION, &buffer, &count), buffer, count,
          ERROR_INVALID_PARAMETER, "no level of processes");
}

static void wrong_frees(void)
{
    DWORD level = 1, count;
    LPSTR buffer;

    WTSFreeMemory(NULL);
    ok(WTSFreeMemoryExA(WTSTypeProcessInfoLevel1, NULL, 0), "FreeMemoryEx of NULL");
    WTSEnumerateProcessesExA(NULL, &level, WTS_ANY_SESSION, &buffer, &count);
    ok(!WTSFreeMemoryExA((WTS_TYPE_CLASS)3, buffer, count) &&
           GetLastError() == ERROR_INVALID_PARAMETER,
       "a type that does not exist is refused");
    ok(!WTSFreeMemoryExA((WTS_TYPE_CLASS)-1, buffer, count), "a negative one, too");
    ok(!WTSFreeMemoryExA(WTSTypeProcessInfoLevel1, buffer, count * 2 + 100) &&
           GetLastError() == ERROR_INVALID_PARAMETER,
       "more entries than the block has room for are refused");
    ok(WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, buffer, count), "what is refused is untouched");
}

static void unsupported(void)
{
    PWTS_SERVER_INFOA servers = UNSET;
    LPSTR buffer = UNSET;
    HANDLE token = UNSET;
    DWORD count = 99;

    FAILS(WTSEnumerateServersA(NULL, 0, 1, &servers, &count), servers, count,
          ERROR_CALL_NOT_IMPLEMENTED, "EnumerateServers");
    count = 99;
    FAILS(WTSQueryUserConfigA(NULL, NULL, WTSUserConfigUser, &buffer, &count), buffer, count,
          ERROR_CALL_NOT_IMPLEMENTED, "QueryUserConfig");
    FAILS(WTSQueryUserToken(0, &token), token, 0, ERROR_CALL_NOT_IMPLEMENTED, "QueryUserToken");
    FAILS(WTSQueryUserToken(0, NULL), NULL, 0, ERROR_CALL_NOT_IMPLEMENTED, "and without a token");
    FAILS(WTSVirtualChannelOpen(NULL, 0, (LPSTR) "x") != NULL, NULL, 0, ERROR_CALL_NOT_IMPLEMENTED,
          "VirtualChannelOpen");
    FAILS(WTSLogoffSession(NULL, 0, FALSE), NULL, 0, ERROR_CALL_NOT_IMPLEMENTED, "LogoffSession");
}

/* ---- servers */

static void servers(void)
{
    WCHAR dot[] = {'.', 0}, local[] = {'L', 'O', 'C', 'A', 'L', 'h', 'o', 's', 't', 0};
    WCHAR wider[] = {'.', '.', 0};
    char machine[257] = "";
    HANDLE first, second;
    PWTS_SESSION_INFOA infos = UNSET;
    DWORD count;

    gethostname(machine, sizeof(machine) - 1);
    first = WTSOpenServerA(machine);
    second = WTSOpenServerExW(dot);
    ok(first && first != INVALID_HANDLE_VALUE && second != INVALID_HANDLE_VALUE && first != second,
       "this machine is opened");
    ok(WTSEnumerateSessionsA(first, 0, 1, &infos, &count), "and asked");
    WTSFreeMemory(infos);
    WTSCloseServer(first);
    infos = UNSET;
    FAILS(WTSEnumerateSessionsA(first, 0, 1, &infos, &count), infos, count, ERROR_INVALID_HANDLE,
          "a closed one is no server");
    SetLastError(0);
    WTSCloseServer(first);
    ok(GetLastError() == ERROR_INVALID_HANDLE, "and not closed twice");
    WTSCloseServer(second);
    WTSCloseServer(WTS_CURRENT_SERVER_HANDLE);
    second = WTSOpenServerW(local);
    ok(second != INVALID_HANDLE_VALUE, "localhost, whatever its case");
    WTSCloseServer(second);
    ok(WTSOpenServerA((LPSTR) "elsewhere.example") == INVALID_HANDLE_VALUE &&
           GetLastError() == RPC_S_SERVER_UNAVAILABLE,
       "no other machine");
    ok(WTSOpenServerW(wider) == INVALID_HANDLE_VALUE, "nor one whose name begins so");
}

/* ---- all at once */

static void *everything(void *argument)
{
    DWORD count, level = 1, *wrong = argument;

    for (int round = 0; round < ROUNDS; round++) {
        HANDLE server = WTSOpenServerA(NULL);
        LPWSTR buffer;
        PWTS_SESSION_INFO_1A infos;

        if (!WTSEnumerateProcessesExW(server, &level, WTS_ANY_SESSION, &buffer, &count) ||
            !WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, buffer, count))
            ++*wrong;
        if (!WTSEnumerateSessionsExA(server, &level, 0, &infos, &count) ||
            !WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, infos, count))
            ++*wrong;
        WTSCloseServer(server);
    }
    return NULL;
}

static void threads(void)
{
    pthread_t all[THREADS];
    DWORD wrong[THREADS] = {0}, sum = 0;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&all[i], NULL, everything, &wrong[i]) != 0)
            abort();
    for (int i = 0; i < THREADS; i++) {
        pthread_join(all[i], NULL);
        sum += wrong[i];
    }
    ok(sum == 0, "eight threads at once");
}

int main(void)
{
    read_own_name();
    setenv("WTSAPI_LIBRARY", PLUGIN, 1);
    sessions();
    sessions_1();
    processes();
    processes_ex();
    queries();
    wrong_arguments();
    wrong_frees();
    unsupported();
    servers();
    threads();
    ok(WTSGetActiveConsoleSessionId() != 0, "the console is not session 0");
    return finish();
}
