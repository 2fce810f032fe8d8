/* SPDX-License-Identifier: MIT */
#include "patch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "elf_object.h"
#include "port.h"
#include "stack_room.h"

#define LINES 1024 /* bytes of the list of mappings that are read at a time */

/* Who finds a page writable must not have it taken away before he has written. */
static struct sca_gate gate;

/* ---- how a page may be accessed ------------------------------------------------------------- */

/* A line of /proc/self/maps, as far as it was read: "start-end rwxp ...". */
struct mapping {
    uintptr_t bounds[2];
    unsigned field; /* 0: start, 1: end, 2: what may be done, 3: the rest */
    int protection;
};

static unsigned digit_of(char character)
{
    return (unsigned)character - (character <= '9' ? '0' : 'a' - 10U);
}

/* True: it was the last character of what there is to know of a mapping. */
static bool read_character(struct mapping *line, char character)
{
    if (character == '\n') {
        *line = (struct mapping){0};
    } else if (line->field == 2) {
        line->protection |= character == 'r'   ? PROT_READ
                            : character == 'w' ? PROT_WRITE
                            : character == 'x' ? PROT_EXEC
                                               : 0;
        line->field += character == ' ';
        return line->field == 3;
    } else if (line->field < 2) {
        if (character == '-' || character == ' ')
            line->field++;
        else
            line->bounds[line->field] = line->bounds[line->field] << 4 | digit_of(character);
    }
    return false;
}

/* PROT_* of the page, as the kernel lists it; -1 if that cannot be read. */
static int listed_protection(uintptr_t address)
{
    struct mapping line = {0};
    char text[LINES] = "";
    int found = -1;
    long fd = sca_may_call() ? sca_syscall(SYS_openat, AT_FDCWD, "/proc/self/maps",
                                           O_RDONLY | O_CLOEXEC | O_NOCTTY)
                             : -1;
    long got;

    if (fd < 0)
        return -1;
    while (found < 0 && ((got = sca_syscall(SYS_read, fd, text, sizeof text)) > 0 || got == -EINTR))
        for (long i = 0; i < got && found < 0; i++)
            if (read_character(&line, text[i]) && address >= line.bounds[0] &&
                address < line.bounds[1])
                found = line.protection;
    sca_syscall(SYS_close, fd);
    return found;
}

/* The segment of the object that an address lies in; NULL: none. */
static const ElfW(Phdr) *
    segment_at(const struct sca_object *object, uintptr_t address, uint32_t type)
{
    const ElfW(Ehdr) * file;

    if (!sca_object_header(object, &file))
        return NULL;

    const ElfW(Phdr) *headers = (const void *)(object->start + file->e_phoff);

    for (size_t i = 0; i < file->e_phnum; i++)
        if (headers[i].p_type == type && address - object->bias >= headers[i].p_vaddr &&
            address - object->bias - headers[i].p_vaddr < headers[i].p_memsz)
            return &headers[i];
    return NULL;
}

/* The same, as the file wants it: where the kernel does not tell. */
static int loaded_protection(uintptr_t address)
{
    struct sca_object object;
    const ElfW(Phdr) *segment = sca_object_at((const void *)address, &object)
                                    ? segment_at(&object, address, PT_LOAD)
                                    : NULL;

    if (!segment)
        return -1;
    if (segment_at(&object, address, PT_GNU_RELRO))
        return PROT_READ;
    return (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
           (segment->p_flags & PF_X ? PROT_EXEC : 0);
}

bool sca_is_code(const void *address)
{
    struct sca_object object;
    const ElfW(Ehdr) * file;
    const ElfW(Phdr) * segment;

    if (!address || !sca_object_at(address, &object))
        return false;
    segment = segment_at(&object, (uintptr_t)address, PT_LOAD);
    return segment ? segment->p_flags & PF_X : !sca_object_header(&object, &file);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void store(void **slot, void *value)
{
    __atomic_store_n(slot, value, __ATOMIC_RELEASE);
}

static bool protect(uintptr_t page, int protection)
{
    return sca_may_call() && sca_syscall(SYS_mprotect, page, SCA_PAGE, protection) == 0;
}

/* May it be written to at this moment? The kernel adds 0 to it, atomically, and wakes nobody. */
static bool is_writable(const void *slot)
{
    static const uint32_t nobody;
    uint32_t add_nothing = FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0);

    return sca_may_call() &&
           sca_syscall(SYS_futex, &nobody, FUTEX_WAKE_OP_PRIVATE, 0, 0, slot, add_nothing) >= 0;
}

static bool write_slot(void **slot, void *value)
{
    uintptr_t page = (uintptr_t)slot & ~(uintptr_t)(SCA_PAGE - 1);
    int protection = listed_protection((uintptr_t)slot);

    if (protection < 0) {
        protection = loaded_protection((uintptr_t)slot);
        if (protection < 0 || (protection & PROT_WRITE && !is_writable(slot)))
            return false;
    }
    if (protection & PROT_WRITE) {
        store(slot, value);
        return true;
    }
    if (!protect(page, protection | PROT_WRITE))
        return false;
    store(slot, value);
    protect(page, protection);
    return true;
}

static bool is_aligned(const void *slot)
{
    return (uintptr_t)slot % sizeof(void *) == 0;
}

bool sca_patch(const struct sca_patch *patches, size_t count)
{
    bool good = true;

    if (!sca_enter(&gate))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct sca_patch *patch = &patches[i];
        void *there;

        if (!is_aligned(patch->slot)) {
            good = false;
            continue;
        }
        there = __atomic_load_n(patch->slot, __ATOMIC_ACQUIRE);
        if (!there || there == patch->stub)
            continue;
        if (!sca_is_code(there)) {
            good = false;
            continue;
        }
        atomic_store(patch->original, there);
        good = write_slot(patch->slot, patch->stub) && good;
    }
    sca_leave(&gate);
    return good;
}

void sca_patch_forget(void)
{
    atomic_store(&gate.owner, 0);
}
