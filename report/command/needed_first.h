/* SPDX-License-Identifier: MIT */
/*
 * AddressSanitizer's runtime ends a program in which it is not the first of all libraries, so a
 * preload has to stand behind it. Those of ThreadSanitizer and LeakSanitizer have so much static
 * TLS that the loader has no room for them under LD_AUDIT, and the program does not start. (Where
 * the runtime is linked statically there is nothing to do.)
 */
#ifndef REPORT_NEEDED_FIRST_H
#define REPORT_NEEDED_FIRST_H

#include <stdbool.h>

/*
 * The runtime that this program, found as execvp finds it, is linked to, as its DT_NEEDED says:
 * malloc'd. NULL if there is none, also for a script, whose interpreter is not looked into, and for
 * a file that cannot be read.
 */
char *needed_first(const char *program);

/* Is the program, found likewise, linked to a runtime that LD_AUDIT leaves no room for? */
bool needs_much_tls(const char *program);

/* Of a value of LD_PRELOAD: the length of its first entry if that is such a runtime, else 0. */
unsigned long preloaded_first(const char *preload);

#endif
