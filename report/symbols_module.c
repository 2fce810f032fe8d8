/* SPDX-License-Identifier: MIT */
/*
 * Opening a module and its debug files, none of which can be trusted: a path may name a FIFO or a
 * device, and so may everything an ELF file refers to (debug link, alternate and split DWARF).
 * libdwfl and libdw open those without O_NONBLOCK, so each is looked at first.
 */
#include "symbols_internal.h"

#include <elfutils/libdwelf.h>
#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

/* Can there be a file of this name for others than the program itself? The vdso has a name that is
 * no path; what was opened by its descriptor or lies in shared memory is the program's alone. */
static bool is_file_name(const char *path)
{
    static const char *const own[] = {"/proc/", "/memfd:", "/SYSV"};

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!strncmp(path, own[i], strlen(own[i])))
            return false;
    return strchr(path, '/') != NULL;
}

/* A descriptor of a regular file, or -1; errno is 0 if it is another kind of file. stat() first:
 * even opening a device may do something. */
static int open_regular(const char *path)
{
    struct stat info;
    int fd;

    if (stat(path, &info) < 0)
        return -1;
    errno = 0;
    if (!S_ISREG(info.st_mode))
        return -1;
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Would opening this file be harmless, because it is a regular one or there is none? */
static bool harmless(const char *path)
{
    struct stat info;

    return stat(path, &info) < 0 || S_ISREG(info.st_mode);
}

/* The same for a file named in `directory`, unless the name is absolute. NULL: the current one. */
static bool harmless_in(const char *directory, const char *name)
{
    char *path;
    bool answer;

    if (name[0] == '/' || !directory)
        return harmless(name);
    path = xasprintf("%s/%s", directory, name);
    answer = harmless(path);
    free(path);
    return answer;
}

/* The directory a file is in, symbolic links resolved or not; malloc'd. */
static char *directory_of(const char *path, bool resolve)
{
    char *real = resolve ? realpath(path, NULL) : NULL;
    char *directory = xstrdup(real ? real : path), *slash = strrchr(directory, '/');

    free(real);
    if (!slash) {
        free(directory);
        return xstrdup(".");
    }
    *slash = '\0';
    return directory;
}

/* A 64-bit ELF executable or shared object? libdwfl also accepts archives and packed files. */
static bool is_module(int fd)
{
    Elf64_Ehdr header;

    return pread(fd, &header, sizeof header, 0) == (ssize_t)sizeof header &&
           !memcmp(header.e_ident, ELFMAG, SELFMAG) && header.e_ident[EI_CLASS] == ELFCLASS64 &&
           header.e_ident[EI_DATA] == ELFDATA2LSB &&
           (header.e_type == ET_EXEC || header.e_type == ET_DYN);
}

/* The checksum of .gnu_debuglink: CRC-32 as in ISO 3309. */
static bool has_checksum(int fd, uint32_t expected)
{
    unsigned char buffer[65536];
    uint32_t table[256], crc = ~0u;
    off_t offset = 0;
    ssize_t size;

    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    while ((size = pread(fd, buffer, sizeof buffer, offset)) > 0) {
        for (ssize_t i = 0; i < size; i++)
            crc = crc >> 8 ^ table[(crc ^ buffer[i]) & 0xff];
        offset += size;
    }
    return size == 0 && ~crc == expected;
}

static bool has_build_id(int fd, const void *expected, size_t size)
{
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    const void *build_id;
    bool same = elf && dwelf_elf_gnu_build_id(elf, &build_id) == (ssize_t)size &&
                !memcmp(build_id, expected, size);

    elf_end(elf);
    return same;
}

/*
 * The debug file a .gnu_debuglink names, where gdb looks for it too: beside the module, in .debug
 * there, and under /usr/lib/debug. Returns a descriptor and its malloc'd name, or -1.
 */
static int find_linked(Dwfl_Module *module, const char *path, const char *link, uint32_t checksum,
                       char **found)
{
    const unsigned char *build_id;
    GElf_Addr address;
    int size = dwfl_module_build_id(module, &build_id, &address);
    char *directory = directory_of(path, true);
    int fd = -1;

    for (size_t i = 0; fd < 0 && i < 3; i++) {
        char *candidate = i == 0   ? xasprintf("%s/%s", directory, link)
                          : i == 1 ? xasprintf("%s/.debug/%s", directory, link)
                                   : xasprintf("/usr/lib/debug%s/%s", directory, link);

        fd = open_regular(candidate);
        if (fd >= 0 && is_module(fd) &&
            (size > 0 ? has_build_id(fd, build_id, (size_t)size) : has_checksum(fd, checksum))) {
            *found = candidate;
            break;
        }
        if (fd >= 0)
            close(fd);
        fd = -1;
        free(candidate);
    }
    free(directory);
    return fd;
}

/*
 * Nobody waits twice for a server that does not answer: the rest goes without.
 * dwfl_standard_find_debuginfo() given no names asks debuginfod alone, and returns an errno.
 */
static int fetch_debug_file(struct debuginfod *debuginfod, Dwfl_Module *module, void **user,
                            const char *name, Dwarf_Addr base, char **found)
{
    int fd;

    if (debuginfod->silent)
        return -1;
    fd = dwfl_standard_find_debuginfo(module, user, name, base, NULL, NULL, 0, found);
    if (fd == -ETIME || fd == -ETIMEDOUT)
        debuginfod->silent = true;
    if (fd < -1 && fd != -ENOENT && !debuginfod->error)
        debuginfod->error = -fd;
    return fd < 0 ? -1 : fd;
}

/*
 * Called by libdwfl for a module's debug file and, once that is known, for the alternate file dwz
 * made. By build-id only where the system keeps debug files (without network), then by debug
 * link, then from a server.
 */
static int find_debug_file(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                           const char *path, const char *link, GElf_Word checksum, char **found)
{
    Dwarf_Addr dwarf_bias;
    void **data;
    int fd = -1;

    dwfl_module_info(module, &data, NULL, NULL, &dwarf_bias, NULL, NULL, NULL);
    fd = dwfl_build_id_find_debuginfo(module, user, name, base, path, link, checksum, found);
    if (fd < 0 && !*found && dwarf_bias == (Dwarf_Addr)-1 && path && link && !strchr(link, '/'))
        fd = find_linked(module, path, link, checksum, found);
    if (fd < 0 && !*found && *data)
        fd = fetch_debug_file(*data, module, user, name, base, found);
    errno = 0; /* otherwise libdwfl takes "not found" for an error and looks at no other table */
    return fd;
}

/* The module's own file is given; nothing else will do. */
static int find_no_elf(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                       char **path, Elf **elf)
{
    (void)module, (void)user, (void)name, (void)base, (void)path, (void)elf;
    return -1;
}

static bool is_recorded(Dwfl_Module *module, const uint8_t *expected, size_t size)
{
    const unsigned char *build_id;
    GElf_Addr address;

    return !size || (dwfl_module_build_id(module, &build_id, &address) == (int)size &&
                     !memcmp(build_id, expected, size));
}

Dwfl_Module *module_open(const char *path, const uint8_t *build_id, size_t build_id_size,
                         struct debuginfod *debuginfod, enum module_state *state, Dwfl **dwfl)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = find_no_elf,
        .find_debuginfo = find_debug_file,
        .section_address = dwfl_offline_section_address,
    };
    Dwfl_Module *module = NULL;
    GElf_Addr bias;
    void **user;
    int fd;

    if (!is_file_name(path)) {
        *state = MODULE_NO_FILE;
        return NULL;
    }
    fd = open_regular(path);
    if (fd < 0) {
        *state = errno == ENOENT || errno == ENOTDIR ? MODULE_MISSING : MODULE_UNREADABLE;
        return NULL;
    }
    /* What has no build-id now, but had one, is another file too. */
    *state = build_id_size ? MODULE_REPLACED : MODULE_UNREADABLE;
    *dwfl = is_module(fd) ? dwfl_begin(&callbacks) : NULL;
    if (!*dwfl) {
        close(fd);
        return NULL;
    }
    dwfl_report_begin(*dwfl);
    module = dwfl_report_offline(*dwfl, path, path, fd);
    if (!module)
        close(fd);
    dwfl_report_end(*dwfl, NULL, NULL);
    if (module && dwfl_module_getelf(module, &bias) &&
        is_recorded(module, build_id, build_id_size)) {
        dwfl_module_info(module, &user, NULL, NULL, NULL, NULL, NULL, NULL);
        *user = debuginfod->wanted ? debuginfod : NULL; /* for find_debug_file() */
        *state = MODULE_READ;
        return module;
    }
    dwfl_end(*dwfl);
    return NULL;
}

void module_close(Dwfl *dwfl)
{
    dwfl_end(dwfl);
}

/* The directories libdw may take relative names from: of the file as it was named or really is. */
static bool harmless_beside(Dwfl_Module *module, const char *directory, const char *name)
{
    const char *files[2] = {NULL, NULL};
    bool answer = harmless_in(directory, name);

    dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, &files[0], &files[1]);
    for (size_t i = 0; answer && i < 4; i++) {
        char *beside = files[i / 2] ? directory_of(files[i / 2], i % 2) : NULL;
        char *inside = beside && directory && directory[0] != '/'
                           ? xasprintf("%s/%s", beside, directory)
                           : NULL;

        if (beside)
            answer = harmless_in(beside, name) && harmless_in(inside ? inside : beside, name);
        free(inside);
        free(beside);
    }
    return answer;
}

Dwarf *module_dwarf(Dwfl_Module *module, uint64_t *bias)
{
    Dwarf_Addr dwarf_bias, elf_bias;
    Dwarf *dwarf = dwfl_module_getdwarf(module, &dwarf_bias);
    const char *name;
    const void *build_id;

    if (!dwarf || !dwfl_module_getelf(module, &elf_bias))
        return NULL;
    /* libdw opens the alternate file by itself when libdwfl did not find it. */
    if (dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &build_id) > 0 &&
        !harmless_beside(module, NULL, name))
        return NULL;
    *bias = dwarf_bias - elf_bias;
    return dwarf;
}

bool module_split_allowed(Dwfl_Module *module, Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;
    const char *directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    const char *name = dwarf_formstring(dwarf_attr(unit, DW_AT_dwo_name, &attribute));

    if (!name)
        name = dwarf_formstring(dwarf_attr(unit, DW_AT_GNU_dwo_name, &attribute));
    return name && harmless_beside(module, directory, name);
}
