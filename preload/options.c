/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stddef.h>

#include "port.h"

struct sca_options sca_options;

#define COMPLAINTS 8

static char complaints[COMPLAINTS][320];
static size_t complaints_count;
static char limits[64]; /* of an option, in words; for the complaint that is made of it next */

static const char *set_text(char *field, size_t size, const char *value)
{
    if (sca_length(value) >= size)
        return "it is too long";
    sca_copy(field, size, value);
    return NULL;
}

static const char *set_file(char *field, size_t size, const char *value)
{
    if (sca_same(value, "-"))
        return "standard output is the program's";
    return set_text(field, size, value);
}

static const char *set_number(uint32_t *field, uint32_t min, uint32_t max, const char *value)
{
    uint64_t number = 0;
    const char *digit = value;

    for (; *digit >= '0' && *digit <= '9' && number <= UINT32_MAX; digit++)
        number = number * 10 + (uint64_t)(*digit - '0');
    if (digit == value || *digit || number < min || number > max) {
        sca_copy(limits, sizeof limits, "it takes a number from ");
        sca_append_number(limits, sizeof limits, min);
        sca_append(limits, sizeof limits, " to ");
        sca_append_number(limits, sizeof limits, max);
        return limits;
    }
    *field = (uint32_t)number;
    return NULL;
}

static const char *set_choice(uint32_t *field, const char *choices, const char *value)
{
    sca_copy(limits, sizeof limits, "it takes one of ");
    sca_append(limits, sizeof limits, choices);
    for (uint32_t index = 0; *choices; index++) {
        const char *wanted = value;

        while (*wanted && *choices == *wanted)
            choices++, wanted++;
        if (!*wanted && (!*choices || *choices == '|')) {
            *field = index;
            return NULL;
        }
        while (*choices && *choices++ != '|')
            ;
    }
    return limits;
}

/* Why `value` cannot be given to `key`, or NULL when it was. */
static const char *set(const char *key, const char *value)
{
#define SCA_TEXT(name, size, initial, help)                                                        \
    if (sca_same(key, #name))                                                                      \
        return set_text(sca_options.name, size, value);
#define SCA_FILE(name, size, initial, help)                                                        \
    if (sca_same(key, #name))                                                                      \
        return set_file(sca_options.name, size, value);
#define SCA_NUMBER(name, min, max, initial, help)                                                  \
    if (sca_same(key, #name))                                                                      \
        return set_number(&sca_options.name, min, max, value);
#define SCA_CHOICE(name, initial, choices, help)                                                   \
    if (sca_same(key, #name))                                                                      \
        return set_choice(&sca_options.name, choices, value);
    SCA_OPTIONS(SCA_TEXT, SCA_FILE, SCA_NUMBER, SCA_CHOICE)
#undef SCA_TEXT
#undef SCA_FILE
#undef SCA_NUMBER
#undef SCA_CHOICE
    return "there is no such option";
}

/* Copy one token up to `stop` or ':' or the end; quotes keep both. Returns where it ended, and
 * whether a quote is open there. */
static const char *token(const char *text, char stop, char *to, size_t size, bool *open)
{
    bool quoted = false;
    size_t length = 0;

    for (; *text && (quoted || (*text != ':' && *text != stop)); text++) {
        if (*text == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted && *text == '\\' && (text[1] == '"' || text[1] == '\\'))
            text++;
        if (length + 1 < size)
            to[length++] = *text;
    }
    to[length] = '\0';
    *open = quoted;
    return text;
}

static void complain(const char *key, const char *value, const char *problem)
{
    char *line;

    if (complaints_count == COMPLAINTS)
        return;
    line = complaints[complaints_count++];
    sca_copy(line, sizeof *complaints, key);
    sca_append(line, sizeof *complaints - 128, value[0] ? "=" : "");
    sca_append(line, sizeof *complaints - 128, value);
    sca_append(line, sizeof *complaints, " is ignored: ");
    sca_append(line, sizeof *complaints, problem);
}

void sca_options_complain(void)
{
    for (size_t i = 0; i < complaints_count; i++)
        sca_say("SCARDAUDIT_OPTIONS: ", complaints[i]);
    complaints_count = 0;
}

void sca_options_parse(const char *text)
{
    char key[32], value[1024 + 2]; /* longer than any option: a value too long must show */

#define SCA_TEXT(name, size, initial, help) sca_copy(sca_options.name, size, initial);
#define SCA_FILE SCA_TEXT
#define SCA_NUMBER(name, min, max, initial, help) sca_options.name = initial;
#define SCA_CHOICE(name, initial, choices, help) sca_options.name = initial;
    SCA_OPTIONS(SCA_TEXT, SCA_FILE, SCA_NUMBER, SCA_CHOICE)
#undef SCA_TEXT
#undef SCA_FILE
#undef SCA_NUMBER
#undef SCA_CHOICE

    while (text && *text) {
        const char *problem = "it needs a value (one with a colon stands in double quotes)";
        bool open;

        text = token(text, '=', key, sizeof key, &open);
        value[0] = '\0';
        if (*text == '=') {
            text = token(text + 1, '\0', value, sizeof value, &open);
            problem = open ? "the quote is not closed" : set(key, value);
        }
        if (key[0] && problem)
            complain(key, value, problem);
        if (*text == ':')
            text++;
    }
}
