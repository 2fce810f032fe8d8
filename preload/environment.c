/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <errno.h>
#include <unistd.h>

#include "port.h"

#define LIBRARY "libscardaudit.so"

enum { TUNABLES, AUDIT, PRELOAD, OPTIONS, RUN_ID, VARIABLES };

static struct variable {
    const char *name;
    const char *separators; /* of a list of libraries; NULL: a value of whatever kind */
    /* NAME=VALUE at our start, of a list only up to our entry: what stands before us (libasan) has
     * to be there first, what follows is somebody else's. NULL: not set, or without us. */
    const char *ours;
    const char *entry; /* of a list: our entry, the end of `ours` */
} variables[VARIABLES] = {
    [TUNABLES] = {"GLIBC_TUNABLES", NULL, NULL, NULL}, /* with LD_AUDIT: room for what that costs */
    [AUDIT] = {"LD_AUDIT", ":", NULL, NULL},
    [PRELOAD] = {"LD_PRELOAD", " :", NULL, NULL},
    [OPTIONS] = {"SCARDAUDIT_OPTIONS", NULL, NULL, NULL},
    [RUN_ID] = {"SCARDAUDIT_RUN_ID", NULL, NULL, NULL},
};

/* The value, if `text` sets `name`, else NULL. */
static const char *value_of(const char *text, const char *name)
{
    while (*name && *text == *name)
        text++, name++;
    return !*name && *text == '=' ? text + 1 : NULL;
}

static bool is_one_of(char c, const char *characters)
{
    while (*characters && *characters != c)
        characters++;
    return *characters;
}

/* Our entry of a list, whatever directory it names; `*end` is where it ends. NULL: none. */
static const char *find_ours(const char *list, const char *separators, const char **end)
{
    while (*list) {
        const char *base = list, *at = list;

        for (; *at && !is_one_of(*at, separators); at++)
            if (*at == '/')
                base = at + 1;
        if ((size_t)(at - base) == sizeof LIBRARY - 1 && sca_starts_with(base, LIBRARY)) {
            *end = at;
            return list;
        }
        list = *at ? at + 1 : at;
    }
    return NULL;
}

/* ---- start ---------------------------------------------------------------------------------- */

/* What we keep of `text`, in bytes, and where our entry begins. */
static size_t our_part(const struct variable *variable, const char *text, size_t *entry)
{
    const char *start, *end = text + sca_length(text);

    *entry = 0;
    if (variable->separators) {
        start = find_ours(value_of(text, variable->name), variable->separators, &end);
        if (!start)
            return 0;
        *entry = (size_t)(start - text);
    }
    return (size_t)(end - text);
}

static const char *find_variable(const char *name)
{
    for (char **at = environ; at && *at; at++)
        if (value_of(*at, name))
            return *at;
    return NULL;
}

void sca_environment_start(void)
{
    for (struct variable *variable = variables; variable < variables + VARIABLES; variable++) {
        const char *text = find_variable(variable->name);
        size_t entry, length = text ? our_part(variable, text, &entry) : 0;
        char *copy = length ? sca_map(length + 1) : NULL;

        if (!copy)
            continue;
        sca_bytes(copy, text, length); /* the mapping is zeroed */
        variable->entry = copy + entry;
        variable->ours = copy;
    }
    if (!variables[AUDIT].ours)
        variables[TUNABLES].ours = NULL;
}

/* ---- another environment -------------------------------------------------------------------- */

struct survey {
    size_t count;         /* of all its variables */
    size_t at[VARIABLES]; /* index of each of ours plus 1; 0: it is not there */
};

/* Of two with the same name the last counts, as for the loader. */
static void look_through(char *const *envp, struct survey *survey)
{
    *survey = (struct survey){0};
    for (; envp && envp[survey->count]; survey->count++)
        for (size_t i = 0; i < VARIABLES; i++)
            if (value_of(envp[survey->count], variables[i].name))
                survey->at[i] = survey->count + 1;
}

/* Its value in the environment, NULL if it is not there. */
static const char *value_in(char *const *envp, const struct survey *survey, size_t i)
{
    const char *text = survey->at[i] ? envp[survey->at[i] - 1] : NULL;

    return text ? value_of(text, variables[i].name) : NULL;
}

static bool is_missing(size_t i, const char *value)
{
    const struct variable *variable = &variables[i];
    const char *end;

    return variable->ours &&
           (!value || (variable->separators && !find_ours(value, variable->separators, &end)));
}

/* Bytes of our part and theirs together, with separator and NUL. */
static size_t joined_size(size_t i, const char *theirs)
{
    return sca_length(variables[i].ours) + sca_length(theirs) + 2;
}

/* 0: nothing is missing. */
static size_t room_for(char *const *envp, const struct survey *survey)
{
    size_t room = (survey->count + VARIABLES + 1) * sizeof(char *);
    bool any = false;

    for (size_t i = 0; i < VARIABLES; i++) {
        const char *value = value_in(envp, survey, i);

        if (!is_missing(i, value))
            continue;
        any = true;
        if (value)
            room += joined_size(i, value);
    }
    return any ? room : 0;
}

/* A name without a slash is looked for in directories that only the loader knows. */
static bool is_within_reach(void)
{
    const char *entry = variables[PRELOAD].entry;
    int saved = errno;
    bool is_there = sca_base_name(entry) == entry || access(entry, R_OK) == 0;

    errno = saved;
    return is_there;
}

size_t sca_environment_room(char *const *envp)
{
    struct survey survey;
    size_t room;

    if (!variables[PRELOAD].ours)
        return 0;
    look_through(envp, &survey);
    room = room_for(envp, &survey);
    return room && is_within_reach() ? room : 0;
}

char *const *sca_environment_complete(char *const *envp, void *memory, size_t room)
{
    char **to = memory, *strings;
    struct survey survey;
    size_t count, needed;

    look_through(envp, &survey);
    needed = room_for(envp, &survey);
    if (!needed || needed > room)
        return envp;
    count = survey.count;
    strings = (char *)(to + count + VARIABLES + 1);
    for (size_t i = 0; i < count; i++)
        to[i] = envp[i];
    for (size_t i = 0; i < VARIABLES; i++) {
        const char *value = value_in(envp, &survey, i);

        if (!is_missing(i, value))
            continue;
        if (!value) {
            to[count++] = (char *)(uintptr_t)variables[i].ours;
            continue;
        }

        size_t size = joined_size(i, value);

        if (size > (size_t)((char *)memory + room - strings))
            return envp;
        sca_copy(strings, size, variables[i].ours);
        if (*value)
            sca_append(strings, size, ":");
        sca_append(strings, size, value);
        to[survey.at[i] - 1] = strings;
        strings += size;
    }
    to[count] = NULL;
    return to;
}

bool sca_environment_audits(char *const *envp)
{
    struct survey survey;

    if (!variables[PRELOAD].ours)
        return true;
    look_through(envp, &survey);
    return !is_missing(PRELOAD, value_in(envp, &survey, PRELOAD));
}
