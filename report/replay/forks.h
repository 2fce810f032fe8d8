/* SPDX-License-Identifier: MIT */
/*
 * Which trace is that of the process another one was forked from. A child's trace names its
 * parent's, beside which it lies; everything else that is known of the two must agree.
 */
#ifndef REPORT_FORKS_H
#define REPORT_FORKS_H

#include "report/trace/trace.h"

#define FORKS_NONE SIZE_MAX

/* Where the parent's trace should lie; malloc'd. NULL if this one names none, or nonsense. */
char *forks_parent_path(const struct trace *child);

/*
 * Is `parent`, which lies there, really the trace of the process the child was forked from? And
 * whole: otherwise nobody knows what was held at the fork. A parent's trace is older than its
 * child's, so there are no circles.
 */
bool forks_is_parent(const struct trace *parent, const struct trace *child);

/* For each trace the index of its parent's, or FORKS_NONE; malloc'd. */
size_t *forks_find(struct trace *const *traces, size_t count);

#endif
