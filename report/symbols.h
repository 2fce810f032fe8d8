/* SPDX-License-Identifier: MIT */
/*
 * From (module, offset) to functions, files, lines and inlined calls, in bulk: first ask for every
 * address (symbols_want), then resolve all at once - one pass per compilation unit that holds one
 * of them - then read the answers. The order want, resolve, frames may be repeated.
 *
 *     struct symbols *symbols = symbols_new(false);
 *     symbols_want(symbols, "/usr/bin/app", build_id, build_id_size, 0x1234);
 *     symbols_resolve(symbols);
 *     const struct frames *frames = symbols_frames(symbols, "/usr/bin/app", ..., 0x1234);
 *
 * Module paths come from a trace and are hostile: only regular files are opened (O_NONBLOCK), and
 * only believed when their build-id is the recorded one (a module recorded without a build-id is
 * believed by its path). What became of the others is told with their frames. Not thread-safe.
 */
#ifndef REPORT_SYMBOLS_H
#define REPORT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of a module since it was recorded. */
enum module_state {
    MODULE_READ,      /* it is as it was; whether it has symbols is another question */
    MODULE_NO_FILE,   /* never was a file, or one that only the program could open */
    MODULE_MISSING,   /* no file has this name now */
    MODULE_REPLACED,  /* another file has */
    MODULE_UNREADABLE /* no permission, no regular file, no program */
};

struct frame {
    const char *function; /* demangled; NULL if unknown */
    const char *module;   /* path as recorded; NULL if the address lay in no object */
    char build_id[65];    /* hex, "" if unknown */
    uint64_t offset;      /* return address in the module's address space */
    const char *file;     /* as DWARF says (directory joined), NULL if unknown */
    int line;             /* 0 if unknown */
    bool inlined;         /* the function was inlined into the next frame */
    enum module_state module_state;
};

/* The frames one address stands for: inlined ones first, the function that holds them last. */
struct frames {
    const struct frame *frames;
    size_t count; /* at least 1 */
};

struct symbols;

/* debuginfod: may missing debug files be fetched from $DEBUGINFOD_URLS? */
struct symbols *symbols_new(bool debuginfod);
void symbols_free(struct symbols *symbols);

/* Why debug files could not be asked for: an errno, ENOSYS without servers or without the library
 * that asks them. 0: they were, or none was missing. */
int symbols_debuginfod_error(const struct symbols *symbols);

/* `offset` is a return address: the line is that of the call before it. path NULL: no object. */
void symbols_want(struct symbols *symbols, const char *path, const uint8_t *build_id,
                  size_t build_id_size, uint64_t offset);
void symbols_resolve(struct symbols *symbols);

/* Valid until the next symbols_resolve() or symbols_free(). Never NULL after a want + resolve. */
const struct frames *symbols_frames(struct symbols *symbols, const char *path,
                                    const uint8_t *build_id, size_t build_id_size, uint64_t offset);

#endif
