/* SPDX-License-Identifier: MIT */
/*
 * Builds the samples in several ways, learns true return addresses by running them, and checks
 * the frames; then everything that can be wrong with a file. SYMBOLS_FUZZ sets the number of
 * damaged files (default 100 of each kind). Needs a C and a C++ compiler and binutils: skipped
 * without.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <elfutils/libdw.h>

#include "../../report/demangle.h"
#include "../../report/memory.h"
#include "../../report/symbols.h"

#define BUILD_ID "-Wl,--build-id=0x0123456789abcdef "
static const uint8_t sample_id[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

static int tests, failures;
static char *directory;
static uint64_t probed[8];
static size_t probed_count;

static void ok(bool passed, const char *name)
{
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, name);
    failures += !passed;
}

static __attribute__((format(printf, 1, 2))) bool shell(const char *format, ...)
{
    va_list arguments;
    char *command, *line;
    bool done;

    va_start(arguments, format);
    if (vasprintf(&command, format, arguments) < 0)
        abort();
    va_end(arguments);
    line = xasprintf("cd %s && { %s; } >/dev/null 2>errors", directory, command);
    done = system(line) == 0;
    free(command);
    free(line);
    return done;
}

/* The path of a file in the test's directory; one is kept at a time per slot. */
static const char *in_directory(const char *name)
{
    static char *paths[8];
    static size_t next;
    char **path = &paths[next++ % 8];

    free(*path);
    return *path = xasprintf("%s/%s", directory, name);
}

/* Absolute path of a sample's source. */
static char *source(const char *name)
{
    const char *root = getenv("srcdir"), *slash = strrchr(__FILE__, '/');
    char *path = xasprintf("%s/tests/unit/%s", root ? root : ".", name), *real;

    if (access(path, R_OK) < 0) {
        free(path);
        path =
            xasprintf("%.*s/%s", slash ? (int)(slash - __FILE__) : 1, slash ? __FILE__ : ".", name);
    }
    real = realpath(path, NULL);
    free(path);
    return real;
}

/* The line of "at NAME" in a sample. */
static int line_of(const char *path, const char *name)
{
    FILE *file = fopen(path, "r");
    char *mark = xasprintf("/* at %s */", name), *line = NULL;
    size_t room = 0;
    int number = 0;

    while (file && getline(&line, &room, file) > 0) {
        number++;
        if (strstr(line, mark))
            break;
    }
    fclose(file);
    free(line);
    free(mark);
    return number;
}

static void probe(void)
{
    Dl_info info;
    struct link_map *map;
    char *address = __builtin_return_address(0);

    if (probed_count < sizeof probed / sizeof *probed &&
        dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP))
        probed[probed_count++] = (uint64_t)address - map->l_addr;
}

/* Run a sample library; its return addresses are then in probed[]. */
static bool run_sample(const char *name)
{
    void *library = dlopen(in_directory(name), RTLD_NOW | RTLD_LOCAL);
    void (*volatile * hook)(void) = library ? dlsym(library, "sample_probe") : NULL;
    int (*entry)(int) = library ? dlsym(library, "sample_entry") : NULL;

    probed_count = 0;
    if (hook && entry) {
        *hook = probe;
        entry(1);
    }
    if (library)
        dlclose(library);
    return probed_count > 0;
}

/* The frames of one address, looked up alone. */
static const struct frames *look_up_id(struct symbols **symbols, const char *path,
                                       const uint8_t *id, size_t id_size, uint64_t offset)
{
    *symbols = symbols_new(false);
    symbols_want(*symbols, path, id, id_size, offset);
    symbols_resolve(*symbols);
    return symbols_frames(*symbols, path, id, id_size, offset);
}

static bool frame_is(const struct frame *frame, const char *function, const char *file, int line,
                     bool inlined)
{
    bool same =
        frame->line == line && frame->inlined == inlined &&
        (function ? frame->function && !strcmp(frame->function, function) : !frame->function) &&
        (file ? frame->file && !strcmp(frame->file, file) : !frame->file);

    if (!same)
        printf("# %s %s:%d %s, expected %s %s:%d\n", frame->function ? frame->function : "-",
               frame->file ? frame->file : "-", frame->line, frame->inlined ? "inlined" : "",
               function ? function : "-", file ? file : "-", line);
    return same;
}

/* Is the address just this function, without a file and line? */
static bool is_only(const char *path, const uint8_t *id, size_t id_size, uint64_t offset,
                    const char *function)
{
    struct symbols *symbols;
    const struct frames *frames = look_up_id(&symbols, path, id, id_size, offset);
    bool same = frames && frames->count == 1 &&
                frame_is(frames->frames, function, NULL, 0, false) &&
                frames->frames[0].offset == offset &&
                (path ? !strcmp(frames->frames[0].module, path) : !frames->frames[0].module);

    symbols_free(symbols);
    return same;
}

static bool is_plain(const char *path)
{
    return is_only(path, NULL, 0, 0x1234, NULL);
}

/* Has the C sample's first address its four frames, three of them inlined? And the second its? */
static bool is_full(const char *name, const uint8_t *id, size_t id_size)
{
    static const char *const functions[] = {"allocate", "push", "fill", "sample_entry"};
    struct symbols *symbols;
    char *file = source("symbols_sample.c");
    const char *path = in_directory(name);
    const struct frames *frames = look_up_id(&symbols, path, id, id_size, probed[0]);
    bool good = frames && frames->count == 4;

    for (size_t i = 0; good && i < 4; i++)
        good = frame_is(&frames->frames[i], functions[i], file, line_of(file, functions[i]), i < 3);
    symbols_want(symbols, path, id, id_size, probed[1]);
    symbols_resolve(symbols);
    frames = symbols_frames(symbols, path, id, id_size, probed[1]);
    good = good && frames->count == 1 &&
           frame_is(frames->frames, "total", file, line_of(file, "total"), false);
    symbols_free(symbols);
    free(file);
    return good;
}

static bool compile(const char *options, const char *name)
{
    const char *compiler = getenv("CC");
    char *file = source("symbols_sample.c");
    bool done = shell("%s -O2 -fPIC -shared " BUILD_ID "%s -o %s %s", compiler ? compiler : "cc",
                      options, name, file);

    free(file);
    return done && run_sample(name) && probed_count == 2;
}

static void test_c(void)
{
    ok(compile("-gdwarf-4", "c4.so") && is_full("c4.so", sample_id, 8), "C, DWARF 4");
    ok(compile("-gdwarf-5 -gz", "c5.so") && is_full("c5.so", NULL, 0),
       "C, DWARF 5, compressed, no build-id recorded");
    ok(compile("-gdwarf-5 -gsplit-dwarf", "split.so") && is_full("split.so", NULL, 0),
       "C, split DWARF");
    ok(compile("-g -flto", "lto.so") && is_full("lto.so", NULL, 0), "C, link-time optimisation");
    if (system("clang --version >/dev/null 2>&1") == 0) {
        const char *compiler = getenv("CC");
        char *saved = compiler ? xstrdup(compiler) : NULL;

        setenv("CC", "clang", 1);
        ok(compile("-gdwarf-4", "clang4.so") && is_full("clang4.so", NULL, 0), "clang, DWARF 4");
        ok(compile("-gdwarf-5", "clang5.so") && is_full("clang5.so", NULL, 0), "clang, DWARF 5");
        if (saved)
            setenv("CC", saved, 1);
        else
            unsetenv("CC");
        free(saved);
    } else {
        ok(true, "clang, DWARF 4 # SKIP no clang");
        ok(true, "clang, DWARF 5 # SKIP no clang");
    }
}

static void test_cxx(const char *options, const char *name)
{
    const char *compiler = getenv("CXX");
    char *file = source("symbols_sample.cc");
    struct symbols *symbols = NULL;
    const struct frames *frames = NULL;
    bool good = shell("%s -O2 -g -fPIC -shared %s -o cxx.so %s", compiler ? compiler : "c++",
                      options, file) &&
                run_sample("cxx.so");

    if (good)
        frames = look_up_id(&symbols, in_directory("cxx.so"), NULL, 0, probed[0]);
    good = good && frames->count == 2 &&
           frame_is(&frames->frames[0], "card::Ring<int, 4>::put(int const&)", file,
                    line_of(file, "put"), true) &&
           frame_is(&frames->frames[1], "sample_entry", file, line_of(file, "sample_entry"), false);
    ok(good, name);
    symbols_free(symbols);
    free(file);
}

static void test_stripped(void)
{
    uint64_t entry, hidden;

    ok(compile("-g", "full.so"), "the sample to strip");
    entry = probed[0];
    hidden = probed[1];
    shell("strip -o stripped.so full.so; strip --strip-debug -o symtab.so full.so");
    ok(is_only(in_directory("symtab.so"), sample_id, 8, hidden, "total"), ".symtab");
    ok(is_only(in_directory("stripped.so"), sample_id, 8, entry, "sample_entry"), ".dynsym");

    shell("objcopy --only-keep-debug full.so linked.debug && strip -o linked.so full.so && "
          "objcopy --add-gnu-debuglink=linked.debug linked.so");
    ok(is_full("linked.so", sample_id, 8), "debug link, by build-id");
    shell("mkdir .debug && mv linked.debug .debug");
    ok(is_full("linked.so", sample_id, 8), "debug link, in .debug");
    shell("rm -r .debug; sed 's/\\x01\\x23\\x45\\x67\\x89/\\x01\\x23\\x45\\x67\\x88/' full.so "
          ">linked.debug");
    ok(is_only(in_directory("linked.so"), sample_id, 8, entry, "sample_entry"),
       "debug file of another build");
    shell("rm linked.debug; mkfifo linked.debug");
    ok(is_only(in_directory("linked.so"), sample_id, 8, entry, "sample_entry"),
       "debug link to a FIFO");

    shell("objcopy -R .note.gnu.build-id full.so noid.so; "
          "objcopy --only-keep-debug noid.so crc.debug && strip -o crc.so noid.so && "
          "objcopy --add-gnu-debuglink=crc.debug crc.so");
    ok(is_full("crc.so", NULL, 0), "debug link, by checksum");
    shell("echo >>crc.debug");
    ok(is_only(in_directory("crc.so"), NULL, 0, entry, "sample_entry"), "wrong checksum");
    ok(is_only(in_directory("noid.so"), sample_id, 8, entry, NULL), "recorded build-id, none now");
}

static void test_identity(void)
{
    static const uint8_t other[8] = {1, 2, 3};
    const char *path = in_directory("full.so");
    struct symbols *symbols;
    const struct frames *frames;

    ok(compile("-g", "full.so") && is_full("full.so", sample_id, 8), "right build-id");
    ok(is_only(path, other, 8, probed[0], NULL), "wrong build-id");
    ok(is_only(path, sample_id, 7, probed[0], NULL), "shorter build-id");

    frames = look_up_id(&symbols, path, sample_id, 8, probed[0]);
    ok(!strcmp(frames->frames[0].build_id, "0123456789abcdef"), "build-id in hex");
    ok(!symbols_frames(symbols, path, sample_id, 8, probed[1]) &&
           !symbols_frames(symbols, path, other, 8, probed[0]),
       "no answer for what was not wanted");
    symbols_want(symbols, path, sample_id, 8, probed[0]);
    symbols_want(symbols, path, other, 8, probed[0]);
    symbols_resolve(symbols);
    ok(symbols_frames(symbols, path, sample_id, 8, probed[0]) == frames &&
           symbols_frames(symbols, path, other, 8, probed[0])->count == 1,
       "same path with two build-ids, wanted again");
    symbols_free(symbols);
}

static void test_files(void)
{
    shell("mkfifo fifo; mkdir folder; : >empty; echo text >text; head -c 64 full.so >header;"
          "head -c 5000 full.so >half; mkfifo real.fifo; ln -s fifo link;"
          "printf '\\177ELF\\001\\001\\001' >elf32; head -c 4000 /dev/zero >>elf32;"
          "tr '\\000' '\\377' <full.so >noise; gzip -c full.so >full.so.gz;"
          "{ printf '!<arch>\\n'; cat full.so; } >archive");
    ok(is_plain(in_directory("missing")), "missing file");
    ok(is_plain(in_directory("fifo")) && is_plain(in_directory("link")), "FIFO");
    ok(is_plain(in_directory("folder")) && is_plain("/dev/zero") && is_plain("/proc/self/mem"),
       "folder, device, special file");
    ok(is_plain(in_directory("empty")) && is_plain(in_directory("text")) &&
           is_plain(in_directory("full.so.gz")) && is_plain(in_directory("archive")),
       "not ELF");
    ok(is_plain(in_directory("elf32")), "32-bit ELF");
    ok(is_plain(in_directory("header")) && is_plain(in_directory("half")) &&
           is_plain(in_directory("noise")),
       "truncated or garbled ELF");
    ok(is_plain("linux-vdso.so.1") && is_plain("[vdso]") && is_plain(""), "names of no file");
    ok(is_only(NULL, NULL, 0, 0x7fff12345678, NULL), "no module");
    ok(is_only(in_directory("full.so"), NULL, 0, 0, NULL) &&
           is_only(in_directory("full.so"), NULL, 0, UINT64_MAX, NULL),
       "addresses outside the module");
}

static void test_split_fifo(void)
{
    struct symbols *symbols;
    const struct frames *frames;
    bool good = compile("-gdwarf-5 -gsplit-dwarf -dumpbase split", "split.so") &&
                shell("rm *.dwo && mkfifo split.dwo split.so-symbols_sample.dwo");

    frames = look_up_id(&symbols, in_directory("split.so"), NULL, 0, probed[0]);
    ok(good && frames->count == 1 && !strcmp(frames->frames[0].function, "sample_entry") &&
           frames->frames[0].line > 0,
       "split DWARF is a FIFO");
    symbols_free(symbols);
}

/* Truncate a file while it is being read: libdw calls this instead of its own. */
static const char *truncate_now;

int dwarf_get_units(Dwarf *dwarf, Dwarf_CU *cu, Dwarf_CU **next_cu, Dwarf_Half *version,
                    uint8_t *unit_type, Dwarf_Die *cudie, Dwarf_Die *subdie)
{
    int (*real)(Dwarf *, Dwarf_CU *, Dwarf_CU **, Dwarf_Half *, uint8_t *, Dwarf_Die *,
                Dwarf_Die *) = dlsym(RTLD_NEXT, "dwarf_get_units");

    if (truncate_now && truncate(truncate_now, 0) < 0)
        abort();
    truncate_now = NULL;
    return real(dwarf, cu, next_cu, version, unit_type, cudie, subdie);
}

/* Exit status 0 when the truncated module was given up and the next one was not. */
static int truncated_frames(void)
{
    struct symbols *symbols = symbols_new(false);
    const char *path = in_directory("truncated.so");
    const struct frames *frames;

    symbols_want(symbols, path, NULL, 0, probed[0]);
    symbols_want(symbols, in_directory("full.so"), NULL, 0, probed[0]);
    truncate_now = path;
    symbols_resolve(symbols);
    frames = symbols_frames(symbols, path, NULL, 0, probed[0]);
    if (frames->count != 1 || frames->frames[0].function)
        return 1;
    return symbols_frames(symbols, in_directory("full.so"), NULL, 0, probed[0])->count != 4;
}

static void test_truncation(void)
{
    bool good = compile("-g", "full.so") && shell("cp full.so truncated.so");
    int status = -1;
    pid_t child = fork(); /* what libdw held is lost, which a leak checker here would report */

    if (child == 0)
        _exit(truncated_frames());
    ok(good && child > 0 && waitpid(child, &status, 0) == child && status == 0,
       "truncated while it is read");
}

/* A name whose text doubles with every step: a<i,i>, a<a<i,i>,a<i,i> >, ... */
static char *bomb(int steps)
{
    char *name = xstrdup("_Z1f1aIiiE"), *longer;

    for (int i = 0; i < steps; i++) {
        longer = xasprintf("%sS_IS%c_S%c_E", name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i],
                           "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i]);
        free(name);
        name = longer;
    }
    return name;
}

/* The same of Rust: (u8, u8), then pairs of the pair before, by its position. */
static char *rust_bomb(int steps)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char *name = xstrdup("_RINvC1a1fThhE"), *longer;
    size_t last = strlen("INvC1a1f");

    for (int i = 0; i < steps; i++) {
        size_t next = strlen(name) - 2;
        char number[3] = {digits[(last - 1) / 62], digits[(last - 1) % 62]};
        const char *at = last > 62 ? number : number + 1;

        longer = xasprintf("%sTB%s_B%s_E", name, at, at);
        free(name);
        name = longer;
        last = next;
    }
    longer = xasprintf("%sE", name);
    free(name);
    return longer;
}

static bool demangles(struct demangler *demangler, const char *name, const char *expected)
{
    char *text = demangle(demangler, name);
    bool same = expected ? text && !strcmp(text, expected) : !text;

    if (!same)
        printf("# %.100s gives %.100s\n", name, text ? text : "nothing");
    free(text);
    return same;
}

static void test_demangle(void)
{
    struct demangler *demangler = demangler_new();
    char *large = bomb(34), *medium = bomb(4), *endless, *text, *longer;

    ok(demangles(demangler, "_ZN4card6Reader7connectEi", "card::Reader::connect(int)") &&
           demangles(demangler, "_ZN3FooC4Ev", "Foo::Foo()"),
       "demangled");
    ok(demangles(demangler, "_ZN3app9establish17h0123456789abcdefE", "app::establish") &&
           demangles(demangler,
                     "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
                     "core::ptr::drop_in_place<alloc::string::String>"),
       "Rust, older names");
    ok(demangles(demangler, "_RNvCs1234_3app9establish", "app::establish") &&
           demangles(demangler, "_RNvCs1234_3app9establish.llvm.123", "app::establish") &&
           demangles(demangler, "_RINvCs1234_3app9establishjE", "app::establish::<usize>"),
       "Rust, v0 names");
    text = rust_bomb(2);
    ok(demangles(demangler, text,
                 "a::f::<(u8, u8), ((u8, u8), (u8, u8)), "
                 "(((u8, u8), (u8, u8)), ((u8, u8), (u8, u8)))>"),
       "Rust, back references");
    free(text);
    text = rust_bomb(9);
    longer = demangle(demangler, text);
    ok(longer && strlen(longer) > 5000, "Rust, many back references");
    free(longer);
    free(text);
    text = rust_bomb(40);
    ok(demangles(demangler, text, NULL), "Rust, exponential name");
    free(text);
    ok(demangles(demangler, "main", NULL) && demangles(demangler, "_Rnonsense", NULL) &&
           demangles(demangler, "_Znonsense", NULL) && demangles(demangler, "_Z", NULL) &&
           demangles(demangler, "", NULL),
       "not mangled");
    text = demangle(demangler, medium);
    ok(text && !strncmp(text, "f(a<int, int>, a<a<int, int>, ", 30), "many substitutions");
    free(text);
    ok(demangles(demangler, large, NULL) && demangles(demangler, large, NULL), "exponential name");
    text = demangle(demangler, medium);
    ok(text != NULL, "the next name is unharmed");
    free(text);
    endless = xmalloc(5001);
    memset(endless, 'P', 5000);
    endless[5000] = '\0';
    memcpy(endless, "_Z1f", 4);
    ok(demangles(demangler, endless, NULL), "endless name");
    free(endless);
    free(medium);
    free(large);
    demangler_free(demangler);
}

/* Look addresses all over the sample up after bytes of its file were changed at random. */
static void fuzz(const char *name, int rounds)
{
    FILE *file = fopen(in_directory(name), "r");
    char *whole = xmalloc(1 << 20), *damaged = xmalloc(1 << 20);
    size_t size = file ? fread(whole, 1, 1 << 20, file) : 0;
    const char *path = in_directory("damaged.so");
    bool good = size > 0;

    for (int round = 0; good && round < rounds; round++) {
        struct symbols *symbols = symbols_new(false);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        bool headers = round % 3 == 0; /* at either end of the file */

        memcpy(damaged, whole, size);
        srandom((unsigned)round);
        for (int flips = 1 + (int)(random() % 12); flips; flips--) {
            size_t at = (size_t)random() % (headers ? 2048 : size);

            damaged[random() % 2 || !headers ? at : size - 1 - at] = (char)random();
        }
        good = write(fd, damaged, size) == (ssize_t)size;
        close(fd);
        for (uint64_t offset = 0x1000; offset < 0x1400; offset += 3)
            symbols_want(symbols, path, NULL, 0, offset);
        symbols_resolve(symbols);
        for (uint64_t offset = 0x1000; offset < 0x1400; offset += 3) {
            const struct frames *frames = symbols_frames(symbols, path, NULL, 0, offset);

            good =
                good && frames && frames->count > 0 && !frames->frames[frames->count - 1].inlined;
        }
        symbols_free(symbols);
    }
    if (file)
        fclose(file);
    free(whole);
    free(damaged);
    ok(good, "damaged files");
}

int main(void)
{
    char template[] = "/tmp/test_symbols.XXXXXX";
    const char *rounds = getenv("SYMBOLS_FUZZ");

    if (system("{ ${CC:-cc} --version && ${CXX:-c++} --version && objcopy --version; } "
               ">/dev/null 2>&1")) {
        puts("1..0 # SKIP needs compilers and objcopy");
        return 0;
    }
    directory = mkdtemp(template);
    if (!directory)
        return 1;
    alarm(rounds ? 0 : 180); /* a file that blocks must not hang the suite */
    test_c();
    test_cxx("-gdwarf-4", "C++, DWARF 4");
    test_cxx("-gdwarf-5", "C++, DWARF 5");
    test_cxx("-fdebug-types-section", "C++, type units");
    test_stripped();
    test_identity();
    test_files();
    test_split_fifo();
    test_truncation();
    test_demangle();
    fuzz("c4.so", rounds ? atoi(rounds) : 100);
    fuzz("c5.so", rounds ? atoi(rounds) : 100);
    fuzz("stripped.so", rounds ? atoi(rounds) : 100);
    printf("1..%d\n", tests);
    for (int i = 0; i < 8; i++)
        in_directory("");
    shell("rm -rf %s", directory);
    return failures != 0;
}
