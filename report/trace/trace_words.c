/* SPDX-License-Identifier: MIT */
#include "trace_words.h"

#include <inttypes.h>

void trace_print_end(FILE *out, const struct trace *trace)
{
    if (trace->end == SCA_END_EXIT)
        fprintf(out, "exit with status %" PRIu32, trace->status);
    else if (trace->end == SCA_END__EXIT)
        fprintf(out, "_exit with status %" PRIu32, trace->status);
    else if (trace->end == SCA_END_QUICK_EXIT && trace->status == SCA_STATUS_UNKNOWN)
        fputs("quick_exit", out);
    else if (trace->end == SCA_END_QUICK_EXIT)
        fprintf(out, "quick_exit with status %" PRIu32, trace->status);
    else if (trace->exec)
        fputs("exec", out);
    else
        fputs(trace->running ? "still running" : "unknown", out);
}

const char *trace_completeness(const struct trace *trace)
{
    switch (trace->stop) {
    case SCA_STOP_NONE:
        return trace->complete ? "complete" : "incomplete: the trace is damaged";
    case SCA_STOP_LIMIT:
        return "incomplete: the size limit was reached";
    case SCA_STOP_SPACE:
        return "incomplete: the file system was full";
    case SCA_STOP_SECCOMP:
        return "incomplete: the program's seccomp filter forbade the trace to grow";
    case SCA_STOP_SKIPPED:
        break;
    }
    return "incomplete: events were skipped";
}
