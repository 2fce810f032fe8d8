/* SPDX-License-Identifier: MIT */
#include "suppression_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "preload/api.h"
#include "report/base/memory.h"
#include "report/replay/rules.h"
#include "report/symbols/fingerprint.h"

const char *const suppression_keys[KEY_COUNT] = {"name",   "rule",    "kind", "fingerprint",
                                                 "reason", "expires", "max"};

/* ---- text ----------------------------------------------------------------------------------- */

const char *suppression_skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Copies until the closing quote, at which *at then stands. */
char *suppression_read_quoted(const char **at, char **text)
{
    const char *from = *at + 1;
    char *to = *text = xmalloc(strlen(from) + 1);

    for (; *from && *from != '"'; from++) {
        if (*from == '\\' && from[1] != '"' && from[1] != '\\')
            return xstrdup("in quotes a backslash stands before \" or \\ only");
        if (*from == '\\')
            from++;
        *to++ = *from;
    }
    *to = '\0';
    if (!*from)
        return xstrdup("the quote is not closed");
    *at = from + 1;
    return NULL;
}

/* ---- values --------------------------------------------------------------------------------- */

/* Digits only, at most `limit` of them. */
static bool read_number(const char *text, size_t limit, unsigned long *number)
{
    size_t length = strspn(text, "0123456789");

    *number = strtoul(text, NULL, 10);
    return length && length <= limit && !text[length];
}

/* The day is good to its end, UTC. */
static char *read_expires(struct suppression *suppression, const char *value, char sign)
{
    struct tm date = {0}, back;
    time_t day, now = time(NULL);

    if (strlen(value) == 10 && strspn(value, "0123456789-") == 10 &&
        sscanf(value, "%4d-%2d-%2d", &date.tm_year, &date.tm_mon, &date.tm_mday) == 3 &&
        value[4] == '-' && value[7] == '-') {
        date.tm_year -= 1900;
        date.tm_mon--;
        back = date;
        day = timegm(&back);
        if (back.tm_mon == date.tm_mon && back.tm_mday == date.tm_mday) {
            suppression->expired = now - day >= 24L * 60 * 60;
            return NULL;
        }
    }
    return xasprintf("expires%c takes a date like 2027-12-31", sign);
}

static char *read_max(struct suppression *suppression, const char *value, char sign)
{
    unsigned long max;

    if (!read_number(value, 18, &max) || !max)
        return xasprintf("max%c takes a number from 1", sign);
    suppression->max = max;
    return NULL;
}

static char *check_fingerprint(const char *value, char sign)
{
    if (strspn(value, "0123456789abcdef") == FINGERPRINT_SIZE - 1 &&
        strlen(value) == FINGERPRINT_SIZE - 1)
        return NULL;
    return xasprintf("fingerprint%c takes 16 digits of 0-9a-f", sign);
}

static bool is_rule(const char *name)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (!strcmp(rules[i].name, name))
            return true;
    return false;
}

static bool is_kind(const char *name)
{
    for (unsigned i = 0; i < SCA_KIND_COUNT; i++)
        if (!strcmp(sca_kind_name(i), name))
            return true;
    return false;
}

/* A name without a wildcard that nothing has would never match: it is a slip. */
static char *check_name(const char *name, const char *what, bool (*exists)(const char *))
{
    if (!name || strpbrk(name, "*?") || exists(name))
        return NULL;
    return xasprintf("there is no %s %s", what, name);
}

char *suppression_set_rule(struct suppression *suppression, char *rule)
{
    suppression->rule = rule;
    return check_name(rule, "rule", is_rule);
}

char *suppression_set_value(struct suppression *suppression, enum suppression_key key, char *text,
                            char sign)
{
    char **value = &suppression->values[key];

    if (*value) {
        free(text);
        return xasprintf("%s%c stands there twice", suppression_keys[key], sign);
    }
    *value = text;
    switch (key) {
    case KEY_EXPIRES:
        return read_expires(suppression, text, sign);
    case KEY_MAX:
        return read_max(suppression, text, sign);
    case KEY_FINGERPRINT:
        return check_fingerprint(text, sign);
    case KEY_RULE:
        return check_name(text, "rule", is_rule);
    case KEY_KIND:
        return check_name(text, "kind", is_kind);
    default:
        return NULL;
    }
}

/* ---- frames --------------------------------------------------------------------------------- */

/* The "+" of "libfoo.so+0x12", or NULL. */
static const char *offset_part(const char *text)
{
    const char *plus = strrchr(text, '+');
    const char *digits = plus ? plus + 1 : "";

    if (digits[0] == '0' && digits[1] == 'x')
        digits += 2;
    return *digits && !digits[strspn(digits, "0123456789abcdefABCDEF")] ? plus : NULL;
}

static char *read_module_offset(struct frame_glob *frame, const char *text, const char *plus)
{
    if (plus == text)
        return xstrdup("a module is missing before +");
    errno = 0;
    frame->offset = strtoull(plus + 1, NULL, 16);
    if (errno)
        return xstrdup("the offset is too large");
    frame->has_offset = true;
    frame->module = xstrndup(text, (size_t)(plus - text));
    return NULL;
}

static char *read_frame(struct frame_glob *frame, const char *text)
{
    static const char file[] = "file:";
    const char *mark = strchr(text, '!');

    if (!strncmp(text, file, strlen(file))) {
        text += strlen(file);
        if (!*text)
            return xstrdup("file: has no path");
        frame->file = xstrdup(text);
        return NULL;
    }
    if (mark) {
        if (mark == text || !mark[1])
            return xstrdup("a ! stands between module and function");
        frame->module = xstrndup(text, (size_t)(mark - text));
        frame->function = xstrdup(mark + 1);
        return NULL;
    }
    mark = offset_part(text);
    if (mark)
        return read_module_offset(frame, text, mark);
    frame->function = xstrdup(text);
    return NULL;
}

char *suppression_add_frame(struct suppression *suppression, const char *text, bool after_gap)
{
    GROW(suppression->frames, suppression->frames_count, suppression->frames_room);
    suppression->frames[suppression->frames_count] = (struct frame_glob){.after_gap = after_gap};
    return read_frame(&suppression->frames[suppression->frames_count++], text);
}

/* ---- the end -------------------------------------------------------------------------------- */

void suppression_clear(struct suppression *suppression)
{
    for (size_t i = 0; i < suppression->frames_count; i++) {
        free(suppression->frames[i].function);
        free(suppression->frames[i].module);
        free(suppression->frames[i].file);
    }
    free(suppression->frames);
    for (size_t i = 0; i < KEY_COUNT; i++)
        free(suppression->values[i]);
    free(suppression->rule);
    free(suppression->text);
    *suppression = (struct suppression){0};
}
