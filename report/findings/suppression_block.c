/* SPDX-License-Identifier: MIT */
#include "suppression_block.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"
#include "suppression_value.h"

static bool is_brace(char c)
{
    return c == '{' || c == '}';
}

bool suppression_block_begins(const char *line)
{
    return is_brace(*suppression_skip_blanks(line));
}

static bool is_blank_behind(const char *at)
{
    return !*suppression_skip_blanks(at);
}

/* All of the line from here on, but for blanks around it; or what stands in quotes. */
static char *read_text(const char *at, char **text)
{
    size_t length;
    char *problem;

    at = suppression_skip_blanks(at);
    if (*at == '"') {
        problem = suppression_read_quoted(&at, text);
        return !problem && !is_blank_behind(at) ? xstrdup("something stands behind the quote")
                                                : problem;
    }
    length = strlen(at);
    while (length && strchr(" \t", at[length - 1]))
        length--;
    *text = xstrndup(at, length);
    return NULL;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static char *take_frame(struct suppression_block *block, struct suppression *suppression,
                        const char *text)
{
    bool gap = block->gap;
    char *so_far = suppression->text;

    suppression->text = so_far ? xasprintf("%s %s", so_far, text) : xstrdup(text);
    free(so_far);
    block->gap = !strcmp(text, "...");
    return block->gap ? NULL : suppression_add_frame(suppression, text, gap);
}

/* Takes over `text`. */
static char *take_value(struct suppression *suppression, enum suppression_key key, char *text)
{
    if (key != KEY_RULE)
        return suppression_set_value(suppression, key, text, ':');
    if (!suppression->rule)
        return suppression_set_rule(suppression, text);
    free(text);
    return xstrdup("rule: stands there twice");
}

static char *take_line(struct suppression_block *block, struct suppression *suppression,
                       const char *line)
{
    static const char frame[] = "frame";
    size_t length = strcspn(line, ": \t");
    const char *behind = suppression_skip_blanks(line + length);
    bool is_frame = length == strlen(frame) && !strncmp(line, frame, length);
    int key = 0;
    char *text = NULL, *problem;

    while (key < KEY_COUNT && (strlen(suppression_keys[key]) != length ||
                               strncmp(line, suppression_keys[key], length) != 0))
        key++;
    if (*behind != ':')
        return xstrdup("in a block each line is key: value");
    if (!is_frame && key == KEY_COUNT)
        return xasprintf("there is no key %.*s", (int)length, line);
    problem = read_text(behind + 1, &text);
    if (!problem && !*text)
        problem = xasprintf("%.*s: has no value", (int)length, line);
    if (problem || is_frame) {
        if (!problem)
            problem = take_frame(block, suppression, text);
        free(text);
        return problem;
    }
    return take_value(suppression, (enum suppression_key)key, text);
}

/* The text that reports show is that of the one-line form. */
static char *close_block(struct suppression_block *block, struct suppression *suppression)
{
    char *frames = suppression->text;

    block->open = false;
    if (!suppression->rule)
        return xstrdup("the block that ends here has no rule");
    if (!suppression->frames_count)
        return xstrdup("the block that ends here has no frame: * is any");
    suppression->text = xasprintf("%s %s", suppression->rule, frames);
    free(frames);
    return NULL;
}

char *suppression_block_line(struct suppression_block *block, struct suppression *suppression,
                             const char *line)
{
    line = suppression_skip_blanks(line);
    if (!is_brace(*line))
        return take_line(block, suppression, line);
    if (!is_blank_behind(line + 1))
        return xasprintf("a %c stands on a line of its own", *line);
    if (*line == '}')
        return block->open ? close_block(block, suppression) : xstrdup("a } without a {");
    if (block->open)
        return xstrdup("a { inside a block: the one before is not closed");
    block->open = true;
    return NULL;
}
