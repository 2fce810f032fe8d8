// SPDX-License-Identifier: MIT
#include "wts_query.h"
#include "memory.h"
#include "wts_fail.h"
#include "wts_results.h"
#include "wts_server.h"
#include "wts_text.h"
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

struct question {
    const struct wts_session *session;
    char machine[258];
    bool wide;
};

struct answer {
    void *block; /* NULL: no memory */
    size_t size;
};

enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 23 }; /* as Windows numbers them */

/* ---- texts */

static struct answer text(const struct question *question, const char *text)
{
    size_t size = wts_text_size(text, question->wide);
    void *block = take(size);

    if (block)
        wts_text_copy(block, question->wide ? size / sizeof(WCHAR) : size, text, question->wide);
    return (struct answer){block, size};
}

static struct answer nothing(const struct question *question)
{
    return text(question, "");
}

static struct answer user(const struct question *question)
{
    return text(question, question->session->user);
}

static struct answer station(const struct question *question)
{
    return text(question, question->session->name);
}

static struct answer domain(const struct question *question)
{
    return text(question, question->session->user[0] ? question->machine : "");
}

static struct answer client_name(const struct question *question)
{
    return text(question, question->session->client);
}

/* ---- numbers and fixed structures */

static struct answer copy(const void *value, size_t size)
{
    void *block = take(size);

    if (block)
        memcpy(block, value, size);
    return (struct answer){block, size};
}

static struct answer number(ULONG value)
{
    return copy(&value, sizeof(value));
}

static struct answer zero(const struct question *question)
{
    (void)question;
    return number(0);
}

static struct answer session_id(const struct question *question)
{
    return number(question->session->id);
}

static struct answer connect_state(const struct question *question)
{
    return number((ULONG)question->session->state);
}

static struct answer product(const struct question *question)
{
    USHORT value = 0;

    (void)question;
    return copy(&value, sizeof(value));
}

static struct answer protocol(const struct question *question)
{
    USHORT value = question->session->remote ? WTS_PROTOCOL_TYPE_RDP : WTS_PROTOCOL_TYPE_CONSOLE;

    return copy(&value, sizeof(value));
}

static struct answer is_remote(const struct question *question)
{
    BYTE value = question->session->remote;

    return copy(&value, sizeof(value));
}

/* The address is known where a host was written down as one. */
static DWORD parse_address(const char *host, BYTE address[16])
{
    if (inet_pton(AF_INET, host, address) == 1)
        return FAMILY_IPV4;
    return inet_pton(AF_INET6, host, address) == 1 ? FAMILY_IPV6 : 0;
}

static struct answer client_address(const struct question *question)
{
    WTS_CLIENT_ADDRESS value = {0};
    BYTE address[16] = {0};

    value.AddressFamily = parse_address(question->session->client, address);
    /* An IPv4 address begins at the third byte, as in a sockaddr behind the family. */
    memcpy(value.Address + 2, address, sizeof(address));
    return copy(&value, sizeof(value));
}

static struct answer client_display(const struct question *question)
{
    WTS_CLIENT_DISPLAY value = {0};

    (void)question;
    return copy(&value, sizeof(value));
}

/* ---- structures with texts inside: one for A, one for W */

static LONGLONG file_time(int64_t microseconds)
{
    return microseconds ? (microseconds + INT64_C(11644473600000000)) * 10 : 0;
}

static LONGLONG file_time_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return file_time(now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000);
}

#define FIELD(to, from, is_wide) wts_text_copy(to, sizeof(to) / sizeof((to)[0]), from, is_wide)

#define SESSION_INFO(question, type, is_wide)                                                      \
    {                                                                                              \
        type info = {0};                                                                           \
                                                                                                   \
        info.State = (question)->session->state;                                                   \
        info.SessionId = (question)->session->id;                                                  \
        info.ConnectTime.QuadPart = file_time((question)->session->logon);                         \
        info.LogonTime.QuadPart = info.ConnectTime.QuadPart;                                       \
        info._CurrentTime.QuadPart = file_time_now();                                              \
        FIELD(info.WinStationName, (question)->session->name, is_wide);                            \
        FIELD(info.Domain, (question)->machine, is_wide);                                          \
        FIELD(info.UserName, (question)->session->user, is_wide);                                  \
        return copy(&info, sizeof(info));                                                          \
    }

static struct answer session_info(const struct question *question)
{
    if (question->wide)
        SESSION_INFO(question, WTSINFOW, true)
    SESSION_INFO(question, WTSINFOA, false)
}

#define SESSION_INFO_EX(question, type, is_wide)                                                   \
    {                                                                                              \
        type info = {.Level = 1};                                                                  \
                                                                                                   \
        info.Data.WTSInfoExLevel1.SessionId = (question)->session->id;                             \
        info.Data.WTSInfoExLevel1.SessionState = (question)->session->state;                       \
        info.Data.WTSInfoExLevel1.SessionFlags = (LONG)WTS_SESSIONSTATE_UNKNOWN;                   \
        info.Data.WTSInfoExLevel1.LogonTime.QuadPart = file_time((question)->session->logon);      \
        info.Data.WTSInfoExLevel1.ConnectTime = info.Data.WTSInfoExLevel1.LogonTime;               \
        info.Data.WTSInfoExLevel1._CurrentTime.QuadPart = file_time_now();                         \
        FIELD(info.Data.WTSInfoExLevel1.WinStationName, (question)->session->name, is_wide);       \
        FIELD(info.Data.WTSInfoExLevel1.DomainName, (question)->machine, is_wide);                 \
        FIELD(info.Data.WTSInfoExLevel1.UserName, (question)->session->user, is_wide);             \
        return copy(&info, sizeof(info));                                                          \
    }

static struct answer session_info_ex(const struct question *question)
{
    if (question->wide)
        SESSION_INFO_EX(question, WTSINFOEXW, true)
    SESSION_INFO_EX(question, WTSINFOEXA, false)
}

#define CLIENT_INFO(question, type, is_wide)                                                       \
    {                                                                                              \
        type info = {0};                                                                           \
        BYTE address[16] = {0};                                                                    \
                                                                                                   \
        info.ClientAddressFamily = parse_address((question)->session->client, address);            \
        memcpy(info.ClientAddress, address, sizeof(address));                                      \
        FIELD(info.ClientName, (question)->session->client, is_wide);                              \
        FIELD(info.Domain, (question)->machine, is_wide);                                          \
        FIELD(info.UserName, (question)->session->user, is_wide);                                  \
        return copy(&info, sizeof(info));                                                          \
    }

static struct answer client_info(const struct question *question)
{
    if (question->wide)
        CLIENT_INFO(question, WTSCLIENTW, true)
    CLIENT_INFO(question, WTSCLIENTA, false)
}

#define CONFIG_INFO(question, type, is_wide)                                                       \
    {                                                                                              \
        type info = {.version = 1};                                                                \
                                                                                                   \
        FIELD(info.LogonUserName, (question)->session->user, is_wide);                             \
        FIELD(info.LogonDomain, (question)->machine, is_wide);                                     \
        return copy(&info, sizeof(info));                                                          \
    }

static struct answer config_info(const struct question *question)
{
    if (question->wide)
        CONFIG_INFO(question, WTSCONFIGINFOW, true)
    CONFIG_INFO(question, WTSCONFIGINFOA, false)
}

/* ---- by class; those that are not here are not supported */

static struct answer (*const answers[])(const struct question *question) = {
    [WTSInitialProgram] = nothing,       [WTSApplicationName] = nothing,
    [WTSWorkingDirectory] = nothing,     [WTSOEMId] = nothing,
    [WTSSessionId] = session_id,         [WTSUserName] = user,
    [WTSWinStationName] = station,       [WTSDomainName] = domain,
    [WTSConnectState] = connect_state,   [WTSClientBuildNumber] = zero,
    [WTSClientName] = client_name,       [WTSClientDirectory] = nothing,
    [WTSClientProductId] = product,      [WTSClientHardwareId] = zero,
    [WTSClientAddress] = client_address, [WTSClientDisplay] = client_display,
    [WTSClientProtocolType] = protocol,  [WTSClientInfo] = client_info,
    [WTSSessionInfo] = session_info,     [WTSSessionInfoEx] = session_info_ex,
    [WTSConfigInfo] = config_info,       [WTSIsRemoteSession] = is_remote,
};

static DWORD answer_of(DWORD id, WTS_INFO_CLASS kind, bool wide, struct answer *answer)
{
    struct question question = {.wide = wide};
    struct wts_sessions sessions;
    DWORD error = ERROR_SUCCESS;

    if (!wts_sessions_read(&sessions))
        return ERROR_NOT_ENOUGH_MEMORY;
    if (id == WTS_CURRENT_SESSION)
        id = wts_session_of_caller(&sessions);
    question.session = wts_sessions_find(&sessions, id);
    wts_results_machine(question.machine, sizeof(question.machine));
    if (!question.session)
        error = ERROR_FILE_NOT_FOUND;
    else
        *answer = answers[kind](&question);
    wts_sessions_release(&sessions);
    return !error && !answer->block ? ERROR_NOT_ENOUGH_MEMORY : error;
}

BOOL wts_query(HANDLE server, DWORD session, WTS_INFO_CLASS kind, void **buffer, DWORD *bytes,
               bool wide)
{
    struct answer answer = {0};
    DWORD error;

    if (buffer)
        *buffer = NULL;
    if (bytes)
        *bytes = 0;
    if (!buffer || !bytes || (size_t)kind > WTSIsRemoteSession)
        return wts_fail(ERROR_INVALID_PARAMETER);
    if (!wts_server_usable(server))
        return FALSE;
    if (!answers[kind])
        return wts_fail(ERROR_NOT_SUPPORTED);
    error = answer_of(session, kind, wide, &answer);
    if (error)
        return wts_fail(error);
    *buffer = answer.block;
    *bytes = (DWORD)answer.size;
    return TRUE;
}
