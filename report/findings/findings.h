/* SPDX-License-Identifier: MIT */
/*
 * From clusters (clusters.h) to findings: those with the same rule, kind, provider and strict
 * fingerprint become one finding, over all processes.
 *
 *     struct findings *findings = findings_new(traces, count, symbols);
 *     findings_add(findings, 0, replay);       for every trace; its replays may be freed then
 *     findings_finish(findings, report);       fills in findings
 *     ... the report is used ...
 *     findings_free(findings);                 takes the report's findings with it
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "report.h"
#include "report/replay/replay.h"
#include "report/symbols/symbols.h"

struct findings;

struct findings *findings_new(struct trace *const *traces, size_t count, struct symbols *symbols);
void findings_add(struct findings *findings, size_t trace, struct replay *replay);
void findings_finish(struct findings *findings, struct report *report);

/* Worst first, then causes before what follows from them: again, after severities were changed. */
void findings_sort(struct report *report);

void findings_free(struct findings *findings);

#endif
