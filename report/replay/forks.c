/* SPDX-License-Identifier: MIT */
#include "forks.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/base/memory.h"

char *forks_parent_path(const struct trace *child)
{
    const char *name = child->parent_trace;

    if (!(child->flags & SCA_FLAG_FORKED) || strchr(name, '/') ||
        fnmatch("scardaudit.*.trace", name, 0) != 0)
        return NULL;
    return xasprintf("%.*s%s", (int)(base_name(child->path) - child->path), child->path, name);
}

/* scardaudit.PROGRAM.PID.N.trace */
static bool is_named_for(const char *name, uint32_t pid)
{
    size_t i = strlen(name);

    for (int dots = 0; i > 0 && dots < 3; i--)
        dots += name[i - 1] == '.';
    return strtoul(name + i + 1, NULL, 10) == pid;
}

static bool same_program(const struct trace *a, const struct trace *b)
{
    return a->build_id_size == b->build_id_size &&
           !memcmp(a->build_id, b->build_id, a->build_id_size);
}

bool forks_is_parent(const struct trace *parent, const struct trace *child)
{
    return parent->complete && is_named_for(child->parent_trace, parent->pid) &&
           parent->clock == child->clock && !strcmp(parent->run_id, child->run_id) &&
           same_program(parent, child) && parent->start_clock < child->start_clock &&
           parent->start_clock <= child->parent_clock && child->parent_clock <= child->start_clock;
}

struct place {
    const char *path;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    return strcmp(x->path, y->path);
}

static size_t parent_of(struct trace *const *traces, const struct trace *child,
                        const struct place *places, size_t count)
{
    struct place wanted = {forks_parent_path(child), 0};
    const struct place *found = NULL;

    if (wanted.path)
        found = bsearch(&wanted, places, count, sizeof *places, compare_places);
    free((void *)wanted.path);
    return found && forks_is_parent(traces[found->index], child) ? found->index : FORKS_NONE;
}

size_t *forks_find(struct trace *const *traces, size_t count)
{
    size_t *parents = xcalloc(count, sizeof *parents);
    struct place *places = xcalloc(count, sizeof *places);

    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){traces[i]->path, i};
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++)
        parents[i] = parent_of(traces, traces[i], places, count);
    free(places);
    return parents;
}
