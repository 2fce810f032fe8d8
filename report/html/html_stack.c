/* SPDX-License-Identifier: MIT */
/* Stacks: the frames of the program, and folded those of libraries in front and of the runtime. */
#include <inttypes.h>
#include <stdlib.h>

#include "report/base/base_name.h"
#include "report/symbols/fingerprint.h"
#include "html.h"
#include "report/output/render_text_internal.h"
#include "report/base/source_path.h"

static void print_module_offset(FILE *out, const struct frame *frame)
{
    if (frame->module) {
        html_name(out, base_name(frame->module));
        putc('+', out);
    }
    fprintf(out, "0x%" PRIx64, frame->offset);
}

/* Relative to the source root, if it lies inside. */
static void print_file(const struct html *html, const struct frame *frame)
{
    char *inside = source_root_path(html->root, frame->file);
    char *plain = inside ? NULL : source_path(frame->file);

    html_name(html->out, inside ? inside : plain);
    if (frame->line > 0)
        fprintf(html->out, ":%d", frame->line);
    free(inside);
    free(plain);
}

void html_frame(const struct html *html, uint32_t pid, const struct frame *frame)
{
    FILE *out = html->out;

    if (!frame->function && !frame->file) {
        print_module_offset(out, frame);
        return;
    }
    html_name(out, frame->function ? frame->function : "??");
    fputs(" <i>", out);
    if (frame->file)
        print_file(html, frame);
    else
        print_module_offset(out, frame);
    fputs("</i>", out);
    if (frame->inlined)
        fputs(" <em>inlined</em>", out);
    if (frame->file && frame->module && !text_is_executable(html->report, pid, frame->module)) {
        fputs(" <small>", out);
        html_name(out, base_name(frame->module));
        fputs("</small>", out);
    }
}

static void print_frames(const struct html *html, uint32_t pid, const struct frame *frames,
                         size_t count, size_t owner)
{
    for (size_t i = 0; i < count; i++) {
        /* The first one is by default. */
        fputs(i && i == owner ? "<li class=o>" : "<li>", html->out);
        html_frame(html, pid, &frames[i]);
    }
}

static void print_fold(const struct html *html, uint32_t pid, const struct frame *frames,
                       size_t count, const char *what)
{
    if (!count || !html->folds)
        return;
    fputs("<li class=g><details><summary>", html->out);
    html_count(html->out, count, what);
    fputs("</summary><ol>", html->out);
    print_frames(html, pid, frames, count, count);
    fputs("</ol></details>", html->out);
}

static void print_stack(const struct html *html, const struct report_place *place,
                        const struct report_stack *stack)
{
    uint32_t pid = stack->ancestor ? stack->ancestor : place->pid;
    size_t shown = text_telling_frames(html->report, place, stack);
    size_t owner = fingerprint_owner(stack->frames, stack->count);
    /* Those in front of the owner stay where there is nothing else. */
    size_t library = html->folds && owner < shown ? owner : 0;

    if (!stack->count) {
        fputs("<p>no stack was recorded", html->out);
        return;
    }
    fputs("<ol>", html->out);
    if (html->brief) {
        print_frames(html, pid, stack->frames + owner, 1, 0);
        fputs("</ol>", html->out);
        return;
    }
    print_fold(html, pid, stack->frames, library, "library frame");
    print_frames(html, pid, stack->frames + library, shown - library, owner - library);
    print_fold(html, pid, stack->frames + shown, stack->count - shown, "runtime frame");
    if (stack->truncated)
        fputs("<li class=g>deeper frames were not recorded", html->out);
    fputs("</ol>", html->out);
}

static void print_caption(const struct html *html, const struct finding *finding,
                          const struct report_place *place, enum story story)
{
    const struct report_stack *stack = &place->stacks[story];
    FILE *out = html->out;

    if (story == STORY_SIBLING_RELEASED) {
        html_count(out, finding->siblings_released, "other");
        fputs(" from the same place ", out);
    }
    fputs(text_story_verb(finding, stack, story), out);
    if (stack->function) {
        fputs(" by ", out);
        html_name(out, stack->function);
    }
    if (stack->thread) {
        fputs(", ", out);
        html_thread(out, stack->thread, stack->thread_name);
    }
    if (stack->ancestor || html->report->processes_count > 1)
        fprintf(out, ", pid %" PRIu32, stack->ancestor ? stack->ancestor : place->pid);
    fputs(", at ", out);
    html_seconds(out, stack->time_ns);
}

static size_t count_present(const struct report_place *place)
{
    size_t count = 0;

    for (enum story story = 0; story < STORY_COUNT; story++)
        count += place->stacks[story].present;
    return count;
}

void html_stacks(const struct html *html, const struct finding *finding,
                 const struct report_place *place)
{
    bool several = count_present(place) > 1;

    fputs(several ? "<div class=s>" : "", html->out);
    for (enum story story = 0; story < STORY_COUNT; story++) {
        if (!place->stacks[story].present)
            continue;
        fputs(several ? "<div><h4>" : "<div class=b><h4>", html->out);
        print_caption(html, finding, place, story);
        fputs("</h4>", html->out);
        print_stack(html, place, &place->stacks[story]);
        fputs("</div>", html->out);
    }
    fputs(several ? "</div>" : "", html->out);
}
