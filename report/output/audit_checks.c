/* SPDX-License-Identifier: MIT */
#include "audit_checks.h"

const char *audit_check_name(enum audit_check check)
{
    return check == AUDIT_COMPLETE ? "trace complete" : "audit active";
}

static const char *incomplete(const struct report *report)
{
    if (report->failure)
        return report->failure;
    if (!report_complete(report))
        return "a trace is incomplete: no leak can be told from it, and findings may be missing";
    return NULL;
}

static const char *inactive(const struct report *report, const struct render_options *options)
{
    if (report_calls(report) || options->allow_empty)
        return NULL;
    if (!report->processes_count)
        return "nothing was audited: no trace was judged";
    return "nothing was audited: no audited function was called, or in a program that cannot be "
           "watched (static, setuid)";
}

const char *audit_check_problem(enum audit_check check, const struct report *report,
                                const struct render_options *options)
{
    return check == AUDIT_COMPLETE ? incomplete(report) : inactive(report, options);
}

bool audit_passed(const struct report *report, const struct render_options *options)
{
    return !incomplete(report) && !inactive(report, options);
}
