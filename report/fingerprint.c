/* SPDX-License-Identifier: MIT */
#include "fingerprint.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_name.h"
#include "memory.h"

/* Base names begin with one of these. */
static const char *const runtime_modules[] = {
    "libc.so",  "libc-2.",  "ld-linux",      "ld-2.",    "ld.so",      "libpthread",
    "libdl.so", "libdl-2.", "librt.so",      "librt-2.", "linux-vdso", "libstdc++",
    "libc++",   "libgcc_s", "libscardaudit", "[vdso]",
};
static const char *const wrapper_modules[] = {"libpcsclite", "libpcscspy", "libwinpr"};

/* ---- names ---------------------------------------------------------------------------------- */

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static char *module_name(const char *path)
{
    char *name = xstrdup(base_name(path));
    char *version = strstr(name, ".so.");

    if (version)
        version[3] = '\0';
    return name;
}

char *fingerprint_frame_name(const struct frame *frame)
{
    char *name;
    char *result;

    if (!frame->function && frame->module)
        return xasprintf("%s+0x%" PRIx64, base_name(frame->module), frame->offset);
    if (!frame->function)
        return xasprintf("0x%" PRIx64, frame->offset);
    name = fingerprint_function(frame->function);
    result = xasprintf("%s()", name);
    free(name);
    return result;
}

/* ---- which frames count --------------------------------------------------------------------- */

static bool in_modules(const struct frame *frame, const char *const *modules, size_t count)
{
    if (!frame->module)
        return false;
    for (size_t i = 0; i < count; i++)
        if (starts_with(base_name(frame->module), modules[i]))
            return true;
    return false;
}

/* libstdc++'s templates are instantiated in the module that uses them. */
static bool runtime_function(const char *function)
{
    char *name = fingerprint_function(function);
    bool result = strcmp(name, "_start") == 0 || starts_with(name, "std::") ||
                  starts_with(name, "__gnu_cxx::");

    free(name);
    return result;
}

bool fingerprint_is_runtime(const struct frame *frame)
{
    return in_modules(frame, runtime_modules, sizeof runtime_modules / sizeof *runtime_modules) ||
           (frame->function && runtime_function(frame->function));
}

static bool is_wrapper(const struct frame *frame)
{
    return in_modules(frame, wrapper_modules, sizeof wrapper_modules / sizeof *wrapper_modules);
}

size_t fingerprint_owner(const struct frame *frames, size_t count)
{
    size_t fallback = count;

    for (size_t i = 0; i < count; i++) {
        if (fingerprint_is_runtime(&frames[i]))
            continue;
        if (!is_wrapper(&frames[i]))
            return i;
        if (fallback == count)
            fallback = i;
    }
    return fallback < count ? fallback : 0;
}

/* ---- hashes --------------------------------------------------------------------------------- */

#define FNV_OFFSET 0xcbf29ce484222325U
#define FNV_PRIME 0x100000001b3U

/* The NUL enters too: it keeps "ab", "c" and "a", "bc" apart. */
static uint64_t fnv(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
    while (*text++);
    return hash;
}

static uint64_t hash_frame(uint64_t hash, const struct frame *frame)
{
    char *module = module_name(frame->module ? frame->module : "");
    char *function;

    hash = fnv(hash, module);
    free(module);
    if (frame->function)
        function = fingerprint_function(frame->function);
    else if (!frame->module)
        function = xstrdup("?"); /* generated code lies elsewhere in each run */
    else
        function = xasprintf("%s+%" PRIx64, frame->build_id, frame->offset);
    hash = fnv(hash, function);
    free(function);
    return hash;
}

/* One function may call several audited ones, and one of those may hand out several blocks. */
static uint64_t hash_call(uint64_t hash, const struct fingerprint_stack *stack)
{
    char *call = xasprintf("%s/%u", stack->function ? stack->function : "", stack->argument);

    hash = fnv(hash, call);
    free(call);
    return hash;
}

/* Recursion, direct or not, is folded: a frame counts where it comes first. */
static uint64_t hash_stack(uint64_t hash, const struct frame *frames, size_t count)
{
    uint64_t seen[FINGERPRINT_FRAMES];
    size_t kept = 0;

    for (size_t i = 0; i < count && kept < FINGERPRINT_FRAMES; i++) {
        uint64_t one;
        size_t j = 0;

        if (fingerprint_is_runtime(&frames[i]))
            continue;
        one = hash_frame(FNV_OFFSET, &frames[i]);
        while (j < kept && seen[j] != one)
            j++;
        if (j < kept)
            continue;
        seen[kept++] = one;
        hash = hash_frame(hash, &frames[i]);
    }
    return fnv(hash, "|");
}

void fingerprint_make(struct fingerprints *result, const char *rule, const char *kind,
                      const char *circumstance, const struct fingerprint_stack *stacks,
                      size_t stacks_count, size_t telling)
{
    uint64_t base = fnv(fnv(FNV_OFFSET, rule), kind);
    uint64_t owner = base;
    uint64_t strict = fnv(base, circumstance);

    *result = (struct fingerprints){0};
    for (size_t i = 0; i < stacks_count; i++)
        strict = hash_stack(hash_call(strict, &stacks[i]), stacks[i].frames, stacks[i].count);
    if (telling < stacks_count && stacks[telling].count) {
        const struct frame *frames = stacks[telling].frames;
        const struct frame *frame = &frames[fingerprint_owner(frames, stacks[telling].count)];

        owner = hash_frame(base, frame);
        if (!frame->function)
            snprintf(result->weak, sizeof result->weak, "%016" PRIx64, owner);
    }
    snprintf(result->owner, sizeof result->owner, "%016" PRIx64, owner);
    snprintf(result->strict, sizeof result->strict, "%016" PRIx64, strict);
}
