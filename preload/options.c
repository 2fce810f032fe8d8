/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <stddef.h>

#include "port.h"

struct sca_options sca_options;

static const char *set_text(char *field, size_t size, const char *value)
{
    if (sca_length(value) >= size)
        return "is too long";
    sca_copy(field, size, value);
    return NULL;
}

static const char *set_file(char *field, size_t size, const char *value)
{
    if (sca_same(value, "-"))
        return "cannot be: standard output is the program's";
    return set_text(field, size, value);
}

static const char *set_number(uint32_t *field, uint32_t min, uint32_t max, const char *value)
{
    uint64_t number = 0;
    const char *digit = value;

    for (; *digit >= '0' && *digit <= '9' && number <= UINT32_MAX; digit++)
        number = number * 10 + (uint64_t)(*digit - '0');
    if (digit == value || *digit)
        return "is not a number";
    if (number < min || number > max)
        return "is out of range";
    *field = (uint32_t)number;
    return NULL;
}

static const char *set_choice(uint32_t *field, const char *choices, const char *value)
{
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
    return "is not one of its choices";
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
    return "is unknown";
}

/* Copy one token up to `stop` or ':' or the end; quotes keep both. Returns where it ended. */
static const char *token(const char *text, char stop, char *to, size_t size)
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
    return text;
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
        const char *problem = "needs a value";

        text = token(text, '=', key, sizeof key);
        value[0] = '\0';
        if (*text == '=') {
            text = token(text + 1, '\0', value, sizeof value);
            problem = set(key, value);
        }
        if (key[0] && problem)
            sca_say("SCARDAUDIT_OPTIONS: ", key, value[0] ? "=" : "", value, " ", problem,
                    ", ignored");
        if (*text == ':')
            text++;
    }
}
