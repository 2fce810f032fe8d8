/* SPDX-License-Identifier: MIT */
/*
 * Between the parts of the symbolizer: symbols.c keeps addresses, answers and strings,
 * symbols_module.c opens a module's files, symbols_dwarf.c and symbols_elf.c look addresses up,
 * symbols_names.c knows what functions are called in DWARF.
 *
 * Addresses here are virtual addresses of the module's ELF file and lie inside the call
 * instruction (return address - 1).
 */
#ifndef REPORT_SYMBOLS_INTERNAL_H
#define REPORT_SYMBOLS_INTERNAL_H

#include <elfutils/libdwfl.h>

#include "symbols.h"

/* A function, or a function inlined into another, that holds at least one wanted address. */
struct scope {
    const char *function; /* interned, NULL if it has no name */
    const char *call_file;
    int call_line;
    bool inlined;
    struct scope *next; /* of all scopes of the lookup */
};

/* One address being looked up. */
struct wanted {
    uint64_t pc;
    const struct scope **scopes; /* outermost first */
    size_t scopes_count, scopes_room;
    const void *innermost; /* identity of the innermost scope's DIE, NULL: no scope yet */
    size_t unit;           /* the unit that holds it, counted from 1; 0: none yet */
    const char *symbol;    /* from the symbol table, interned */
    const char *file;      /* interned */
    int line;
};

/* All addresses wanted of one module, by rising pc, no two alike. */
struct lookup {
    struct symbols *symbols;
    struct wanted *wanted;
    size_t count;
    struct scope *scopes;
};

/* Index of the first wanted address at or above pc. */
size_t lookup_first(const struct lookup *lookup, uint64_t pc);

/* Copies owned by the symbolizer; equal text gives the same pointer. NULL gives NULL. */
const char *symbols_intern(struct symbols *symbols, const char *text);
/* The same for a symbol's name, demangled if it is mangled. */
const char *symbols_intern_name(struct symbols *symbols, const char *name);

/* Fetching debug files. */
struct debuginfod {
    bool wanted;
    int error;   /* errno of the first failure; that a server has no such file is none */
    bool silent; /* a server did not answer in time: the next question would wait as long */
};

/*
 * Open the module recorded with this path and build-id; *state says what became of it. NULL, unless
 * that is MODULE_READ. End with module_close(), before `debuginfod` goes.
 */
Dwfl_Module *module_open(const char *path, const uint8_t *build_id, size_t build_id_size,
                         struct debuginfod *debuginfod, enum module_state *state, Dwfl **dwfl);
void module_close(Dwfl *dwfl);

/* The module's DWARF, safe to walk; *bias is what to add to its addresses to get the ELF file's.
 * NULL if there is none. */
Dwarf *module_dwarf(Dwfl_Module *module, uint64_t *bias);
/* May the files that hold a skeleton unit's split DWARF be opened? (libdw would block on a FIFO) */
bool module_split_allowed(Dwfl_Module *module, Dwarf_Die *unit);

/*
 * The name of a function's DIE, interned, NULL if there is none. Each DIE that is looked at for it
 * takes 1 of *work; when that is used up, the name may lack its scopes.
 */
const char *symbols_function_name(struct symbols *symbols, Dwarf_Die *die, size_t *work);

/* Fill in scopes, file and line of the wanted addresses. */
void symbols_from_dwarf(struct lookup *lookup, Dwfl_Module *module);
/* Fill in symbol of those that have no function by now. */
void symbols_from_elf(struct lookup *lookup, Dwfl_Module *module);

#endif
