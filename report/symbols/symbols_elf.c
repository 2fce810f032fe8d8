/* SPDX-License-Identifier: MIT */
/*
 * Function names from symbol tables: .symtab, else .dynsym together with the compressed table
 * some distributions ship (minidebuginfo), whichever libdwfl finds.
 */
#include "symbols_internal.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

#define MAX_CODE 64    /* executable sections */
#define MAX_STEPS 4096 /* symbols looked at for one address */

struct symbol {
    uint64_t start;
    uint64_t end;     /* of the symbol; of its section if the symbol has no size */
    uint64_t reach;   /* the highest end up to this symbol in the sorted table */
    const char *name; /* libelf's */
    int rank;         /* among symbols at one address, the higher is the better name */
    bool sized;
};

struct code {
    uint64_t start, end;
};

struct table {
    struct symbol *symbols;
    size_t count, room;
    struct code code[MAX_CODE];
    size_t code_count;
};

/* -1: no name for code. Functions first, then global, local, weak. */
static int rank(const GElf_Sym *symbol)
{
    int type = GELF_ST_TYPE(symbol->st_info), binding = GELF_ST_BIND(symbol->st_info);
    int by_binding = binding == STB_WEAK ? 0 : binding == STB_LOCAL ? 1 : 2;

    if (type == STT_FUNC || type == STT_GNU_IFUNC)
        return 3 + by_binding;
    return type == STT_NOTYPE ? by_binding : -1;
}

/*
 * Where the module's code is, from its section headers, or from the program headers without
 * them. A symbol's own section index is no help: objcopy leaves wrong ones in .dynsym when it
 * removes a section.
 */
static void read_code(struct table *table, Elf *elf)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    GElf_Phdr segment;
    size_t segments;

    while (table->code_count < MAX_CODE && (section = elf_nextscn(elf, section)))
        if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_EXECINSTR))
            table->code[table->code_count++] =
                (struct code){header.sh_addr, header.sh_addr + header.sh_size};
    if (table->code_count || elf_getphdrnum(elf, &segments) < 0)
        return;
    for (size_t i = 0; i < segments && table->code_count < MAX_CODE; i++)
        if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD &&
            (segment.p_flags & PF_X))
            table->code[table->code_count++] =
                (struct code){segment.p_vaddr, segment.p_vaddr + segment.p_memsz};
}

/* The end of the code section an address lies in, 0 if there is none. */
static uint64_t code_end(const struct table *table, uint64_t address)
{
    for (size_t i = 0; i < table->code_count; i++)
        if (address >= table->code[i].start && address < table->code[i].end)
            return table->code[i].end;
    return 0;
}

static void add(struct table *table, Dwfl_Module *module, int index, GElf_Addr bias)
{
    GElf_Sym symbol;
    GElf_Addr address;
    GElf_Word section;
    const char *name =
        dwfl_module_getsym_info(module, index, &symbol, &address, &section, NULL, NULL);
    uint64_t start = address - bias, end;

    if (!name || !name[0] || rank(&symbol) < 0 || section == SHN_UNDEF || section == SHN_ABS ||
        (!symbol.st_size && GELF_ST_TYPE(symbol.st_info) == STT_NOTYPE))
        return;
    end = code_end(table, start);
    if (!end)
        return;
    if (symbol.st_size && symbol.st_size < end - start)
        end = start + symbol.st_size;
    GROW(table->symbols, table->count, table->room);
    table->symbols[table->count++] = (struct symbol){
        .start = start,
        .end = end,
        .name = name,
        .rank = rank(&symbol),
        .sized = symbol.st_size != 0,
    };
}

static int by_address(const void *left, const void *right)
{
    const struct symbol *a = left, *b = right;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->sized != b->sized)
        return a->sized ? 1 : -1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->end != b->end) /* the shorter says more */
        return a->end > b->end ? -1 : 1;
    return strcmp(b->name, a->name);
}

/* Sorted so that of several symbols at one address the best is the last. */
static void read_table(struct table *table, Dwfl_Module *module)
{
    GElf_Addr bias;
    Elf *elf = dwfl_module_getelf(module, &bias);
    int count = dwfl_module_getsymtab(module);
    uint64_t reach = 0;

    if (!elf)
        return;
    read_code(table, elf);
    for (int i = 1; i < count; i++)
        add(table, module, i, bias);
    if (table->count)
        qsort(table->symbols, table->count, sizeof *table->symbols, by_address);
    for (size_t i = 0; i < table->count; i++) {
        if (table->symbols[i].sized && table->symbols[i].end > reach)
            reach = table->symbols[i].end;
        table->symbols[i].reach = reach;
    }
}

/* The nearest symbol that holds pc. One without a size does so up to the next symbol. */
static const struct symbol *find(const struct table *table, uint64_t pc)
{
    size_t low = 0, high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->symbols[middle].start <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low, steps = 0; i-- > 0 && steps < MAX_STEPS; steps++) {
        const struct symbol *symbol = &table->symbols[i];
        bool nearest = symbol->start == table->symbols[low - 1].start;

        if (pc < symbol->end && (symbol->sized || nearest))
            return symbol;
        if (!nearest && symbol->reach <= pc)
            break;
    }
    return NULL;
}

/* A version (name@@VERSION) is in .symtab only: without it stripping changes no name. */
static const char *symbol_name(struct symbols *symbols, const char *name)
{
    const char *at = strchr(name, '@'), *answer;
    char *base;

    if (!at || at == name)
        return symbols_intern_name(symbols, name);
    base = xstrndup(name, (size_t)(at - name));
    answer = symbols_intern_name(symbols, base);
    free(base);
    return answer;
}

static bool has_function(const struct wanted *wanted)
{
    return wanted->scopes_count && !wanted->scopes[0]->inlined && wanted->scopes[0]->function;
}

void symbols_from_elf(struct lookup *lookup, Dwfl_Module *module)
{
    struct table table = {0};
    bool read = false;

    for (size_t i = 0; i < lookup->count; i++) {
        struct wanted *wanted = &lookup->wanted[i];
        const struct symbol *symbol;

        if (has_function(wanted))
            continue;
        if (!read)
            read_table(&table, module);
        read = true;
        symbol = find(&table, wanted->pc);
        if (symbol)
            wanted->symbol = symbol_name(lookup->symbols, symbol->name);
    }
    free(table.symbols);
}
