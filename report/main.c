/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "escape.h"
#include "version.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *purpose;
} commands[] = {
    {"run", cmd_run, "audit a program and its children, then report"},
    {"report", cmd_report, "judge traces, also of a running process"},
    {"gate", cmd_gate, "the same for a pipeline: quiet, or a failure"},
    {"live", cmd_live, "what a running process holds now"},
    {"dump", cmd_dump, "print the events of a trace"},
    {"explain", cmd_explain, "what a rule means, an example, the fix"},
    {"supervise", cmd_supervise, NULL}, /* for the preload, not for people */
};
#define COMMANDS_COUNT (sizeof commands / sizeof *commands)

static void print_usage(FILE *out)
{
    fputs("Usage: scardaudit COMMAND [OPTION...] ...\n", out);
}

static int print_help(void)
{
    print_usage(stdout);
    puts("Find smart-card (PC/SC) contexts, card handles and memory, RPC stub memory, and what\n"
         "WTS functions and hosts of LSA packages hand out, that a program leaks, releases twice\n"
         "or uses too late.\n");
    for (size_t i = 0; i < COMMANDS_COUNT; i++)
        if (commands[i].purpose)
            printf("  %-8s  %s\n", commands[i].name, commands[i].purpose);
    puts("\n  -h, --help\n  --version\n\n"
         "'scardaudit COMMAND --help' tells more about one. See scardaudit(1).");
    return STATUS_OK;
}

static int print_version(void)
{
    puts("scardaudit " PACKAGE_VERSION);
    return STATUS_OK;
}

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "scardaudit: %s", what);
    print_escaped(stderr, word);
    putc('\n', stderr);
    print_usage(stderr);
    fputs("Try 'scardaudit --help'.\n", stderr);
    return STATUS_USAGE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return usage_error("no command given", "");
    for (size_t i = 0; i < COMMANDS_COUNT; i++)
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return print_help();
    if (!strcmp(argv[1], "--version"))
        return print_version();
    return usage_error(*argv[1] == '-' ? "unknown option " : "unknown command ", argv[1]);
}

int main(int argc, char **argv)
{
    int status = dispatch(argc, argv);

    /* --help into a full disk; the commands look after their own output. */
    if (fflush(stdout) != 0 && status == STATUS_OK) {
        perror("scardaudit: cannot write standard output");
        return STATUS_AUDIT_FAILED;
    }
    return status;
}
