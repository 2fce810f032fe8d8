/* SPDX-License-Identifier: MIT */
#include "audit_directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "paths.h"
#include "render.h"

static int failed(const char *what, const char *path)
{
    int error = errno;

    fprintf(stderr, "scardaudit: cannot %s ", what);
    print_escaped(stderr, path);
    fprintf(stderr, ": %s\n", strerror(error));
    return -1;
}

/* ld.so splits LD_PRELOAD at blanks and colons, without escape, and expands $ORIGIN and the like.
 */
static bool fits_preload(const char *path)
{
    return !strpbrk(path, " :$");
}

static int make_scratch(struct audit_directory *directory)
{
    const char *base = getenv("TMPDIR");

    /* Absolute: the program may change its directory. */
    if (!base || *base != '/' || !fits_preload(base))
        base = "/tmp";
    directory->scratch = xasprintf("%s/scardaudit.XXXXXX", base);
    if (mkdtemp(directory->scratch))
        return 0;
    free(directory->scratch);
    directory->scratch = NULL;
    return failed("make a directory in", base);
}

static int use_directory(struct audit_directory *directory, const char *path)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return failed("make the directory", path);
    directory->traces = realpath(path, NULL);
    return directory->traces ? 0 : failed("use the directory", path);
}

static int set_preload(struct audit_directory *directory)
{
    const char *inherited = getenv("LD_PRELOAD");
    char *library = path_of_preload();
    int result = 0;

    if (!library) {
        fputs("scardaudit: libscardaudit.so is neither beside scardaudit nor in " LIBDIR "\n",
              stderr);
        return -1;
    }
    if (!fits_preload(library)) {
        if (!directory->scratch)
            result = make_scratch(directory);
        if (!result) {
            directory->link = xasprintf("%s/libscardaudit.so", directory->scratch);
            if (symlink(library, directory->link) < 0)
                result = failed("make the link", directory->link);
        }
    }
    if (!result)
        directory->preload =
            xasprintf("%s%s%s", directory->link ? directory->link : library,
                      inherited && *inherited ? ":" : "", inherited ? inherited : "");
    free(library);
    return result;
}

int audit_directory_open(struct audit_directory *directory, const struct options *options)
{
    memset(directory, 0, sizeof *directory);
    if (options->dir ? use_directory(directory, options->dir) < 0 : make_scratch(directory) < 0)
        return -1;
    if (!directory->traces)
        directory->traces = xstrdup(directory->scratch);
    if (set_preload(directory) == 0)
        return 0;
    audit_directory_close(directory, false);
    return -1;
}

static void remove_directory(const char *path)
{
    DIR *stream = opendir(path);
    struct dirent *entry;

    while (stream && (entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
    if (rmdir(path) < 0)
        failed("remove", path);
}

void audit_directory_close(struct audit_directory *directory, bool keep)
{
    if (directory->link)
        unlink(directory->link);
    if (directory->scratch &&
        !(keep && directory->traces && !strcmp(directory->scratch, directory->traces)))
        remove_directory(directory->scratch);
    free(directory->traces);
    free(directory->scratch);
    free(directory->link);
    free(directory->preload);
    memset(directory, 0, sizeof *directory);
}

char *audit_directory_options(const struct audit_directory *directory,
                              const struct options *options)
{
    const char *inherited = getenv("SCARDAUDIT_OPTIONS");
    char *quoted = xmalloc(2 * strlen(directory->traces) + 1), *end = quoted;
    char depth[32] = "", *value;

    for (const char *c = directory->traces; *c; c++) {
        if (*c == '"' || *c == '\\')
            *end++ = '\\';
        *end++ = *c;
    }
    *end = '\0';
    if (options->depth)
        snprintf(depth, sizeof depth, ":depth=%u", options->depth);
    value = xasprintf("%s%sdir=\"%s\":at_exit=none%s%s", inherited ? inherited : "",
                      inherited && *inherited ? ":" : "", quoted, depth,
                      options->record_args ? ":record_args=1" : "");
    free(quoted);
    return value;
}
