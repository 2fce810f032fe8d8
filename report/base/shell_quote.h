/* SPDX-License-Identifier: MIT */
/* Words as a POSIX shell reads them back, for command lines that are shown to be repeated. */
#ifndef REPORT_SHELL_QUOTE_H
#define REPORT_SHELL_QUOTE_H

/* "scardaudit report", then `count` words, quoted where needed; malloc'd. */
char *shell_command(const char *command, char *const *words, int count);

#endif
