/* SPDX-License-Identifier: MIT */
#include "needed_first.h"

#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/base/memory.h"

/* gcc's, and clang's under -shared-libsan. */
static const char *const first_of_all[] = {"libasan.so", "libclang_rt.asan", NULL};
static const char *const much_tls[] = {"libtsan.so", "liblsan.so", "libclang_rt.tsan",
                                       "libclang_rt.lsan", NULL};

static bool is_one_of(const char *name, size_t length, const char *const *runtimes)
{
    const char *slash = memrchr(name, '/', length);
    size_t skipped = slash ? (size_t)(slash + 1 - name) : 0;

    for (; *runtimes; runtimes++) {
        size_t prefix = strlen(*runtimes);

        if (length - skipped >= prefix && !memcmp(name + skipped, *runtimes, prefix))
            return true;
    }
    return false;
}

unsigned long preloaded_first(const char *preload)
{
    size_t length = strcspn(preload, " :");

    return is_one_of(preload, length, first_of_all) ? length : 0;
}

/* ---- the program's file --------------------------------------------------------------------- */

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* NULL: nowhere. */
static char *find(const char *program)
{
    const char *path = getenv("PATH");
    char standard[PATH_MAX] = "";

    if (strchr(program, '/'))
        return xstrdup(program);
    if (!path) {
        confstr(_CS_PATH, standard, sizeof standard);
        path = standard;
    }
    for (;;) {
        size_t length = strcspn(path, ":");
        char *file = length ? xasprintf("%.*s/%s", (int)length, path, program) : xstrdup(program);

        if (is_executable(file))
            return file;
        free(file);
        if (!path[length])
            return NULL;
        path += length + 1;
    }
}

/* Not a FIFO or device, which might never answer. */
static int open_regular(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;

    if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* ---- its dynamic section -------------------------------------------------------------------- */

static char *runtime_in(Elf *elf, Elf_Scn *section, const char *const *runtimes)
{
    GElf_Shdr header;
    Elf_Data *data = elf_getdata(section, NULL);

    if (!data || !gelf_getshdr(section, &header) || header.sh_entsize == 0)
        return NULL;
    for (int i = 0; (uint64_t)i < header.sh_size / header.sh_entsize; i++) {
        GElf_Dyn entry;
        const char *name = NULL;

        if (!gelf_getdyn(data, i, &entry) || entry.d_tag == DT_NULL)
            break;
        if (entry.d_tag == DT_NEEDED)
            name = elf_strptr(elf, header.sh_link, entry.d_un.d_val);
        if (name && !strpbrk(name, " :$") && is_one_of(name, strlen(name), runtimes))
            return xstrdup(name);
    }
    return NULL;
}

static char *runtime_of(Elf *elf, const char *const *runtimes)
{
    char *runtime = NULL;

    for (Elf_Scn *section = NULL; !runtime && (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;

        if (gelf_getshdr(section, &header) && header.sh_type == SHT_DYNAMIC)
            runtime = runtime_in(elf, section, runtimes);
    }
    return runtime;
}

static char *needed(const char *program, const char *const *runtimes)
{
    char *path = find(program), *runtime = NULL;
    int fd = path ? open_regular(path) : -1;

    free(path);
    if (fd < 0)
        return NULL;
    elf_version(EV_CURRENT);

    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

    if (elf && elf_kind(elf) == ELF_K_ELF)
        runtime = runtime_of(elf, runtimes);
    elf_end(elf);
    close(fd);
    return runtime;
}

char *needed_first(const char *program)
{
    return needed(program, first_of_all);
}

bool needs_much_tls(const char *program)
{
    char *runtime = needed(program, much_tls);

    bool needs = runtime;

    free(runtime);
    return needs;
}
