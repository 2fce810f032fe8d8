/* SPDX-License-Identifier: MIT */
/*
 * Suppressions: the reader of their files, also over files that are none, what they match, and
 * the lines offered for findings, which must match those and nothing else.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/base/embed.h"
#include "report/base/glob.h"
#include "report/base/memory.h"
#include "report/findings/suppress.h"
#include "report/findings/suppression_offer.h"
#include "tap.h"

/* ---- globs ---------------------------------------------------------------------------------- */

static void test_globs(void)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"a", "", false},
        {"*", "", true},
        {"*", "a/b", true},
        {"**", "a", true},
        {"a*c", "abbc", true},
        {"a*c", "abcd", false},
        {"*ab", "aab", true},
        {"*a*b*c", "xxaxxbxxbc", true},
        {"*a*b*c", "xxaxxbxxb", false},
        {"?", "a", true},
        {"?", "", false},
        {"?*", "", false},
        {"a?c",
         "a\xc3\xa4"
         "c",
         true}, /* one character of two bytes */
        {"a?c",
         "a\xff"
         "c",
         true}, /* no UTF-8 */
        {"a??c",
         "a\xff"
         "c",
         false},
        {"[ab]", "a", false}, /* only * and ? are special */
        {"[ab]", "[ab]", true},
        {"\\*", "\\x", true},
    };
    char text[4096];
    const char *hard = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool passed = glob_matches(cases[i].pattern, cases[i].text) == cases[i].matches;

        if (!passed)
            printf("# '%s' against '%s'\n", cases[i].pattern, cases[i].text);
        ok(passed, "glob");
    }
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ok(!glob_matches(hard, text), "many stars take no exponential time");
}

/* ---- the reader ----------------------------------------------------------------------------- */

static struct suppressions read_good(const char *text)
{
    struct suppressions suppressions = {0};
    char *problem;

    if (suppressions_parse(&suppressions, "s", text, strlen(text), &problem) != 0)
        printf("# %s: %s\n", text, problem);
    free(problem);
    return suppressions;
}

static bool equal(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void test_line(void)
{
    struct suppressions read =
        read_good("# comment\r\n\n \t# another\n"
                  "context-leak  \tns::open lib*.so!close_? libfoo.so.1+0x1aF libc++.so+12 "
                  "file:*/src/a.c\t... \"app!operator new(unsigned \\\"long\\\\)\" \"name=x\" "
                  "name=\"two words\" kind=context max=3 expires=2999-12-31 reason=because "
                  "fingerprint=0123456789abcdef rule=*-leak  \r\n"
                  "* *");
    const struct suppression *one = read.list, *two = read.list + 1;
    const struct frame_glob *frames;

    ok(read.count == 2 && one->line == 4 && two->line == 5, "comments and empty lines are skipped");
    if (read.count != 2 || one->frames_count != 7) {
        ok(false, "seven frames");
        suppressions_free(&read);
        return;
    }
    frames = one->frames;
    ok(equal(one->file, "s") && equal(one->rule, "context-leak"), "file and rule");
    ok(equal(frames[0].function, "ns::open") && !frames[0].module, "a function");
    ok(equal(frames[1].module, "lib*.so") && equal(frames[1].function, "close_?"),
       "module!function");
    ok(equal(frames[2].module, "libfoo.so.1") && frames[2].has_offset &&
           frames[2].offset == 0x1af && !frames[2].function,
       "module+0xhex");
    ok(equal(frames[3].module, "libc++.so") && frames[3].offset == 0x12, "module+hex");
    ok(equal(frames[4].file, "*/src/a.c") && !frames[4].function, "file:");
    ok(equal(frames[5].module, "app") &&
           equal(frames[5].function, "operator new(unsigned \"long\\)"),
       "quotes and escapes");
    ok(equal(frames[6].function, "name=x"), "in quotes name=x is a frame");
    ok(equal(one->values[KEY_NAME], "two words") && equal(one->values[KEY_KIND], "context") &&
           equal(one->values[KEY_REASON], "because") && equal(one->values[KEY_RULE], "*-leak") &&
           equal(one->values[KEY_FINGERPRINT], "0123456789abcdef"),
       "key=value, also in quotes");
    ok(one->max == 3 && !one->expired, "max and expires");
    ok(!strncmp(one->text, "context-leak  \tns::open", 23) &&
           equal(strstr(one->text, "\"name"), "\"name=x\""),
       "the text is rule and frames");
    ok(equal(two->text, "* *") && !two->values[KEY_NAME] && !two->max, "a last line without end");
    suppressions_free(&read);
}

static void test_block(void)
{
    struct suppressions read = read_good("* first\n"
                                         "  { \t\r\n"
                                         "# comment\n\n"
                                         "  name: the vendor's, \"kept\" {  \n"
                                         "\trule : context-leak\n"
                                         "frame: lib*.so!close_? \r\n"
                                         "frame:ns::open(int, char)\n"
                                         "frame: ...\n"
                                         "frame: \"...\"\n"
                                         "frame: libfoo.so.1+0x1aF\n"
                                         "frame: \"file:*/a \\\" b.c\"\n"
                                         "frame: ...\n"
                                         "kind: context\nfingerprint: 0123456789abcdef\n"
                                         "reason: because # of it\nexpires: 2999-12-31\nmax: 3\n"
                                         "}\n"
                                         "* last\n"
                                         "{\nframe: *\nrule: *\n}");
    const struct suppression *block = read.list + 1;
    const struct frame_glob *frames;

    ok(read.count == 4 && block->line == 2 && read.list[2].line == 20 && read.list[3].line == 21,
       "blocks among lines");
    if (read.count != 4 || block->frames_count != 4) {
        ok(false, "four frames");
        suppressions_free(&read);
        return;
    }
    frames = block->frames;
    ok(equal(block->file, "s") && equal(block->rule, "context-leak") && !block->values[KEY_RULE],
       "file and rule");
    ok(equal(frames[0].module, "lib*.so") && equal(frames[0].function, "close_?") &&
           !frames[0].after_gap,
       "the first frame is the innermost");
    ok(equal(frames[1].function, "ns::open(int, char)") && !frames[1].after_gap,
       "a frame with blanks, right behind");
    ok(equal(frames[2].module, "libfoo.so.1") && frames[2].has_offset && frames[2].after_gap,
       "one behind a gap");
    ok(equal(frames[3].file, "*/a \" b.c") && !frames[3].after_gap, "one in quotes");
    ok(equal(block->values[KEY_NAME], "the vendor's, \"kept\" {") &&
           equal(block->values[KEY_REASON], "because # of it") &&
           equal(block->values[KEY_KIND], "context") &&
           equal(block->values[KEY_FINGERPRINT], "0123456789abcdef"),
       "values reach to the end of the line");
    ok(block->max == 3 && !block->expired, "max and expires");
    ok(equal(read.list[3].text, "* *"), "the text is that of the one-line form");
    ok(read.list->frames->after_gap && !read.list[3].frames->after_gap,
       "in the one-line form gaps are everywhere");
    suppressions_free(&read);
}

static void test_odd_names(void)
{
    struct suppressions read =
        read_good("* operator+ operator!=x namex=1 a+0xg +12x C:\\x \xff\xfe");
    const struct frame_glob *frames = read.count ? read.list->frames : NULL;

    ok(frames && read.list->frames_count == 7, "odd names are names");
    if (frames) {
        ok(equal(frames[0].function, "operator+") && equal(frames[3].function, "a+0xg") &&
               equal(frames[4].function, "+12x"),
           "a + without hex digits behind it belongs to the function");
        ok(equal(frames[1].module, "operator") && equal(frames[1].function, "=x"),
           "the first ! parts module and function");
        ok(equal(frames[2].function, "namex=1"), "only the known keys are keys");
        ok(equal(frames[5].function, "C:\\x"), "outside of quotes a backslash is one");
        ok(equal(frames[6].function, "\xff\xfe"), "what is no UTF-8 stays");
    }
    suppressions_free(&read);
}

static void test_expires(void)
{
    char text[64], *problem;
    time_t day = time(NULL);
    struct tm today, yesterday;
    struct suppressions read = {0};

    gmtime_r(&day, &today);
    day -= 24L * 60 * 60;
    gmtime_r(&day, &yesterday);
    strftime(text, sizeof text, "* * expires=%Y-%m-%d", &today);
    suppressions_parse(&read, "s", text, strlen(text), &problem);
    strftime(text, sizeof text, "* * expires=%Y-%m-%d", &yesterday);
    suppressions_parse(&read, "s", text, strlen(text), &problem);
    ok(read.count == 2 && !read.list[0].expired && read.list[1].expired,
       "a suppression holds to the end of its last day");
    suppressions_free(&read);
}

static void test_problems(void)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"\n# x\ncontext-leak\n", "s:3: a frame is missing behind the rule: * is any"},
        {"context-leak ...", "s:1: a frame is missing behind the rule: * is any"},
        {"context-leak name=x", "s:1: a frame is missing behind the rule: * is any"},
        {"name=x", "s:1: a rule is missing before key=value"},
        {"name=x context-leak main", "s:1: rule and frames stand before key=value"},
        {"* main name=x start", "s:1: rule and frames stand before key=value"},
        {"#\n{\n  rule: *\n\n", "s:2: the block that begins here has no end"},
        {"{ rule: *\n}\n", "s:1: a { stands on a line of its own"},
        {"{\n  frame: main }\n}x\n", "s:3: a } stands on a line of its own"},
        {"}\n", "s:1: a } without a {"},
        {"{\nrule: *\n{\n", "s:3: a { inside a block: the one before is not closed"},
        {"{\nrule: *\n}\n", "s:3: the block that ends here has no frame: * is any"},
        {"{\nrule: *\nframe: ...\n}\n", "s:4: the block that ends here has no frame: * is any"},
        {"{\nframe: main\n}\n", "s:3: the block that ends here has no rule"},
        {"{\ncontext-leak main\n}\n", "s:2: in a block each line is key: value"},
        {"{\nname=x\n}\n", "s:2: in a block each line is key: value"},
        {"{\n: x\n}\n", "s:2: there is no key "},
        {"{\nfun: main\n}\n", "s:2: there is no key fun"},
        {"{\nrules: *\n}\n", "s:2: there is no key rules"},
        {"{\nrule:  \n}\n", "s:2: rule: has no value"},
        {"{\nframe: \"\"\n}\n", "s:2: frame: has no value"},
        {"{\nrule: *\nrule: *\n}\n", "s:3: rule: stands there twice"},
        {"{\nname: a\nname: b\n}\n", "s:3: name: stands there twice"},
        {"{\nrule: context-leek\n}\n", "s:2: there is no rule context-leek"},
        {"{\nkind: card\n}\n", "s:2: there is no kind card"},
        {"{\nmax: 0\n}\n", "s:2: max: takes a number from 1"},
        {"{\nexpires: soon\n}\n", "s:2: expires: takes a date like 2027-12-31"},
        {"{\nfingerprint: 1\n}\n", "s:2: fingerprint: takes 16 digits of 0-9a-f"},
        {"{\nname: \"x\n}\n", "s:2: the quote is not closed"},
        {"{\nname: \"x\" y\n}\n", "s:2: something stands behind the quote"},
        {"{\nframe: !x\n}\n", "s:2: a ! stands between module and function"},
        {"* \"main", "s:1: the quote is not closed"},
        {"* \"main\\\"", "s:1: the quote is not closed"},
        {"* \"main\"x", "s:1: a blank is missing behind the quote"},
        {"* \"a\\n\"", "s:1: in quotes a backslash stands before \" or \\ only"},
        {"* \"a\\", "s:1: in quotes a backslash stands before \" or \\ only"},
        {"* a\"b\"",
         "s:1: a quote inside a token: put all of the token in quotes, and \\ before it"},
        {"* \"\"", "s:1: an empty token"},
        {"* main name=", "s:1: name= has no value"},
        {"* main name=\"\"", "s:1: name= has no value"},
        {"* main name=a name=b", "s:1: name= stands there twice"},
        {"* main max=0", "s:1: max= takes a number from 1"},
        {"* main max=-1", "s:1: max= takes a number from 1"},
        {"* main max=1x", "s:1: max= takes a number from 1"},
        {"* main max=99999999999999999999", "s:1: max= takes a number from 1"},
        {"* main expires=tomorrow", "s:1: expires= takes a date like 2027-12-31"},
        {"* main expires=2027-02-29", "s:1: expires= takes a date like 2027-12-31"},
        {"* main expires=2027-1-100", "s:1: expires= takes a date like 2027-12-31"},
        {"* main expires=2027--1-01", "s:1: expires= takes a date like 2027-12-31"},
        {"* main fingerprint=123", "s:1: fingerprint= takes 16 digits of 0-9a-f"},
        {"* main fingerprint=0123456789ABCDEF", "s:1: fingerprint= takes 16 digits of 0-9a-f"},
        {"* !main", "s:1: a ! stands between module and function"},
        {"* libfoo.so!", "s:1: a ! stands between module and function"},
        {"* +12", "s:1: a module is missing before +"},
        {"* a+11112222333344445", "s:1: the offset is too large"},
        {"* file:", "s:1: file: has no path"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct suppressions read = {0};
        char *problem;
        int result = suppressions_parse(&read, "s", cases[i].text, strlen(cases[i].text), &problem);
        bool passed = result < 0 && equal(problem, cases[i].problem) && !read.count;

        printf("%sok %d - error: %s\n", passed ? "" : "not ", ++number, cases[i].problem);
        failures += !passed;
        if (!passed)
            printf("# %s\n", problem ? problem : "none");
        free(problem);
        suppressions_free(&read);
    }
}

static bool says(const char *text, size_t size, const char *wanted)
{
    struct suppressions read = {0};
    char *problem;
    bool result =
        suppressions_parse(&read, "s", text, size, &problem) < 0 ? equal(problem, wanted) : !wanted;

    free(problem);
    suppressions_free(&read);
    return result;
}

static void test_hostile_text(void)
{
    size_t size = 1000000;
    char *line = xmalloc(size);
    struct suppressions read = {0};
    char *problem;

    ok(says("", 0, NULL), "an empty file is fine");
    ok(says("\xef\xbb\xbf* main", 9, NULL), "a byte order mark is no part of the first rule");
    ok(says("* a\n* b\0c\n", 10, "s:2: a NUL byte"), "a NUL byte");
    ok(says("#\0\n", 3, "s:1: a NUL byte"), "a NUL byte in a comment");
    memset(line, 'a', size);
    memcpy(line, "* ", 2);
    ok(suppressions_parse(&read, "s", line, size, &problem) == 0 && read.count == 1 &&
           strlen(read.list->frames[0].function) == size - 2,
       "a line of a million bytes");
    suppressions_free(&read);
    for (size_t i = 0; i < size; i++)
        line[i] = " a"[i % 2];
    line[1] = '*'; /* the rule */
    ok(suppressions_parse(&read, "s", line, size, &problem) == 0 && read.count == 1 &&
           read.list->frames_count == size / 2 - 1,
       "half a million frames");
    suppressions_free(&read);
    free(line);
}

/* ---- files ---------------------------------------------------------------------------------- */

static bool refused(const char *name, const char *wanted)
{
    struct suppressions read = {0};
    char *problem;
    bool result = suppressions_add(&read, name, &problem) < 0 && equal(problem, wanted);

    if (!result)
        printf("# %s\n", problem ? problem : "none");
    free(problem);
    suppressions_free(&read);
    return result;
}

static void test_files(void)
{
    char directory[] = "/tmp/test_suppressions.XXXXXX";
    struct suppressions read = {0};
    char *problem;
    FILE *out;

    if (!mkdtemp(directory) || chdir(directory) != 0) {
        ok(false, "a directory for files");
        return;
    }
    ok(refused("missing", "cannot read missing: No such file or directory"), "a missing file");
    ok(refused(".", "cannot read .: Is a directory"), "a directory");
    ok(mkfifo("fifo", 0600) == 0 && refused("fifo", "cannot read fifo: it is no regular file"),
       "a FIFO is not waited for");
    ok(refused("/dev/zero", "cannot read /dev/zero: it is no regular file"), "a device");
    ok(refused("default:none", "there is no default of this name; there are default:java, "
                               "default:pyscard, default:scdaemon"),
       "an unknown default");
    out = fopen("good", "we");
    ok(out && fputs("* main\n", out) >= 0 && fclose(out) == 0 &&
           suppressions_add(&read, "good", &problem) == 0 && read.count == 1 &&
           equal(read.list->file, "good"),
       "a file");
    ok(truncate("good", 17L << 20) == 0 &&
           refused("good", "cannot read good: it is larger than 16 MiB"),
       "a file that is too large");
    suppressions_free(&read);
    unlink("fifo");
    unlink("good");
    if (chdir("/") == 0)
        rmdir(directory);
}

static void test_defaults(void)
{
    for (const struct embedded_file *file = embedded_suppressions; file->name; file++) {
        struct suppressions read = {0};
        char *problem, *name = xasprintf("default:%.*s", (int)strcspn(file->name, "."), file->name);

        ok(suppressions_add(&read, name, &problem) == 0 && read.count > 0 &&
               read.list->values[KEY_NAME] && equal(read.list->file, name),
           name);
        free(problem);
        free(name);
        suppressions_free(&read);
    }
}

/* ---- matching ------------------------------------------------------------------------------- */

#define VENDOR "/opt/vendor/libvendor.so.3"

static struct frame acquiring[] = {
    {"inlined_open", VENDOR, "", 0x10, "/src/build/../open.c", 7, true, MODULE_READ},
    {"int ns::Card<int>::open<char>(char const*)", VENDOR, "", 0x10, NULL, 0, false, MODULE_READ},
    {NULL, "/opt/vendor/libstripped.so", "", 0x99, NULL, 0, false, MODULE_READ},
    {NULL, NULL, "", 0x7fff0000, NULL, 0, false, MODULE_READ},
    {"main", "/usr/bin/app", "", 0x20, "app.c", 1, false, MODULE_READ},
};
static struct frame acquiring_elsewhere[] = {
    {"inlined_open", VENDOR, "", 0x30, "/src/build/../open.c", 9, true, MODULE_READ},
    {"int ns::Card<int>::open<char>(char const*)", VENDOR, "", 0x30, NULL, 0, false, MODULE_READ},
    {"start_thread", "/lib/libc.so.6", "", 0x40, NULL, 0, false, MODULE_READ},
};
static struct frame misusing[] = {
    {"use_it", "/usr/bin/app", "", 0x50, "app.c", 9, false, MODULE_READ},
    {"main", "/usr/bin/app", "", 0x60, "app.c", 2, false, MODULE_READ},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct report_place places[] = {
    {.count = 2,
     .stacks = {[STORY_ACQUIRED] = {.frames = acquiring,
                                    .count = COUNT(acquiring),
                                    .present = true},
                [STORY_MISUSED] = {.frames = misusing, .count = COUNT(misusing), .present = true}}},
    {.count = 1,
     .stacks = {[STORY_ACQUIRED] = {.frames = acquiring_elsewhere,
                                    .count = COUNT(acquiring_elsewhere),
                                    .present = true}}},
};

static const struct finding leak = {.rule = &rules[RULE_CONTEXT_LEAK],
                                    .severity = SEVERITY_ERROR,
                                    .kind = "context",
                                    .count = 2,
                                    .fingerprint = "0123456789abcdef",
                                    .fingerprint_strict = "fedcba9876543210",
                                    .places = places,
                                    .places_count = 1,
                                    .places_total = 1,
                                    .telling = STORY_ACQUIRED};

/* What the suppressions do to one finding; report->suppressions is freed. */
static struct finding applied(const struct suppressions *suppressions, struct finding finding)
{
    struct report report = {.findings = &finding, .findings_count = 1};

    suppressions_apply(suppressions, &report);
    free(report.suppressions);
    return finding;
}

static bool suppresses(const char *line, const struct finding *finding)
{
    struct suppressions read = read_good(line);
    bool result = applied(&read, *finding).suppressed;

    suppressions_free(&read);
    return result;
}

static void check(bool wanted, const char *text, const struct finding *finding)
{
    bool passed = suppresses(text, finding) == wanted;

    printf("%sok %d - %s: ", passed ? "" : "not ", ++number, wanted ? "matches" : "does not");
    for (; *text; text++)
        putchar(*text == '\n' ? ' ' : *text);
    putchar('\n');
    failures += !passed;
}

static void test_matching(void)
{
    static const char *const good[] = {
        "context-leak *",
        "context-leak *!*",
        "context-leak main",
        "context-leak inlined_open",
        "*-leak inlined_open main",
        "context-leak libvendor.so.?!inlined_open app!main",
        "context-leak ns::Card::open", /* as fingerprints name it */
        "context-leak \"int ns::Card<int>::open<char>(char const?)\"",
        "context-leak *Card*",
        "context-leak libstripped.so!*",
        "context-leak libstripped.so+0x99",
        "context-leak libvendor.so.3+10",
        "context-leak inlined_open ... * main",
        "context-leak file:/src/open.c",          /* as the text shows it */
        "context-leak file:/src/build/../open.c", /* as DWARF and JSON do */
        "context-leak file:*open.c app!*",
        "context-leak main kind=context rule=context-* max=2",
        "context-leak * fingerprint=0123456789abcdef",
        "context-leak * fingerprint=fedcba9876543210",
    };
    static const char *const bad[] = {
        "handle-leak *",
        "context-leak mai",
        "context-leak ain",
        "context-leak main inlined_open", /* order */
        "context-leak main main",
        "context-leak use_it", /* not of this finding's stack */
        "context-leak /opt/vendor/libvendor.so.3!*",
        "context-leak libvendor.so!*",
        "context-leak libstripped.so!?*",
        "context-leak libstripped.so+0x98",
        "context-leak libvendor.so.3+0x99",
        "context-leak file:*nowhere*",
        "context-leak file:open.c",
        "context-leak libstripped.so!* file:/src/open.c",
        "context-leak main kind=card-handle",
        "context-leak main rule=handle-*",
        "context-leak main max=1",
        "context-leak main expires=2001-01-01",
        "context-leak * fingerprint=0000000000000000",
    };

    for (size_t i = 0; i < COUNT(good); i++)
        check(true, good[i], &leak);
    for (size_t i = 0; i < COUNT(bad); i++)
        check(false, bad[i], &leak);
}

/* A block of these frames, joined by THEN. */
#define BLOCK(frames) "{\nrule: context-leak\nframe: " frames "\n}"
#define THEN "\nframe: "

static void test_block_matching(void)
{
    static const char *const good[] = {
        BLOCK("inlined_open"),
        BLOCK("*"),
        BLOCK("inlined_open" THEN "ns::Card::open"),
        BLOCK("inlined_open" THEN "..." THEN "main"),
        BLOCK("..." THEN "main"),
        BLOCK("..." THEN "main" THEN "..."),
        BLOCK("..." THEN "..." THEN "ns::Card::open" THEN "..." THEN "main"),
        BLOCK("*" THEN "*" THEN "..." THEN "*" THEN "main"),
        BLOCK("..." THEN "*" THEN "main"), /* not the first frame that fits */
    };
    static const char *const bad[] = {
        BLOCK("ns::Card::open"), /* not the innermost */
        BLOCK("main"),
        BLOCK("inlined_open" THEN "main"),
        BLOCK("..." THEN "inlined_open" THEN "main"),
        BLOCK("..." THEN "main" THEN "..." THEN "inlined_open"),
        BLOCK("..." THEN "main" THEN "*" THEN "*" THEN "*" THEN "*" THEN "*"),
        BLOCK("inlined_open\nkind: card-handle"),
        BLOCK("inlined_open\nmax: 1"),
    };

    for (size_t i = 0; i < COUNT(good); i++)
        check(true, good[i], &leak);
    for (size_t i = 0; i < COUNT(bad); i++)
        check(false, bad[i], &leak);
}

static void test_places(void)
{
    struct finding finding = leak;
    struct suppressions read = read_good("context-leak main");

    /* The second place is not shown, as the 21st would not be, and counts all the same. */
    finding.places_total = 2;
    check(false, "context-leak main", &finding);
    check(false, "context-leak start_thread", &finding);
    check(true, "context-leak inlined_open", &finding);
    ok(applied(&read, finding).nearly == read.list && applied(&read, finding).nearly_places == 1,
       "that a place is another is remembered");
    suppressions_free(&read);
    finding.places_total = 1;
    finding.rule = &rules[RULE_USE_AFTER_RELEASE];
    finding.telling = STORY_MISUSED;
    check(true, "use-after-release use_it main", &finding);
    check(false, "use-after-release inlined_open", &finding);
    finding.telling = STORY_RELEASED; /* not recorded */
    check(true, "* *", &finding);
    check(false, "* ?*", &finding);
    check(false, "* file:*", &finding);
}

/* ---- a report ------------------------------------------------------------------------------- */

static void test_apply(void)
{
    struct suppressions read = read_good("context-leak main max=1\n"
                                         "context-leak libvendor*!* name=first\n"
                                         "*-leak main\n"
                                         "double-release *\n");
    struct finding findings[] = {leak, leak, leak};
    struct report report = {.findings = findings, .findings_count = COUNT(findings)};
    const struct report_suppression *uses;

    findings[1].rule = &rules[RULE_HANDLE_LEAK];
    findings[1].severity = SEVERITY_WARNING;
    findings[2].rule = &rules[RULE_WRONG_CONTEXT];
    findings[2].severity = SEVERITY_NOTE;
    suppressions_apply(&read, &report);
    uses = report.suppressions;
    ok(report.suppressions_count == 4 && report.suppressed == 2 && report.errors == 0 &&
           report.warnings == 0 && report.notes == 1,
       "suppressed findings are counted apart");
    ok(findings[0].suppressed && findings[1].suppressed && !findings[2].suppressed,
       "they are marked");
    ok(!uses[0].nearly && !uses[0].findings && findings[0].nearly == &read.list[0],
       "one that is above max= is of no use where another suppression takes the finding");
    ok(uses[1].findings == 1 && uses[1].count == 2 && uses[2].findings == 1 && !uses[3].findings,
       "the first one that suppresses a finding was used");
    free(report.suppressions);
    suppressions_free(&read);
}

#define TEN(text) text text text text text text text text text text
#define LONG_NAME TEN(TEN("abcde")) /* as much of a name as is offered */

/* ---- offers --------------------------------------------------------------------------------- */

static void test_offer(const char *function, const char *module, uint64_t offset,
                       const char *wanted)
{
    struct frame frame = {function, module, "abcd", offset, NULL, 0, false, MODULE_READ};
    struct report_place place = {
        .count = 1, .stacks = {[STORY_ACQUIRED] = {.frames = &frame, .count = 1, .present = true}}};
    struct finding finding = leak, other;
    char *line, *expected = xasprintf("context-leak %s fingerprint=fedcba9876543210", wanted);
    bool passed;

    finding.places = &place;
    line = suppression_offer(&finding);
    other = finding;
    memcpy(other.fingerprint_strict, "0000000000000000", 16);
    passed = equal(line, expected) && suppresses(line, &finding) && !suppresses(line, &other);
    printf("%sok %d - offered: %s\n", passed ? "" : "not ", ++number, expected);
    if (!passed)
        printf("# %s\n", line);
    failures += !passed;
    free(line);
    free(expected);
}

static void test_offers(void)
{
    struct finding finding = leak;
    char *line;

    test_offer("connect_card", "/usr/bin/app", 1, "app!connect_card");
    test_offer("int ns::Card<X>::connect<int>(long) [clone .cold]", "/l/libcard.so.2.1", 1,
               "libcard.so.*!ns::Card::connect");
    test_offer("(anonymous namespace)::open(char*)", "/a b", 1,
               "\"a b!(anonymous namespace)::open\"");
    test_offer(NULL, "/usr/bin/app", 0x1f, "app+0x1f");
    test_offer(NULL, "/l/libx+y.so.1", 0x1f, "libx+y.so.*+0x1f");
    test_offer(NULL, NULL, 0x7fff0000, "*");
    test_offer("helper", NULL, 0, "*!helper");
    test_offer("qsort", "/lib/libc.so.6", 1, "*"); /* the runtime's */
    test_offer("operator*", "/a", 1, "a!operator?");
    test_offer("operator!=", "/a", 1, "a!operator!=");
    test_offer("a\"b\\c\033[31m\n\xff\xc3\xa4", "/x!y*\"=:\\z", 1, "x?y?????z!a?b?c?[31m???");
    test_offer("", "/a", 1, "a!*");
    test_offer(LONG_NAME "_and_more", "/a", 1, "a!" LONG_NAME "*");
    test_offer("f", "", 1, "*!f");
    test_offer("name=x", "file:name=y", 1, "file?name?y!name=x");
    finding.telling = STORY_RELEASED; /* not recorded */
    line = suppression_offer(&finding);
    ok(equal(line, "context-leak * fingerprint=fedcba9876543210") && suppresses(line, &finding),
       "offered without a stack");
    free(line);
}

/* ---- noise ---------------------------------------------------------------------------------- */

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += 0x9e3779b97f4a7c15U;

    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
    value = (value ^ value >> 27) * 0x94d049bb133111ebU;
    return value ^ value >> 31;
}

/* Bytes, and what means something to the reader; run under ASan and UBSan as well. */
static void test_noise(void)
{
    static const char *const words[] = {
        "\n",
        " ",
        "\"",
        "\\",
        "!",
        "+",
        "+0x1",
        "*",
        "?",
        "main",
        "#",
        "{",
        "}",
        "\n{\n",
        "\n}\n",
        "\nrule: *\n",
        "\nframe: main\n",
        "frame:",
        "name:",
        "max:",
        "file:",
        "context-leak ",
        "* * ",
        "name=",
        "expires=",
        "2030-01-01",
        "max=",
        "7",
        "kind=",
        "fingerprint=",
        "0123456789abcdef",
        "\r\n",
        "\xef\xbb\xbf",
        "...",
    };
    uint64_t state = 42;
    size_t good = 0, bad = 0;

    for (int round = 0; round < 20000; round++) {
        char text[256];
        size_t size = 0, wanted = next_random(&state) % (sizeof text - 32);
        bool bytes = next_random(&state) % 4 == 0;
        struct suppressions read = {0};
        char *problem;

        while (size < wanted) {
            const char *word = words[next_random(&state) % COUNT(words)];

            if (bytes && next_random(&state) % 2) {
                text[size++] = (char)next_random(&state);
                continue;
            }
            memcpy(text + size, word, strlen(word));
            size += strlen(word);
        }
        if (suppressions_parse(&read, "s", text, size, &problem) == 0) {
            good++;
        } else {
            bad++;
            if (strncmp(problem, "s:", 2) != 0)
                ok(false, problem);
        }
        applied(&read, leak);
        free(problem);
        suppressions_free(&read);
    }
    printf("# %zu good, %zu bad\n", good, bad);
    ok(good > 100 && bad > 100, "noise is read or refused");
}

int main(void)
{
    test_globs();
    test_line();
    test_block();
    test_odd_names();
    test_expires();
    test_problems();
    test_hostile_text();
    test_files();
    test_defaults();
    test_matching();
    test_block_matching();
    test_places();
    test_apply();
    test_offers();
    test_noise();
    printf("1..%d\n", number);
    return failures != 0;
}
