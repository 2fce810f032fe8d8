/* SPDX-License-Identifier: MIT */
/*
 * A test stand-in for libpcsclite.so.1 that counts: what a client calls is counted here, where the
 * calls arrive, by code that knows nothing of the audit, and then passed on to the real library
 * (PROVIDER). It is put in front of the real one by LD_LIBRARY_PATH or by its path.
 *
 * $COUNTING_FILE is mapped by every process of a run and begins with one line of 64 bytes for each
 * function: its number of calls (8 bytes), then its name. Without the variable nothing is counted.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef PROVIDER
#define PROVIDER "/usr/lib/x86_64-linux-gnu/libpcsclite.so.1"
#endif

/* What every function of pcsc-lite takes: at most six registers and a stack slot, all 8 bytes. */
#define PARAMETERS long a, long b, long c, long d, long e, long f, long g
typedef long function(PARAMETERS);

#define FUNCTIONS(X)                                                                               \
    X(SCardEstablishContext)                                                                       \
    X(SCardReleaseContext)                                                                         \
    X(SCardIsValidContext)                                                                         \
    X(SCardConnect)                                                                                \
    X(SCardReconnect)                                                                              \
    X(SCardDisconnect)                                                                             \
    X(SCardBeginTransaction)                                                                       \
    X(SCardEndTransaction)                                                                         \
    X(SCardStatus)                                                                                 \
    X(SCardGetStatusChange)                                                                        \
    X(SCardControl)                                                                                \
    X(SCardTransmit)                                                                               \
    X(SCardListReaderGroups)                                                                       \
    X(SCardListReaders)                                                                            \
    X(SCardFreeMemory)                                                                             \
    X(SCardCancel)                                                                                 \
    X(SCardGetAttrib)                                                                              \
    X(SCardSetAttrib)

enum {
#define NUMBER(name) NUMBER_##name,
    FUNCTIONS(NUMBER) COUNT
};

static const char *const names[COUNT] = {
#define NAME(name) #name,
    FUNCTIONS(NAME)};

struct line {
    _Atomic uint64_t calls;
    char name[56];
};

static struct line *lines;
static function *provider[COUNT];
static const char *(*stringify)(long);

const char *pcsc_stringify_error(long error);
#define DECLARE(name) long name(PARAMETERS);
FUNCTIONS(DECLARE)

/* SCARD_IO_REQUEST: the protocol and its own length */
struct pci {
    unsigned long protocol, length;
};
extern const struct pci g_rgSCardT0Pci, g_rgSCardT1Pci, g_rgSCardRawPci;
const struct pci g_rgSCardT0Pci = {1, sizeof(struct pci)};
const struct pci g_rgSCardT1Pci = {2, sizeof(struct pci)};
const struct pci g_rgSCardRawPci = {4, sizeof(struct pci)};

/* A stand-in that does not count would prove what is not so. */
static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "counting: %s\n", what);
    abort();
}

static void map_file(const char *path)
{
    size_t size = COUNT * sizeof *lines;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        fail(path);
    lines = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (lines == MAP_FAILED)
        fail(path);
    for (int i = 0; i < COUNT; i++)
        strcpy(lines[i].name, names[i]);
}

__attribute__((constructor)) static void start(void)
{
    void *library = dlopen(PROVIDER, RTLD_NOW | RTLD_LOCAL);
    const char *path = getenv("COUNTING_FILE");

    if (!library)
        fail(dlerror());
    for (int i = 0; i < COUNT; i++)
        provider[i] = (function *)dlsym(library, names[i]);
    stringify = (const char *(*)(long))dlsym(library, "pcsc_stringify_error");
    if (path)
        map_file(path);
}

const char *pcsc_stringify_error(long error)
{
    return stringify(error);
}

#define FORWARD(name)                                                                              \
    long name(PARAMETERS)                                                                          \
    {                                                                                              \
        if (lines)                                                                                 \
            atomic_fetch_add(&lines[NUMBER_##name].calls, 1);                                      \
        if (!provider[NUMBER_##name])                                                              \
            fail("no " #name " in " PROVIDER);                                                     \
        return provider[NUMBER_##name](a, b, c, d, e, f, g);                                       \
    }
FUNCTIONS(FORWARD)
