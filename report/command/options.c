/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "preload/trace_format.h"
#include "report/base/memory.h"
#include "report/base/version.h"
#include "report/findings/suppression_file.h"

#define JUDGING (COMMAND_RUN | COMMAND_REPORT | COMMAND_GATE)
#define WRITING (JUDGING | COMMAND_SUPERVISE)
#define EVERY (WRITING | COMMAND_DUMP | COMMAND_LIVE | COMMAND_EXPLAIN)

enum option_id {
    OPTION_OUTPUT = 256, /* above every short option; and so many as there are formats */
    OPTION_COLOR = OPTION_OUTPUT + OUTPUT_FORMATS_COUNT,
    OPTION_FAIL_ON,
    OPTION_STRICT,
    OPTION_ALLOW_EMPTY,
    OPTION_DEBUGINFOD,
    OPTION_SUPPRESSIONS,
    OPTION_BASELINE,
    OPTION_WRITE_BASELINE,
    OPTION_SOURCE_ROOT,
    OPTION_FALLBACK_FILE,
    OPTION_EMBED_SOURCE,
    OPTION_GITHUB,
    OPTION_RUN_ID,
    OPTION_DIR,
    OPTION_KEEP,
    OPTION_NO_AUDIT_DLOPEN,
    OPTION_NO_FOLLOW,
    OPTION_DEPTH,
    OPTION_RECORD_ARGS,
    OPTION_JSONL,
    OPTION_WATCH,
    OPTION_STATUS,
    OPTION_EXITCODE,
    OPTION_STDERR,
    OPTION_VERSION,
    OPTION_HELP = 'h'
};

static const struct {
    int id;
    const char *name;
    const char *argument; /* NULL: takes none */
    unsigned commands;
    const char *help;
} list[] = {
#define OUTPUT_OPTION(id, option, help, render)                                                    \
    {OPTION_OUTPUT + OUTPUT_##id, option, "FILE", WRITING, help},
    OUTPUT_FORMATS(OUTPUT_OPTION)
#undef OUTPUT_OPTION
        {OPTION_GITHUB, "github", NULL, JUDGING,
         "print annotations of GitHub workflows, and append to $GITHUB_STEP_SUMMARY"},
    {OPTION_COLOR, "color", "WHEN", JUDGING, "colour the text: auto, always or never"},
    {OPTION_SUPPRESSIONS, "suppressions", "FILE|default:NAME", WRITING,
     "do not count the findings described there"},
    {OPTION_BASELINE, "baseline", "FILE", JUDGING, "count only what is new, or more, since FILE"},
    {OPTION_WRITE_BASELINE, "write-baseline", "FILE", JUDGING,
     "write the findings to FILE, to compare with"},
    {OPTION_SOURCE_ROOT, "source-root", "DIR", JUDGING,
     "where the sources are (the current directory)"},
    {OPTION_FALLBACK_FILE, "fallback-file", "FILE", JUDGING,
     "where to show what has no place in them (README.md)"},
    {OPTION_EMBED_SOURCE, "embed-source", NULL, JUDGING, "show lines of the sources in the HTML"},
    {OPTION_FAIL_ON, "fail-on", "LEVEL", JUDGING,
     "exit with 23 from this severity on: error, warning, note or never"},
    {OPTION_STRICT, "strict", NULL, JUDGING, "notes count as warnings"},
    {OPTION_ALLOW_EMPTY, "allow-empty", NULL, JUDGING, "no failure because nothing was audited"},
    {OPTION_DEBUGINFOD, "debuginfod", NULL, JUDGING,
     "fetch missing debug files from $DEBUGINFOD_URLS"},
    {OPTION_RUN_ID, "run", "ID|all", COMMAND_REPORT | COMMAND_GATE,
     "judge only the traces of this run"},
    {OPTION_DIR, "dir", "DIR", COMMAND_RUN, "keep the traces in DIR"},
    {OPTION_KEEP, "keep", NULL, COMMAND_RUN, "keep the traces and say where they are"},
    {OPTION_NO_AUDIT_DLOPEN, "no-audit-dlopen", NULL, COMMAND_RUN,
     "do without LD_AUDIT: RTLD_DEEPBIND hides calls then"},
    {OPTION_NO_FOLLOW, "no-follow", NULL, COMMAND_RUN,
     "let go of programs that are started with another environment"},
    {OPTION_DEPTH, "depth", "N", COMMAND_RUN, "record at most N frames of a stack (32)"},
    {OPTION_RECORD_ARGS, "record-args", NULL, COMMAND_RUN,
     "record the command line too (it may hold PINs)"},
    {OPTION_JSONL, "jsonl", NULL, COMMAND_DUMP, "one JSON object a line"},
    {OPTION_WATCH, "watch", NULL, COMMAND_LIVE, "look again each second, until the process ends"},
    {OPTION_STATUS, "status", "N", COMMAND_SUPERVISE, "end with this status"},
    {OPTION_EXITCODE, "exitcode", "N", COMMAND_SUPERVISE,
     "or with this one when there is an error"},
    {OPTION_STDERR, "stderr", "WHAT", COMMAND_SUPERVISE, "tell stderr: text, summary or none"},
    {OPTION_HELP, "help", NULL, EVERY, "show this help"},
    {OPTION_VERSION, "version", NULL, EVERY, "show the version"},
};
#define LIST_COUNT (sizeof list / sizeof *list)

static const struct {
    enum command command;
    const char *name, *operands, *purpose;
    const char *no_operand, *several; /* what is wrong with that; NULL: nothing */
} commands[] = {
    {COMMAND_RUN, "scardaudit run", "[--] PROGRAM [ARG...]",
     "Run PROGRAM, audit its and its children's smart-card calls, and report to stderr.",
     "no program given", NULL},
    {COMMAND_REPORT, "scardaudit report", "TRACE|DIR...",
     "Judge traces, or all traces of a directory, and report to stdout.", "no trace given", NULL},
    {COMMAND_GATE, "scardaudit gate", "TRACE|DIR...",
     "Judge traces for a pipeline: say nothing and succeed, or report to stdout and fail.",
     "no trace given", NULL},
    {COMMAND_LIVE, "scardaudit live", "PID|TRACE",
     "Print what a running process holds now, without stopping it.", "no process or trace given",
     "one process or trace at a time"},
    {COMMAND_DUMP, "scardaudit dump", "TRACE", "Print the recorded events of a trace.",
     "no trace given", "one trace at a time"},
    {COMMAND_EXPLAIN, "scardaudit explain", "[RULE]",
     "Print what a rule means, an example and the fix; without RULE, all rules.", NULL,
     "one rule at a time"},
    {COMMAND_SUPERVISE, "scardaudit supervise", "TRACE",
     "What a preloaded program becomes at its end: report to stderr, end with its status.",
     "no trace given", "one trace at a time"},
};

static size_t command_index(enum command command)
{
    size_t i = 0;

    while (commands[i].command != command)
        i++;
    return i;
}

static void print_usage(FILE *out, enum command command)
{
    size_t i = command_index(command);

    fprintf(out, "Usage: %s [OPTION...] %s\n", commands[i].name, commands[i].operands);
}

static void print_help(enum command command)
{
    print_usage(stdout, command);
    printf("%s\n\n", commands[command_index(command)].purpose);
    for (size_t i = 0; i < LIST_COUNT; i++) {
        char left[40];

        if (!(list[i].commands & command))
            continue;
        snprintf(left, sizeof left, "%s--%s%s%s", list[i].id == OPTION_HELP ? "-h, " : "",
                 list[i].name, list[i].argument ? " " : "",
                 list[i].argument ? list[i].argument : "");
        printf("  %-16s%s  %s\n", left, strlen(left) > 16 ? "\n                  " : "",
               list[i].help);
    }
    puts("\nSee scardaudit(1).");
}

static int usage_hint(enum command command)
{
    print_usage(stderr, command);
    fprintf(stderr, "Try '%s --help'.\n", commands[command_index(command)].name);
    return STATUS_USAGE;
}

int options_error(enum command command, const char *message)
{
    fprintf(stderr, "%s: %s\n", commands[command_index(command)].name, message);
    return usage_hint(command);
}

/* The index of `value` among `names` (ended by NULL), or -1. */
static int one_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i]; i++)
        if (!strcmp(value, names[i]))
            return i;
    return -1;
}

static const char *parse_color(struct options *options, const char *value)
{
    static const char *const names[] = {"auto", "always", "never", NULL};
    int index = one_of(value, names);

    if (index < 0)
        return "--color takes auto, always or never";
    options->color = (enum color)index;
    return NULL;
}

static const char *parse_fail_on(struct options *options, const char *value)
{
    static const char *const names[] = {"note", "warning", "error", "never", NULL};
    int index = one_of(value, names);

    if (index < 0)
        return "--fail-on takes error, warning, note or never";
    options->fail_on = index == 3 ? FAIL_NEVER : index;
    return NULL;
}

static const char *parse_depth(struct options *options, const char *value)
{
    char *end;
    unsigned long depth = strtoul(value, &end, 10);

    _Static_assert(SCA_MAX_FRAMES == 256, "said in the message");
    if (*value < '0' || *value > '9' || *end || !depth || depth > SCA_MAX_FRAMES)
        return "--depth takes a number from 1 to 256";
    options->depth = (unsigned)depth;
    return NULL;
}

static const char *parse_status(unsigned *status, const char *value)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);

    if (*value < '0' || *value > '9' || *end || number > 255)
        return "a status is a number from 0 to 255";
    *status = (unsigned)number;
    return NULL;
}

static const char *parse_stderr(struct options *options, const char *value)
{
    static const char *const names[] = {"text", "summary", "none", NULL};
    int index = one_of(value, names);

    if (index < 0)
        return "--stderr takes text, summary or none";
    options->stderr_report = (enum stderr_report)index;
    return NULL;
}

static const char *add_suppressions(struct options *options, char *value)
{
    static char message[256];
    /* supervise has to end with the program's status, and says it when it reads them */
    char *problem =
        options->command == COMMAND_SUPERVISE ? NULL : suppressions_unknown_default(value);

    if (problem) {
        snprintf(message, sizeof message, "--suppressions: %s", problem);
        free(problem);
        return message;
    }
    if (!*value)
        return "an empty name is no file";
    options->suppressions = xrealloc(options->suppressions, options->suppressions_count + 1,
                                     sizeof *options->suppressions);
    options->suppressions[options->suppressions_count++] = value;
    return NULL;
}

/* Returns NULL, or what is wrong with the value. */
static const char *apply(struct options *options, int id, char *value)
{
    if (id >= OPTION_OUTPUT && id < OPTION_OUTPUT + OUTPUT_FORMATS_COUNT) {
        options->outputs.names[id - OPTION_OUTPUT] = value;
        return NULL;
    }
    switch (id) {
    case OPTION_COLOR:
        return parse_color(options, value);
    case OPTION_FAIL_ON:
        return parse_fail_on(options, value);
    case OPTION_STRICT:
        options->strict = true;
        break;
    case OPTION_ALLOW_EMPTY:
        options->allow_empty = true;
        break;
    case OPTION_DEBUGINFOD:
        options->debuginfod = true;
        break;
    case OPTION_SUPPRESSIONS:
        return add_suppressions(options, value);
    case OPTION_BASELINE:
        options->baseline = value;
        break;
    case OPTION_WRITE_BASELINE:
        options->write_baseline = value;
        break;
    case OPTION_SOURCE_ROOT:
        options->source_root = value;
        break;
    case OPTION_FALLBACK_FILE:
        options->fallback_file = value;
        break;
    case OPTION_EMBED_SOURCE:
        options->embed_source = true;
        break;
    case OPTION_GITHUB:
        options->github = true;
        break;
    case OPTION_RUN_ID:
        options->run_id = value;
        break;
    case OPTION_DIR:
        options->dir = value;
        break;
    case OPTION_KEEP:
        options->keep = true;
        break;
    case OPTION_NO_AUDIT_DLOPEN:
        options->no_audit_dlopen = true;
        break;
    case OPTION_NO_FOLLOW:
        options->no_follow = true;
        break;
    case OPTION_DEPTH:
        return parse_depth(options, value);
    case OPTION_RECORD_ARGS:
        options->record_args = true;
        break;
    case OPTION_STATUS:
        return parse_status(&options->status, value);
    case OPTION_EXITCODE:
        return parse_status(&options->exitcode, value);
    case OPTION_STDERR:
        return parse_stderr(options, value);
    case OPTION_JSONL:
        options->jsonl = true;
        break;
    case OPTION_WATCH:
        options->watch = true;
        break;
    default:
        break;
    }
    return NULL;
}

static const char *check_together(const struct options *options)
{
    const char *const names[] = {options->dir, options->baseline, options->write_baseline,
                                 options->source_root, options->fallback_file};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] && !*names[i])
            return "an empty name is no file";
    if (options->github && outputs_on_stdout(&options->outputs))
        return "--github and '-' ask for stdout twice";
    return outputs_wrong(&options->outputs);
}

static int parse(struct options *options, enum command command, int argc, char **argv)
{
    struct option table[LIST_COUNT + 1] = {0};
    const char *wrong;
    static char name[32]; /* argv[0] goes on pointing to it */
    size_t count = 0;
    int id;

    memset(options, 0, sizeof *options);
    options->command = command;
    options->fallback_file = "README.md";
    options->fail_on = command == COMMAND_GATE ? SEVERITY_ERROR : FAIL_NEVER;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (list[i].commands & command)
            table[count++] = (struct option){
                list[i].name, list[i].argument ? required_argument : no_argument, NULL, list[i].id};
    /* getopt_long names argv[0] in its messages. */
    snprintf(name, sizeof name, "%s", commands[command_index(command)].name);
    argv[0] = name;
    optind = 0;
    while ((id = getopt_long(argc, argv, command == COMMAND_RUN ? "+h" : "h", table, NULL)) != -1) {
        if (id == '?')
            return usage_hint(command);
        if (id == OPTION_HELP) {
            print_help(command);
            return STATUS_OK;
        }
        if (id == OPTION_VERSION) {
            puts("scardaudit " PACKAGE_VERSION);
            return STATUS_OK;
        }
        wrong = apply(options, id, optarg);
        if (wrong)
            return options_error(command, wrong);
    }
    options->operands = optind;
    wrong = check_together(options);
    if (wrong)
        return options_error(command, wrong);
    wrong = optind == argc       ? commands[command_index(command)].no_operand
            : argc - optind == 1 ? NULL
                                 : commands[command_index(command)].several;
    if (wrong)
        return options_error(command, wrong);
    return -1;
}

int options_parse(struct options *options, enum command command, int argc, char **argv)
{
    int status = parse(options, command, argc, argv);

    if (status >= 0)
        options_free(options);
    return status;
}

bool options_write(const struct options *options)
{
    return options->github || outputs_any(&options->outputs);
}

void options_free(struct options *options)
{
    free(options->suppressions);
    options->suppressions = NULL;
}
