/* SPDX-License-Identifier: MIT */
/*
 * The sub-commands. Each gets the command line from its own name on and returns the exit status
 * of scardaudit; main.c holds the table.
 */
#ifndef REPORT_COMMAND_H
#define REPORT_COMMAND_H

enum exit_status {
    STATUS_OK = 0,
    STATUS_USAGE = 2,
    STATUS_AUDIT_FAILED = 3,
    STATUS_FINDINGS = 23,
    STATUS_RUN_FAILED = 125, /* run: the audit failed */
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128 /* run: plus the signal's number */
};

int cmd_run(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_gate(int argc, char **argv);
int cmd_live(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_supervise(int argc, char **argv);

#endif
