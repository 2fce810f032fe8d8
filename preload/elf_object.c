/* SPDX-License-Identifier: MIT */
#include "elf_object.h"

#include <dlfcn.h>
#include <elf.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>

#include "port.h"

#define MOST_CONSTANTS (64U << 20)

/*
 * The kernel maps the segments of a program as they lie, and where the linker left pages between
 * them the loader knows it by one range for each. Libraries have one range in any case.
 */
static void widen_to_program(struct sca_object *object)
{
    static _Atomic uintptr_t known_start, known_end;
    uintptr_t start = atomic_load(&known_start), end = atomic_load(&known_end);
    const ElfW(Phdr) *headers = end ? NULL : (const ElfW(Phdr) *)getauxval(AT_PHDR);
    size_t count = end ? 0 : getauxval(AT_PHNUM);

    for (size_t i = 0; headers && i < count; i++) {
        uintptr_t from = object->bias + headers[i].p_vaddr;

        if (headers[i].p_type != PT_LOAD)
            continue;
        if (!end) /* they stand in the order of their addresses */
            start = from & ~(uintptr_t)(SCA_PAGE - 1);
        end = from + headers[i].p_memsz;
    }
    if (!end || object->start < start || object->start >= end)
        return;
    atomic_store(&known_start, start);
    atomic_store(&known_end, end);
    object->start = start;
    if (object->end < end)
        object->end = end;
}

bool sca_object_at(const void *address, struct sca_object *object)
{
    struct dl_find_object found;

    if (_dl_find_object((void *)(uintptr_t)address, &found) != 0)
        return false;
    object->bias = found.dlfo_link_map->l_addr;
    object->start = (uintptr_t)found.dlfo_map_start;
    object->end = (uintptr_t)found.dlfo_map_end;
    object->path = found.dlfo_link_map->l_name ? found.dlfo_link_map->l_name : "";
    object->dynamic = found.dlfo_link_map->l_ld;
    if (found.dlfo_link_map == _r_debug.r_map)
        widen_to_program(object);
    return true;
}

bool sca_object_of(const struct link_map *map, struct sca_object *object)
{
    const ElfW(Ehdr) * file;

    if (sca_object_at(map->l_ld, object))
        return true;
    object->bias = object->start = map->l_addr;
    object->end = object->start + SCA_PAGE;
    object->path = map->l_name ? map->l_name : "";
    object->dynamic = map->l_ld;
    if (!sca_is_mapped(object->start) || !sca_object_header(object, &file))
        return false;

    const ElfW(Phdr) *headers = (const void *)(object->start + file->e_phoff);

    for (size_t i = 0; i < file->e_phnum; i++)
        if (headers[i].p_type == PT_LOAD)
            object->end = object->bias + headers[i].p_vaddr + headers[i].p_memsz;
    return true;
}

bool sca_object_of_headers(const struct dl_phdr_info *info, struct sca_object *object)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            return sca_object_at((void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr), object);
    return false;
}

/* The nth object from this one on, up to the last one of the start if that is among them. */
static bool nth_from(const struct link_map *map, size_t n, struct sca_object *object)
{
    static _Atomic(const struct link_map *) last;
    const struct link_map *end = atomic_load(&last);

    if (!end) { /* the first caller comes before the program could have loaded or unloaded any */
        for (end = _r_debug.r_map; end && end->l_next; end = end->l_next)
            ;
        atomic_store(&last, end);
    }
    for (; map; map = map == end ? NULL : map->l_next)
        if (sca_object_at(map->l_ld, object) && n-- == 0)
            return true;
    return false;
}

bool sca_object_at_start(size_t n, struct sca_object *object)
{
    return nth_from(_r_debug.r_map, n, object);
}

bool sca_object_behind(size_t n, struct sca_object *object)
{
    static const char here;
    struct dl_find_object own;

    return _dl_find_object((void *)(uintptr_t)&here, &own) == 0 &&
           nth_from(own.dlfo_link_map->l_next, n, object);
}

/* The loader relocates the pointers of most dynamic sections in place, but not of all. */
static const void *dynamic_pointer(const struct sca_object *object, const ElfW(Dyn) * entry)
{
    uintptr_t address = entry->d_un.d_ptr;

    return (const void *)(address >= object->start && address < object->end
                              ? address
                              : address + object->bias);
}

static const ElfW(Dyn) * dynamic_entry(const struct sca_object *object, ElfW(Sxword) tag)
{
    for (const ElfW(Dyn) *entry = object->dynamic; entry && entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == tag)
            return entry;
    return NULL;
}

static const void *dynamic_table(const struct sca_object *object, ElfW(Sxword) tag)
{
    const ElfW(Dyn) *entry = dynamic_entry(object, tag);

    return entry ? dynamic_pointer(object, entry) : NULL;
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;

    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

/* One that is chosen when the program starts is told by a function. */
static void *definition(const struct sca_object *object, const ElfW(Sym) * symbol)
{
    uintptr_t address = object->bias + symbol->st_value;

    return ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC ? ((void *(*)(void))address)()
                                                           : (void *)address;
}

static uint32_t sysv_hash(const char *name)
{
    uint32_t hash = 0;

    for (; *name; name++) {
        hash = (hash << 4) + (unsigned char)*name;
        hash = (hash ^ (hash >> 28) << 4) & 0x0fffffff;
    }
    return hash;
}

struct symbols {
    const ElfW(Sym) * table;
    const char *strings;
    const uint16_t *versions; /* NULL: it has none */
};

static bool is_definition(const struct symbols *symbols, uint32_t index, const char *name)
{
    const ElfW(Sym) *symbol = &symbols->table[index];

    return sca_same(symbols->strings + symbol->st_name, name) && symbol->st_shndx != SHN_UNDEF &&
           !(symbols->versions && symbols->versions[index] & 0x8000);
}

/* Both return the index of the definition, 0 if there is none. */
static uint32_t find_by_gnu_hash(const uint32_t *table, const struct symbols *symbols,
                                 const char *name)
{
    /* nbuckets, first symbol, bloom words, bloom shift; bloom; buckets; chains */
    const uint32_t *buckets = table + 4 + table[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chains = buckets + table[0];
    uint32_t hash = gnu_hash(name);
    uint32_t index = table[0] ? buckets[hash % table[0]] : 0;

    if (!index || index < table[1])
        return 0;
    for (;; index++) {
        uint32_t link = chains[index - table[1]];

        if (((link ^ hash) >> 1) == 0 && is_definition(symbols, index, name))
            return index;
        if (link & 1)
            return 0;
    }
}

/* nbuckets, nchains; buckets; chains */
static uint32_t find_by_sysv_hash(const uint32_t *table, const struct symbols *symbols,
                                  const char *name)
{
    const uint32_t *chains = table + 2 + table[0];
    uint32_t index = table[0] ? table[2 + sysv_hash(name) % table[0]] : 0;

    while (index && !is_definition(symbols, index, name))
        index = chains[index];
    return index;
}

void *sca_object_symbol(const struct sca_object *object, const char *name)
{
    const uint32_t *gnu = dynamic_table(object, DT_GNU_HASH);
    const uint32_t *sysv = dynamic_table(object, DT_HASH);
    struct symbols symbols = {dynamic_table(object, DT_SYMTAB), dynamic_table(object, DT_STRTAB),
                              dynamic_table(object, DT_VERSYM)};
    uint32_t index = 0;

    if (!symbols.table || !symbols.strings)
        return NULL;
    if (gnu)
        index = find_by_gnu_hash(gnu, &symbols, name);
    else if (sysv)
        index = find_by_sysv_hash(sysv, &symbols, name);
    return index ? definition(object, &symbols.table[index]) : NULL;
}

/* The end of the last chain, or the length of the table, tells how many symbols there are. */
static uint32_t count_by_gnu_hash(const uint32_t *table)
{
    const uint32_t *buckets = table + 4 + table[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chains = buckets + table[0];
    uint32_t last = 0;

    for (uint32_t i = 0; i < table[0]; i++)
        if (buckets[i] > last)
            last = buckets[i];
    if (last < table[1])
        return 0;
    while (!(chains[last - table[1]] & 1))
        last++;
    return last + 1;
}

static uint32_t count_symbols(const struct sca_object *object)
{
    const uint32_t *gnu = dynamic_table(object, DT_GNU_HASH);
    const uint32_t *sysv = dynamic_table(object, DT_HASH);

    if (gnu)
        return count_by_gnu_hash(gnu);
    return sysv ? sysv[1] : 0;
}

void sca_object_functions(const struct sca_object *object,
                          void (*visit)(const char *name, void *data), void *data)
{
    const ElfW(Sym) *table = dynamic_table(object, DT_SYMTAB);
    const char *strings = dynamic_table(object, DT_STRTAB);
    uint32_t count = table && strings ? count_symbols(object) : 0;

    for (uint32_t i = 0; i < count; i++) {
        unsigned type = ELF64_ST_TYPE(table[i].st_info);

        if ((type == STT_FUNC || type == STT_GNU_IFUNC) && table[i].st_shndx != SHN_UNDEF)
            visit(strings + table[i].st_name, data);
    }
}

size_t sca_object_symbol_size(const struct sca_object *object, const void *address)
{
    const ElfW(Sym) *table = dynamic_table(object, DT_SYMTAB);
    uint32_t count = table ? count_symbols(object) : 0;

    for (uint32_t i = 0; i < count; i++)
        if (ELF64_ST_TYPE(table[i].st_info) == STT_OBJECT && table[i].st_shndx != SHN_UNDEF &&
            table[i].st_value + object->bias == (uintptr_t)address)
            return table[i].st_size;
    return 0;
}

const char *sca_object_soname(const struct sca_object *object)
{
    const ElfW(Dyn) *entry = dynamic_entry(object, DT_SONAME);
    const char *strings = dynamic_table(object, DT_STRTAB);

    return entry && strings ? strings + entry->d_un.d_val : NULL;
}

bool sca_object_is_ours(const struct sca_object *object)
{
    const char *soname = sca_object_soname(object);

    return soname && sca_same(soname, "libscardaudit.so");
}

const char *sca_object_needed(const struct sca_object *object, size_t n)
{
    const char *strings = dynamic_table(object, DT_STRTAB);

    for (const ElfW(Dyn) *entry = object->dynamic; strings && entry && entry->d_tag != DT_NULL;
         entry++)
        if (entry->d_tag == DT_NEEDED && n-- == 0)
            return strings + entry->d_un.d_val;
    return NULL;
}

struct visitor {
    void (*visit)(const char *name, bool by_call, void *data);
    void *data;
};

static void visit_table(const struct sca_object *object, ElfW(Sxword) table, ElfW(Sxword) size,
                        const struct visitor *visitor)
{
    const ElfW(Rela) *relocation = dynamic_table(object, table);
    const ElfW(Dyn) *bytes = dynamic_entry(object, size);
    const ElfW(Sym) *symbols = dynamic_table(object, DT_SYMTAB);
    const char *strings = dynamic_table(object, DT_STRTAB);

    if (!relocation || !bytes || !symbols || !strings)
        return;
    for (size_t count = bytes->d_un.d_val / sizeof *relocation; count > 0; count--, relocation++) {
        uint64_t symbol = ELF64_R_SYM(relocation->r_info);

        if (symbol)
            visitor->visit(strings + symbols[symbol].st_name,
                           ELF64_R_TYPE(relocation->r_info) == R_X86_64_JUMP_SLOT, visitor->data);
    }
}

void sca_object_references(const struct sca_object *object,
                           void (*visit)(const char *name, bool by_call, void *data), void *data)
{
    const struct visitor visitor = {visit, data};

    visit_table(object, DT_RELA, DT_RELASZ, &visitor);
    visit_table(object, DT_JMPREL, DT_PLTRELSZ, &visitor);
}

bool sca_object_contains(const struct sca_object *object, const char *text)
{
    const ElfW(Ehdr) * file;
    size_t left = MOST_CONSTANTS;
    bool first = true;

    if (!sca_object_header(object, &file))
        return false;

    const ElfW(Phdr) *headers = (const void *)(object->start + file->e_phoff);

    for (size_t i = 0; i < file->e_phnum && left; i++) {
        const ElfW(Phdr) *header = &headers[i];
        uintptr_t start = object->bias + header->p_vaddr;
        size_t size = header->p_filesz < left ? header->p_filesz : left;
        /* Some linkers put constants before the code into one segment with it, the first. */
        bool constant = header->p_flags & PF_R && !(header->p_flags & PF_W) &&
                        (first || !(header->p_flags & PF_X));

        if (header->p_type != PT_LOAD)
            continue;
        first = false;
        if (!constant || start < object->start || start + size > object->end)
            continue;
        if (memmem((const void *)start, size, text, sca_length(text)))
            return true;
        left -= size;
    }
    return false;
}

/* Walk one note segment; the length of the build-id copied, 0 if it is not there. */
static size_t build_id_in_notes(const char *notes, size_t length, uint8_t *build_id, size_t size)
{
    while (length >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)notes;
        size_t name = ((size_t)note->n_namesz + 3) & ~(size_t)3;
        size_t content = ((size_t)note->n_descsz + 3) & ~(size_t)3;

        if (sizeof *note + name + content > length)
            return 0;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            sca_same(notes + sizeof *note, "GNU")) {
            size = note->n_descsz < size ? note->n_descsz : size;
            sca_bytes(build_id, notes + sizeof *note + name, size);
            return size;
        }
        notes += sizeof *note + name + content;
        length -= sizeof *note + name + content;
    }
    return 0;
}

bool sca_object_header(const struct sca_object *object, const ElfW(Ehdr) * *header)
{
    const ElfW(Ehdr) *file = (const void *)object->start;

    *header = file;
    return object->end - object->start >= SCA_PAGE && file->e_ident[EI_MAG0] == ELFMAG0 &&
           file->e_ident[EI_MAG1] == ELFMAG1 && file->e_ident[EI_MAG2] == ELFMAG2 &&
           file->e_ident[EI_MAG3] == ELFMAG3 &&
           file->e_phoff + (uint64_t)file->e_phnum * sizeof(ElfW(Phdr)) <= SCA_PAGE;
}

size_t sca_object_build_id(const struct sca_object *object, uint8_t *build_id, size_t size)
{
    const ElfW(Ehdr) * file;

    if (!sca_object_header(object, &file))
        return 0;

    const ElfW(Phdr) *headers = (const void *)(object->start + file->e_phoff);

    for (size_t i = 0; i < file->e_phnum; i++) {
        uintptr_t notes = object->bias + headers[i].p_vaddr;

        if (headers[i].p_type != PT_NOTE || notes < object->start ||
            notes + headers[i].p_filesz > object->end)
            continue;

        size_t found = build_id_in_notes((const char *)notes, headers[i].p_filesz, build_id, size);

        if (found)
            return found;
    }
    return 0;
}

bool sca_same_build_id(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    if (a_size == 0 || a_size != b_size)
        return false;
    for (size_t i = 0; i < a_size; i++)
        if (a[i] != b[i])
            return false;
    return true;
}
