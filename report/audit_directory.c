/* SPDX-License-Identifier: MIT */
#include "audit_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "needed_first.h"
#include "paths.h"
#include "escape.h"

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

/* What may be written only shows when it is: root may, but not on every file system. */
static int try_directory(const char *path)
{
    char *name = xasprintf("%s/.scardaudit.XXXXXX", path);
    int file = mkostemp(name, O_CLOEXEC);
    int error = errno;

    if (file >= 0) {
        unlink(name);
        close(file);
    }
    free(name);
    errno = error;
    return file < 0 ? -1 : 0;
}

static int use_directory(struct audit_directory *directory, const char *path)
{
    struct stat status;

    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return failed("make the directory", path);
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return failed("keep traces in", path);
    }
    directory->traces = realpath(path, NULL);
    if (directory->traces && try_directory(directory->traces) == 0)
        return 0;
    failed("keep traces in", path);
    free(directory->traces);
    directory->traces = NULL;
    return -1;
}

/* What must come first, the library, and what the user preloads. */
static char *preload_value(const char *library, const char *program)
{
    const char *inherited = getenv("LD_PRELOAD");
    size_t first = inherited ? preloaded_first(inherited) : 0;
    char *runtime = first ? xstrndup(inherited, first) : needed_first(program), *value;

    inherited = inherited ? inherited + first : "";
    inherited += strspn(inherited, " :");
    value = xasprintf("%s%s%s%s%s", runtime ? runtime : "", runtime ? ":" : "", library,
                      *inherited ? ":" : "", inherited);
    free(runtime);
    return value;
}

/* Something before what the variable holds already. */
static char *put_first(const char *first, const char *variable)
{
    const char *inherited = getenv(variable);

    return xasprintf("%s%s%s", first, inherited && *inherited ? ":" : "",
                     inherited ? inherited : "");
}

/*
 * With LD_AUDIT the loader lays out the static TLS before it has loaded the program's libraries
 * (glibc bug 31991): theirs has to fit into what is spare, and jemalloc's, for one, does not. More
 * than this would be missed on the stacks of threads that have 16 KiB.
 */
#define SPARE_TLS "glibc.rtld.optional_static_tls"

static void set_audit(struct audit_directory *directory, const char *library)
{
    const char *tunables = getenv("GLIBC_TUNABLES");

    directory->audit = put_first(library, "LD_AUDIT");
    if (!tunables || !strstr(tunables, SPARE_TLS))
        directory->tunables = put_first(SPARE_TLS "=4096", "GLIBC_TUNABLES");
}

static int set_library(struct audit_directory *directory, const struct options *options,
                       const char *program)
{
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
    if (!result) {
        const char *path = directory->link ? directory->link : library;

        directory->preload = preload_value(path, program);
        if (!options->no_audit_dlopen && !needs_much_tls(program))
            set_audit(directory, path);
    }
    free(library);
    return result;
}

int audit_directory_open(struct audit_directory *directory, const struct options *options,
                         const char *program)
{
    memset(directory, 0, sizeof *directory);
    if (options->dir ? use_directory(directory, options->dir) < 0 : make_scratch(directory) < 0)
        return -1;
    if (!directory->traces)
        directory->traces = xstrdup(directory->scratch);
    if (set_library(directory, options, program) == 0)
        return 0;
    audit_directory_close(directory, false, false);
    return -1;
}

static void empty_directory(const char *path)
{
    DIR *stream = opendir(path);
    struct dirent *entry;

    while (stream && (entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
}

/* A process of the run that lives on may begin a trace at any moment. */
static void remove_directory(const char *path)
{
    int result = -1;

    for (int i = 0; result < 0 && i < 10; i++) {
        empty_directory(path);
        result = rmdir(path);
        if (result < 0 && errno != ENOTEMPTY && errno != EEXIST)
            break;
    }
    if (result == 0)
        return;
    if (errno != ENOTEMPTY && errno != EEXIST) {
        failed("remove", path);
        return;
    }
    fputs("scardaudit: processes of this run still write traces to ", stderr);
    print_escaped(stderr, path);
    putc('\n', stderr);
}

void audit_directory_close(struct audit_directory *directory, bool keep, bool in_use)
{
    if (directory->link && !in_use)
        unlink(directory->link);
    if (directory->scratch && !in_use &&
        !(keep && directory->traces && !strcmp(directory->scratch, directory->traces)))
        remove_directory(directory->scratch);
    free(directory->traces);
    free(directory->scratch);
    free(directory->link);
    free(directory->preload);
    free(directory->audit);
    free(directory->tunables);
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
    value = xasprintf("%s%sdir=\"%s\":at_exit=none:exitcode=0:text=:json=:follow=%d%s%s",
                      inherited ? inherited : "", inherited && *inherited ? ":" : "", quoted,
                      !options->no_follow, depth, options->record_args ? ":record_args=1" : "");
    free(quoted);
    return value;
}
