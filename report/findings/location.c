/* SPDX-License-Identifier: MIT */
#include "location.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/base/memory.h"
#include "report/base/source_path.h"

struct source_root {
    char *given;    /* as source_path() has it, absolute, without a slash at its end */
    char *resolved; /* with links followed; NULL: as `given` */
    const char *fallback;
};

static char *without_slashes(char *path)
{
    size_t length = strlen(path);

    while (length > 0 && path[length - 1] == '/')
        path[--length] = '\0';
    return path;
}

static char *absolute(const char *path)
{
    char *here = *path == '/' ? NULL : realpath(".", NULL);
    char *joined = here ? xasprintf("%s/%s", here, path) : xstrdup(path);
    char *plain = source_path(joined);

    free(here);
    free(joined);
    return without_slashes(plain);
}

struct source_root *source_root_new(const char *root, const char *fallback)
{
    struct source_root *result = xcalloc(1, sizeof *result);

    result->given = absolute(root ? root : ".");
    result->resolved = realpath(root ? root : ".", NULL);
    if (result->resolved)
        without_slashes(result->resolved);
    result->fallback = fallback;
    while (fallback && !strncmp(result->fallback, "./", 2))
        result->fallback += 2;
    return result;
}

void source_root_free(struct source_root *root)
{
    if (!root)
        return;
    free(root->given);
    free(root->resolved);
    free(root);
}

/* What of `path` is behind the root and a slash; NULL: it is not inside. */
static const char *behind(const char *root, const char *path)
{
    size_t length = root ? strlen(root) : 0;

    if (!root || strncmp(path, root, length) != 0 || path[length] != '/')
        return NULL;
    path += length;
    while (*path == '/')
        path++;
    return *path ? path : NULL;
}

static bool leaves(const char *path)
{
    return !strncmp(path, "../", 3) || strstr(path, "/../");
}

const char *source_root_fallback(const struct source_root *root)
{
    return root->fallback;
}

static bool exists(const struct source_root *root, const char *inside)
{
    char *path = xasprintf("%s/%s", root->given, inside);
    bool found = access(path, F_OK) == 0;

    free(path);
    return found;
}

char *source_root_path(const struct source_root *root, const char *file)
{
    char *plain = source_path(file);
    const char *inside;
    char *result = NULL;

    if (*plain != '/')
        inside = strncmp(plain, "./", 2) ? plain : plain + 2;
    else if (!(inside = behind(root->given, plain)))
        inside = behind(root->resolved, plain);
    /*
     * Compilers that were told to (-ffile-prefix-map) leave paths relative to the sources: ours, if
     * there is such a file, for distributions build their libraries so as well.
     */
    if (inside && *inside && !leaves(inside) && (*plain == '/' || exists(root, inside)))
        result = xstrdup(inside);
    free(plain);
    return result;
}

char *source_root_file(const struct source_root *root, const char *inside)
{
    char *path = xasprintf("%s/%s", root->given, inside);
    char *file = realpath(path, NULL);

    free(path);
    if (file && !behind(root->resolved ? root->resolved : root->given, file)) {
        free(file);
        file = NULL;
    }
    return file;
}

static struct location in_stack(const struct source_root *root, const struct report_stack *stack)
{
    struct location location = {NULL, 0, NULL};

    for (size_t i = 0; stack->present && i < stack->count && !location.path; i++) {
        const struct frame *frame = &stack->frames[i];

        if (!frame->file || frame->line < 1)
            continue;
        location = (struct location){source_root_path(root, frame->file), frame->line, frame};
    }
    return location;
}

struct location source_root_locate(const struct source_root *root, const struct finding *finding)
{
    struct location location = {NULL, 0, NULL};

    if (finding->places_count) {
        const struct report_stack *stacks = finding->places[0].stacks;

        location = in_stack(root, &stacks[finding->telling]);
        for (enum story story = 0; story < STORY_COUNT && !location.path; story++)
            location = in_stack(root, &stacks[story]);
    }
    if (!location.path)
        location = (struct location){xstrdup(root->fallback), 1, NULL};
    return location;
}
