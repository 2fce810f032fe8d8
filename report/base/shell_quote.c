/* SPDX-License-Identifier: MIT */
#include "shell_quote.h"

#include <string.h>

#include "memory.h"

static int is_plain(const char *word)
{
    return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                       "_-+=:,./@%^")];
}

/* ' becomes '\'' inside single quotes. */
static char *quote(char *end, const char *word)
{
    if (is_plain(word))
        return stpcpy(end, word);
    *end++ = '\'';
    for (; *word; word++) {
        if (*word == '\'')
            end = stpcpy(end, "'\\''");
        else
            *end++ = *word;
    }
    return stpcpy(end, "'");
}

char *shell_command(const char *command, char *const *words, int count)
{
    size_t size = strlen(command) + 1;
    char *line, *end;

    for (int i = 0; i < count; i++)
        size += 4 * strlen(words[i]) + 3;
    line = xmalloc(size);
    end = stpcpy(line, command);
    for (int i = 0; i < count; i++) {
        *end++ = ' ';
        end = quote(end, words[i]);
    }
    return line;
}
