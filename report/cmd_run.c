/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit_directory.h"
#include "child.h"
#include "escape.h"
#include "inputs.h"
#include "judge.h"
#include "memory.h"
#include "options.h"
#include "progress.h"
#include "run_id.h"
#include "shell_quote.h"
#include "trim.h"

struct run {
    struct options options;
    struct references references;
    struct audit_directory directory;
    char *run_id;
    time_t since;
    struct child_end end;
    size_t running; /* processes that outlive the program */
    bool keep;      /* the directory of the traces */
};

static void start(struct run *run, char **program)
{
    char *preload_options = audit_directory_options(&run->directory, &run->options);
    const struct child_variable all[] = {
        {"LD_PRELOAD", run->directory.preload},      {"SCARDAUDIT_RUN_ID", run->run_id},
        {"SCARDAUDIT_OPTIONS", preload_options},     {"LD_AUDIT", run->directory.audit},
        {"GLIBC_TUNABLES", run->directory.tunables},
    };
    struct child_variable variables[sizeof all / sizeof *all + 1] = {0};
    size_t count = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value)
            variables[count++] = all[i];

    run->since = time(NULL);
    fflush(NULL); /* what is buffered now would be printed by both */
    run->end = child_run(program, variables);
    free(preload_options);
}

static int not_started(const struct run *run, const char *program)
{
    fputs("scardaudit: cannot run ", stderr);
    print_escaped(stderr, program);
    fprintf(stderr, ": %s\n", strerror(run->end.error));
    if (!run->end.pid)
        return STATUS_RUN_FAILED;
    return run->end.error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

static bool is_ours(const char *path, const void *context)
{
    const struct run *run = context;

    return trace_is_of_run(path, run->run_id, run->since);
}

/* The command line that makes the same report again; NULL if the traces will be gone. */
static char *repeat_command(const struct run *run)
{
    const struct options *options = &run->options;
    char run_option[] = "--run", strict[] = "--strict", suppressions[] = "--suppressions";
    char baseline[] = "--baseline";
    char **words, *command;
    int count = 0;

    if (!run->keep)
        return NULL;
    words = xcalloc(6 + 2 * options->suppressions_count, sizeof *words);
    if (options->strict)
        words[count++] = strict;
    for (size_t i = 0; i < options->suppressions_count; i++) {
        words[count++] = suppressions;
        words[count++] = options->suppressions[i];
    }
    if (options->baseline) {
        words[count++] = baseline;
        words[count++] = options->baseline;
    }
    if (options->dir) {
        words[count++] = run_option;
        words[count++] = run->run_id;
    }
    words[count++] = run->directory.traces;
    command = shell_command("scardaudit report", words, count);
    free(words);
    return command;
}

static bool worth_showing(const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->traces[i]->calls || !inputs->traces[i]->complete ||
            inputs->traces[i]->blind_spots_count)
            return true;
    return false;
}

static size_t count_running(const struct inputs *inputs)
{
    size_t count = 0;

    for (size_t i = 0; i < inputs->count; i++)
        count += inputs->traces[i]->running && !inputs->traces[i]->exec;
    return count;
}

static struct verdict report(const struct run *run, struct inputs *inputs)
{
    struct known_end known = {run->end.pid, run->end.signaled, run->end.status};
    char *command = repeat_command(run);
    FILE *standard = NULL;
    struct verdict verdict;

    inputs_drop_empty(inputs);
    if (worth_showing(inputs) && !options_write(&run->options))
        standard = stderr;
    verdict = judge(inputs, &run->options, &run->references, &known, standard, command);
    if (!standard && !verdict.complete)
        fputs("scardaudit: a trace is incomplete: findings may be missing\n", stderr);
    else if (!standard && !verdict.calls)
        fputs(
            "scardaudit: nothing was audited: no audited function was called, or in a program that "
            "cannot be watched (static, setuid)\n",
            stderr);
    if (!standard && verdict.counted)
        judge_say_counted(&verdict, &run->options);
    verdict.complete = verdict.complete && !inputs->failed;
    free(command);
    return verdict;
}

static int exit_status(const struct run *run, const struct verdict *verdict)
{
    if (run->options.fail_on != FAIL_NEVER) {
        if (!verdict->complete || !verdict->written)
            return STATUS_RUN_FAILED;
        if (!verdict->calls && !run->options.allow_empty)
            return STATUS_RUN_FAILED;
        if (verdict->counted)
            return STATUS_FINDINGS;
    }
    return run->end.signaled ? STATUS_SIGNAL + run->end.status : run->end.status;
}

/* Reads, reports and trims the traces of this run. */
static int finish(struct run *run)
{
    struct inputs inputs = {0};
    struct verdict verdict;
    char **paths;
    size_t count;

    progress_start();
    inputs_add_directory(&inputs, run->directory.traces, is_ours, run);
    run->running = count_running(&inputs);
    run->keep = run->options.dir || run->options.keep || run->running;
    count = inputs.count;
    paths = xcalloc(count, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = xstrdup(inputs.traces[i]->path);
    verdict = report(run, &inputs);
    inputs_close(&inputs);
    /* What is in them could not be told: a full disk, for instance. */
    run->keep = run->keep || (!verdict.written && options_write(&run->options));
    for (size_t i = 0; i < count; i++) {
        if (run->keep)
            trace_trim(paths[i]);
        free(paths[i]);
    }
    free(paths);
    return exit_status(run, &verdict);
}

/* Where the traces stay, if the user did not say it himself. */
static void say_where(const struct run *run)
{
    if (run->running) {
        char *command = repeat_command(run);

        fprintf(stderr, "scardaudit: %zu process%s of this run still run%s; %s traces stay in ",
                run->running, run->running == 1 ? "" : "es", run->running == 1 ? "s" : "",
                run->running == 1 ? "its" : "their");
        print_escaped(stderr, run->directory.traces);
        fputs(": ", stderr);
        print_escaped(stderr, command);
        putc('\n', stderr);
        free(command);
    } else if (run->keep && !run->options.dir) {
        fputs("scardaudit: the traces are in ", stderr);
        print_escaped(stderr, run->directory.traces);
        putc('\n', stderr);
    }
}

static int run_and_report(struct run *run, char **program)
{
    int status;

    if (audit_directory_open(&run->directory, &run->options, program[0]) < 0)
        return STATUS_RUN_FAILED;
    run->run_id = run_id_choose();
    start(run, program);
    if (run->end.error) {
        status = not_started(run, *program);
    } else {
        status = finish(run);
        say_where(run);
    }
    audit_directory_close(&run->directory, run->keep, run->running > 0);
    free(run->run_id);
    return status;
}

int cmd_run(int argc, char **argv)
{
    struct run run = {0};
    int status = options_parse(&run.options, COMMAND_RUN, argc, argv);

    if (status >= 0)
        return status;
    status = STATUS_RUN_FAILED;
    if (judge_outputs_possible(&run.options) &&
        judge_read_references(&run.references, &run.options))
        status = run_and_report(&run, argv + run.options.operands);
    judge_free_references(&run.references);
    options_free(&run.options);
    return status;
}
