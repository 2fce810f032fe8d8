/* SPDX-License-Identifier: MIT */
#include "threads.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "describe.h"
#include "export.h"
#include "port.h"
#include "process.h"
#include "recording.h"

static _Thread_local struct sca_thread self;
static pthread_key_t key;
static bool key_usable;

/* The thread's last use of its chunk may still come, from a later destructor: keep its number. */
static void thread_exits(void *thread)
{
    (void)thread;
    self.armed = 0;
    if (self.token == sca_process_token())
        sca_give_back(&self.cursor);
}

void sca_threads_start(void)
{
    struct sca_keys low;

    sca_keys_hold(&low, SCA_HIGH_KEY + 1);
    key_usable = pthread_key_create(&key, thread_exits) == 0 && key < SCA_KEYS;
    sca_keys_let_go(&low);
}

static bool write_thread(void)
{
    struct sca_thread_record *record = sca_reserve(&self.cursor, sizeof *record);

    if (!record)
        return false;
    record->thread = self.serial;
    record->tid = sca_tid();
    for (size_t i = 0; i < sizeof record->name; i++)
        record->name[i] = '\0';
    if (sca_may_call())
        sca_syscall(SYS_prctl, PR_GET_NAME, record->name);
    sca_commit(record, SCA_REC_THREAD, sizeof *record);
    return true;
}

static bool first_event(uint64_t token)
{
    uint32_t serial = sca_recording_new_thread();

    if (!serial)
        return false;
    self.serial = serial;
    self.cursor = (struct sca_cursor){NULL, 0};
    self.token = token;
    if (!write_thread())
        self.token = 0;
    else if (serial == 1)
        sca_describe_arguments(&self.cursor);
    return self.token != 0;
}

struct sca_thread *sca_thread_here(void)
{
    int saved = errno;

    if (!sca_process_is_on())
        return NULL;

    uint64_t token = sca_process_token();

    if (SCA_UNLIKELY(self.token != token) && !first_event(token)) {
        errno = saved;
        return NULL;
    }
    if (SCA_UNLIKELY(!self.armed) && key_usable) {
        self.armed = 1;
        pthread_setspecific(key, &self);
        errno = saved;
    }
    return &self;
}

bool sca_thread_commit(uint64_t token, void *record, unsigned type, uint64_t length)
{
    if (SCA_UNLIKELY(sca_process_token() != token))
        return false;
    sca_commit(record, type, length);
    return true;
}
