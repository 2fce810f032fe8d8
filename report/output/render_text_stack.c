/* SPDX-License-Identifier: MIT */
#include "render_text_stack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/base/escape.h"
#include "report/base/source_path.h"

/* What called main() or the thread's function is the same everywhere and tells nothing. */
static bool is_runtime(const struct frame *frame)
{
    static const char *const functions[] = {"_start", "__libc_start_call_main",
                                            "__libc_start_main_impl", "__libc_start_main",
                                            "execute_native_thread_routine"};
    static const char *const modules[] = {"libc.so", "libpthread.so", "ld-linux", "ld-2."};

    for (size_t i = 0; frame->function && i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(frame->function, functions[i]))
            return true;
    for (size_t i = 0; frame->module && i < sizeof modules / sizeof *modules; i++)
        if (!strncmp(base_name(frame->module), modules[i], strlen(modules[i])))
            return true;
    return false;
}

bool text_is_executable(const struct report *report, uint32_t pid, const char *module)
{
    for (size_t i = 0; i < report->processes_count; i++) {
        const struct report_process *process = &report->processes[i];

        if (process->pid == pid && process->executable && !strcmp(process->executable, module))
            return true;
    }
    return false;
}

/* A stripped program's _start has no name, but it is what called the C library outermost. */
static bool is_nameless_start(const struct report *report, const struct report_place *place,
                              const struct report_stack *stack)
{
    const struct frame *outermost;

    if (stack->count < 3 || stack->truncated)
        return false;
    outermost = &stack->frames[stack->count - 1];
    return !outermost->function && outermost->module &&
           text_is_executable(report, place->pid, outermost->module) && is_runtime(outermost - 1);
}

size_t text_telling_frames(const struct report *report, const struct report_place *place,
                           const struct report_stack *stack)
{
    size_t count = stack->count;

    if (is_nameless_start(report, place, stack))
        count--;
    while (count && is_runtime(&stack->frames[count - 1]))
        count--;
    return count ? count : stack->count;
}

static void print_module_offset(const struct text *text, const struct frame *frame)
{
    if (frame->module) {
        print_escaped(text->out, base_name(frame->module));
        putc('+', text->out);
    }
    fprintf(text->out, "0x%" PRIx64, frame->offset);
}

static void print_source(const struct text *text, const char *file)
{
    char *shown = source_path(file);

    print_escaped(text->out, shown);
    free(shown);
}

void text_frame(const struct text *text, uint32_t pid, const struct frame *frame)
{
    if (!frame->function && !frame->file) {
        print_module_offset(text, frame);
        if (!frame->module)
            fputs(" (no module)", text->out);
        return;
    }
    print_escaped(text->out, frame->function ? frame->function : "??");
    fputs(" (", text->out);
    if (frame->file) {
        print_source(text, frame->file);
        if (frame->line > 0)
            fprintf(text->out, ":%d", frame->line);
    } else {
        print_module_offset(text, frame);
    }
    putc(')', text->out);
    if (frame->inlined)
        fputs(" (inlined)", text->out);
    if (frame->file && frame->module && !text_is_executable(text->report, pid, frame->module)) {
        fputs(" [", text->out);
        print_escaped(text->out, base_name(frame->module));
        putc(']', text->out);
    }
}

static void print_thread(const struct text *text, const struct report_stack *stack)
{
    if (!stack->thread)
        return;
    fprintf(text->out, ", thread %" PRIu32, stack->thread);
    if (stack->thread_name && *stack->thread_name) {
        fputs(" (", text->out);
        print_escaped(text->out, stack->thread_name);
        putc(')', text->out);
    }
}

void text_stack(const struct text *text, const struct report_place *place,
                const struct report_stack *stack, const char *what)
{
    size_t shown = text_telling_frames(text->report, place, stack);

    fprintf(text->out, "  %s", what);
    if (stack->function) {
        fputs(" by ", text->out);
        print_escaped(text->out, stack->function);
    }
    print_thread(text, stack);
    if (stack->ancestor || text->report->processes_count > 1)
        fprintf(text->out, ", pid %" PRIu32, stack->ancestor ? stack->ancestor : place->pid);
    fprintf(text->out, ", at %" PRIu64 ".%06" PRIu64 " s\n", stack->time_ns / 1000000000,
            stack->time_ns / 1000 % 1000000);
    if (!stack->count)
        fputs("    <no stack recorded>\n", text->out);
    for (size_t i = 0; i < shown; i++) {
        fprintf(text->out, "    #%zu ", i);
        text_frame(text, place->pid, &stack->frames[i]);
        putc('\n', text->out);
    }
    if (stack->truncated)
        fputs("    ... (deeper frames were not recorded)\n", text->out);
}
