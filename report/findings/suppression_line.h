/* SPDX-License-Identifier: MIT */
/* The one-line form of a suppression. */
#ifndef REPORT_SUPPRESSION_LINE_H
#define REPORT_SUPPRESSION_LINE_H

#include "suppression_file.h"

/*
 * Read a line without its end; it must not be empty nor a comment. Returns NULL, or what is wrong
 * (malloc'd). Either way suppression_clear() frees what is in *suppression, which came zeroed.
 */
char *suppression_parse_line(struct suppression *suppression, const char *line);

#endif
