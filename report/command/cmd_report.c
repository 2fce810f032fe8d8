/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "judge.h"
#include "options.h"
#include "report/base/escape.h"
#include "report/base/progress.h"
#include "report/base/shell_quote.h"
#include "report/findings/inputs.h"

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Without a run id nothing tells yesterday's traces from today's: say how old they are. */
static void tell_oldest(const struct inputs *inputs)
{
    uint64_t oldest = UINT64_MAX;
    struct tm utc;
    char text[64];
    time_t seconds;

    for (size_t i = 0; i < inputs->count; i++) {
        if (*inputs->traces[i]->run_id)
            return;
        if (inputs->traces[i]->start_realtime < oldest)
            oldest = inputs->traces[i]->start_realtime;
    }
    seconds = (time_t)(oldest / 1000000000);
    if (inputs->count && gmtime_r(&seconds, &utc) &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc))
        fprintf(stderr, "scardaudit: traces without a run id, the oldest of %s UTC\n", text);
}

static bool text_on_stdout(const struct options *options)
{
    const char *text = options->outputs.names[OUTPUT_TEXT];

    return text ? !strcmp(text, "-") : !options_write(options);
}

static int exit_status(const struct options *options, const struct verdict *verdict, bool damaged)
{
    if (!verdict->complete && !damaged)
        fputs("scardaudit: the audit failed: a trace is incomplete\n", stderr);
    if (!verdict->complete || !verdict->written || damaged)
        return STATUS_AUDIT_FAILED;
    if (options->fail_on != FAIL_NEVER && !verdict->calls && !options->allow_empty) {
        fputs("scardaudit: the audit failed: no audited function was called\n", stderr);
        return STATUS_AUDIT_FAILED;
    }
    if (!verdict->counted)
        return STATUS_OK;
    if (!text_on_stdout(options))
        judge_say_counted(verdict, options);
    return STATUS_FINDINGS;
}

/* " in DIR, FILE" */
static void say_operands(char **operands, int count)
{
    for (int i = 0; i < count; i++) {
        fputs(i ? ", " : " in ", stderr);
        print_escaped(stderr, operands[i]);
    }
}

/* An empty one is of a job that was not audited, whatever there is in others. */
static void add_directory(struct inputs *inputs, char *path, const struct options *options)
{
    if (inputs_add_directory(inputs, path, NULL, NULL) != 0 || options->allow_empty)
        return;
    progress_clear();
    fputs("scardaudit: no scardaudit.*.trace", stderr);
    say_operands(&path, 1);
    putc('\n', stderr);
    inputs->failed = true;
}

static void say_no_run(const struct inputs *inputs, const char *run_id, char **operands, int count)
{
    fputs("scardaudit: no trace of run ", stderr);
    print_escaped(stderr, run_id);
    say_operands(operands, count);
    fputs("; there are: ", stderr);
    inputs_list_runs(inputs, stderr);
    putc('\n', stderr);
}

/* Opens what was named and chooses the run. False: there is nothing to judge, and it was said. */
static bool gather(struct inputs *inputs, const struct options *options, char **operands, int count)
{
    bool folder = count > 1;

    for (int i = 0; i < count; i++) {
        progress_step(PROGRESS_READING, (uint64_t)i + 1, (uint64_t)count);
        if (is_directory(operands[i])) {
            folder = true;
            add_directory(inputs, operands[i], options);
        } else {
            inputs_add_file(inputs, operands[i]);
        }
    }
    progress_clear();
    if (!inputs->count)
        return !inputs->failed && options->allow_empty;
    if (options->run_id && strcmp(options->run_id, "all") != 0) {
        if (!inputs_have_run(inputs, options->run_id) && !options->allow_empty)
            say_no_run(inputs, options->run_id, operands, count);
        inputs_keep_run(inputs, options->run_id);
    } else if (!options->run_id && inputs_are_mixed(inputs)) {
        return false;
    }
    if (!inputs->count)
        return !inputs->failed && options->allow_empty;
    if (folder && !options->run_id)
        tell_oldest(inputs);
    inputs_drop_empty(inputs);
    inputs_add_parents(inputs);
    return true;
}

/*
 * Nothing could be judged: the outputs say so. A pipeline may take no file for no failure, and must
 * not take one of an earlier run for that of this one.
 */
static void write_failure(const struct options *options, const struct references *references)
{
    const struct inputs none = {.failed = true};

    if (options_write(options))
        judge(&none, options, references, NULL, NULL, NULL);
}

static int judge_operands(const struct options *options, const struct references *references,
                          int argc, char **argv)
{
    struct inputs inputs = {0};
    struct verdict verdict;
    char *command;
    int status = STATUS_AUDIT_FAILED;

    progress_start();
    if (gather(&inputs, options, argv + options->operands, argc - options->operands)) {
        command = shell_command("scardaudit report", argv + 1, argc - 1);
        verdict = judge(&inputs, options, references, NULL, options_write(options) ? NULL : stdout,
                        command);
        status = exit_status(options, &verdict, inputs.failed);
        free(command);
    } else {
        write_failure(options, references);
    }
    progress_stop();
    inputs_close(&inputs);
    return status;
}

static int judge_command(enum command command, int argc, char **argv)
{
    struct references references = {0};
    struct options options;
    int status = options_parse(&options, command, argc, argv);

    if (status >= 0)
        return status;
    status = STATUS_AUDIT_FAILED;
    if (judge_read_references(&references, &options))
        status = judge_operands(&options, &references, argc, argv);
    else
        write_failure(&options, &references);
    judge_free_references(&references);
    options_free(&options);
    return status;
}

int cmd_report(int argc, char **argv)
{
    return judge_command(COMMAND_REPORT, argc, argv);
}

int cmd_gate(int argc, char **argv)
{
    return judge_command(COMMAND_GATE, argc, argv);
}
