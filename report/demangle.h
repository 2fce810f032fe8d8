/* SPDX-License-Identifier: MIT */
/*
 * C++ and Rust names as people write them. They may come from hostile files: a few hundred bytes of
 * mangled name can stand for more text than fits into memory, so names that could grow are
 * demangled in a helper process, which lives until demangler_free().
 */
#ifndef REPORT_DEMANGLE_H
#define REPORT_DEMANGLE_H

struct demangler;

struct demangler *demangler_new(void);
void demangler_free(struct demangler *demangler); /* NULL is fine */

/*
 * The demangled form, malloc'd; of Rust without the hashes, which are of one build only. NULL when
 * the name is not mangled, or is longer than any reader has use for (4 KiB mangled, 64 KiB
 * demangled): then the name itself is the best there is.
 */
char *demangle(struct demangler *demangler, const char *name);

#endif
