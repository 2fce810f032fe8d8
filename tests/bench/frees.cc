// SPDX-License-Identifier: MIT
//
// How long does it take to give memory back that is no provider's?
//
//     frees WHAT COUNT [LIVE]
//
//   free, delete   a block is allocated and given back, COUNT times
//   realloc        a block is reallocated to a size that its place has room for
//   scattered      blocks of 10,000 are given back and replaced in random order
//   churn          the same, of random sizes up to 1 KiB, and written to
//
// Meanwhile LIVE blocks of a provider are held, with blocks of the program's own between them.
// "took" is the nanoseconds of one, in the best of five slices.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <winscard.h>

namespace
{

constexpr int slices = 5;
constexpr unsigned long set_size = 10000;
constexpr size_t size = 32;

void *set[set_size];

// The compiler must not know what becomes of the block.
void *any(void *block)
{
    __asm__ volatile("" : "+r"(block)::"memory");
    return block;
}

unsigned long below(unsigned long limit)
{
    static unsigned long state = 1;

    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (state >> 33) % limit;
}

void frees(unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        free(any(malloc(size)));
}

void deletes(unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        operator delete(any(operator new(size)));
}

void reallocs(unsigned long count)
{
    void *block = malloc(size);

    for (unsigned long i = 0; i < count; i++)
        block = any(realloc(block, size - i % 8));
    free(block);
}

void scattered(unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        void **place = &set[below(set_size)];

        free(any(*place));
        *place = malloc(size);
    }
}

void churn(unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        void **place = &set[below(set_size)];
        size_t wanted = 1 + below(1024);

        free(any(*place));
        *place = malloc(wanted);
        memset(*place, 1, wanted);
    }
}

void hold(unsigned long live)
{
    SCARDCONTEXT context;

    if (live && SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context) != 0)
        abort();
    for (unsigned long i = 0; i < live; i++) {
        char *readers = nullptr;
        DWORD length = SCARD_AUTOALLOCATE;

        if (SCardListReaders(context, nullptr, reinterpret_cast<char *>(&readers), &length) != 0)
            abort();
        free(set[i % set_size]);
        set[i % set_size] = malloc(size);
    }
}

double now()
{
    timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct {
    const char *name;
    void (*function)(unsigned long count);
} const all[] = {{"free", frees},
                 {"delete", deletes},
                 {"realloc", reallocs},
                 {"scattered", scattered},
                 {"churn", churn}};

} // namespace

int main(int argc, char **argv)
{
    unsigned long count = argc > 2 ? strtoul(argv[2], nullptr, 10) / slices : 0;
    double best = 1e18;

    for (auto &what : all) {
        if (argc < 3 || strcmp(what.name, argv[1]) != 0)
            continue;
        hold(argc > 3 ? strtoul(argv[3], nullptr, 10) : 0);
        for (int i = 0; i < slices; i++) {
            double start = now();

            what.function(count);
            double took = (now() - start) / static_cast<double>(count);
            best = took < best ? took : best;
        }
        printf("took %.3f\n", best);
        return 0;
    }
    fprintf(stderr, "usage: frees free|delete|realloc|scattered|churn COUNT [LIVE]\n");
    return 2;
}
