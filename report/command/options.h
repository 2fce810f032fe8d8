/* SPDX-License-Identifier: MIT */
/*
 * The command line of the sub-commands: one list in options.c, from which come the parser and
 * --help. Strings point into argv.
 *
 *     struct options options;
 *     int status = options_parse(&options, COMMAND_REPORT, argc, argv);
 *     if (status >= 0)
 *         return status;   // --help, --version or a usage error, all said
 *     for (int i = options.operands; i < argc; i++) ...
 *     options_free(&options);
 */
#ifndef REPORT_OPTIONS_H
#define REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/base/color.h"
#include "report/output/outputs.h"
#include "report/replay/rules.h"

enum command {
    COMMAND_RUN = 1,
    COMMAND_REPORT = 2,
    COMMAND_DUMP = 4,
    COMMAND_SUPERVISE = 8,
    COMMAND_GATE = 16,
    COMMAND_LIVE = 32,
    COMMAND_EXPLAIN = 64
};

enum stderr_report { STDERR_TEXT, STDERR_SUMMARY, STDERR_NONE };

struct options {
    enum command command;
    struct outputs outputs;
    char *baseline;             /* a file, NULL: none */
    const char *write_baseline; /* likewise */
    const char *fallback_file;  /* where what has no place in the sources is shown */
    const char *source_root;    /* a directory; NULL: the current one */
    enum color color;
    int fail_on; /* enum severity, or FAIL_NEVER */
    bool strict, allow_empty, debuginfod, embed_source, github;
    char **suppressions; /* files and default:NAMEs, in their order */
    size_t suppressions_count;
    const char *run_id; /* report: NULL, a run id, or "all" */
    const char *dir;    /* run: NULL for a private directory */
    bool keep, no_audit_dlopen, no_follow, record_args;
    unsigned depth; /* run: frames to record, 0: the preload's default */
    bool jsonl;
    bool watch;
    /* supervise: the program's status, and what replaces it when there is an error (0: nothing) */
    unsigned status, exitcode;
    enum stderr_report stderr_report;
    int operands; /* index in argv of the first operand */
};

/*
 * Returns -1 to go on, else the exit status, with nothing to free. Reorders argv (operands last),
 * except for run, where options end at the first operand.
 */
int options_parse(struct options *options, enum command command, int argc, char **argv);

/* Is the report written anywhere but where it goes by itself? */
bool options_write(const struct options *options);

void options_free(struct options *options);

/* Usage error: prints "scardaudit COMMAND: MESSAGE" and the usage to stderr; returns status 2. */
int options_error(enum command command, const char *message);

#endif
