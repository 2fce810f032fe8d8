/* SPDX-License-Identifier: MIT */
/* The HTML report over made-up reports and traces: escaping, sizes, the same bytes each time, what
 * is said without a script. That other programs read it is shown by html.bats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "report/base/embed.h"
#include "report/html/html_escape.h"
#include "report/base/memory.h"
#include "report/output/render.h"
#include "report/base/utf8.h"
#include "tap.h"
#include "trace_builder.h"

#define HOSTILE                                                                                    \
    "a\033[31m\n\r\x7f\xff</script><script>x()</script>\"'&]]>--><!--"                             \
    "\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6"
#define LONG 65536
#define MANY 10000
#define MOST 5000000 /* bytes of a page with so many findings */

static const struct render_options plain = {
    .program = "scardaudit report t", .source_root = "/src", .fail_on = FAIL_NEVER};

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0, length = strlen(part);

    /* Not strstr(): ASan's looks for the end of the page each time. */
    for (; *text; text++)
        count += *text == *part && !strncmp(text, part, length);
    return count;
}

static void has(const char *text, const char *part, const char *name)
{
    bool found = strstr(text, part) != NULL;

    ok(found, name);
    if (!found)
        printf("# no '%s'\n", part);
}

static char *page(const struct report *report, const struct render_options *options)
{
    char *text = NULL;
    size_t size;
    FILE *out = xopen_text(&text, &size);

    render_html(out, report, options);
    xclose_text(out);
    return text;
}

/* ---- escaping ------------------------------------------------------------------------------- */

static void test_escape(void)
{
    static char name[LONG + 1];
    char *text = NULL;
    size_t size;
    FILE *out = xopen_text(&text, &size);

    html_text(out, "<a href=\"x\">'&'</a>\x1b\n\xff\xe2\x80\xae\xe2\x80\xa8\xc3\xa9");
    xclose_text(out);
    same(text,
         "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\\x1b\\x0a\\xff\\xe2\\x80\\xae"
         "\\xe2\\x80\\xa8\xc3\xa9",
         "text is escaped");
    free(text);

    memset(name, '<', LONG);
    out = xopen_text(&text, &size);
    html_name(out, name);
    xclose_text(out);
    ok(size == 4 * HTML_LONGEST + 3 && !strcmp(text + size - 7, "&lt;..."), "a long name is cut");
    free(text);

    out = xopen_text(&text, &size);
    html_code(out, "\tif (a<b)\r\n\n\x1b\xe2\x80\xae");
    xclose_text(out);
    same(text, "\tif (a&lt;b)\n\n\\x1b\\xe2\\x80\\xae", "code keeps tabs and lines");
    free(text);

    memset(name, 'a', LONG);
    memcpy(name + HTML_LONGEST - 1, "\xc3\xa9", 2);
    out = xopen_text(&text, &size);
    html_code(out, name);
    xclose_text(out);
    ok(size == HTML_LONGEST + 2 && !strcmp(text + size - 4, "a..."),
       "a long line is cut between characters, and that is told");
    free(text);

    out = xopen_text(&text, &size);
    html_json(out, json_pack("[s]", "</script><!--&\xe2\x80\xa8\xe2\x80\xa9"));
    xclose_text(out);
    same(text, "[\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\"]", "JSON ends no script");
    free(text);
}

/* ---- made-up reports ------------------------------------------------------------------------ */

static struct frame frames[] = {
    {"connect_card", "/usr/bin/app", "", 0x10, "/src/card.c", 7, false, MODULE_READ},
    {"helper", "/usr/bin/app", "", 0x10, "/src/card.c", 9, true, MODULE_READ},
    {HOSTILE, "/usr/lib/" HOSTILE ".so", "", 0x20, "/elsewhere/" HOSTILE ".c", 8, false,
     MODULE_READ},
    {NULL, "/usr/lib/libplain.so", "", 0x30, NULL, 0, false, MODULE_MISSING},
    {"__libc_start_main_impl", "/lib/libc.so.6", "", 0x40, NULL, 0, false, MODULE_READ},
};

static struct report_place places[] = {
    {.count = 2,
     .pid = 42,
     .stacks = {[STORY_ACQUIRED] = {.frames = frames,
                                    .count = 5,
                                    .thread = 1,
                                    .thread_name = HOSTILE,
                                    .function = "SCardConnect",
                                    .present = true},
                [STORY_RELEASED] = {.frames = frames + 1,
                                    .count = 2,
                                    .thread = 1,
                                    .function = "SCardDisconnect",
                                    .present = true},
                [STORY_MISUSED] = {.frames = frames,
                                   .count = 1,
                                   .thread = 2,
                                   .function = "SCardStatus",
                                   .present = true}}},
    {.count = 1, .pid = 42, .stacks = {[STORY_MISUSED] = {.thread = 3, .present = true}}},
};

static struct report_blind_spot blind_spot = {"deepbind", "x", (char[]){HOSTILE}};
static struct report_process process = {.pid = 42,
                                        .executable = "/usr/bin/" HOSTILE,
                                        .exit = "exited",
                                        .status_known = true,
                                        .calls = 9,
                                        .started = 1700000000000000000U,
                                        .complete = true,
                                        .trace = HOSTILE ".trace",
                                        .blind_spots = &blind_spot,
                                        .blind_spots_count = 1};
static struct report_resource resource = {"card-handle", "pcsc", HOSTILE, 2, 1, 1, 2};
static struct report_fixed fixed = {"handle-leak", "card-handle",      "pcsc", HOSTILE,
                                    HOSTILE,       "0123456789abcdef", "",     1};

static struct finding make_finding(size_t nth)
{
    struct finding finding = {.rule = &rules[RULE_DOUBLE_RELEASE],
                              .severity = SEVERITY_ERROR,
                              .kind = "card-handle",
                              .family = "pcsc",
                              .provider = HOSTILE,
                              .count = 3,
                              .message = (char *)(uintptr_t)HOSTILE,
                              .fix = "Disconnect it once.",
                              .places = places,
                              .places_count = 2,
                              .places_total = 2,
                              .telling = STORY_MISUSED};

    snprintf(finding.fingerprint, sizeof finding.fingerprint, "%08zxaaaaaaaa", nth);
    snprintf(finding.fingerprint_strict, sizeof finding.fingerprint_strict, "%08zxbbbbbbbb", nth);
    return finding;
}

static bool is_harmless(const char *text)
{
    for (uint32_t code; *text; text += utf8_decode(text, &code))
        if (!utf8_decode(text, &code) || (code < 0x20 && code != '\n') || code == 0x7f ||
            (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
            return false;
    return true;
}

/* Those that are embedded, and the data. */
static size_t scripts(void)
{
    size_t count = 1;

    for (const struct embedded_file *file = embedded_html; file->name; file++)
        count += strstr(file->name, ".js") != NULL;
    return count;
}

static void test_hostile(void)
{
    struct finding findings[] = {make_finding(1), make_finding(2), make_finding(3)};
    struct report report = {.processes = &process,
                            .processes_count = 1,
                            .resources = &resource,
                            .resources_count = 1,
                            .findings = findings,
                            .findings_count = 3,
                            .fixed = &fixed,
                            .fixed_count = 1};
    struct render_options options = plain;
    char *text, *again;

    options.baseline = "b.jsonl";
    findings[0].baseline = BASELINE_KNOWN;
    findings[0].baseline_count = 3;
    findings[1].suppressed = true;
    memcpy(findings[1].cause, findings[2].fingerprint, sizeof findings[1].cause);
    memcpy(findings[0].cause, "0000000000000000", sizeof findings[0].cause);
    findings[2].baseline = BASELINE_NEW;
    report_tally(&report);
    text = page(&report, &options);
    again = page(&report, &options);
    ok(!strcmp(text, again), "the same report gives the same bytes");
    ok(is_harmless(text), "no byte of a hostile name means anything");
    ok(count_of(text, "<script") == scripts() && count_of(text, "</script") == scripts(),
       "hostile names begin and end no script");
    ok(!strstr(text, "<!--") && !strstr(text, " style=") && !strstr(text, "javascript:"),
       "no comments, no styles in elements");
    has(text, "id=f1 open>", "the first card is open");
    ok(strstr(text, "00000003aaaaaaaa") < strstr(text, "00000001aaaaaaaa") &&
           strstr(text, "00000001aaaaaaaa") < strstr(text, "00000002aaaaaaaa"),
       "those that count come first, then known and suppressed ones");
    has(text, "follows from <a href=#f1>double-release</a>", "the cause is linked");
    has(text, "follows from 0000000000000000", "a cause that is not there is named");
    ok(count_of(text, "<article id=double-release>") == 1 &&
           count_of(text, "<a href=#double-release>") == 3,
       "a rule is explained once");
    has(text, "card.c:9</i> <em>inlined</em>", "inlined frames are marked");
    has(text, "<summary>1 runtime frame</summary>", "runtime frames are folded");
    has(text, "connect_card <i>card.c:7</i>", "files are named relative to the source root");
    has(text, "<summary>1 time", "further places are there");
    has(text, "<li><b>handle-leak</b>", "what is gone is listed");
    has(text, "datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13:20 UTC", "the trace's date");
    has(text, "<li>/usr/lib/libplain.so is not there any more",
        "modules without symbols are named");
    has(text, "data-verdict=fail", "it failed");
    free(text);
    free(again);
}

static void test_verdicts(void)
{
    struct finding finding = make_finding(1);
    struct report report = {.processes = &process, .processes_count = 1};
    struct render_options options = plain;
    char *text = page(&report, &options);

    has(text, "data-verdict=pass><h2 id=verdict-h>Passed</h2>", "nothing found: passed");
    free(text);
    finding.severity = SEVERITY_WARNING;
    report.findings = &finding;
    report.findings_count = 1;
    report_tally(&report);
    text = page(&report, &options);
    has(text, "Passed</h2>", "a warning: passed");
    free(text);
    options.fail_on = SEVERITY_WARNING;
    text = page(&report, &options);
    has(text, "Failed</h2>", "a warning, which is the fail level: failed");
    free(text);
    report.failure = "traces could not be read";
    text = page(&report, &options);
    has(text, "Audit failed</h2>", "traces are missing: no verdict");
    free(text);
    report = (struct report){.processes_count = 0};
    report.failure = "traces could not be read";
    text = page(&report, &options);
    has(text, "Audit failed</h2><p>No verdict: traces could not be read; nothing was audited: ",
        "no trace: no verdict, and both reasons");
    free(text);
}

/* ---- sizes ---------------------------------------------------------------------------------- */

/* Leaks of a program with symbols, as large programs have them: each in a function of its own,
 * deep down. */
static char *page_of_many(void)
{
    struct finding *findings = xcalloc(MANY, sizeof *findings);
    struct report_place *made = xcalloc(MANY, sizeof *made);
    enum { CALLERS = 16, FRAMES = CALLERS + 2 };
    struct frame *stacks = xcalloc(MANY * FRAMES, sizeof *stacks);
    struct report report = {.processes = &process,
                            .processes_count = 1,
                            .resources = &resource,
                            .resources_count = 1,
                            .findings = findings,
                            .findings_count = MANY};
    char *text;

    for (size_t i = 0; i < MANY; i++) {
        char *name = xasprintf("open_reader_%zu", i);
        struct frame *stack = &stacks[FRAMES * i];

        stack[0] = (struct frame){name,   "/usr/bin/app", "",         i, "/src/lib/reader.c",
                                  (int)i, false,          MODULE_READ};
        for (size_t j = 1; j <= CALLERS; j++)
            stack[j] = (struct frame){"main", "/usr/bin/app", "",         i, "/src/app/main.c",
                                      12,     false,          MODULE_READ};
        stack[CALLERS + 1] = frames[4];
        made[i] = (struct report_place){.count = 1, .pid = 42};
        made[i].stacks[STORY_ACQUIRED] = (struct report_stack){.frames = stack,
                                                               .count = FRAMES,
                                                               .thread = 1,
                                                               .thread_name = "app",
                                                               .time_ns = i * 1000000,
                                                               .function = "SCardConnect",
                                                               .present = true};
        findings[i] = make_finding(i);
        findings[i].rule = &rules[RULE_HANDLE_LEAK];
        findings[i].fix = findings[i].rule->fix;
        findings[i].provider = resource.provider;
        findings[i].message = xasprintf("SCARDHANDLE opened by %s() was never disconnected", name);
        findings[i].count = findings[i].places_count = findings[i].places_total = 1;
        findings[i].places = &made[i];
        findings[i].telling = STORY_ACQUIRED;
    }
    report_tally(&report);
    text = page(&report, &plain);
    for (size_t i = 0; i < MANY; i++) {
        free(findings[i].message);
        free((void *)(uintptr_t)stacks[FRAMES * i].function);
    }
    free(findings);
    free(made);
    free(stacks);
    return text;
}

static void test_many(void)
{
    char *text = page_of_many();
    const char *last = strstr(text, "<details id=f10000>");

    printf("# 10,000 findings: %zu bytes\n", strlen(text));
    ok(strlen(text) < MOST, "10,000 findings are less than 5 MB");
    ok(count_of(text, "<details id=f") == MANY && last, "they are 10,000 cards");
    has(text, "Frames of the runtime are left out", "what is left out for that is told");
    has(text, "<li>open_reader_0 <i>lib/reader.c</i> <small>app</small><li>main",
        "the first one has its callers");
    has(last, "<li>open_reader_9999 <i>lib/reader.c:9999</i>",
        "the last one at least its function");
    ok(!strstr(last, "<li>main"), "callers are there as far as there is room");
    free(text);
}

/* Of what was built, which is freed. */
static struct trace *open_built(struct trace_builder *builder)
{
    static char path[] = "/tmp/test_html.XXXXXX";
    struct trace *trace;
    char *problem = NULL;
    int file;

    strcpy(path + strlen(path) - 6, "XXXXXX");
    file = mkstemp(path);
    builder_write(builder, path);
    close(file);
    builder_free(builder);
    if (trace_open(path, &trace, &problem) < 0) {
        printf("Bail out! %s\n", problem);
        exit(1);
    }
    unlink(path);
    return trace;
}

/* A trace of `pairs` contexts that were released, and as many leaks, each with its own stack. */
static char *page_of_trace(size_t pairs, size_t leaks)
{
    struct trace_builder *builder = builder_new();
    uint32_t module = builder_module(builder, "/usr/bin/app", "\xab\x01", 2, 0);
    uint32_t provider = builder_provider(builder, "libpcsclite.so.1", module);
    uint32_t thread = builder_thread(builder, 4242, "app");
    struct symbols *symbols = symbols_new(false);
    struct trace *trace;
    struct report *report;
    char *text;
    uint64_t now = 2000;

    for (size_t i = 0; i < pairs + leaks; i++) {
        uint64_t offset = i < pairs ? 0x10 : 0x1000 + 16 * i;
        uint32_t stack = builder_stack(builder, 1, (struct sca_frame[]){{offset, module, 0}});

        builder_event(builder, (struct builder_event){.function = "SCardEstablishContext",
                                                      .thread = thread,
                                                      .stack = stack,
                                                      .provider = provider,
                                                      .object = i + 1,
                                                      .enter = now,
                                                      .leave = now + 500,
                                                      .first = true});
        if (i < pairs)
            builder_event(builder, (struct builder_event){.function = "SCardReleaseContext",
                                                          .thread = thread,
                                                          .stack = stack,
                                                          .provider = provider,
                                                          .object = i + 1,
                                                          .enter = now + 600,
                                                          .leave = now + 700,
                                                          .first = true});
        now += 1000;
    }
    builder_exit(builder, SCA_END_EXIT, now, 0);
    trace = open_built(builder);
    report = report_build_with_lives((struct trace *[]){trace}, 1, symbols, NULL);
    text = page(report, &plain);
    report_free(report);
    symbols_free(symbols);
    trace_close(trace);
    return text;
}

static void test_lives(void)
{
    char *text = page_of_trace(1998, 2);

    ok(count_of(text, "<g class=k") == 2000, "2,000 resources are 2,000 bars");
    ok(count_of(text, "<tr class=k") == 2000, "and 2,000 rows of the table");
    ok(count_of(text, "<use href=#open") == 2 + 1, "two have an open end, and the legend");
    has(text, "2 held</title>", "the flame graph has the two");
    free(text);
    text = page_of_trace(1998, 3);
    ok(count_of(text, "<g class=k") == 0 && count_of(text, "<path d=\"M0 100") == 1,
       "one more, and there is one band");
    has(text, "context: 2001 acquired, 3 held at the end", "which says what it is of");
    free(text);
    text = page_of_trace(MANY, MANY);
    printf("# 10,000 findings of a trace: %zu bytes\n", strlen(text));
    ok(count_of(text, "<details id=f") >= MANY && strlen(text) < MOST,
       "a trace with 10,000 findings is less than 5 MB");
    free(text);
}

/* One context, never released, of a process that began `later` seconds after others. */
static struct trace *leak_of(const char *executable, uint64_t later)
{
    struct trace_builder *builder = builder_new();
    struct sca_header *header = builder_header(builder);
    uint32_t module;

    snprintf(header->executable, sizeof header->executable, "%s", executable);
    header->start_realtime += later * 1000000000;
    module = builder_module(builder, executable, "\xab\x01", 2, 0);
    builder_event(builder,
                  (struct builder_event){
                      .function = "SCardEstablishContext",
                      .thread = builder_thread(builder, 4242, "app"),
                      .stack = builder_stack(builder, 1, (struct sca_frame[]){{0x10, module, 0}}),
                      .provider = builder_provider(builder, "libpcsclite.so.1", module),
                      .object = 1,
                      .enter = 2000,
                      .leave = 4000,
                      .first = true});
    builder_exit(builder, SCA_END_EXIT, 9000, 0);
    return open_built(builder);
}

/* As with exec, and in containers. */
static void test_same_pid(void)
{
    struct trace *traces[] = {leak_of("/usr/bin/one", 0), leak_of("/usr/bin/two", 5)};
    struct symbols *symbols = symbols_new(false);
    struct report *report = report_build_with_lives(traces, 2, symbols, NULL);
    bool is_two = strstr(report->findings[0].message, "two");
    char *text = page(report, &plain);

    has(text, "<symbol id=g8 overflow=visible fill=none ",
        "kinds with the same shape are told apart in the legend, too");
    has(text, is_two ? "[[5000003,0,1,0,1],[3,0,1,0,0]]" : "[[3,0,1,0,0],[5000003,0,1,0,1]]",
        "two processes with one pid are two, each with its own time");
    free(text);
    report_free(report);
    symbols_free(symbols);
    trace_close(traces[0]);
    trace_close(traces[1]);
}

int main(void)
{
    test_escape();
    test_hostile();
    test_verdicts();
    test_many();
    test_lives();
    test_same_pid();
    printf("1..%d\n", number);
    return failures != 0;
}
