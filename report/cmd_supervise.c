/* SPDX-License-Identifier: MIT */
/*
 * What a program that was preloaded by hand becomes at its end (preload/supervisor.c): its parent
 * waits for this pid. So whatever happens here, it ends with the program's status: the report is
 * made by a child, which may run out of memory, crash or be killed. Nothing goes to stdout, which
 * was the program's.
 */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inputs.h"
#include "judge.h"
#include "options.h"
#include "escape.h"
#include "shell_quote.h"
#include "trim.h"

/* Statuses of the child, which no library that gives up ends it with. */
enum { REPORTED = 101, REPORTED_ERRORS, NOT_REPORTED };

static void say_summary(const struct verdict *verdict, const struct options *options,
                        const char *command)
{
    fprintf(stderr, "scardaudit: ");
    judge_print_counts(stderr, verdict);
    fputs(", to be read ", stderr);
    if (options->outputs.names[OUTPUT_TEXT] && verdict->written) {
        fputs("in ", stderr);
        print_escaped(stderr, options->outputs.names[OUTPUT_TEXT]);
    } else {
        fputs("with: ", stderr);
        print_escaped(stderr, command);
    }
    putc('\n', stderr);
}

/* The command line that makes the same report again. */
static char *repeat_command(const struct options *options, char *trace)
{
    char suppressions[] = "--suppressions";
    char *words[3];
    int count = 0;

    if (options->suppressions_count) {
        words[count++] = suppressions;
        words[count++] = options->suppressions[0];
    }
    words[count++] = trace;
    return shell_command("scardaudit report", words, count);
}

static _Noreturn void report(const struct options *options, char *trace)
{
    char *command = repeat_command(options, trace);
    struct inputs inputs = {0};
    bool text = options->stderr_report == STDERR_TEXT && !options->outputs.names[OUTPUT_TEXT];
    struct references references = {0};
    struct verdict verdict;

    inputs_add_file(&inputs, trace);
    if (!inputs.count || !judge_read_references(&references, options))
        exit(NOT_REPORTED);
    inputs_add_parents(&inputs);
    verdict = judge(&inputs, options, &references, NULL, text ? stderr : NULL, command);
    inputs_close(&inputs);
    judge_free_references(&references);
    if (!text && options->stderr_report != STDERR_NONE)
        say_summary(&verdict, options, command);
    free(command);
    exit(verdict.errors ? REPORTED_ERRORS : REPORTED);
}

/* The preload has left all others ignored. A user who ends the report does not end it with us. */
static void ignore_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
    sigset_t none;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, there would be nothing to wait for */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void take_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_DFL);
}

static int wait_for(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return NOT_REPORTED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : NOT_REPORTED;
}

int cmd_supervise(int argc, char **argv)
{
    struct options options;
    int status = options_parse(&options, COMMAND_SUPERVISE, argc, argv);
    char *trace;
    pid_t child;
    int made;

    if (status >= 0)
        return status;
    trace = argv[options.operands];
    ignore_signals();
    child = fork();
    if (child == 0) {
        take_signals();
        report(&options, trace);
    }
    made = child < 0 ? NOT_REPORTED : wait_for(child);
    trace_trim(trace);
    options_free(&options);
    if (made != REPORTED && made != REPORTED_ERRORS) {
        fputs("scardaudit: no report could be made; the trace is ", stderr);
        print_escaped(stderr, trace);
        putc('\n', stderr);
    }
    /* A check that could not be made must not look like one that found nothing. */
    return (int)(made != REPORTED && options.exitcode ? options.exitcode : options.status);
}
