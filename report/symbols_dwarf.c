/* SPDX-License-Identifier: MIT */
/*
 * One pass over a module's DWARF for all wanted addresses at once. Asking libdw per address
 * (dwarf_getscopes, dwfl_module_addrinfo) costs milliseconds each in a large C++ unit; here every
 * DIE of a unit that holds a wanted address is seen once, and each function's address ranges pick
 * their addresses from the sorted array.
 *
 * The DWARF may be hostile. DIEs are visited by rising offset only, so that a sibling reference
 * that leads back cannot loop; nesting, inlining and the number of ranges have limits far above
 * what compilers emit. What lies beyond a limit is left out of the answer.
 */
#include "symbols_internal.h"

#include <dwarf.h>
#include <stdlib.h>

#include "memory.h"

#define MAX_DEPTH 512
#define MAX_SCOPES 256
#define MAX_WORK 200000000 /* ranges and addresses compared, names looked for, per module */
#define ELF_HEADER_SIZE 64 /* no code starts inside */

struct walk {
    struct lookup *lookup;
    Dwfl_Module *module;
    uint64_t bias;   /* DWARF address + bias = wanted address */
    uint64_t lowest; /* first executable address; below: functions the linker dropped */
    size_t work_left;
    size_t unit_number;
    Dwarf_Die unit;
    Dwarf_Off seen; /* offset of the last DIE visited in this unit */
    Dwarf_Files *files;
    const char *directory;
};

/* A file name of the line table; the compilation directory completes relative ones. */
static const char *file_name(const struct walk *walk, const char *name)
{
    const char *answer;
    char *joined;

    if (!name || name[0] == '/' || !walk->directory)
        return symbols_intern(walk->lookup->symbols, name);
    joined = xasprintf("%s/%s", walk->directory, name);
    answer = symbols_intern(walk->lookup->symbols, joined);
    free(joined);
    return answer;
}

/* A value of at most 31 bits, otherwise 0. */
static size_t number(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;

    if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) < 0 || value > INT32_MAX)
        return 0;
    return (size_t)value;
}

static struct scope *scope_new(struct walk *walk, Dwarf_Die *die, bool inlined)
{
    struct scope *scope = xcalloc(1, sizeof *scope);

    scope->function = symbols_function_name(walk->lookup->symbols, die, &walk->work_left);
    scope->inlined = inlined;
    if (inlined) {
        size_t file = number(die, DW_AT_call_file);

        if (!walk->files)
            dwarf_getsrcfiles(&walk->unit, &walk->files, NULL);
        if (walk->files && dwarf_hasattr(die, DW_AT_call_file))
            scope->call_file = file_name(walk, dwarf_filesrc(walk->files, file, NULL, NULL));
        scope->call_line = (int)number(die, DW_AT_call_line);
    }
    scope->next = walk->lookup->scopes;
    walk->lookup->scopes = scope;
    return scope;
}

/* The next range of a DIE in wanted addresses; false at the end, on errors, or out of work. */
static bool next_range(struct walk *walk, Dwarf_Die *die, ptrdiff_t *offset, Dwarf_Addr *base,
                       uint64_t *start, uint64_t *end)
{
    while (walk->work_left && (*offset = dwarf_ranges(die, *offset, base, start, end)) > 0) {
        walk->work_left--;
        *start += walk->bias;
        *end += walk->bias;
        if (*start >= walk->lowest && *start < *end)
            return true;
    }
    return false;
}

/*
 * Attach a function to the wanted addresses in its ranges. `outer` identifies the scope around an
 * inlined one: where ranges overlap (identical code folded, sloppy ranges), the chain that came
 * first stays whole.
 */
static void attach(struct walk *walk, Dwarf_Die *die, bool inlined, const void *outer)
{
    struct lookup *lookup = walk->lookup;
    struct scope *scope = NULL;
    ptrdiff_t offset = 0;
    Dwarf_Addr base;
    uint64_t start, end;

    while (next_range(walk, die, &offset, &base, &start, &end)) {
        for (size_t i = lookup_first(lookup, start); i < lookup->count; i++) {
            struct wanted *wanted = &lookup->wanted[i];

            if (wanted->pc >= end || !walk->work_left)
                break;
            walk->work_left--;
            if (wanted->innermost != (inlined ? outer : NULL) || wanted->scopes_count == MAX_SCOPES)
                continue;
            if (!scope)
                scope = scope_new(walk, die, inlined);
            GROW(wanted->scopes, wanted->scopes_count, wanted->scopes_room);
            wanted->scopes[wanted->scopes_count++] = scope;
            wanted->innermost = die->addr;
            wanted->unit = walk->unit_number;
        }
    }
}

static void walk_die(struct walk *walk, Dwarf_Die *die, const void *outer, int depth);

static void walk_children(struct walk *walk, Dwarf_Die *parent, const void *outer, int depth)
{
    Dwarf_Die die;

    if (depth == MAX_DEPTH || dwarf_child(parent, &die) != 0)
        return;
    do {
        Dwarf_Off offset = dwarf_dieoffset(&die);

        if (offset <= walk->seen)
            return;
        walk->seen = offset;
        walk_die(walk, &die, outer, depth + 1);
    } while (dwarf_siblingof(&die, &die) == 0);
}

static void walk_die(struct walk *walk, Dwarf_Die *die, const void *outer, int depth)
{
    int tag = dwarf_tag(die);

    switch (tag) {
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
        attach(walk, die, tag == DW_TAG_inlined_subroutine, outer);
        walk_children(walk, die, die->addr, depth);
        break;
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_interface_type:
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
    case DW_TAG_with_stmt:
        walk_children(walk, die, outer, depth);
        break;
    default:
        break;
    }
}

/*
 * Does the unit hold a wanted address? Marks those of no known unit as this one's. A unit that
 * does not say where its code is may hold any.
 */
static bool unit_holds_wanted(struct walk *walk, Dwarf_Die *unit)
{
    struct lookup *lookup = walk->lookup;
    bool holds = false, says = false;
    ptrdiff_t offset = 0;
    Dwarf_Addr base;
    uint64_t start, end;

    while (next_range(walk, unit, &offset, &base, &start, &end)) {
        says = true;
        for (size_t i = lookup_first(lookup, start); i < lookup->count; i++) {
            struct wanted *wanted = &lookup->wanted[i];

            if (wanted->pc >= end || !walk->work_left)
                break;
            walk->work_left--;
            holds = true;
            if (!wanted->innermost && !wanted->file)
                wanted->unit = walk->unit_number;
        }
    }
    return holds || !says;
}

/* Lines of the wanted addresses that lie in this unit. */
static void read_lines(struct walk *walk, Dwarf_Die *unit)
{
    for (size_t i = 0; i < walk->lookup->count; i++) {
        struct wanted *wanted = &walk->lookup->wanted[i];
        Dwarf_Line *line;

        if (wanted->unit != walk->unit_number)
            continue;
        line = dwarf_getsrc_die(unit, wanted->pc - walk->bias);
        wanted->file = line ? file_name(walk, dwarf_linesrc(line, NULL, NULL)) : NULL;
        if (!line || dwarf_lineno(line, &wanted->line) < 0 || wanted->line < 0)
            wanted->line = 0;
    }
}

static void walk_unit(struct walk *walk, Dwarf_CU *cu, Dwarf_Die *unit, uint8_t type)
{
    Dwarf_Attribute attribute;
    Dwarf_Die split;

    walk->unit_number++;
    if (type == DW_UT_type || type == DW_UT_split_type || type == DW_UT_partial ||
        !dwarf_tag(unit) || !unit_holds_wanted(walk, unit))
        return;
    walk->directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    walk->files = NULL;
    walk->unit = *unit;
    /* The code of a skeleton unit is described in another file, its lines are here. */
    if (type == DW_UT_skeleton && module_split_allowed(walk->module, unit) &&
        dwarf_cu_info(cu, NULL, NULL, NULL, &split, NULL, NULL, NULL) == 0 && dwarf_tag(&split))
        walk->unit = split;
    walk->seen = dwarf_dieoffset(&walk->unit);
    walk_children(walk, &walk->unit, NULL, 0);
    read_lines(walk, unit);
}

/* The lowest address code is loaded at. */
static uint64_t lowest_code(Elf *elf)
{
    uint64_t lowest = UINT64_MAX;
    size_t count;
    GElf_Phdr header;

    if (elf_getphdrnum(elf, &count) < 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_LOAD &&
            (header.p_flags & PF_X) && header.p_vaddr < lowest)
            lowest = header.p_vaddr;
    return lowest < ELF_HEADER_SIZE ? ELF_HEADER_SIZE : lowest;
}

void symbols_from_dwarf(struct lookup *lookup, Dwfl_Module *module)
{
    struct walk walk = {.lookup = lookup, .module = module, .work_left = MAX_WORK};
    Dwarf *dwarf = module_dwarf(module, &walk.bias);
    GElf_Addr bias;
    Dwarf_CU *cu = NULL;
    Dwarf_Half version;
    uint8_t type;
    Dwarf_Die unit;

    if (!dwarf)
        return;
    walk.lowest = lowest_code(dwfl_module_getelf(module, &bias));
    while (dwarf_get_units(dwarf, cu, &cu, &version, &type, &unit, NULL) == 0)
        walk_unit(&walk, cu, &unit, type);
}
