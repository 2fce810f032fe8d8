/* SPDX-License-Identifier: MIT */
/* The names of C++ as demanglers and DWARF spell them, without what differs between builds. */
#include "fingerprint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool identifier_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Length of "operator" and its symbol at `at`, where < and ( belong to the name; 0 if none. */
static size_t operator_length(const char *name, size_t at)
{
    static const char *const symbols[] = {"<=>", "<<=", ">>=", "->*", "<<", ">>",
                                          "<=",  ">=",  "->",  "()",  "<",  ">"};
    size_t word = strlen("operator");

    if (strncmp(name + at, "operator", word) != 0 || (at && identifier_char(name[at - 1])))
        return 0;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (starts_with(name + at + word, symbols[i]))
            return word + strlen(symbols[i]);
    return 0;
}

/* The index behind the bracket that closes the one at `at`, or 0. */
static size_t matching(const char *name, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; name[i]; i++) {
        if (name[i] == '<')
            depth++;
        else if (name[i] == '>' && (i == 0 || name[i - 1] != '-') && --depth == 0)
            return i + 1;
    }
    return 0;
}

static void strip_template_arguments(char *name)
{
    size_t to = 0;

    for (size_t from = 0; name[from];) {
        size_t keep = operator_length(name, from);
        size_t end;

        if (keep) {
            memmove(name + to, name + from, keep);
            to += keep;
            from += keep;
            continue;
        }
        /* At the start of a name it is no argument list but a name: <lambda(int)>. */
        end = name[from] == '<' && from &&
                      (identifier_char(name[from - 1]) || to == 0 || name[to - 1] != ':')
                  ? matching(name, from)
                  : 0;
        if (end)
            from = end;
        else
            name[to++] = name[from++];
    }
    name[to] = '\0';
}

/* The index behind the brace that closes the one at `at`, or 0. */
static size_t matching_brace(const char *name, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; name[i]; i++) {
        if (name[i] == '{')
            depth++;
        else if (name[i] == '}' && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* The index behind what compilers call a lambda: {lambda(int)#1}, <lambda(int)> or $_0; or 0. */
static size_t lambda_end(const char *name, size_t at)
{
    size_t digits;

    if (at && name[at - 1] != ':')
        return 0;
    if (starts_with(name + at, "{lambda("))
        return matching_brace(name, at);
    if (starts_with(name + at, "<lambda("))
        return matching(name, at);
    digits = starts_with(name + at, "$_") ? strspn(name + at + 2, "0123456789") : 0;
    return digits && !identifier_char(name[at + 2 + digits]) ? at + 2 + digits : 0;
}

/*
 * They count the lambdas of a file or function, so that a new one would rename those behind it: all
 * lambdas of a function are one.
 */
static char *unify_lambdas(const char *name)
{
    static const char unified[] = "{lambda}";
    char *result = xmalloc(strlen(name) * sizeof unified + 1);
    size_t to = 0;

    for (size_t from = 0; name[from];) {
        size_t end = lambda_end(name, from);

        if (end) {
            memcpy(result + to, unified, sizeof unified - 1);
            to += sizeof unified - 1;
            from = end;
        } else {
            result[to++] = name[from++];
        }
    }
    result[to] = '\0';
    return result;
}

static void cut_at(char *name, const char *mark)
{
    char *at = name[0] ? strstr(name + 1, mark) : NULL;

    if (at && !identifier_char(at[strlen(mark)]))
        *at = '\0';
}

static void strip_suffixes(char *name)
{
    static const char *const suffixes[] = {".part",     ".cold", ".isra",   ".constprop",
                                           ".lto_priv", ".llvm", ".__uniq", ".specialized"};
    char *clone = strstr(name, " [clone ");

    if (clone)
        *clone = '\0';
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        cut_at(name, suffixes[i]);
}

static bool strip_end(char *name, const char *tail)
{
    size_t length = strlen(name);
    size_t tail_length = strlen(tail);

    if (length <= tail_length || strcmp(name + length - tail_length, tail) != 0)
        return false;
    name[length - tail_length] = '\0';
    return true;
}

static void strip_parameters(char *name)
{
    size_t depth = 0;
    size_t i;

    while (strip_end(name, " const") || strip_end(name, " volatile") || strip_end(name, " &") ||
           strip_end(name, " &&"))
        ;
    i = strlen(name);
    if (i == 0 || name[i - 1] != ')')
        return;
    while (i > 0) {
        i--;
        if (name[i] == ')')
            depth++;
        else if (name[i] == '(' && --depth == 0)
            break;
    }
    if (i > 0 && !(i >= 8 && strcmp(name + i, "()") == 0 && starts_with(name + i - 8, "operator")))
        name[i] = '\0';
}

/* The index behind the parenthesis that closes the one at `at`, and any "const" there; or 0. */
static size_t parameters_end(const char *name, size_t at)
{
    static const char *const qualifiers[] = {" const", " volatile", " &&", " &"};
    size_t depth = 0, i = at;

    do {
        if (!name[i])
            return 0;
        depth += name[i] == '(';
        depth -= name[i] == ')';
    } while (name[i++] && depth);
    for (size_t j = 0; j < sizeof qualifiers / sizeof *qualifiers; j++)
        if (starts_with(name + i, qualifiers[j]))
            i += strlen(qualifiers[j]);
    return i;
}

/* Those of functions around a lambda or a class: open(int)::{lambda}::operator(). */
static void strip_inner_parameters(char *name)
{
    size_t to = 0;

    for (size_t from = 0; name[from];) {
        size_t keep = operator_length(name, from), end;

        if (keep) {
            memmove(name + to, name + from, keep);
            to += keep;
            from += keep;
            continue;
        }
        end = name[from] == '(' && to && name[to - 1] != ':' ? parameters_end(name, from) : 0;
        if (end && starts_with(name + end, "::"))
            from = end;
        else
            name[to++] = name[from++];
    }
    name[to] = '\0';
}

/* What returns a pointer to a function stands within that one's type: int (*open(char))(long) */
static void strip_function_type(char *name)
{
    size_t length = strlen(name), depth = 0, i = length;

    if (!length || name[length - 1] != ')')
        return;
    while (i > 0 && (name[--i] != '(' || depth > 1))
        depth += (name[i] == ')') - (size_t)(name[i] == '(');
    i += 1 + strspn(name + i + 1, "*& ");
    if (i < 2 || !strchr("*&", name[i - 1]))
        return;
    name[length - 1] = '\0';
    memmove(name, name + i, length - i);
    strip_parameters(name);
}

/* Templates are demangled with their return type, plain functions are not. */
static void strip_return_type(char *name)
{
    size_t depth = 0;
    size_t start = 0;

    for (size_t i = 0; name[i]; i++) {
        if (starts_with(name + i, "operator") && (i == 0 || !identifier_char(name[i - 1])))
            break;
        if (strchr("({[<", name[i]))
            depth++;
        else if (strchr(")}]>", name[i]) && depth)
            depth--;
        else if (name[i] == ' ' && depth == 0)
            start = i + 1;
    }
    if (name[start])
        memmove(name, name + start, strlen(name + start) + 1);
}

char *fingerprint_function(const char *name)
{
    char *result = unify_lambdas(name);

    strip_suffixes(result);
    strip_template_arguments(result);
    strip_inner_parameters(result);
    strip_parameters(result);
    strip_function_type(result);
    strip_end(result, " "); /* operator<< <int>() */
    strip_return_type(result);
    if (!result[0]) {
        free(result);
        result = xstrdup(name);
    }
    return result;
}
