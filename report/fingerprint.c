/* SPDX-License-Identifier: MIT */
#include "fingerprint.h"

#include <ctype.h>
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

static bool identifier_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Length of "operator" and its symbol at `at`, where < and ( belong to the name; 0 if none. */
static size_t operator_length(const char *name, size_t at)
{
    static const char *const symbols[] = {"<=>", "<<=", ">>=", "->*", "<<", ">>",
                                          "<=",  ">=",  "->",  "()",  "<",  ">"};
    size_t word = strlen("operator");

    if (strncmp(name + at, "operator", word) != 0 || (at && identifier_char(name[at - 1])))
        return 0;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (starts_with(name + at + word, symbols[i]))
            return word + strlen(symbols[i]);
    return 0;
}

/* The index behind the bracket that closes the one at `at`, or 0. */
static size_t matching(const char *name, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; name[i]; i++) {
        if (name[i] == '<')
            depth++;
        else if (name[i] == '>' && (i == 0 || name[i - 1] != '-') && --depth == 0)
            return i + 1;
    }
    return 0;
}

static void strip_template_arguments(char *name)
{
    size_t to = 0;

    for (size_t from = 0; name[from];) {
        size_t keep = operator_length(name, from);
        size_t end;

        if (keep) {
            memmove(name + to, name + from, keep);
            to += keep;
            from += keep;
            continue;
        }
        /* At the start of a name it is no argument list but a name: <lambda(int)>. */
        end = name[from] == '<' && from &&
                      (identifier_char(name[from - 1]) || to == 0 || name[to - 1] != ':')
                  ? matching(name, from)
                  : 0;
        if (end)
            from = end;
        else
            name[to++] = name[from++];
    }
    name[to] = '\0';
}

static void cut_at(char *name, const char *mark)
{
    char *at = name[0] ? strstr(name + 1, mark) : NULL;

    if (at && !identifier_char(at[strlen(mark)]))
        *at = '\0';
}

static void strip_suffixes(char *name)
{
    static const char *const suffixes[] = {".part", ".cold", ".isra", ".constprop", ".lto_priv"};
    char *clone = strstr(name, " [clone ");

    if (clone)
        *clone = '\0';
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        cut_at(name, suffixes[i]);
}

static bool strip_end(char *name, const char *tail)
{
    size_t length = strlen(name);
    size_t tail_length = strlen(tail);

    if (length <= tail_length || strcmp(name + length - tail_length, tail) != 0)
        return false;
    name[length - tail_length] = '\0';
    return true;
}

static void strip_parameters(char *name)
{
    size_t depth = 0;
    size_t i;

    while (strip_end(name, " const") || strip_end(name, " volatile") || strip_end(name, " &") ||
           strip_end(name, " &&"))
        ;
    i = strlen(name);
    if (i == 0 || name[i - 1] != ')')
        return;
    while (i > 0) {
        i--;
        if (name[i] == ')')
            depth++;
        else if (name[i] == '(' && --depth == 0)
            break;
    }
    if (i > 0 && !(i >= 8 && strcmp(name + i, "()") == 0 && starts_with(name + i - 8, "operator")))
        name[i] = '\0';
}

/* Templates are demangled with their return type, plain functions are not. */
static void strip_return_type(char *name)
{
    size_t depth = 0;
    size_t start = 0;

    for (size_t i = 0; name[i]; i++) {
        if (starts_with(name + i, "operator") && (i == 0 || !identifier_char(name[i - 1])))
            break;
        if (strchr("({[<", name[i]))
            depth++;
        else if (strchr(")}]>", name[i]) && depth)
            depth--;
        else if (name[i] == ' ' && depth == 0)
            start = i + 1;
    }
    if (name[start])
        memmove(name, name + start, strlen(name + start) + 1);
}

char *fingerprint_function(const char *name)
{
    char *result = xstrdup(name);

    strip_suffixes(result);
    strip_template_arguments(result);
    strip_parameters(result);
    strip_end(result, " "); /* operator<< <int>() */
    strip_return_type(result);
    if (!result[0]) {
        free(result);
        result = xstrdup(name);
    }
    return result;
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
