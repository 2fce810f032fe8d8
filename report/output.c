/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "memory.h"
#include "progress.h"

static int failed(const struct output *output, int error)
{
    progress_clear();
    fputs("scardaudit: cannot write ", stderr);
    print_escaped(stderr, output->name);
    fprintf(stderr, ": %s\n", strerror(error));
    return -1;
}

static void forget(struct output *output)
{
    free(output->target);
    free(output->temporary);
    memset(output, 0, sizeof *output);
}

void output_use(struct output *output, FILE *stream)
{
    memset(output, 0, sizeof *output);
    progress_clear(); /* it may be the same terminal */
    output->stream = stream;
    output->name = stream == stdout ? "standard output" : "standard error";
}

/* A new file beside the target, with the mode a new file gets. */
static int open_temporary(struct output *output)
{
    int file = -1;

    for (int i = 0; file < 0 && i < 100; i++) {
        free(output->temporary);
        output->temporary = xasprintf("%s.%d-%d.tmp", output->target, (int)getpid(), i);
        file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file < 0 && errno != EEXIST)
            break;
    }
    return file;
}

int output_open(struct output *output, const char *name)
{
    struct stat status;
    bool exists = stat(name, &status) == 0;
    int file, error;

    if (!strcmp(name, "-")) {
        output_use(output, stdout);
        return 0;
    }
    memset(output, 0, sizeof *output);
    output->name = name;
    if (exists && !S_ISREG(status.st_mode)) {
        progress_clear();
        file = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } else {
        /* Follow a link to a file rather than replace it. */
        output->target = exists ? realpath(name, NULL) : xstrdup(name);
        file = output->target ? open_temporary(output) : -1;
    }
    if (file >= 0)
        output->stream = fdopen(file, "w");
    if (output->stream)
        return 0;
    error = errno;
    if (file >= 0)
        close(file);
    failed(output, error);
    forget(output);
    return -1;
}

int output_possible(const char *name)
{
    struct output output = {.name = name};
    struct stat status;
    bool exists = stat(name, &status) == 0;
    int result = 0;

    if (!strcmp(name, "-"))
        return 0;
    if (exists && S_ISDIR(status.st_mode))
        return failed(&output, EISDIR);
    if (exists && !S_ISREG(status.st_mode))
        return access(name, W_OK) == 0 ? 0 : failed(&output, errno);
    if (output_open(&output, name) < 0)
        return -1;
    fclose(output.stream);
    if (output.temporary && unlink(output.temporary) < 0)
        result = failed(&output, errno);
    forget(&output);
    return result;
}

int output_close(struct output *output)
{
    bool standard = output->stream == stdout || output->stream == stderr;
    int error = 0, result = 0;

    /* stdio keeps no errno for a failure of long ago; the flush mostly repeats it. */
    errno = 0;
    if (fflush(output->stream) != 0 || ferror(output->stream))
        error = errno ? errno : EIO;
    if (!standard && fclose(output->stream) != 0 && !error)
        error = errno;
    if (output->target) {
        if (!error && rename(output->temporary, output->target) != 0)
            error = errno;
        if (error)
            unlink(output->temporary);
    }
    if (error)
        result = failed(output, error);
    forget(output);
    return result;
}
