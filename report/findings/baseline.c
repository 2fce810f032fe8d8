/* SPDX-License-Identifier: MIT */
#include "baseline.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/json_values.h"
#include "report/base/memory.h"
#include "report/base/text_file.h"
#include "report/symbols/fingerprint.h"

#define SCHEMA "scardaudit-baseline/1"

/* ---- reading -------------------------------------------------------------------------------- */

/* One finding of the file; the strings are those of `json`. */
struct entry {
    json_t *json;
    struct report_fixed finding;
    bool paired;
};

struct baseline_file {
    struct entry *entries;
    size_t count, room;
    bool begun; /* the first line was read */
};

static bool is_fingerprint(const char *text)
{
    return strlen(text) == FINGERPRINT_SIZE - 1 && strspn(text, "0123456789abcdef") == strlen(text);
}

/* NULL, or what is wrong with it, malloc'd. */
static char *fill(struct report_fixed *finding, const json_t *json)
{
    const struct {
        const char *key, **text;
    } texts[] = {
        {"rule", &finding->rule},
        {"kind", &finding->kind},
        {"family", &finding->family},
        {"provider", &finding->provider},
        {"message", &finding->message},
        {"fingerprint", &finding->fingerprint},
        {"fingerprint_strict", &finding->fingerprint_strict},
    };
    json_int_t count = json_integer_value(json_object_get(json, "count"));

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i].text = json_string_value(json_object_get(json, texts[i].key));
        if (!*texts[i].text)
            return xasprintf("no text \"%s\"", texts[i].key);
    }
    if (!is_fingerprint(finding->fingerprint) || !is_fingerprint(finding->fingerprint_strict))
        return xstrdup("a fingerprint has 16 hexadecimal digits");
    if (count < 1)
        return xstrdup("\"count\" is a number from 1 on");
    finding->count = (size_t)count;
    return NULL;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

static char *read_header(const json_t *json)
{
    const char *schema = json_string_value(json_object_get(json, "schema"));

    if (!schema)
        return xstrdup("this is no baseline: its first line has no \"schema\"");
    return strcmp(schema, SCHEMA) ? xasprintf("not of the schema " SCHEMA) : NULL;
}

static char *read_line(void *data, const char *line, unsigned number)
{
    struct baseline_file *baseline = data;
    struct entry entry = {0};
    json_error_t error;
    char *wrong;

    (void)number;
    if (is_blank(line))
        return NULL;
    entry.json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    if (!entry.json)
        return xasprintf("no JSON: %s", error.text);
    wrong = !json_is_object(entry.json) ? xstrdup("no JSON object")
            : baseline->begun           ? fill(&entry.finding, entry.json)
                                        : read_header(entry.json);
    if (wrong || !baseline->begun) {
        json_decref(entry.json);
        baseline->begun = true;
        return wrong;
    }
    GROW(baseline->entries, baseline->count, baseline->room);
    baseline->entries[baseline->count++] = entry;
    return NULL;
}

/* Strict fingerprints first; of several with the same one the most frequent first. */
static int compare_entries(const void *a, const void *b)
{
    const struct report_fixed *x = &((const struct entry *)a)->finding;
    const struct report_fixed *y = &((const struct entry *)b)->finding;
    int order = strcmp(x->fingerprint_strict, y->fingerprint_strict);

    if (!order)
        order = strcmp(x->provider, y->provider);
    return order ? order : (x->count < y->count) - (x->count > y->count);
}

/* What two branches added to a file stands there twice after they were merged. */
static void drop_doubles(struct baseline_file *baseline)
{
    size_t kept = 0;

    for (size_t i = 0; i < baseline->count; i++) {
        const struct report_fixed *last = kept ? &baseline->entries[kept - 1].finding : NULL;
        const struct report_fixed *next = &baseline->entries[i].finding;

        if (last && !strcmp(last->fingerprint_strict, next->fingerprint_strict) &&
            !strcmp(last->provider, next->provider))
            json_decref(baseline->entries[i].json);
        else
            baseline->entries[kept++] = baseline->entries[i];
    }
    baseline->count = kept;
}

struct baseline_file *baseline_read(const char *path, char **problem)
{
    struct baseline_file *baseline = xcalloc(1, sizeof *baseline);
    size_t size;
    char *text = text_file_read(path, &size, problem);
    int result = text ? text_file_lines(path, text, size, read_line, baseline, problem) : -1;

    free(text);
    if (result == 0 && !baseline->begun) {
        *problem = xasprintf("%s: this is no baseline: it is empty", path);
        result = -1;
    }
    if (result < 0) {
        baseline_free(baseline);
        return NULL;
    }
    if (baseline->count)
        qsort(baseline->entries, baseline->count, sizeof *baseline->entries, compare_entries);
    drop_doubles(baseline);
    return baseline;
}

void baseline_free(struct baseline_file *baseline)
{
    if (!baseline)
        return;
    for (size_t i = 0; i < baseline->count; i++)
        json_decref(baseline->entries[i].json);
    free(baseline->entries);
    free(baseline);
}

/* ---- comparing ------------------------------------------------------------------------------ */

typedef bool matcher(const struct report_fixed *entry, const struct finding *finding);

static bool is_same(const struct report_fixed *entry, const struct finding *finding)
{
    return !strcmp(entry->fingerprint_strict, finding->fingerprint_strict) &&
           !strcmp(entry->provider, finding->provider);
}

/* Of another version of the provider, or under another name. */
static bool is_same_elsewhere(const struct report_fixed *entry, const struct finding *finding)
{
    return !strcmp(entry->fingerprint_strict, finding->fingerprint_strict);
}

static bool has_same_owner(const struct report_fixed *entry, const struct finding *finding)
{
    return !strcmp(entry->fingerprint, finding->fingerprint);
}

/* An index of a copy of the entries, by either fingerprint. */
struct index {
    struct entry **entries;
    size_t count;
    bool strict;
};

static const char *key_of(const struct entry *entry, bool strict)
{
    return strict ? entry->finding.fingerprint_strict : entry->finding.fingerprint;
}

static int compare_owners(const void *a, const void *b)
{
    const struct entry *x = *(struct entry *const *)a;
    const struct entry *y = *(struct entry *const *)b;
    int order = strcmp(x->finding.fingerprint, y->finding.fingerprint);

    if (order)
        return order;
    order = (x->finding.count < y->finding.count) - (x->finding.count > y->finding.count);
    return order ? order : strcmp(x->finding.fingerprint_strict, y->finding.fingerprint_strict);
}

static struct index make_index(struct entry *entries, size_t count, bool strict)
{
    struct index index = {xcalloc(count, sizeof(struct entry *)), count, strict};

    for (size_t i = 0; i < count; i++)
        index.entries[i] = &entries[i];
    if (!strict && count)
        qsort(index.entries, count, sizeof *index.entries, compare_owners);
    return index;
}

static size_t first_of(const struct index *index, const char *key)
{
    size_t low = 0, high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(key_of(index->entries[middle], index->strict), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void pair(struct finding *finding, struct entry *entry)
{
    entry->paired = true;
    finding->baseline_count = entry->finding.count;
    finding->baseline = finding->count > entry->finding.count ? BASELINE_GROWN : BASELINE_KNOWN;
}

static void pair_all(struct report *report, const struct index *index, matcher *matches)
{
    for (size_t i = 0; i < report->findings_count; i++) {
        struct finding *finding = &report->findings[i];
        const char *key = index->strict ? finding->fingerprint_strict : finding->fingerprint;

        if (finding->baseline != BASELINE_NEW)
            continue;
        for (size_t at = first_of(index, key);
             at < index->count && !strcmp(key_of(index->entries[at], index->strict), key); at++)
            if (!index->entries[at]->paired && matches(&index->entries[at]->finding, finding)) {
                pair(finding, index->entries[at]);
                break;
            }
    }
}

static void list_fixed(struct report *report, const struct entry *entries, size_t count)
{
    report->fixed = xcalloc(count, sizeof *report->fixed);
    for (size_t i = 0; i < count; i++)
        if (!entries[i].paired)
            report->fixed[report->fixed_count++] = entries[i].finding;
}

void baseline_compare(const struct baseline_file *baseline, struct report *report)
{
    size_t count = baseline->count;
    struct entry *entries = xcalloc(count, sizeof *entries);
    struct index strict, owners;

    if (count)
        memcpy(entries, baseline->entries, count * sizeof *entries);
    strict = make_index(entries, count, true);
    owners = make_index(entries, count, false);
    for (size_t i = 0; i < report->findings_count; i++)
        report->findings[i].baseline = BASELINE_NEW;
    pair_all(report, &strict, is_same);
    pair_all(report, &strict, is_same_elsewhere);
    pair_all(report, &owners, has_same_owner);
    if (report_complete(report))
        list_fixed(report, entries, count);
    free(strict.entries);
    free(owners.entries);
    free(entries);
    report_tally(report);
}

/* ---- writing -------------------------------------------------------------------------------- */

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a;
    const struct finding *y = *(const struct finding *const *)b;
    int order = strcmp(x->rule->name, y->rule->name);

    if (!order)
        order = strcmp(x->fingerprint, y->fingerprint);
    if (!order)
        order = strcmp(x->fingerprint_strict, y->fingerprint_strict);
    return order ? order : strcmp(x->provider, y->provider);
}

static void write_entry(FILE *out, const struct finding *finding)
{
    json_t *object = must_value(json_object());

    put_member(object, "rule", text_value(finding->rule->name));
    put_member(object, "severity", text_value(severity_name(finding->severity)));
    put_member(object, "kind", text_value(finding->kind));
    put_member(object, "family", text_value(finding->family));
    put_member(object, "provider", text_value(finding->provider));
    put_member(object, "count", number_value(finding->count));
    put_member(object, "fingerprint", text_value(finding->fingerprint));
    put_member(object, "fingerprint_strict", text_value(finding->fingerprint_strict));
    put_member(object, "message", text_value(finding->message));
    print_value(out, object);
    putc('\n', out);
}

void baseline_write(FILE *out, const struct report *report)
{
    const struct finding **sorted = xcalloc(report->findings_count, sizeof *sorted);
    size_t count = 0;

    for (size_t i = 0; i < report->findings_count; i++)
        if (!report->findings[i].suppressed)
            sorted[count++] = &report->findings[i];
    if (count)
        qsort(sorted, count, sizeof *sorted, compare_findings);
    fputs("{\"schema\":\"" SCHEMA "\"}\n", out);
    for (size_t i = 0; i < count; i++)
        write_entry(out, sorted[i]);
    free(sorted);
}
