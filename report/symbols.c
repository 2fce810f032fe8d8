/* SPDX-License-Identifier: MIT */
/*
 * Modules, each with a hash of its addresses. Resolving collects the addresses of a module that
 * have no answer yet, opens the module, looks all of them up in one go and closes it again, so
 * that only answers and strings stay in memory.
 */
#include "symbols.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "demangle.h"
#include "memory.h"
#include "progress.h"
#include "symbols_internal.h"

/* Running out of memory ends the program, in uthash as everywhere. */
#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#define MAX_BUILD_ID 32

struct address {
    uint64_t offset;
    struct frames frames; /* count 0: not resolved yet */
    UT_hash_handle hh;
};

struct module {
    char *path; /* key; "" for addresses outside any object */
    bool none;
    uint8_t build_id[MAX_BUILD_ID];
    size_t build_id_size;
    char build_id_text[2 * MAX_BUILD_ID + 1];
    struct address *addresses;
    size_t unresolved;
    enum module_state state; /* when it was last looked at */
    struct module *other;    /* same path, another build-id */
    UT_hash_handle hh;
};

struct string {
    char *key;
    const char *text; /* the key itself, or what a symbol name was demangled to */
    UT_hash_handle hh;
};

struct symbols {
    struct debuginfod debuginfod;
    struct module *modules;
    struct string *strings; /* as they are */
    struct string *names;   /* symbol names */
    struct demangler *demangler;
};

struct symbols *symbols_new(bool debuginfod)
{
    struct symbols *symbols = xcalloc(1, sizeof *symbols);

    symbols->debuginfod.wanted = debuginfod;
    /* By default a server that does not answer is asked three times, 90 seconds each. */
    if (debuginfod)
        setenv("DEBUGINFOD_RETRY_LIMIT", "0", 0);
    return symbols;
}

int symbols_debuginfod_error(const struct symbols *symbols)
{
    return symbols->debuginfod.error;
}

static void strings_free(struct string *strings)
{
    struct string *string = strings, *next;

    HASH_CLEAR(hh, strings);
    for (; string; string = next) {
        next = string->hh.next;
        free(string->key);
        free(string);
    }
}

static void module_free(struct module *module)
{
    struct address *address = module->addresses, *next;

    HASH_CLEAR(hh, module->addresses);
    for (; address; address = next) {
        next = address->hh.next;
        free((void *)address->frames.frames);
        free(address);
    }
    free(module->path);
    free(module);
}

void symbols_free(struct symbols *symbols)
{
    struct module *first, *module, *next, *other;

    if (!symbols)
        return;
    first = symbols->modules;
    HASH_CLEAR(hh, symbols->modules);
    for (; first; first = next) {
        next = first->hh.next;
        for (module = first; module; module = other) {
            other = module->other;
            module_free(module);
        }
    }
    strings_free(symbols->names);
    strings_free(symbols->strings);
    free(symbols);
}

static struct string *string_add(struct string **strings, const char *key)
{
    struct string *string = xcalloc(1, sizeof *string);

    string->key = xstrdup(key);
    HASH_ADD_KEYPTR(hh, *strings, string->key, strlen(string->key), string);
    return string;
}

const char *symbols_intern(struct symbols *symbols, const char *text)
{
    struct string *string;

    if (!text)
        return NULL;
    HASH_FIND_STR(symbols->strings, text, string);
    if (!string) {
        string = string_add(&symbols->strings, text);
        string->text = string->key;
    }
    return string->text;
}

const char *symbols_intern_name(struct symbols *symbols, const char *name)
{
    struct string *string;
    char *text;

    if (!name)
        return NULL;
    HASH_FIND_STR(symbols->names, name, string);
    if (!string) {
        text = demangle(symbols->demangler, name);
        string = string_add(&symbols->names, name);
        string->text = symbols_intern(symbols, text ? text : name);
        free(text);
    }
    return string->text;
}

static bool module_is(const struct module *module, bool none, const uint8_t *build_id, size_t size)
{
    return module->none == none && module->build_id_size == size &&
           (!size || !memcmp(module->build_id, build_id, size));
}

static struct module *find_module(const struct symbols *symbols, const char *path,
                                  const uint8_t *build_id, size_t size)
{
    struct module *module;

    HASH_FIND_STR(symbols->modules, path ? path : "", module);
    while (module && !module_is(module, !path, build_id, size))
        module = module->other;
    return module;
}

static struct module *add_module(struct symbols *symbols, const char *path, const uint8_t *build_id,
                                 size_t size)
{
    struct module *module = xcalloc(1, sizeof *module), *same;

    module->path = xstrdup(path ? path : "");
    module->none = !path;
    module->build_id_size = size;
    for (size_t i = 0; i < size; i++) {
        module->build_id[i] = build_id[i];
        module->build_id_text[2 * i] = "0123456789abcdef"[build_id[i] >> 4];
        module->build_id_text[2 * i + 1] = "0123456789abcdef"[build_id[i] & 15];
    }
    HASH_FIND_STR(symbols->modules, module->path, same);
    if (same) {
        module->other = same->other;
        same->other = module;
    } else {
        HASH_ADD_KEYPTR(hh, symbols->modules, module->path, strlen(module->path), module);
    }
    return module;
}

void symbols_want(struct symbols *symbols, const char *path, const uint8_t *build_id,
                  size_t build_id_size, uint64_t offset)
{
    size_t size = build_id_size < MAX_BUILD_ID ? build_id_size : MAX_BUILD_ID;
    struct module *module = find_module(symbols, path, build_id, size);
    struct address *address;

    if (!module)
        module = add_module(symbols, path, build_id, size);
    HASH_FIND(hh, module->addresses, &offset, sizeof offset, address);
    if (address)
        return;
    address = xcalloc(1, sizeof *address);
    address->offset = offset;
    HASH_ADD(hh, module->addresses, offset, sizeof address->offset, address);
    module->unresolved++;
}

const struct frames *symbols_frames(struct symbols *symbols, const char *path,
                                    const uint8_t *build_id, size_t build_id_size, uint64_t offset)
{
    size_t size = build_id_size < MAX_BUILD_ID ? build_id_size : MAX_BUILD_ID;
    struct module *module = find_module(symbols, path, build_id, size);
    struct address *address = NULL;

    if (module)
        HASH_FIND(hh, module->addresses, &offset, sizeof offset, address);
    return address && address->frames.count ? &address->frames : NULL;
}

size_t lookup_first(const struct lookup *lookup, uint64_t pc)
{
    size_t low = 0, high = lookup->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lookup->wanted[middle].pc < pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int by_pc(const void *left, const void *right)
{
    const struct wanted *a = left, *b = right;

    return (a->pc > b->pc) - (a->pc < b->pc);
}

static struct lookup lookup_new(struct symbols *symbols, const struct module *module)
{
    struct lookup lookup = {.symbols = symbols};
    const struct address *address;

    lookup.wanted = xcalloc(module->unresolved, sizeof *lookup.wanted);
    for (address = module->addresses; address; address = address->hh.next)
        if (!address->frames.count)
            lookup.wanted[lookup.count++].pc = address->offset - 1;
    qsort(lookup.wanted, lookup.count, sizeof *lookup.wanted, by_pc);
    return lookup;
}

/* Drop everything that was found so far. */
static void lookup_clear(struct lookup *lookup)
{
    for (size_t i = 0; i < lookup->count; i++) {
        struct wanted *wanted = &lookup->wanted[i];

        free(wanted->scopes);
        *wanted = (struct wanted){.pc = wanted->pc};
    }
    while (lookup->scopes) {
        struct scope *scope = lookup->scopes;

        lookup->scopes = scope->next;
        free(scope);
    }
}

/*
 * libelf maps files. One that is truncated meanwhile (a program rebuilt in place) raises SIGBUS at
 * the next access: give the module up. What libdwfl held for it is lost, which is the lesser evil.
 */
static sigjmp_buf truncated;

static void on_sigbus(int number)
{
    (void)number;
    siglongjmp(truncated, 1);
}

static void look_up(struct lookup *lookup, struct module *module)
{
    struct sigaction action = {.sa_handler = on_sigbus}, previous;
    Dwfl_Module *file;
    Dwfl *dwfl;

    sigaction(SIGBUS, &action, &previous);
    if (sigsetjmp(truncated, 1)) {
        lookup_clear(lookup);
        module->state = MODULE_UNREADABLE;
    } else {
        file = module_open(module->path, module->build_id, module->build_id_size,
                           &lookup->symbols->debuginfod, &module->state, &dwfl);
        if (file) {
            symbols_from_dwarf(lookup, file);
            symbols_from_elf(lookup, file);
            module_close(dwfl);
        }
    }
    sigaction(SIGBUS, &previous, NULL);
}

/*
 * From scopes, outermost first, to frames, innermost first. The line table knows where the
 * innermost function stands; each inlined scope knows where in the next one it was called.
 */
static void answer(struct address *address, const struct module *module,
                   const struct wanted *wanted)
{
    size_t scopes = wanted->scopes_count;
    bool whole = scopes && !wanted->scopes[0]->inlined;
    size_t count = whole ? scopes : scopes + 1;
    struct frame *frames = xcalloc(count, sizeof *frames);
    const char *file = wanted->file;
    int line = wanted->line;

    for (size_t i = 0; i < count; i++) {
        const struct scope *scope = i < scopes ? wanted->scopes[scopes - 1 - i] : NULL;
        struct frame *frame = &frames[i];

        frame->module = module->none ? NULL : module->path;
        memcpy(frame->build_id, module->build_id_text, sizeof module->build_id_text);
        frame->offset = address->offset;
        frame->module_state = module->state;
        frame->inlined = i + 1 < count;
        frame->function = scope ? scope->function : NULL;
        if (!frame->inlined && !frame->function)
            frame->function = wanted->symbol;
        frame->file = file;
        frame->line = line;
        if (scope) {
            file = scope->call_file;
            line = scope->call_line;
        }
    }
    address->frames = (struct frames){frames, count};
}

static void resolve_module(struct symbols *symbols, struct module *module)
{
    struct lookup lookup = lookup_new(symbols, module);

    module->state = MODULE_NO_FILE;
    if (!module->none)
        look_up(&lookup, module);
    for (size_t i = 0; i < lookup.count; i++) {
        uint64_t offset = lookup.wanted[i].pc + 1;
        struct address *address;

        HASH_FIND(hh, module->addresses, &offset, sizeof offset, address);
        if (address)
            answer(address, module, &lookup.wanted[i]);
    }
    lookup_clear(&lookup);
    free(lookup.wanted);
    module->unresolved = 0;
}

static size_t count_unresolved(const struct symbols *symbols)
{
    const struct module *module, *same;
    size_t count = 0;

    for (module = symbols->modules; module; module = module->hh.next)
        for (same = module; same; same = same->other)
            count += same->unresolved > 0;
    return count;
}

void symbols_resolve(struct symbols *symbols)
{
    size_t count = count_unresolved(symbols), number = 0;
    struct module *module, *same;

    symbols->demangler = demangler_new();
    for (module = symbols->modules; module; module = module->hh.next)
        for (same = module; same; same = same->other)
            if (same->unresolved) {
                progress_step(PROGRESS_SYMBOLS, ++number, count);
                resolve_module(symbols, same);
            }
    demangler_free(symbols->demangler);
    symbols->demangler = NULL;
}
