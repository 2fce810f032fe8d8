/* SPDX-License-Identifier: MIT */
/*
 * Names of functions. Those with a linkage name have all that is known in it. gcc gives none to
 * what is local to a file: lambdas, and all of an anonymous namespace. Of these DW_AT_name is but
 * the last part, "operator()", and the rest is where their DIE stands.
 */
#include "symbols_internal.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

#define MAX_HOPS 16   /* from an instance to what it is one of, to its declaration */
#define MAX_SCOPES 64 /* namespaces and classes around a function */
#define MAX_NESTED 4  /* functions around a function */
#define MAX_PART 4096 /* of a name; 64 times a hostile one is too much */

static const char *linkage_name(Dwarf_Die *die)
{
    static const unsigned names[] = {DW_AT_linkage_name, DW_AT_MIPS_linkage_name};
    Dwarf_Attribute attribute;
    const char *name = NULL;

    for (size_t i = 0; !name && i < sizeof names / sizeof *names; i++)
        name = dwarf_formstring(dwarf_attr_integrate(die, names[i], &attribute));
    return name;
}

/* The DIE that stands where the function was declared. */
static Dwarf_Die declaration_of(const Dwarf_Die *die)
{
    Dwarf_Die at = *die, next;
    Dwarf_Attribute attribute;

    for (int hops = 0; hops < MAX_HOPS; hops++) {
        if (!dwarf_formref_die(dwarf_attr(&at, DW_AT_abstract_origin, &attribute), &next) &&
            !dwarf_formref_die(dwarf_attr(&at, DW_AT_specification, &attribute), &next))
            break;
        at = next;
    }
    return at;
}

static bool is_cplusplus(Dwarf_Die *unit)
{
    switch (dwarf_srclang(unit)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
        return true;
    default:
        return false;
    }
}

/*
 * The child of `parent` that is the DIE at `offset` or holds it: the last one that does not begin
 * behind it. Offsets must rise, or hostile siblings would lead in a circle. `found` may be
 * `parent`.
 */
static bool child_towards(Dwarf_Die *parent, Dwarf_Off offset, Dwarf_Die *found, size_t *work)
{
    Dwarf_Off last = dwarf_dieoffset(parent);
    Dwarf_Die die;
    bool any = false;
    int end = dwarf_child(parent, &die);

    for (; end == 0 && *work; end = dwarf_siblingof(&die, &die)) {
        Dwarf_Off at = dwarf_dieoffset(&die);

        if (at <= last || at > offset)
            break;
        --*work;
        last = at;
        *found = die;
        any = true;
    }
    return any;
}

/* What a scope is called in a name, or NULL if it is not part of one. */
static const char *scope_name(Dwarf_Die *die, const char *member)
{
    const char *name = dwarf_diename(die);

    switch (dwarf_tag(die)) {
    case DW_TAG_namespace:
        return name ? name : "(anonymous namespace)";
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        if (name)
            return name;
        return !strcmp(member, "operator()") || !strcmp(member, "_FUN") ? "{lambda}" : "{unnamed}";
    default:
        return NULL;
    }
}

static char *full_name(struct symbols *symbols, Dwarf_Die *die, size_t *work, int nested);

/* "around::name", where `around` may be NULL; takes and gives malloc'd text. */
static char *joined(char *around, const char *name)
{
    char *text = around ? xasprintf("%s::%s", around, name) : xstrdup(name);

    free(around);
    return text;
}

/* The DIEs around the one at `target`, the outermost first: how many. */
static size_t path_to(Dwarf_Off target, Dwarf_Die *unit, Dwarf_Die *path, size_t *work)
{
    Dwarf_Die die = *unit;
    size_t length = 0;

    while (length < MAX_SCOPES && child_towards(&die, target, &die, work) &&
           dwarf_dieoffset(&die) != target)
        path[length++] = die;
    return length;
}

/*
 * What stands around a function, "" being NULL; malloc'd. Of functions around it only the innermost
 * is named, by all that stands around that.
 */
static char *scopes_around(struct symbols *symbols, Dwarf_Die *declaration, const char *name,
                           size_t *work, int nested)
{
    Dwarf_Die unit, path[MAX_SCOPES];
    size_t length, from;
    char *text = NULL;

    if (!dwarf_diecu(declaration, &unit, NULL, NULL) || !is_cplusplus(&unit))
        return NULL;
    length = from = path_to(dwarf_dieoffset(declaration), &unit, path, work);
    while (from > 0 && dwarf_tag(&path[from - 1]) != DW_TAG_subprogram)
        from--;
    if (nested == MAX_NESTED)
        from = 0;
    else if (from > 0)
        text = full_name(symbols, &path[from - 1], work, nested + 1);
    for (; from < length; from++) {
        const char *scope = scope_name(&path[from], name);

        if (scope && strnlen(scope, MAX_PART) < MAX_PART)
            text = joined(text, scope);
    }
    return text;
}

static char *full_name(struct symbols *symbols, Dwarf_Die *die, size_t *work, int nested)
{
    const char *linkage = linkage_name(die), *name;
    Dwarf_Die declaration;

    if (linkage)
        return xstrdup(symbols_intern_name(symbols, linkage));
    declaration = declaration_of(die);
    name = dwarf_diename(&declaration);
    return name ? joined(scopes_around(symbols, &declaration, name, work, nested), name) : NULL;
}

const char *symbols_function_name(struct symbols *symbols, Dwarf_Die *die, size_t *work)
{
    char *name = full_name(symbols, die, work, 0);
    const char *answer = symbols_intern(symbols, name);

    free(name);
    return answer;
}
