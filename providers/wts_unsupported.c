// SPDX-License-Identifier: MIT
#include "wts_unsupported.h"
#include "wts_fail.h"
#include <string.h>

/* ---- nothing to give: X(slot, result, parameters) */

#define NOTHING_TO_GIVE(X)                                                                         \
    X(StopRemoteControlSession, BOOL, (ULONG))                                                     \
    X(StartRemoteControlSessionW, BOOL, (LPWSTR, ULONG, BYTE, USHORT))                             \
    X(StartRemoteControlSessionA, BOOL, (LPSTR, ULONG, BYTE, USHORT))                              \
    X(StartRemoteControlSessionExW, BOOL, (LPWSTR, ULONG, BYTE, USHORT, DWORD))                    \
    X(StartRemoteControlSessionExA, BOOL, (LPSTR, ULONG, BYTE, USHORT, DWORD))                     \
    X(ConnectSessionW, BOOL, (ULONG, ULONG, PWSTR, BOOL))                                          \
    X(ConnectSessionA, BOOL, (ULONG, ULONG, PSTR, BOOL))                                           \
    X(TerminateProcess, BOOL, (HANDLE, DWORD, DWORD))                                              \
    X(SetUserConfigW, BOOL, (LPWSTR, LPWSTR, WTS_CONFIG_CLASS, LPWSTR, DWORD))                     \
    X(SetUserConfigA, BOOL, (LPSTR, LPSTR, WTS_CONFIG_CLASS, LPSTR, DWORD))                        \
    X(DisconnectSession, BOOL, (HANDLE, DWORD, BOOL))                                              \
    X(LogoffSession, BOOL, (HANDLE, DWORD, BOOL))                                                  \
    X(ShutdownSystem, BOOL, (HANDLE, DWORD))                                                       \
    X(VirtualChannelOpen, HANDLE, (HANDLE, DWORD, LPSTR))                                          \
    X(VirtualChannelOpenEx, HANDLE, (DWORD, LPSTR, DWORD))                                         \
    X(VirtualChannelClose, BOOL, (HANDLE))                                                         \
    X(VirtualChannelPurgeInput, BOOL, (HANDLE))                                                    \
    X(VirtualChannelPurgeOutput, BOOL, (HANDLE))                                                   \
    X(RegisterSessionNotification, BOOL, (HWND, DWORD))                                            \
    X(UnRegisterSessionNotification, BOOL, (HWND))                                                 \
    X(RegisterSessionNotificationEx, BOOL, (HANDLE, HWND, DWORD))                                  \
    X(UnRegisterSessionNotificationEx, BOOL, (HANDLE, HWND))                                       \
    X(CreateListenerW, BOOL, (HANDLE, PVOID, DWORD, LPWSTR, PWTSLISTENERCONFIGW, DWORD))           \
    X(CreateListenerA, BOOL, (HANDLE, PVOID, DWORD, LPSTR, PWTSLISTENERCONFIGA, DWORD))            \
    X(SetListenerSecurityW, BOOL,                                                                  \
      (HANDLE, PVOID, DWORD, LPWSTR, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR))                  \
    X(SetListenerSecurityA, BOOL,                                                                  \
      (HANDLE, PVOID, DWORD, LPSTR, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR))                   \
    X(EnableChildSessions, BOOL, (BOOL))                                                           \
    X(LogonUser, BOOL, (HANDLE, LPCSTR, LPCSTR, LPCSTR))                                           \
    X(LogoffUser, BOOL, (HANDLE))

#define DEFINE(slot, result, parameters)                                                           \
    static result slot parameters                                                                  \
    {                                                                                              \
        SetLastError(ERROR_CALL_NOT_IMPLEMENTED);                                                  \
        return 0;                                                                                  \
    }
NOTHING_TO_GIVE(DEFINE)

/* ---- a block and its length, or a number */

static BOOL give_no_block(void *block, DWORD *count)
{
    if (block)
        memset(block, 0, sizeof(void *));
    if (count)
        *count = 0;
    return wts_fail(ERROR_CALL_NOT_IMPLEMENTED);
}

static BOOL give_none(DWORD *number)
{
    return give_no_block(NULL, number);
}

#define SOMETHING_TO_GIVE(X)                                                                       \
    X(EnumerateServersW, (LPWSTR, DWORD, DWORD, PWTS_SERVER_INFOW * infos, DWORD * count),         \
      give_no_block(infos, count))                                                                 \
    X(EnumerateServersA, (LPSTR, DWORD, DWORD, PWTS_SERVER_INFOA * infos, DWORD * count),          \
      give_no_block(infos, count))                                                                 \
    X(QueryUserConfigW, (LPWSTR, LPWSTR, WTS_CONFIG_CLASS, LPWSTR * buffer, DWORD * bytes),        \
      give_no_block(buffer, bytes))                                                                \
    X(QueryUserConfigA, (LPSTR, LPSTR, WTS_CONFIG_CLASS, LPSTR * buffer, DWORD * bytes),           \
      give_no_block(buffer, bytes))                                                                \
    X(VirtualChannelQuery, (HANDLE, WTS_VIRTUAL_CLASS, PVOID * buffer, DWORD * bytes),             \
      give_no_block(buffer, bytes))                                                                \
    X(QueryUserToken, (ULONG, PHANDLE token), give_no_block(token, NULL))                          \
    X(SendMessageW,                                                                                \
      (HANDLE, DWORD, LPWSTR, DWORD, LPWSTR, DWORD, DWORD, DWORD, DWORD * response, BOOL),         \
      give_none(response))                                                                         \
    X(SendMessageA,                                                                                \
      (HANDLE, DWORD, LPSTR, DWORD, LPSTR, DWORD, DWORD, DWORD, DWORD * response, BOOL),           \
      give_none(response))                                                                         \
    X(WaitSystemEvent, (HANDLE, DWORD, DWORD * events), give_none(events))                         \
    X(VirtualChannelRead, (HANDLE, ULONG, PCHAR, ULONG, PULONG bytes), give_none(bytes))           \
    X(VirtualChannelWrite, (HANDLE, PCHAR, ULONG, PULONG bytes), give_none(bytes))                 \
    X(EnumerateListenersW, (HANDLE, PVOID, DWORD, PWTSLISTENERNAMEW, DWORD * count),               \
      give_none(count))                                                                            \
    X(EnumerateListenersA, (HANDLE, PVOID, DWORD, PWTSLISTENERNAMEA, DWORD * count),               \
      give_none(count))                                                                            \
    X(GetListenerSecurityW,                                                                        \
      (HANDLE, PVOID, DWORD, LPWSTR, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, DWORD,            \
       LPDWORD needed),                                                                            \
      give_none(needed))                                                                           \
    X(GetListenerSecurityA,                                                                        \
      (HANDLE, PVOID, DWORD, LPSTR, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, DWORD,             \
       LPDWORD needed),                                                                            \
      give_none(needed))                                                                           \
    X(GetChildSessionId, (PULONG id), give_none(id))                                               \
    X(IsChildSessionsEnabled, (PBOOL enabled), give_none((DWORD *)enabled))

#define DEFINE_GIVING(slot, parameters, failure)                                                   \
    static BOOL slot parameters                                                                    \
    {                                                                                              \
        return failure;                                                                            \
    }
SOMETHING_TO_GIVE(DEFINE_GIVING)

/* ---- the caller's structure */

static BOOL QueryListenerConfigW(HANDLE server, PVOID reserved, DWORD zero, LPWSTR name,
                                 PWTSLISTENERCONFIGW config)
{
    (void)server, (void)reserved, (void)zero, (void)name;
    if (config)
        memset(config, 0, sizeof(*config));
    return wts_fail(ERROR_CALL_NOT_IMPLEMENTED);
}

static BOOL QueryListenerConfigA(HANDLE server, PVOID reserved, DWORD zero, LPSTR name,
                                 PWTSLISTENERCONFIGA config)
{
    (void)server, (void)reserved, (void)zero, (void)name;
    if (config)
        memset(config, 0, sizeof(*config));
    return wts_fail(ERROR_CALL_NOT_IMPLEMENTED);
}

void wts_unsupported_fill(WtsApiFunctionTable *table)
{
#define FILL(slot, ...) table->p##slot = slot;
    NOTHING_TO_GIVE(FILL)
    SOMETHING_TO_GIVE(FILL)
    table->pQueryListenerConfigW = QueryListenerConfigW;
    table->pQueryListenerConfigA = QueryListenerConfigA;
#undef FILL
}
