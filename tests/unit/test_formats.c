/* SPDX-License-Identifier: MIT */
/*
 * The formats of pipelines over made-up reports: hostile names, limits, what counts and what does
 * not. That other programs read them is shown by formats.bats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <zlib.h>

#include "report/output/github.h"
#include "report/findings/location.h"
#include "report/base/memory.h"
#include "report/output/render.h"
#include "report/base/utf8.h"
#include "report/output/xml.h"
#include "tap.h"

#define HOSTILE "a\033[31m\n\r\x7f\xc2\x9b\xff<script>\"'&]]>%0A::error::{0}[x](1)|`*\xe2\x80\xae"
#define LONG 65536

typedef void renderer(FILE *, const struct report *, const struct render_options *);

static const struct render_options plain = {.fallback_file = "./docs/audit.md",
                                            .source_root = "/src"};

static char *rendered_with(renderer *render, const struct report *report,
                           const struct render_options *options)
{
    char *result = NULL;
    size_t size;
    FILE *out = xopen_text(&result, &size);

    render(out, report, options);
    xclose_text(out);
    return result;
}

static char *rendered(renderer *render, const struct report *report)
{
    return rendered_with(render, report, &plain);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

static void has(const char *text, const char *part, const char *name)
{
    bool found = strstr(text, part) != NULL;

    ok(found, name);
    if (!found)
        printf("# no '%s' in\n# %.3000s\n", part, text);
}

/* ---- a report ------------------------------------------------------------------------------- */

static struct frame frames[] = {
    {"connect_card", "/usr/bin/app", "", 0x10, "/src/a dir/%41:card.c", 7, false, MODULE_READ},
    {HOSTILE, "/usr/lib/" HOSTILE ".so", "", 0x20, "/elsewhere/" HOSTILE ".c", 8, false,
     MODULE_READ},
    {NULL, "/usr/lib/libplain.so", "", 0x30, NULL, 0, false, MODULE_READ},
};

static struct report_place places[] = {
    {.count = 2,
     .pid = 42,
     .stacks = {[STORY_ACQUIRED] = {.frames = frames,
                                    .count = 3,
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
};

static struct report_process process = {
    .pid = 42, .executable = "/usr/bin/app", .exit = "exited", .calls = 9, .complete = true};

/* `count` findings of these severities in turn, each with a fingerprint of its own. */
static struct report make_report(size_t count, const enum severity *severities, size_t several)
{
    static char message[] = "SCARDHANDLE was disconnected twice";
    struct report report = {.processes = &process,
                            .processes_count = 1,
                            .findings = xcalloc(count, sizeof(struct finding)),
                            .findings_count = count};

    for (size_t i = 0; i < count; i++) {
        struct finding *finding = &report.findings[i];

        finding->rule = &rules[RULE_DOUBLE_RELEASE];
        finding->severity = severities[i % several];
        finding->kind = "card-handle";
        finding->family = "pcsc";
        finding->provider = "libpcsclite.so.1";
        finding->count = 2;
        snprintf(finding->fingerprint, sizeof finding->fingerprint, "%08zxaaaaaaaa", i);
        snprintf(finding->fingerprint_strict, sizeof finding->fingerprint_strict, "%08zxbbbbbbbb",
                 i);
        finding->message = message;
        finding->fix = "Disconnect it once.";
        finding->places = places;
        finding->places_count = finding->places_total = 1;
        finding->telling = STORY_MISUSED;
    }
    report_tally(&report);
    return report;
}

static struct report errors(size_t count)
{
    static const enum severity severities[] = {SEVERITY_ERROR};

    return make_report(count, severities, 1);
}

static json_t *parsed(char *text, const char *name)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    ok(root != NULL, name);
    free(text);
    return root;
}

static json_t *run_of(const json_t *sarif)
{
    return json_array_get(json_object_get(sarif, "runs"), 0);
}

/* "a.b.0.c" */
static const json_t *at(const json_t *value, const char *path)
{
    char *copy = xstrdup(path), *state = NULL;

    for (char *key = strtok_r(copy, " ", &state); key; key = strtok_r(NULL, " ", &state))
        value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
                                     : json_object_get(value, key);
    free(copy);
    return value;
}

static const char *text_at(const json_t *value, const char *path)
{
    const char *text = json_string_value(at(value, path));

    return text ? text : "";
}

/* ---- text ----------------------------------------------------------------------------------- */

static void test_cut(void)
{
    ok(utf8_cut("abc", 3) == 3 && utf8_cut("abc", 9) == 3 && utf8_cut("abc", 2) == 2 &&
           utf8_cut("", 0) == 0,
       "text is cut at its end, or where there is no more room");
    ok(utf8_cut("a\xe2\x82\xac", 3) == 1 && utf8_cut("a\xe2\x82\xac", 4) == 4,
       "no character is cut in two");
}

static void xml_is(void (*print)(FILE *, const char *), const char *text, const char *expected,
                   const char *name)
{
    char *result = NULL;
    size_t size;
    FILE *out = xopen_text(&result, &size);

    print(out, text);
    xclose_text(out);
    same(result, expected, name);
    free(result);
}

static void print_attribute(FILE *out, const char *text)
{
    xml_attribute(out, "a", text);
}

static void test_xml(void)
{
    xml_is(xml_text, "<a b='\"'>&]]>", "&lt;a b=&apos;&quot;&apos;&gt;&amp;]]&gt;",
           "markup in XML text");
    xml_is(xml_text, "a\001\033[1m\x7f\xc2\x85z\xef\xbf\xbf", "a[1mz",
           "control characters are left out of XML text");
    xml_is(xml_text, "a\nb\rc\n", "a\nbc\n", "lines stay lines in XML text");
    xml_is(xml_text, "\xff\xe2\x80\xae\xe2\x82\xac", "\\xff\\xe2\\x80\\xae\xe2\x82\xac",
           "invalid and invisible characters in XML text");
    xml_is(print_attribute, "a\n\"b\"", " a=\"a&quot;b&quot;\"", "an XML attribute is one line");
}

/* ---- places --------------------------------------------------------------------------------- */

static void place_is(const char *root, const char *file, const char *expected, const char *name)
{
    struct source_root *sources = source_root_new(root, "./docs/audit.md");
    struct frame frame = {"f", "/usr/bin/app", "", 0x10, file, 7, false, MODULE_READ};
    struct report_place place = {.count = 1};
    struct finding finding = {.places = &place, .places_count = 1, .telling = STORY_MISUSED};
    struct location location;

    place.stacks[STORY_ACQUIRED] =
        (struct report_stack){.frames = &frame, .count = 1, .present = true};
    location = source_root_locate(sources, &finding);
    same(location.path, expected, name);
    free(location.path);
    source_root_free(sources);
}

static void test_places(void)
{
    place_is("/src/", "/src/lib/../card.c", "card.c", "a file below the root");
    place_is("/src", "/srcs/card.c", "docs/audit.md", "a file beside the root");
    place_is("/src", "/src/../etc/card.c", "docs/audit.md", "a file that leaves the root");
    place_is("/proc/self", "./status", "status", "a relative file that is there");
    place_is("/proc/self", "csu/libc-start.c", "docs/audit.md",
             "a relative file of somebody else's build");
    place_is("/proc/self", "../self/status", "docs/audit.md", "a relative file above the root");
}

/* ---- hostile names -------------------------------------------------------------------------- */

static void test_hostile_sarif(void)
{
    struct report report = errors(1);
    json_t *sarif, *result;

    report.findings[0].message = (char[]){"call of operator[](int) {0} \\[a](1) " HOSTILE};
    sarif = parsed(rendered(render_sarif, &report), "SARIF parses");
    result = json_array_get(json_object_get(run_of(sarif), "results"), 0);
    ok(!strncmp(text_at(result, "message text"), "call of operator\\[](int) {{0}} \\\\\\[a](1) a",
                39),
       "SARIF: links and arguments are none in messages");
    same(text_at(result, "locations 0 physicalLocation artifactLocation uri"),
         "a%20dir/%2541%3Acard.c", "SARIF: a path is a URI");
    same(text_at(result, "locations 0 physicalLocation artifactLocation uriBaseId"), "%SRCROOT%",
         "SARIF: and relative to the root");
    ok(json_integer_value(at(result, "locations 0 physicalLocation region startLine")) == 7,
       "SARIF: with the line");
    same(text_at(result, "locations 0 logicalLocations 0 fullyQualifiedName"), "connect_card",
         "SARIF: and the function");
    ok(!strncmp(text_at(result, "stacks 0 frames 1 location logicalLocations 0 fullyQualifiedName"),
                "a\\x1b[31m\\x0a\\x0d\\x7f\\xc2\\x9b\\xff<script>", 41),
       "SARIF: names hold nothing invisible");
    ok(!at(result, "stacks 0 frames 1 location physicalLocation"),
       "SARIF: a file elsewhere is no location");
    has(text_at(result, "stacks 0 frames 1 location message text"), "/elsewhere/",
        "SARIF: but is named");
    same(text_at(result, "stacks 0 frames 2 location logicalLocations 0 fullyQualifiedName"),
         "libplain.so+0x30", "SARIF: a frame without a name");
    json_decref(sarif);
    free(report.findings);
}

static void test_hostile_others(void)
{
    struct report report = errors(1);
    char *text;

    report.findings[0].message = (char[]){HOSTILE};
    report.findings[0].provider = HOSTILE;
    text = rendered(render_junit, &report);
    ok(!strpbrk(text, "\033\r\x7f") && !strstr(text, "\xc2\x9b") && !strstr(text, "\xff"),
       "JUnit: no control characters");
    ok(!strstr(text, "<script") && !strstr(text, "]]>"), "JUnit: no markup of others");
    has(text, "message=\"a[31m\\xff&lt;script&gt;", "JUnit: names are escaped");
    free(text);

    text = rendered(render_codequality, &report);
    has(text, "\"description\":\"a\\\\x1b[31m", "Code Quality: names are escaped");
    free(text);

    text = rendered(github_annotations, &report);
    ok(count_of(text, "\n") == 1 && text[strlen(text) - 1] == '\n', "GitHub: one line");
    has(text, "::error file=a dir/%2541%3Acard.c,line=7,title=scardaudit%3A double-release::a\\x1b",
        "GitHub: properties and data are escaped");
    has(text, "%250A::error", "GitHub: a percent sign is no escape");
    free(text);

    text = rendered(github_summary, &report);
    ok(!strpbrk(text, "<>`\033") && !strstr(text, "[x]"), "GitHub: no markup in the summary");
    has(text, "&#60;script&#62;", "GitHub: but entities");
    has(text, "| error | double-release | ", "GitHub: a table");
    free(text);
    free(report.findings);
}

static void test_long_names(void)
{
    static renderer *const renderers[] = {render_sarif, render_junit, render_codequality,
                                          github_annotations, github_summary};
    struct frame frame = {NULL, "/usr/bin/app", "", 0x10, NULL, 0, false, MODULE_READ};
    struct report_place place = places[0];
    struct report report = errors(60);
    char *name = xmalloc(LONG + 1);
    bool bounded = true;

    memset(name, '"', LONG);
    name[LONG] = '\0';
    frame.function = name;
    place.stacks[STORY_MISUSED].frames = &frame;
    for (size_t i = 0; i < report.findings_count; i++) {
        report.findings[i].message = name;
        report.findings[i].places = &place;
    }
    for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++) {
        char *text = rendered(renderers[i], &report);
        size_t longest = 0, length = strlen(text);

        for (char *line = text; *line; line += strcspn(line, "\n") + 1)
            longest = longest > strcspn(line, "\n") ? longest : strcspn(line, "\n");
        if (renderers[i] == github_summary)
            bounded = bounded && length < 1024 * 1024;
        else if (renderers[i] != render_junit) /* where the stacks have all there is */
            bounded = bounded && longest < 100000;
        free(text);
    }
    ok(bounded, "names of 64 KiB do not fill the formats");
    free(name);
    free(report.findings);
}

/* ---- what counts ---------------------------------------------------------------------------- */

/* Suppressed, known, grown, new. */
static struct report of_each_kind(void)
{
    static char suppressing[] = "* main";
    static struct suppression suppression = {.file = "known.supp", .line = 3, .text = suppressing};
    static struct report_suppression suppressions[] = {{&suppression, 1, 2, false}};
    static struct report_fixed fixed[] = {{"handle-leak", "card-handle", "pcsc", "libpcsclite.so.1",
                                           "gone " HOSTILE, "0123456789abcdef", "fedcba9876543210",
                                           1}};
    struct report report = errors(4);

    report.findings[0].suppressed = true;
    report.findings[0].suppressed_by = &suppression;
    for (size_t i = 0; i < 4; i++)
        report.findings[i].baseline = i == 1 ? BASELINE_KNOWN : BASELINE_NEW;
    report.findings[2].baseline = BASELINE_GROWN;
    report.findings[1].baseline_count = report.findings[2].baseline_count = 1;
    report.suppressions = suppressions;
    report.suppressions_count = 1;
    report.fixed = fixed;
    report.fixed_count = 1;
    report_tally(&report);
    return report;
}

static void test_states_sarif(void)
{
    struct report report = of_each_kind();
    json_t *sarif = parsed(rendered(render_sarif, &report), "SARIF of all kinds parses");
    const json_t *results = json_object_get(run_of(sarif), "results");

    ok(json_array_size(results) == 4, "SARIF has all findings");
    /* those that count come first */
    same(text_at(results, "0 baselineState"), "updated", "SARIF: grown");
    same(text_at(results, "1 baselineState"), "new", "SARIF: new");
    same(text_at(results, "3 baselineState"), "unchanged", "SARIF: known");
    same(text_at(results, "2 suppressions 0 kind"), "external", "SARIF: suppressed");
    same(text_at(results, "2 suppressions 0 justification"), "suppressed by known.supp:3: * main",
         "SARIF: and by what");
    ok(json_is_array(at(results, "1 suppressions")) &&
           json_array_size(at(results, "1 suppressions")) == 0,
       "SARIF: not suppressed");
    ok(json_integer_value(at(results, "1 occurrenceCount")) == 2, "SARIF: how often");
    ok(json_integer_value(at(run_of(sarif), "properties fixedCount")) == 1 &&
           !strcmp(text_at(run_of(sarif), "properties fixed 0 scardaudit/v1"), "fedcba9876543210"),
       "SARIF: gone");
    ok(json_is_true(at(run_of(sarif), "invocations 0 executionSuccessful")),
       "SARIF: the audit succeeded");
    same(text_at(results, "0 codeFlows 0 threadFlows 0 id"), "thread 1", "SARIF: a code flow");
    ok(json_array_size(at(results, "0 codeFlows 0 threadFlows 0 locations")) == 2 &&
           json_integer_value(
               at(results, "0 codeFlows 0 threadFlows 1 locations 0 executionOrder")) == 3,
       "SARIF: over both threads");
    json_decref(sarif);
    free(report.findings);
}

static void test_states_others(void)
{
    struct render_options options = plain;
    struct report report = of_each_kind();
    char *text = rendered(render_junit, &report);

    has(text, "tests=\"6\" failures=\"2\" errors=\"0\" time=\"0\" skipped=\"2\"", "JUnit counts");
    has(text, "<skipped message=\"suppressed by known.supp:3: * main\"/>", "JUnit: suppressed");
    has(text, "<skipped message=\"known: 1 time in the baseline, 2 now\"/>", "JUnit: known");
    has(text, "Gone: handle-leak 01234567: gone a[31m", "JUnit: gone");
    free(text);

    text = rendered(render_codequality, &report);
    ok(count_of(text, "\"check_name\"") == 2 && strstr(text, "00000002bbbbbbbb") &&
           strstr(text, "00000003bbbbbbbb"),
       "Code Quality: what counts");
    free(text);

    text = rendered(github_annotations, &report);
    ok(count_of(text, "::error ") == 2 && count_of(text, "\n") == 2, "GitHub: what counts");
    free(text);

    options.baseline = "b";
    text = rendered_with(github_summary, &report, &options);
    has(text, ", 1 suppressed, 1 known, 1 gone", "GitHub: what does not is counted");
    has(text, "(grown: 1 time in the baseline, 2 now)", "GitHub: grown");
    has(text, "gone: handle&#45;leak: gone a", "GitHub: gone");
    free(text);
    free(report.findings);
}

static void test_same(void)
{
    struct report report = errors(4);
    char *text;
    json_t *sarif;

    /* the first, second and fourth at one place; the first two by the same calls */
    for (size_t i = 0; i < 4; i++)
        if (i != 2)
            strcpy(report.findings[i].fingerprint, "0123456789abcdef");
    strcpy(report.findings[1].fingerprint_strict, report.findings[0].fingerprint_strict);
    report.findings[0].suppressed = true;
    text = rendered(render_junit, &report);
    ok(count_of(text, "<testcase ") == 4 && count_of(text, "connect_card() 01234567\"") == 1,
       "JUnit: one case for a rule and a place");
    ok(count_of(text, "<failure ") == 2 && count_of(text, "error: SCARDHANDLE") == 3,
       "JUnit: which fails if one of its findings counts, and tells all that do");
    free(text);

    sarif = parsed(rendered(render_sarif, &report), "SARIF of the same parses");
    same(text_at(run_of(sarif), "results 0 partialFingerprints primaryLocationLineHash"),
         "0123456789abcdef:2", "SARIF: fingerprints of one place are numbered");
    same(text_at(run_of(sarif), "results 2 partialFingerprints primaryLocationLineHash"),
         "0123456789abcdef:3", "SARIF: in the order of the report");
    json_decref(sarif);

    report.findings[0].suppressed = false;
    text = rendered(render_codequality, &report);
    ok(count_of(text, "\"00000000bbbbbbbb\"") == 1 && count_of(text, "\"00000000bbbbbbbb-2\"") == 1,
       "Code Quality: no fingerprint stands there twice");
    free(text);
    free(report.findings);
}

/* ---- an audit that failed ------------------------------------------------------------------- */

static void is_red(const struct report *report, const char *why, const char *name)
{
    char *text = rendered(render_junit, report), *junit = text;
    json_t *root = parsed(rendered(render_sarif, report), name);
    const json_t *invocation = at(run_of(root), "invocations 0");

    has(text, "errors=\"1\"", "JUnit: an error");
    has(text, why, "JUnit: and why");
    ok(count_of(text, "<testcase ") == 2, "JUnit: both cases are there");
    free(junit);
    ok(json_is_false(json_object_get(invocation, "executionSuccessful")) &&
           !strcmp(text_at(invocation, "toolExecutionNotifications 0 level"), "error"),
       "SARIF: no success");
    has(text_at(invocation, "toolExecutionNotifications 0 message text"), why, "SARIF: and why");
    json_decref(root);
    text = rendered(render_codequality, report);
    has(text, "\"severity\":\"blocker\",\"location\":{\"path\":\"docs/audit.md\"",
        "Code Quality: a blocker");
    free(text);
    text = rendered(github_annotations, report);
    ok(!strncmp(text,
                "::error file=docs/audit.md,line=1,title=scardaudit%3A the audit failed::", 72),
       "GitHub: an error");
    free(text);
    text = rendered(github_summary, report);
    has(text, "**The audit failed: ", "GitHub: said in the summary");
    free(text);
}

static void test_failed(void)
{
    struct render_options options = plain;
    struct report report = errors(0);
    struct report_process odd = process;
    char *text;

    report.processes = &odd;
    odd.complete = false;
    is_red(&report, "a trace is incomplete", "an incomplete trace");
    odd.complete = true;
    report.failure = "it could not be read";
    is_red(&report, "could not be read", "a trace that could not be read");
    report.failure = NULL;
    odd.calls = 0;
    is_red(&report, "no audited function was called", "nothing audited");
    report.processes_count = 0;
    is_red(&report, "no trace was judged", "no trace");

    options.allow_empty = true;
    text = rendered_with(render_junit, &report, &options);
    has(text, "tests=\"2\" failures=\"0\" errors=\"0\"", "--allow-empty: that is no error");
    free(text);
    text = rendered_with(render_codequality, &report, &options);
    same(text, "[\n]\n", "--allow-empty: nor is it here");
    free(text);
    free(report.findings);
}

/* ---- limits --------------------------------------------------------------------------------- */

static size_t gzipped(const char *text)
{
    z_stream stream = {0};
    size_t bytes, size = strlen(text) + strlen(text) / 1000 + 1000;
    unsigned char *out = xmalloc(size);

    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = out;
    stream.avail_out = (uInt)size;
    deflate(&stream, Z_FINISH);
    bytes = stream.total_out;
    deflateEnd(&stream);
    free(out);
    return bytes;
}

static void test_many(void)
{
    struct report report = errors(25003);
    json_t *sarif;

    report.findings[0].suppressed = true;
    for (size_t i = 0; i < report.findings_count; i++)
        report.findings[i].places_count = report.findings[i].places_total = 0;
    report_tally(&report);
    sarif = parsed(rendered(render_sarif, &report), "SARIF of 25,003 findings parses");
    ok(json_array_size(at(run_of(sarif), "results")) == 25000, "SARIF has 25,000 results at most");
    has(text_at(run_of(sarif), "invocations 0 toolExecutionNotifications 0 message text"),
        "3 further results were left out", "SARIF: what was left out is said");
    same(text_at(run_of(sarif), "results 0 partialFingerprints scardaudit/v1"), "00000001bbbbbbbb",
         "SARIF: what counts goes first");
    json_decref(sarif);
    free(report.findings);
}

static void test_large(void)
{
    struct report report = errors(5000);
    uint64_t state = 88172645463325252U;
    size_t size;
    char *text;
    json_t *sarif;

    for (size_t i = 0; i < report.findings_count; i++) {
        char *message = xmalloc(3901);

        for (size_t j = 0; j < 3900; j++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            message[j] = (char)('0' + state % 75);
        }
        message[3900] = '\0';
        report.findings[i].message = message;
        report.findings[i].places_count = report.findings[i].places_total = 0;
    }
    text = rendered(render_sarif, &report);
    size = gzipped(text);
    ok(size <= 10000000 && size > 9000000, "SARIF has 10 MB at most when gzipped");
    printf("# %zu bytes\n", size);
    sarif = parsed(text, "SARIF parses when cut short");
    has(text_at(run_of(sarif), "invocations 0 toolExecutionNotifications 0 message text"),
        "further results were left out", "SARIF: that it is cut short is said");
    json_decref(sarif);
    for (size_t i = 0; i < report.findings_count; i++)
        free(report.findings[i].message);
    free(report.findings);
}

static void annotations_are(size_t count, const enum severity *severities, size_t several,
                            bool complete, const char *expected)
{
    struct report report = make_report(count, severities, several);
    struct report_process own = process;
    char *text, *counts;

    own.complete = complete;
    report.processes = &own;
    text = rendered(github_annotations, &report);
    counts = xasprintf("%zu errors %zu warnings %zu notices%s", count_of(text, "::error "),
                       count_of(text, "::warning "), count_of(text, "::notice "),
                       strstr(text, "::notice file=docs/audit.md,line=1,title=scardaudit::")
                           ? strstr(text, "title=scardaudit::") + 17
                           : "");
    if (strchr(counts, '\n'))
        *strchr(counts, '\n') = '\0';
    same(counts, expected, "GitHub: at most ten of a kind");
    free(counts);
    free(text);
    free(report.findings);
}

static void test_annotations(void)
{
    static const enum severity all[] = {SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE};

    annotations_are(10, all, 1, true, "10 errors 0 warnings 0 notices");
    annotations_are(
        11, all, 1, true,
        "10 errors 0 warnings 1 notices:1 more finding than GitHub shows: see the report");
    annotations_are(30, all, 3, true, "10 errors 10 warnings 10 notices");
    annotations_are(
        33, all, 3, true,
        "10 errors 10 warnings 10 notices:4 more findings than GitHub shows: see the report");
    annotations_are(
        10, all, 1, false,
        "10 errors 0 warnings 1 notices:1 more finding than GitHub shows: see the report");
}

int main(void)
{
    test_cut();
    test_xml();
    test_places();
    test_hostile_sarif();
    test_hostile_others();
    test_long_names();
    test_states_sarif();
    test_states_others();
    test_same();
    test_failed();
    test_many();
    test_large();
    test_annotations();
    printf("1..%d\n", number);
    return failures != 0;
}
