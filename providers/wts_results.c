// SPDX-License-Identifier: MIT
#include "wts_results.h"
#include "memory.h"
#include "wts_text.h"
#include <malloc.h>
#include <string.h>
#include <unistd.h>

/* S-1-22-1-UID: a user of Unix, as Samba has it */
struct user_sid {
    unsigned char revision, parts, authority[6];
    uint32_t kind, uid;
};

static void write_sid(struct user_sid *sid, uid_t uid)
{
    *sid = (struct user_sid){1, 2, {0, 0, 0, 0, 0, 22}, 1, uid};
}

void wts_results_machine(char *name, size_t size)
{
    char host[256] = "";

    gethostname(host, sizeof(host) - 1);
    wts_text_clean(name, size, host, strlen(host));
}

static void *array(size_t count, size_t size)
{
    return take_zeroed(count ? count : 1, size);
}

/* ---- level 0: behind the array the SIDs, for which that is aligned, then the texts */

static char *put(char **end, const char *text, bool wide)
{
    size_t size = wts_text_size(text, wide);
    char *start = *end;

    wts_text_copy(start, wide ? size / sizeof(WCHAR) : size, text, wide);
    *end += size;
    return start;
}

WTS_SESSION_INFOA *wts_results_sessions(const struct wts_sessions *sessions, bool wide)
{
    size_t size = sessions->count * sizeof(WTS_SESSION_INFOA);
    WTS_SESSION_INFOA *infos;
    char *end;

    for (size_t i = 0; i < sessions->count; i++)
        size += wts_text_size(sessions->all[i].name, wide);
    infos = array(1, size);
    if (!infos)
        return NULL;
    end = (char *)(infos + sessions->count);
    for (size_t i = 0; i < sessions->count; i++)
        infos[i] = (WTS_SESSION_INFOA){sessions->all[i].id, put(&end, sessions->all[i].name, wide),
                                       sessions->all[i].state};
    return infos;
}

WTS_PROCESS_INFOA *wts_results_processes(const struct wts_processes *processes,
                                         const uint32_t *session_ids, bool wide)
{
    size_t size = processes->count * (sizeof(WTS_PROCESS_INFOA) + sizeof(struct user_sid));
    WTS_PROCESS_INFOA *infos;
    struct user_sid *sid;
    char *end;

    for (size_t i = 0; i < processes->count; i++)
        size += wts_text_size(processes->all[i].name, wide);
    infos = array(1, size ? size : sizeof(*infos));
    if (!infos)
        return NULL;
    sid = (struct user_sid *)(infos + processes->count);
    end = (char *)(sid + processes->count);
    for (size_t i = 0; i < processes->count; i++) {
        const struct wts_process *process = &processes->all[i];

        write_sid(&sid[i], process->uid);
        infos[i] = (WTS_PROCESS_INFOA){session_ids[i], (DWORD)process->pid,
                                       put(&end, process->name, wide), (PSID)&sid[i]};
    }
    return infos;
}

/* ---- level 1 */

static char *copy(const char *text, bool wide, bool *memory)
{
    size_t size = wts_text_size(text, wide);
    char *block = take(size);

    if (block)
        wts_text_copy(block, wide ? size / sizeof(WCHAR) : size, text, wide);
    else
        *memory = false;
    return block;
}

WTS_SESSION_INFO_1A *wts_results_sessions_1(const struct wts_sessions *sessions, bool wide)
{
    WTS_SESSION_INFO_1A *infos = array(sessions->count, sizeof(*infos));
    char machine[258];
    bool memory = infos;

    wts_results_machine(machine, sizeof(machine));
    for (size_t i = 0; memory && i < sessions->count; i++) {
        const struct wts_session *session = &sessions->all[i];
        WTS_SESSION_INFO_1A *info = &infos[i];

        info->ExecEnvId = info->SessionId = session->id;
        info->State = session->state;
        info->pSessionName = copy(session->name, wide, &memory);
        info->pHostName = copy(machine, wide, &memory);
        if (session->user[0]) {
            info->pUserName = copy(session->user, wide, &memory);
            info->pDomainName = copy(machine, wide, &memory);
        }
    }
    if (infos && !memory)
        wts_results_free(WTSTypeSessionInfoLevel1, infos, sessions->count);
    return memory ? infos : NULL;
}

/* What does not fit is as much as there can be. */
static DWORD saturated(uint64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : (DWORD)value;
}

WTS_PROCESS_INFO_EXA *wts_results_processes_1(const struct wts_processes *processes,
                                              const uint32_t *session_ids, bool wide)
{
    WTS_PROCESS_INFO_EXA *infos = array(processes->count, sizeof(*infos));
    bool memory = infos;

    for (size_t i = 0; memory && i < processes->count; i++) {
        const struct wts_process *process = &processes->all[i];
        WTS_PROCESS_INFO_EXA *info = &infos[i];
        struct user_sid *sid = take(sizeof(*sid));

        info->SessionId = session_ids[i];
        info->ProcessId = (DWORD)process->pid;
        info->NumberOfThreads = process->threads;
        info->HandleCount = process->handles;
        info->PagefileUsage = saturated(process->swapped);
        info->PeakPagefileUsage = saturated(process->size_peak);
        info->WorkingSetSize = saturated(process->resident);
        info->PeakWorkingSetSize = saturated(process->resident_peak);
        info->UserTime.QuadPart = (LONGLONG)process->user_time;
        info->KernelTime.QuadPart = (LONGLONG)process->kernel_time;
        info->pProcessName = copy(process->name, wide, &memory);
        info->pUserSid = (PSID)sid;
        if (sid)
            write_sid(sid, process->uid);
        else
            memory = false;
    }
    if (infos && !memory)
        wts_results_free(WTSTypeProcessInfoLevel1, infos, processes->count);
    return memory ? infos : NULL;
}

bool wts_results_free(WTS_TYPE_CLASS type, void *memory, size_t count)
{
    static const size_t sizes[] = {0, sizeof(WTS_PROCESS_INFO_EXA), sizeof(WTS_SESSION_INFO_1A)};
    WTS_PROCESS_INFO_EXA *process = memory;
    WTS_SESSION_INFO_1A *session = memory;

    if ((size_t)type >= sizeof(sizes) / sizeof(*sizes))
        return false;
    if (!memory)
        return true;
    if (malloc_usable_size(memory) < count * sizes[type])
        return false;
    for (size_t i = 0; type == WTSTypeProcessInfoLevel1 && i < count; i++) {
        give_back(process[i].pProcessName);
        give_back(process[i].pUserSid);
    }
    for (size_t i = 0; type == WTSTypeSessionInfoLevel1 && i < count; i++) {
        give_back(session[i].pSessionName);
        give_back(session[i].pHostName);
        give_back(session[i].pUserName);
        give_back(session[i].pDomainName);
        give_back(session[i].pFarmName);
    }
    give_back(memory);
    return true;
}
