/* SPDX-License-Identifier: MIT */
#include "suppression_line.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../preload/api.h"
#include "fingerprint.h"
#include "memory.h"
#include "rules.h"

/* In the order of enum suppression_key. */
static const char *const keys[KEY_COUNT] = {
    "name=", "rule=", "kind=", "fingerprint=", "reason=", "expires=", "max="};

/* ---- tokens --------------------------------------------------------------------------------- */

struct token {
    char *text;
    int key; /* enum suppression_key: the text is its value; -1: no key=value */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

static int key_at(const char *at)
{
    for (int i = 0; i < KEY_COUNT; i++)
        if (!strncmp(at, keys[i], strlen(keys[i])))
            return i;
    return -1;
}

/* The text of a quoted token; *at stands on the opening quote and then behind the closing one. */
static char *read_quoted(const char **at, struct token *token)
{
    const char *from = *at + 1;
    char *to = token->text = xmalloc(strlen(from) + 1);

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
    if (from[1] && !is_blank(from[1]))
        return xstrdup("a blank is missing behind the quote");
    *at = from + 1;
    return NULL;
}

static char *read_bare(const char **at, struct token *token)
{
    size_t length = strcspn(*at, " \t");

    if (memchr(*at, '"', length))
        return xstrdup("a quote inside a token: put all of the token in quotes, and \\ before it");
    token->text = xstrndup(*at, length);
    *at += length;
    return NULL;
}

/* *at stands on the token's first byte, and then behind it. */
static char *read_token(const char **at, struct token *token)
{
    char *problem;

    *token = (struct token){.key = key_at(*at)};
    if (token->key >= 0)
        *at += strlen(keys[token->key]);
    problem = **at == '"' ? read_quoted(at, token) : read_bare(at, token);
    if (!problem && (!token->text || !*token->text))
        problem = token->key < 0 ? xstrdup("an empty token")
                                 : xasprintf("%s has no value", keys[token->key]);
    return problem;
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
static char *read_expires(struct suppression *suppression, const char *value)
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
    return xstrdup("expires= takes a date like 2027-12-31");
}

static char *read_max(struct suppression *suppression, const char *value)
{
    unsigned long max;

    if (!read_number(value, 18, &max) || !max)
        return xstrdup("max= takes a number from 1");
    suppression->max = max;
    return NULL;
}

static char *check_fingerprint(const char *value)
{
    if (strspn(value, "0123456789abcdef") == FINGERPRINT_SIZE - 1 &&
        strlen(value) == FINGERPRINT_SIZE - 1)
        return NULL;
    return xstrdup("fingerprint= takes 16 digits of 0-9a-f");
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

/* Takes over the token's text. */
static char *set_value(struct suppression *suppression, struct token *token)
{
    char **value = &suppression->values[token->key];

    if (*value)
        return xasprintf("%s stands there twice", keys[token->key]);
    *value = token->text;
    token->text = NULL;
    switch (token->key) {
    case KEY_EXPIRES:
        return read_expires(suppression, *value);
    case KEY_MAX:
        return read_max(suppression, *value);
    case KEY_FINGERPRINT:
        return check_fingerprint(*value);
    case KEY_RULE:
        return check_name(*value, "rule", is_rule);
    case KEY_KIND:
        return check_name(*value, "kind", is_kind);
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

static char *add_frame(struct suppression *suppression, const char *text)
{
    if (!strcmp(text, "...")) /* as in Valgrind; gaps are allowed everywhere */
        return NULL;
    GROW(suppression->frames, suppression->frames_count, suppression->frames_room);
    suppression->frames[suppression->frames_count] = (struct frame_glob){0};
    return read_frame(&suppression->frames[suppression->frames_count++], text);
}

/* ---- the line ------------------------------------------------------------------------------- */

/* Rule, frames, then keys. Takes over the token's text where it keeps it. */
static char *take_token(struct suppression *suppression, struct token *token)
{
    bool keyed = false;

    if (token->key >= 0)
        return set_value(suppression, token);
    for (size_t i = 0; i < KEY_COUNT; i++)
        keyed = keyed || suppression->values[i];
    if (keyed)
        return xstrdup("rule and frames stand before key=value");
    if (suppression->rule)
        return add_frame(suppression, token->text);
    suppression->rule = token->text;
    token->text = NULL;
    return check_name(suppression->rule, "rule", is_rule);
}

char *suppression_parse_line(struct suppression *suppression, const char *line)
{
    const char *start = skip_blanks(line);
    const char *at = start, *end = start;
    char *problem = NULL;

    if (*at == '{')
        return xstrdup("the form with { } is not known to this version");
    while (*at && !problem) {
        struct token token;

        problem = read_token(&at, &token);
        if (!problem)
            problem = take_token(suppression, &token);
        free(token.text);
        if (token.key < 0)
            end = at;
        at = skip_blanks(at);
    }
    suppression->text = xstrndup(start, (size_t)(end - start));
    if (problem)
        return problem;
    if (!suppression->rule)
        return xstrdup("a rule is missing before key=value");
    if (!suppression->frames_count)
        return xstrdup("a frame is missing behind the rule: * is any");
    return NULL;
}

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
