/* SPDX-License-Identifier: MIT */
/*
 * The renderers over a report that is as hostile as an audited program can make it, and the
 * escaping, shell quoting and rules they rely on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/base/escape.h"
#include "report/base/memory.h"
#include "report/output/render.h"
#include "report/base/shell_quote.h"
#include "report/base/utf8.h"
#include "tap.h"

#define HOSTILE "a\033[31m\n\r\x7f\xc2\x9b\xff\xc0\x80\xe2\x80\xae]]></script>\"&"

/* ---- escaping ------------------------------------------------------------------------------- */

static char *escaped(const char *text)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);

    print_escaped(out, text);
    fclose(out);
    return result;
}

static void escapes(const char *text, const char *expected, const char *name)
{
    char *result = escaped(text);

    ok(!strcmp(result, expected), name);
    if (strcmp(result, expected) != 0)
        printf("# is '%s', expected '%s'\n", result, expected);
    free(result);
}

static void test_escape(void)
{
    escapes("plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xb3",
            "plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xb3", "printable text stays");
    escapes("\033[2J\a\n\r\t\x7f", "\\x1b[2J\\x07\\x0a\\x0d\\x09\\x7f", "control characters, DEL");
    escapes("\xc2\x85\xc2\x9b", "\\xc2\\x85\\xc2\\x9b", "C1 controls");
    escapes("\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f",
            "\\xe2\\x80\\xaa\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x81\\xa9\\xe2\\x80\\x8e\\xe2\\x80"
            "\\x8f",
            "bidirectional controls");
    escapes("\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9", "line separators");
    escapes("\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80",
            "\\xff\\xc0\\x80\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80",
            "overlong forms, surrogates, above U+10FFFF");
    escapes("\xe2\x82", "\\xe2\\x82", "a character cut off by the end");
    escapes("\xe2\x82"
            "a",
            "\\xe2\\x82a", "a character cut off by another");
}

static void test_valid_copy(void)
{
    char *copy = utf8_valid_copy("\xc3\xa9\xff\n");

    ok(!strcmp(copy, "\xc3\xa9\\xff\n"), "a valid copy changes invalid bytes alone");
    free(copy);
}

static void test_shell(void)
{
    char *words[] = {(char[]){"--run"}, (char[]){"a b"}, (char[]){"it's"}, (char[]){""}};
    char *line = shell_command("scardaudit report", words, 4);

    ok(!strcmp(line, "scardaudit report --run 'a b' 'it'\\''s' ''"),
       "words are quoted for a shell");
    free(line);
}

/* ---- rules ---------------------------------------------------------------------------------- */

static bool is_first_of_its_name(size_t rule)
{
    for (size_t i = 0; i < rule; i++)
        if (!strcmp(rules[i].name, rules[rule].name))
            return false;
    return true;
}

static void test_rules(void)
{
    bool complete = true;

    for (size_t i = 0; i < RULE_COUNT; i++)
        complete = complete && rules[i].id == i && rules[i].title && rules[i].explanation &&
                   rules[i].fix && is_first_of_its_name(i);
    ok(complete, "every rule is described, under a name of its own");
}

/* ---- a report ------------------------------------------------------------------------------- */

static struct frame frames[] = {
    {HOSTILE, "/usr/lib/" HOSTILE ".so", "abcd", 0x1234, HOSTILE ".c", 42, true, MODULE_READ},
    {"connect_card", "/usr/bin/app", "", 0x10, "card.c", 7, false, MODULE_READ},
    {NULL, "/usr/lib/libplain.so", "", 0x99, NULL, 0, false, MODULE_READ},
    {NULL, NULL, "", 0x7fff0000, NULL, 0, false, MODULE_READ},
    {"main", "/usr/bin/app", "", 0x20, NULL, 0, false, MODULE_READ},
    {"__libc_start_call_main", "/lib/libc.so.6", "", 0x30, NULL, 0, false, MODULE_READ},
    {"_start", "/usr/bin/app", "", 0x40, NULL, 0, false, MODULE_READ},
};
#define FRAMES_COUNT (sizeof frames / sizeof *frames)

static struct report_place places[] = {
    {.count = 2,
     .bytes = 10,
     .pid = 42,
     .stacks = {[STORY_ACQUIRED] = {.frames = frames,
                                    .count = FRAMES_COUNT,
                                    .thread = 1,
                                    .tid = 42,
                                    .thread_name = HOSTILE,
                                    .time_ns = 1234567890,
                                    .function = "SCardConnect",
                                    .present = true},
                [STORY_SIBLING_RELEASED] = {.frames = frames + 1,
                                            .count = 1,
                                            .thread = 1,
                                            .function = "SCardDisconnect",
                                            .present = true}}},
    {.count = 1, .pid = 42, .stacks = {[STORY_ACQUIRED] = {.thread = 2, .present = true}}},
};

static struct report_thread threads[] = {{1, 42, 42, HOSTILE}, {2, 43, 42, "worker"}};

static struct finding findings[] = {
    {.rule = &rules[RULE_HANDLE_LEAK],
     .severity = SEVERITY_ERROR,
     .kind = "card-handle",
     .family = "pcsc",
     .provider = HOSTILE,
     .count = 3,
     .bytes = UINT64_MAX,
     .fingerprint = "0123456789abcdef",
     .fingerprint_strict = "fedcba9876543210",
     .fingerprint_weak = "0000000000000001",
     .cause = "0123456789abcdef",
     .message = (char[]){"SCARDHANDLE of " HOSTILE " was never disconnected"},
     .fix = "Disconnect it.",
     .siblings_acquired = 44,
     .siblings_released = 41,
     .threads = threads,
     .threads_count = 2,
     .places = places,
     .places_count = 2,
     .places_total = 2},
};

static struct report_blind_spot blind_spots[] = {
    {"foreign-abi", "/usr/lib/libwinpr3.so", (char[]){"calls into " HOSTILE}},
};

static char *args[] = {(char[]){HOSTILE}};

static struct report_process processes[] = {
    {.pid = 42,
     .ppid = 1,
     .executable = "/usr/bin/app",
     .argc = 1,
     .args = args,
     .args_count = 1,
     .exit = "exited",
     .status_known = true,
     .calls = 123,
     .complete = true,
     .trace = "/tmp/" HOSTILE ".trace",
     .blind_spots = blind_spots,
     .blind_spots_count = 1},
    {.pid = 43,
     .ppid = 42,
     .executable = HOSTILE,
     .argc = 1,
     .exit = "unknown",
     .complete = true,
     .trace = "b.trace"},
};

static struct report_resource resources[] = {
    {"context", "pcsc", "libpcsclite.so.1", 2, 2, 0, 1},
    {"card-handle", "pcsc", HOSTILE, 44, 41, 3, 5},
};

static struct report hostile = {.errors = 1,
                                .processes = processes,
                                .processes_count = 2,
                                .resources = resources,
                                .resources_count = 2,
                                .findings = findings,
                                .findings_count = 1};

static char *rendered(void (*render)(FILE *, const struct report *, const struct render_options *),
                      const struct report *report, bool color, const char *program)
{
    const struct render_options options = {.color = color, .program = program};
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);

    render(out, report, &options);
    fclose(out);
    return result;
}

/* ---- text ----------------------------------------------------------------------------------- */

static bool is_harmless(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\n') || (unsigned char)*text >= 0x7f)
            return false;
    return true;
}

static void says(const char *text, const char *part)
{
    bool found = strstr(text, part) != NULL;

    printf("%sok %d - text: %.*s\n", found ? "" : "not ", ++number, (int)strcspn(part, "\n"), part);
    failures += !found;
    if (!found)
        printf("# not in:\n%s\n", text);
}

static void test_text(void)
{
    char *text = rendered(render_text, &hostile, false, "scardaudit report 'a b'");
    char *again = rendered(render_text, &hostile, false, "scardaudit report 'a b'");
    char *color = rendered(render_text, &hostile, true, NULL);

    ok(is_harmless(text), "text without colour holds nothing a terminal obeys");
    ok(!strcmp(text, again), "text is reproducible");
    says(text, "scardaudit: /usr/bin/app (pid 42): exited with 0, 123 audited calls");
    says(text, "ERROR handle-leak: SCARDHANDLE of a\\x1b[31m");
    says(text, "3 times, 18446744073709551615 bytes, from 2 places; 2 times from here:");
    says(text, "acquired by SCardConnect, thread 1 (a\\x1b");
    says(text, "#1 connect_card (card.c:7)\n");
    says(text, "#2 libplain.so+0x99\n");
    says(text, "#3 0x7fff0000 (no module)\n");
    says(text, "#4 main (app+0x20)\n");
    ok(!strstr(text, "_start") && !strstr(text, "libc"), "runtime frames are folded away");
    says(text, "(inlined)");
    says(text, "1 time, <no stack recorded>");
    says(text, "  fix: Disconnect it.\n");
    says(text, "live peak/process  provider\n");
    says(text, "     3            5  a\\x1b[31m");
    says(text, "41 others from the same place were released, e.g. by SCardDisconnect");
    says(text, "follows from handle-leak 0123456789abcdef");
    says(text, "Blind spot: calls into");
    says(text, "scardaudit: 1 error, 0 warnings, 0 notes");
    says(text, "again: scardaudit report 'a b'");
    ok(strstr(color, "\033[1;31mERROR handle-leak\033[0m") != NULL, "colour marks the severity");
    ok(!strstr(color, "trace: "), "traces that will be gone are not named");
    free(text);
    free(again);
    free(color);
}

/* ---- stacks --------------------------------------------------------------------------------- */

static struct frame stripped[] = {
    {NULL, "/usr/bin/app", "", 0x10, NULL, 0, false, MODULE_READ},
    {NULL, "/usr/lib/libc.so.6", "", 0x20, NULL, 0, false, MODULE_READ},
    {NULL, "/usr/bin/app", "", 0x30, NULL, 0, false, MODULE_READ},
    {"__libc_start_call_main", "/static", "", 0x40, NULL, 0, false, MODULE_READ},
    {"__libc_start_main_impl", "/static", "", 0x50, NULL, 0, false, MODULE_READ},
    {NULL, "/usr/bin/app", "", 0x60, NULL, 0, false, MODULE_READ},
};

/* The text of a leak with this stack. */
static char *with_stack(size_t count, bool truncated)
{
    struct report_place place = {.count = 1,
                                 .pid = 42,
                                 .stacks = {[STORY_ACQUIRED] = {.frames = stripped,
                                                                .count = count,
                                                                .truncated = truncated,
                                                                .present = true}}};
    struct finding finding = findings[0];
    struct report report = hostile;

    finding.places = &place;
    finding.places_count = finding.places_total = 1;
    report.findings = &finding;
    return rendered(render_text, &report, false, NULL);
}

/* Three stacks on two threads, and the words that go with memory. */
static void test_freed_twice(void)
{
    struct report_place place = {.count = 1, .pid = 42};
    struct finding finding = findings[0];
    struct report report = hostile;
    char *text;

    for (enum story story = STORY_ACQUIRED; story <= STORY_MISUSED; story++)
        place.stacks[story] = (struct report_stack){.frames = frames + 1,
                                                    .count = 1,
                                                    .thread = story == STORY_MISUSED ? 2 : 1,
                                                    .thread_name = "worker",
                                                    .function = "free",
                                                    .present = true};
    finding.rule = &rules[RULE_DOUBLE_FREE];
    finding.kind = "autoallocate";
    finding.places = &place;
    finding.places_count = finding.places_total = 1;
    report.findings = &finding;
    text = rendered(render_text, &report, false, NULL);
    says(text, "ERROR double-free: ");
    says(text, "  allocated by free, thread 1 (worker), pid 42, at ");
    says(text, "  freed by free, thread 1 (worker), pid 42, at ");
    says(text, "  freed again by free, thread 2 (worker), pid 42, at ");
    free(text);
}

static void test_stripped(void)
{
    char *text = with_stack(6, false);
    char *callback = with_stack(3, true);
    char *lone = with_stack(2, false);

    ok(strstr(text, "#2 app+0x30\n") && !strstr(text, "_main") && !strstr(text, "app+0x60"),
       "a stripped program's _start is folded away with what it called");
    ok(strstr(callback, "#1 libc.so.6+0x20\n    #2 app+0x30\n") != NULL,
       "but not what only looks so because deeper frames were not recorded");
    ok(strstr(lone, "#0 app+0x10\n") && !strstr(lone, "#1"), "the caller's own frame stays");
    free(text);
    free(callback);
    free(lone);
}

/* The text of a report without findings. */
static char *without_findings(uint64_t calls, bool complete, size_t acquired)
{
    struct report_process process = {
        .pid = 1, .executable = "/bin/app", .exit = "exited", .calls = calls, .complete = complete};
    struct report_resource resource = {"context", "pcsc", "libpcsclite.so.1", acquired, acquired,
                                       0,         1};
    const struct report report = {.processes = &process,
                                  .processes_count = 1,
                                  .resources = &resource,
                                  .resources_count = acquired > 0};

    return rendered(render_text, &report, false, NULL);
}

/* The text of a process that acquired nothing, or blocks alone, with its heap unwatched. */
static char *with_blind_heap(uint64_t calls, bool all_failed, bool blocks)
{
    struct report_blind_spot spot = {"heap-blind", NULL, (char[]){"free() is not watched"}};
    struct report_process process = {.pid = 1,
                                     .executable = "/bin/app",
                                     .exit = "exited",
                                     .calls = calls,
                                     .complete = true,
                                     .all_failed = all_failed,
                                     .blind_spots = &spot,
                                     .blind_spots_count = 1};
    struct report_resource resource = {"autoallocate", "pcsc", "libpcsclite.so.1", 2, 2, 0, 1};
    const struct report report = {.processes = &process,
                                  .processes_count = 1,
                                  .resources = &resource,
                                  .resources_count = blocks};

    return rendered(render_text, &report, true, NULL);
}

static void test_nothing_acquired(void)
{
    char *failed = with_blind_heap(7, true, false);
    char *once = with_blind_heap(1, true, false);
    char *asked = with_blind_heap(7, false, false);
    char *blocks = with_blind_heap(7, false, true);

    says(failed, "no findings, but nothing was acquired: all 7 calls failed\n");
    says(once, "no findings, but nothing was acquired: the only call failed\n");
    says(asked, "no findings, but no context, card handle or block was acquired\n");
    ok(!strstr(failed, "\033[32m") && !strstr(asked, "\033[32m"), "none of it is green");
    ok(strstr(blocks, "\033[32m") != NULL, "what was released is");
    says(blocks, "\n\nBlind spot: free() is not watched\n\n  resource ");
    ok(!strstr(asked, "Blind spot"), "an unwatched heap is no matter where nothing came from it");
    free(failed);
    free(once);
    free(asked);
    free(blocks);
}

static void test_blind_without_table(void)
{
    struct report report = hostile;
    char *text;

    report.findings_count = report.resources_count = 0;
    text = rendered(render_text, &report, false, NULL);
    ok(strstr(text, "\n\nBlind spot: ") && strstr(text, "\n\nscardaudit: no findings"),
       "blank lines around blind spots without a table");
    free(text);
}

static void test_clean_text(void)
{
    char *clean = without_findings(4, true, 2);
    char *incomplete = without_findings(4, false, 2);
    char *nothing = without_findings(0, true, 0);

    says(clean, "no findings: 2 contexts, all released");
    ok(!strstr(incomplete, "all released") && strstr(incomplete, "incomplete"),
       "an incomplete trace is not called clean");
    ok(!strstr(nothing, "no findings") && strstr(nothing, "nothing was audited"),
       "nothing audited is not called clean");
    free(clean);
    free(incomplete);
    free(nothing);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static const char *string_of(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value ? value : "";
}

/* What HOSTILE becomes: only what is no UTF-8 changes. */
#define HOSTILE_JSON "a\033[31m\n\r\x7f\xc2\x9b\\xff\\xc0\\x80\xe2\x80\xae]]></script>\"&"

static void test_json(void)
{
    char *text = rendered(render_json, &hostile, false, NULL);
    char *again = rendered(render_json, &hostile, false, NULL);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *process = json_array_get(json_object_get(root, "processes"), 0);
    json_t *second = json_array_get(json_object_get(root, "processes"), 1);
    json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
    json_t *place = json_array_get(json_object_get(finding, "places"), 0);
    json_t *stack = json_object_get(json_object_get(place, "stacks"), "acquired");
    json_t *frame_list = json_object_get(stack, "frames");
    json_t *frame = json_array_get(frame_list, 0);

    ok(root != NULL, "JSON parses");
    ok(!strcmp(text, again), "JSON is reproducible");
    ok(!strncmp(text, "{\"schema\":\"scardaudit-report/1\",", 32), "JSON starts with its schema");
    ok(!strcmp(string_of(finding, "provider"), HOSTILE_JSON), "JSON keeps hostile strings");
    ok(!strcmp(string_of(frame, "function"), HOSTILE_JSON), "JSON keeps hostile functions");
    ok(json_array_size(frame_list) == FRAMES_COUNT, "JSON has all frames");
    ok(!strcmp(string_of(frame, "offset"), "0x1234"), "JSON writes offsets as hex strings");
    ok(json_is_null(json_object_get(json_array_get(frame_list, 3), "module")) &&
           json_is_null(json_object_get(json_array_get(frame_list, 3), "build_id")) &&
           json_is_null(json_object_get(json_array_get(frame_list, 3), "line")),
       "JSON writes null for what is unknown");
    ok(json_integer_value(json_object_get(finding, "bytes")) == INT64_MAX,
       "JSON keeps numbers within 63 bits");
    ok(json_is_null(json_object_get(finding, "baseline")) &&
           json_is_false(json_object_get(finding, "suppressed")),
       "JSON has the fields of later capabilities");
    ok(!json_object_get(json_object_get(place, "stacks"), "misused"),
       "JSON leaves out stacks that are not there");
    ok(json_array_size(json_object_get(process, "args")) == 1 &&
           json_is_null(json_object_get(second, "args")),
       "JSON has arguments only where they were recorded");
    ok(json_integer_value(json_object_get(process, "status")) == 0 &&
           json_is_null(json_object_get(second, "status")),
       "JSON has a status only where it is known");
    ok(is_harmless(text), "JSON holds nothing a terminal obeys");
    json_decref(root);
    free(text);
    free(again);
}

int main(void)
{
    test_escape();
    test_valid_copy();
    test_shell();
    test_rules();
    test_text();
    test_freed_twice();
    test_stripped();
    test_clean_text();
    test_nothing_acquired();
    test_blind_without_table();
    test_json();
    printf("1..%d\n", number);
    return failures != 0;
}
