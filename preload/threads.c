/* SPDX-License-Identifier: MIT */
#include "threads.h"

#include <errno.h>
#include <limits.h>
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
_Thread_local uint32_t sca_environment;
static pthread_key_t key;
static bool key_usable;

static void write_end(void)
{
    uint64_t token = self.token;
    struct sca_thread_end_record *record = sca_reserve(&self.cursor, sizeof *record);

    if (!record)
        return;
    record->thread = self.serial;
    record->zero = 0;
    record->time = sca_now();
    sca_thread_commit(token, record, SCA_REC_THREAD_END, sizeof *record);
}

/*
 * The thread's last use of its chunk may still come, from a later destructor: keep its number. What
 * other destructors do to its RPC environment is to come before its end, so that is recorded in the
 * last round of them.
 */
static void thread_exits(void *thread)
{
    if (self.entered && self.armed++ < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(key, thread);
        return;
    }
    self.armed = 0;
    if (self.token != sca_process_token())
        return;
    if (self.entered)
        write_end();
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
