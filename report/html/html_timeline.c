/* SPDX-License-Identifier: MIT */
/*
 * The timeline: a lane for each thread, in it a bar for each resource from acquisition to end, or
 * a band for each kind where there are too many. Positions in time are percentages, so that the
 * drawing is as wide as the window.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/symbols/fingerprint.h"
#include "html.h"
#include "report/base/memory.h"

#define AXIS 22U  /* heights, pixels */
#define LABEL 20U /* of a lane */
#define GAP 8U    /* below a lane */
#define ROW 14U   /* bars */
#define NARROW 6U /* bars where they are many */
#define MANY 40U  /* rows of a lane */
#define BAND 34U
#define LANES_DRAWN 60
#define ROWS_LISTED 2000

static double percent(const struct lives *lives, uint64_t ns)
{
    /* The rest is for the arrows. */
    return lives->span_ns ? 98.0 * (double)(ns - lives->begin_ns) / (double)lives->span_ns : 0;
}

/* ---- lanes ---------------------------------------------------------------------------------- */

static void print_lane_name(const struct html *html, const struct lane *lane)
{
    const struct report_process *process = &html->report->processes[lane->process];

    if (html->report->processes_count > 1) {
        html_name(html->out, base_name(process->executable));
        fprintf(html->out, " %" PRIu32 ", ", process->pid);
    }
    html_thread(html->out, lane->thread, lane->name);
}

static void print_lane_label(const struct html *html, size_t lane, unsigned y)
{
    fprintf(html->out, "<text y=%u>", y + 14);
    print_lane_name(html, &html->report->lives->lanes[lane]);
    fputs("</text>\n", html->out);
}

/* ---- bars ----------------------------------------------------------------------------------- */

/* Rows in which no two bars overlap: the first that is free. Bars that would be invisibly narrow
 * take up some room. */
static unsigned *rows_of(const struct lives *lives, size_t begin, size_t end, unsigned *count)
{
    unsigned *rows = xcalloc(end - begin, sizeof *rows);
    uint64_t *free_from = xcalloc(end - begin, sizeof *free_from);

    *count = 0;
    for (size_t i = begin; i < end; i++) {
        const struct life *life = &lives->list[i];
        unsigned row = 0;

        while (row < *count && free_from[row] > life->begin_ns)
            row++;
        *count += row == *count;
        rows[i - begin] = row;
        free_from[row] = life->end == LIFETIME_LIVE || life->end == LIFETIME_LOST
                             ? UINT64_MAX
                             : life->end_ns + lives->span_ns / 60 + 1;
    }
    free(free_from);
    return rows;
}

static void print_bar(const struct html *html, const struct life *life, unsigned y, unsigned height)
{
    const struct lives *lives = html->report->lives;
    double begin = percent(lives, life->begin_ns), end = percent(lives, life->end_ns);
    FILE *out = html->out;

    fprintf(out, "<g class=k%u><title>%s ", life->kind, sca_kind_name(life->kind));
    html_seconds(out, life->begin_ns);
    if (life->ended_by) {
        fputs(" to ", out);
        html_seconds(out, life->end_ns);
    } else {
        fputs(life->end == LIFETIME_LOST ? ", lost" : ", never released", out);
    }
    fprintf(out, "</title><rect x=%.2f%% y=%u width=%.2f%% height=%u />", begin, y,
            end - begin < .1 ? .1 : end - begin, height);
    if (height > NARROW)
        fprintf(out, "<use href=#g%u x=%.2f%% y=%u />", life->kind, begin, y);
    if (!life->ended_by)
        fprintf(out, "<use href=#%s x=%.2f%% y=%u />", life->end == LIFETIME_LOST ? "lost" : "open",
                end < begin + .1 ? begin + .1 : end, height > NARROW ? y : y - 3);
    fputs("</g>\n", out);
}

static unsigned print_bars(const struct html *html, unsigned y)
{
    const struct lives *lives = html->report->lives;

    for (size_t begin = 0, end; begin < lives->list_count; begin = end) {
        size_t lane = lives->list[begin].lane;
        unsigned count, *rows, row;

        for (end = begin; end < lives->list_count && lives->list[end].lane == lane;)
            end++;
        rows = rows_of(lives, begin, end, &count);
        row = count > MANY ? NARROW + 2 : ROW;
        print_lane_label(html, lane, y);
        y += LABEL;
        for (size_t i = begin; i < end; i++)
            print_bar(html, &lives->list[i], y + row * rows[i - begin], row == ROW ? 10 : NARROW);
        y += row * count + GAP;
        free(rows);
    }
    return y;
}

/* ---- bands ---------------------------------------------------------------------------------- */

static void print_band(const struct html *html, const struct band *band, unsigned y)
{
    const struct lives *lives = html->report->lives;
    double slot = (double)band_slot_ns(lives), most = 0;
    unsigned last = BAND_SLOTS + 1;
    FILE *out = html->out;

    for (size_t i = 0; i < BAND_SLOTS; i++)
        if ((double)band->lived_ns[i] > most)
            most = (double)band->lived_ns[i];
    fprintf(out,
            "<svg class=k%u y=%u width=98%% height=%u viewBox=\"0 0 %d 100\" "
            "preserveAspectRatio=none><title>%s: %zu acquired, %zu held at the end</title>"
            "<path d=\"M0 100",
            band->kind, y, BAND - 14, BAND_SLOTS, sca_kind_name(band->kind), band->acquired,
            band->live);
    for (size_t i = 0; i < BAND_SLOTS; i++) {
        unsigned height = most > 0 ? (unsigned)(99.5 * (double)band->lived_ns[i] / most) : 0;

        if (height != last)
            fprintf(out, "%sV%u", i ? "" : "", 100 - height);
        fprintf(out, "H%zu", i + 1);
        last = height;
    }
    fprintf(out, "V100Z\"/></svg><text y=%u class=m>%s: up to %.1f at a time</text>\n",
            y + BAND - 2, sca_kind_name(band->kind), most / slot);
}

static unsigned print_bands(const struct html *html, unsigned y)
{
    const struct lives *lives = html->report->lives;
    size_t lane = SIZE_MAX, drawn = 0;

    for (size_t i = 0; i < lives->bands_count; i++) {
        const struct band *band = &lives->bands[i];

        if (band->lane != lane && drawn++ == LANES_DRAWN)
            break;
        if (band->lane != lane) {
            y += i ? GAP : 0;
            print_lane_label(html, band->lane, y);
            y += LABEL;
        }
        lane = band->lane;
        print_band(html, band, y);
        y += BAND + 4;
    }
    return y + GAP;
}

/* ---- the drawing ---------------------------------------------------------------------------- */

static void print_axis(const struct html *html, unsigned height)
{
    static const char *const anchors[] = {"start", "middle", "middle", "middle", "end"};
    const struct lives *lives = html->report->lives;

    fputs("<g class=axis>", html->out);
    for (unsigned i = 0; i <= 4; i++) {
        fprintf(html->out,
                "<line x1=%.1f%% x2=%.1f%% y1=%u y2=%u /><text x=%.1f%% y=12 text-anchor=%s>",
                24.5 * i, 24.5 * i, AXIS - 4, height, 24.5 * i, anchors[i]);
        html_seconds(html->out, lives->begin_ns + lives->span_ns / 4 * i);
        fputs("</text>", html->out);
    }
    fputs("</g>\n", html->out);
}

static void print_legend(const struct html *html)
{
    const struct lives *lives = html->report->lives;
    bool present[SCA_KIND_COUNT] = {false};

    for (size_t i = 0; i < lives->list_count; i++)
        present[lives->list[i].kind] = true;
    for (size_t i = 0; i < lives->bands_count; i++)
        present[lives->bands[i].kind] = true;
    fputs("<p class=l>", html->out);
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        if (present[kind]) {
            fputs("<span>", html->out);
            html_mark(html->out, kind);
            fprintf(html->out, " %s</span> ", sca_kind_name(kind));
        }
    if (lives->holds_count)
        fputs("<span><svg width=12 height=12 viewBox=\"-2 -1 12 12\" aria-hidden=true>"
              "<use href=#open /></svg> never released</span>",
              html->out);
    if (lives->bands_count)
        fprintf(html->out, "<span>heights: how many lived, on average of each of %d parts</span>",
                BAND_SLOTS);
    putc('\n', html->out);
}

void html_timeline(const struct html *html)
{
    const struct lives *lives = html->report->lives;
    char *drawing = NULL;
    size_t size;
    struct html inner = *html;
    unsigned height;

    if (!lives || !lives->count)
        return;
    inner.out = xopen_text(&drawing, &size);
    height = lives->list_count ? print_bars(&inner, AXIS) : print_bands(&inner, AXIS);
    xclose_text(inner.out);
    fputs("<section id=timeline aria-labelledby=timeline-h><h2 id=timeline-h>Timeline</h2>\n",
          html->out);
    print_legend(html);
    fprintf(html->out,
            "<div class=d tabindex=0 role=group aria-labelledby=timeline-h>"
            "<svg id=lanes width=100%% height=%u role=img aria-label=\"%s; the table below has "
            "the same\" data-begin=%" PRIu64 " data-span=%" PRIu64 ">\n",
            height, lives->list_count ? "One bar for each resource" : "How many lived at a time",
            lives->begin_ns, lives->span_ns);
    print_axis(html, height);
    fwrite(drawing, 1, size, html->out);
    fputs("</svg></div>\n", html->out);
    free(drawing);
    html_lives_table(html);
    fputs("</section>\n", html->out);
}

/* ---- the same as a table -------------------------------------------------------------------- */

static void print_where(const struct html *html, const struct frames *stack)
{
    char *name;

    if (!stack || !stack->count)
        return;
    name = fingerprint_frame_name(&stack->frames[fingerprint_owner(stack->frames, stack->count)]);
    html_name(html->out, name);
    free(name);
}

static void print_life(const struct html *html, const struct life *life)
{
    FILE *out = html->out;

    fprintf(out, "<tr class=k%u><th scope=row>%s<td>", life->kind, sca_kind_name(life->kind));
    print_lane_name(html, &html->report->lives->lanes[life->lane]);
    fputs("<td>", out);
    html_seconds(out, life->begin_ns);
    fputs("<td>", out);
    if (life->ended_by)
        html_seconds(out, life->end_ns);
    else
        fputs(life->end == LIFETIME_LOST ? "lost" : "never", out);
    fprintf(out, "<td>%s<td>", life->function);
    print_where(html, life->stack);
    fprintf(out, "<td>%s\n", life->ended_by ? life->ended_by : "");
}

static void print_band_row(const struct html *html, const struct band *band)
{
    fprintf(html->out, "<tr class=k%u><th scope=row>%s<td>", band->kind, sca_kind_name(band->kind));
    print_lane_name(html, &html->report->lives->lanes[band->lane]);
    fprintf(html->out, "<td>%zu<td>%zu\n", band->acquired, band->live);
}

void html_lives_table(const struct html *html)
{
    const struct lives *lives = html->report->lives;

    fputs("<details class=t><summary>The same as a table</summary>"
          "<div class=x tabindex=0 role=group aria-label=\"Timeline as a table\"><table><thead>"
          "<tr><th scope=col>resource<th scope=col>thread",
          html->out);
    fputs(lives->list_count ? "<th scope=col>acquired<th scope=col>ended<th scope=col>by"
                              "<th scope=col>in<th scope=col>ended by<tbody id=lives>\n"
                            : "<th scope=col>acquired<th scope=col>held at the end<tbody>\n",
          html->out);
    for (size_t i = 0; i < lives->list_count; i++)
        print_life(html, &lives->list[i]);
    for (size_t i = 0; i < lives->bands_count && i < ROWS_LISTED; i++)
        print_band_row(html, &lives->bands[i]);
    fputs("</table></div></details>\n", html->out);
    if (lives->bands_count > ROWS_LISTED)
        fprintf(html->out, "<p>and %zu more\n", lives->bands_count - ROWS_LISTED);
}
