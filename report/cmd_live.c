/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "options.h"
#include "output.h"
#include "process_trace.h"
#include "escape.h"
#include "render_live.h"
#include "screen.h"
#include "watch.h"

/* What is looked at, and what the look before saw. */
struct subject {
    pid_t pid; /* 0: a trace was named */
    int file;  /* of the trace, which may be deleted meanwhile */
    char *name;
    char *problem; /* of the trace, when it was said last */
    bool seen;
    bool ran; /* it still did */
    struct live before;
    struct symbols *symbols;
};

static void say(const char *problem)
{
    fputs("scardaudit: ", stderr);
    print_escaped(stderr, problem);
    putc('\n', stderr);
}

/* ---- the trace ------------------------------------------------------------------------------ */

/* A number is a process; "./42" is a file. 0: a file. */
static pid_t parse_pid(const char *operand)
{
    unsigned long number = strtoul(operand, NULL, 10);

    return *operand && !operand[strspn(operand, "0123456789")] && number <= INT32_MAX
               ? (pid_t)number
               : 0;
}

static bool open_subject(struct subject *subject, const char *operand)
{
    char *problem = NULL;

    *subject = (struct subject){.pid = parse_pid(operand)};
    if (subject->pid) {
        subject->file = process_trace_open(subject->pid, &subject->name, &problem);
    } else {
        subject->name = xstrdup(operand);
        subject->file = open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (subject->file < 0)
            problem = xasprintf("%s: %s", operand, strerror(errno));
    }
    if (problem)
        say(problem);
    free(problem);
    if (subject->file >= 0)
        subject->symbols = symbols_new(false);
    return subject->file >= 0;
}

static void close_subject(struct subject *subject)
{
    if (subject->file >= 0)
        close(subject->file);
    free(subject->name);
    free(subject->problem);
    live_free(&subject->before);
    symbols_free(subject->symbols);
}

/* The process may write another one since an exec. */
static void look_for_new_trace(struct subject *subject)
{
    char *name, *problem;
    int file = process_trace_open(subject->pid, &name, &problem);

    free(problem);
    if (file < 0)
        return;
    if (!strcmp(name, subject->name)) {
        free(name);
        close(file);
        return;
    }
    free(subject->name);
    close(subject->file);
    live_free(&subject->before);
    subject->name = name;
    subject->file = file;
    subject->seen = false;
}

static struct trace *read_trace(struct subject *subject)
{
    struct trace *trace;
    char *problem;

    trace_read(subject->file, subject->name, &trace, &problem);
    if (problem && (!subject->problem || strcmp(problem, subject->problem) != 0)) {
        say(problem);
        free(subject->problem);
        subject->problem = problem;
    } else {
        free(problem);
    }
    return trace;
}

/* ---- a look --------------------------------------------------------------------------------- */

static uint64_t since_start(const struct trace *trace)
{
    struct timespec now;
    uint64_t ns;

    clock_gettime(CLOCK_MONOTONIC, &now);
    ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
    return ns > trace->start_ns ? ns - trace->start_ns : 0;
}

/* Malloc'd. */
static char *render(struct subject *subject, const struct trace *trace, const struct live *live,
                    bool running)
{
    struct trace *traces[] = {(struct trace *)trace};
    struct stacks *stacks = stacks_new(traces, 1, subject->symbols);
    char *children = subject->pid ? process_trace_children(subject->pid) : xstrdup("");
    struct live_view view = {.trace = trace,
                             .live = live,
                             .stacks = stacks,
                             .running = running,
                             .compared = subject->seen,
                             .now_ns = since_start(trace),
                             .children = children};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    live_want_stacks(stacks, live, trace);
    stacks_resolve(stacks);
    if (!out) {
        perror("scardaudit");
        exit(STATUS_AUDIT_FAILED);
    }
    render_live(out, &view);
    fclose(out);
    stacks_free(stacks);
    free(children);
    return text;
}

/* On a screen each look takes the place of the one before; elsewhere one that shows nothing new is
 * left out. */
static void show(const struct subject *subject, const struct live *live, bool running,
                 const char *text, bool screen)
{
    if (screen) {
        screen_show(stdout, text);
    } else if (!subject->seen || running != subject->ran ||
               live_has_changed(live, &subject->before)) {
        fputs(subject->seen ? "\n" : "", stdout);
        fputs(text, stdout);
    }
    fflush(stdout);
}

enum look { LOOK_FAILED, LOOK_LAST, LOOK_EXEC, LOOK_AGAIN };

/* `alive`: the process was, before the trace is read. */
static enum look look(struct subject *subject, bool alive, bool screen)
{
    struct trace *trace = read_trace(subject);
    struct live live;
    enum look last;
    bool running;
    char *text;

    if (!trace)
        return LOOK_FAILED;
    running = trace->running || (alive && trace->end == SCA_END_NONE && !trace->exec);
    live_look(&live, trace);
    live_compare(&live, &subject->before);
    text = render(subject, trace, &live, running);
    show(subject, &live, running, text, screen);
    free(text);
    live_free(&subject->before);
    subject->before = live;
    subject->seen = true;
    subject->ran = running;
    last = running ? LOOK_AGAIN : trace->exec && alive ? LOOK_EXEC : LOOK_LAST;
    trace_close(trace);
    return last;
}

/* ---- the command ---------------------------------------------------------------------------- */

/* The process that is waited for. Of a trace, the one that it names; 0: none. */
static pid_t process_of(const struct subject *subject)
{
    struct sca_header header;

    if (subject->pid)
        return subject->pid;
    return pread(subject->file, &header, sizeof header, 0) == (ssize_t)sizeof header
               ? (pid_t)header.pid
               : 0;
}

/* The program that the process became has a second to begin a trace of its own. */
static enum look watch(struct subject *subject)
{
    bool screen = screen_is(stdout), execed = false;
    struct watch watch;
    enum look last;

    watch_begin(&watch, process_of(subject));
    do {
        bool alive = subject->pid && !watch_has_ended(&watch);

        if (alive)
            look_for_new_trace(subject);
        last = look(subject, alive, screen);
        if (last == LOOK_EXEC && execed)
            last = LOOK_LAST;
        execed = last == LOOK_EXEC;
    } while (last >= LOOK_EXEC && !ferror(stdout) && watch_wait(&watch));
    watch_end(&watch);
    return last;
}

int cmd_live(int argc, char **argv)
{
    struct subject subject;
    struct options options;
    struct output output;
    enum look last = LOOK_FAILED;
    int status = options_parse(&options, COMMAND_LIVE, argc, argv);

    if (status >= 0)
        return status;
    output_use(&output, stdout);
    if (open_subject(&subject, argv[options.operands]))
        last = options.watch ? watch(&subject) : look(&subject, subject.pid != 0, false);
    close_subject(&subject);
    options_free(&options);
    return output_close(&output) < 0 || last == LOOK_FAILED ? STATUS_AUDIT_FAILED : STATUS_OK;
}
