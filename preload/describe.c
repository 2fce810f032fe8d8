/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "elf_object.h"
#include "options.h"
#include "port.h"

#define ARGUMENTS 32768 /* bytes of the command line that are looked at */

/* Field 22 of /proc/PID/stat; the second field may hold blanks and parentheses. */
static uint64_t start_ticks(void)
{
    char stat[1024];
    const char *field = stat, *scan;
    uint64_t ticks = 0;

    if (sca_read_file("/proc/self/stat", stat, sizeof stat) <= 0)
        return 0;
    for (scan = stat; *scan; scan++)
        if (*scan == ')')
            field = scan + 1;
    for (int number = 2; *field && number < 22; field++)
        if (*field == ' ')
            number++;
    for (; *field >= '0' && *field <= '9'; field++)
        ticks = ticks * 10 + (uint64_t)(*field - '0');
    return ticks;
}

static uint32_t count_arguments(void)
{
    char *buffer = sca_map(ARGUMENTS);
    uint32_t count = 0;

    if (!buffer)
        return 0;
    ssize_t length = sca_read_file("/proc/self/cmdline", buffer, ARGUMENTS);

    for (ssize_t i = 0; i < length; i++)
        count += buffer[i] == '\0';
    sca_unmap(buffer, ARGUMENTS);
    return count;
}

static bool bad_run_id;
static char run_id[sizeof((struct sca_header *)0)->run_id];
static char options[sizeof((struct sca_header *)0)->options];

static bool is_run_id(const char *id)
{
    size_t length = 0;

    for (; id[length]; length++) {
        char c = id[length];

        if (length == 64 || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return true;
}

void sca_describe_start(void)
{
    const char *id = sca_variable("SCARDAUDIT_RUN_ID");
    const char *text = sca_variable("SCARDAUDIT_OPTIONS");

    if (id && is_run_id(id))
        sca_copy(run_id, sizeof run_id, id);
    bad_run_id = id && !is_run_id(id);
    sca_copy(options, sizeof options, text ? text : "");
}

void sca_describe_complain(void)
{
    if (bad_run_id)
        sca_say("SCARDAUDIT_RUN_ID is ignored: it is not up to 64 of [A-Za-z0-9._-]");
    bad_run_id = false;
}

const char *sca_describe_process(struct sca_header *header, const struct sca_parent *parent)
{
    int saved = errno;
    struct sca_object executable;
    ssize_t length;

    header->clock = sca_clock_kind;
    header->pid = sca_pid();
    header->ppid = (uint32_t)getppid();
    header->start_ticks = start_ticks();
    header->start_realtime = sca_realtime();
    sca_both_clocks(&header->start_clock, &header->start_ns);
    header->argc = count_arguments();
    header->depth = sca_options.depth;
    if (sca_options.record_args)
        header->flags |= SCA_FLAG_RECORD_ARGS;
    if (parent->forked) {
        header->flags |= SCA_FLAG_FORKED;
        header->parent_clock = parent->clock;
        sca_copy(header->parent_trace, sizeof header->parent_trace, parent->trace);
    }
    sca_copy(header->run_id, sizeof header->run_id, run_id);
    sca_copy(header->options, sizeof header->options, options);
    length = readlink("/proc/self/exe", header->executable, sizeof header->executable - 1);
    header->executable[length > 0 ? length : 0] = '\0';
    if (sca_object_at((const void *)getauxval(AT_ENTRY), &executable))
        header->build_id_size =
            (uint8_t)sca_object_build_id(&executable, header->build_id, sizeof header->build_id);
    errno = saved;
    return sca_base_name(header->executable);
}

void sca_describe_blind_spot(struct sca_cursor *cursor, enum sca_blind code, uint32_t module)
{
    struct sca_blind_record *record = sca_reserve(cursor, sizeof *record);

    if (!record)
        return;
    record->code = code;
    record->module = module;
    sca_commit(record, SCA_REC_BLIND, sizeof *record);
}

void sca_describe_unaudited(struct sca_cursor *cursor, uint32_t module, const char *names,
                            uint32_t left_out)
{
    uint64_t length = sca_length(names);
    uint64_t size = sizeof(struct sca_blind_names_record) + SCA_PADDED(length);
    struct sca_blind_names_record *record = sca_reserve(cursor, size);

    if (!record)
        return;
    record->blind.code = SCA_BLIND_UNKNOWN_EXPORT;
    record->blind.module = module;
    record->left_out = left_out;
    record->length = (uint32_t)length;
    sca_bytes(record + 1, names, length);
    sca_commit(record, SCA_REC_BLIND, size);
}

void sca_describe_arguments(struct sca_cursor *cursor)
{
    char *buffer = sca_options.record_args ? sca_map(ARGUMENTS) : NULL;

    if (!buffer)
        return;
    ssize_t length = sca_read_file("/proc/self/cmdline", buffer, ARGUMENTS);

    if (length > 0) {
        uint64_t size = sizeof(struct sca_args_record) + SCA_PADDED(length);
        struct sca_args_record *record = sca_reserve(cursor, size);

        if (record) {
            record->length = (uint64_t)length;
            sca_bytes(record + 1, buffer, (size_t)length);
            sca_commit(record, SCA_REC_ARGS, size);
        }
    }
    sca_unmap(buffer, ARGUMENTS);
}
