/* SPDX-License-Identifier: MIT */
#include "suppression_line.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"
#include "suppression_value.h"

/* ---- tokens --------------------------------------------------------------------------------- */

struct token {
    char *text;
    int key; /* enum suppression_key: the text is its value; -1: no key=value */
};

/* The key of the "key=" that begins here, or -1. */
static int key_at(const char *at)
{
    size_t length = strcspn(at, "= \t");

    for (int i = 0; i < KEY_COUNT && at[length] == '='; i++)
        if (strlen(suppression_keys[i]) == length && !strncmp(at, suppression_keys[i], length))
            return i;
    return -1;
}

static char *read_quoted(const char **at, struct token *token)
{
    char *problem = suppression_read_quoted(at, &token->text);

    if (!problem && **at && suppression_skip_blanks(*at) == *at)
        problem = xstrdup("a blank is missing behind the quote");
    return problem;
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
        *at += strlen(suppression_keys[token->key]) + 1;
    problem = **at == '"' ? read_quoted(at, token) : read_bare(at, token);
    if (!problem && (!token->text || !*token->text))
        problem = token->key < 0 ? xstrdup("an empty token")
                                 : xasprintf("%s= has no value", suppression_keys[token->key]);
    return problem;
}

/* ---- the line ------------------------------------------------------------------------------- */

/* The text, which is the caller's from now on. */
static char *take_text(struct token *token)
{
    char *text = token->text;

    token->text = NULL;
    return text;
}

/* Rule, frames, then keys. */
static char *take_token(struct suppression *suppression, struct token *token)
{
    bool keyed = false;

    if (token->key >= 0)
        return suppression_set_value(suppression, (enum suppression_key)token->key,
                                     take_text(token), '=');
    for (size_t i = 0; i < KEY_COUNT; i++)
        keyed = keyed || suppression->values[i];
    if (keyed)
        return xstrdup("rule and frames stand before key=value");
    if (!suppression->rule)
        return suppression_set_rule(suppression, take_text(token));
    if (!strcmp(token->text, "...")) /* as in Valgrind; here gaps are allowed everywhere */
        return NULL;
    return suppression_add_frame(suppression, token->text, true);
}

char *suppression_parse_line(struct suppression *suppression, const char *line)
{
    const char *start = suppression_skip_blanks(line);
    const char *at = start, *end = start;
    char *problem = NULL;

    while (*at && !problem) {
        struct token token;

        problem = read_token(&at, &token);
        if (!problem)
            problem = take_token(suppression, &token);
        free(token.text);
        if (token.key < 0)
            end = at;
        at = suppression_skip_blanks(at);
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
