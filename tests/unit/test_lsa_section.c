// SPDX-License-Identifier: MIT
/* Sections: what they give, what they refuse, threads, and processes that share one. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lsa_section.h"
#include "tap.h"

enum { PAGE = 4096, SIZE = 64 * 1024, MANY = SIZE / 16, THREADS = 8, ROUNDS = 4000 };

/* As many blocks of a size as there are */
static size_t fill(void *section, uint32_t size, void **blocks)
{
    size_t count = 0;

    while (count < MANY && (blocks[count] = lsa_section_allocate(section, size)))
        count++;
    return count;
}

static void basics(void)
{
    void *section = lsa_section_create(SIZE, PAGE), *other = lsa_section_create(1, 0);
    char *first = lsa_section_allocate(section, 5), *second = lsa_section_allocate(section, 100);
    char *none = lsa_section_allocate(section, 0), *more = lsa_section_allocate(section, 0);
    bool clean = true;

    ok(section && other && first && second, "sections and blocks");
    ok((uintptr_t)first % 16 == 0 && (uintptr_t)second % 16 == 0 && (uintptr_t)none % 16 == 0,
       "aligned");
    ok(first + 5 <= second && second + 100 <= none, "one behind the other");
    ok(none && more && none != more, "blocks without contents are blocks");
    memset(second, 0xff, 100);
    ok(lsa_section_free(section, second), "freed");
    ok(lsa_section_allocate(section, 100) == second, "the place is taken again");
    for (int i = 0; i < 100; i++)
        clean = clean && !second[i];
    ok(clean, "and zeroed");
    ok(!lsa_section_free(other, first), "a block of another section is refused");
    ok(lsa_section_free(section, first), "and untouched by that");
    ok(lsa_section_delete(section) && lsa_section_delete(other), "deleted, blocks or not");
    ok(!lsa_section_create(0, 0) && !lsa_section_create(PAGE, PAGE + 1), "no section of nothing");
}

static void refusals(void)
{
    void *section = lsa_section_create(SIZE, 0), *deleted = lsa_section_create(SIZE, 0);
    char *block = lsa_section_allocate(section, 64), *next = lsa_section_allocate(section, 64);
    char *heap = malloc(64);
    int local = 0;

    ok(!lsa_section_free(section, NULL), "NULL");
    ok(!lsa_section_free(section, block + 16), "the inside of a block");
    ok(!lsa_section_free(section, block + 1), "an odd address");
    ok(!lsa_section_free(section, heap) && !lsa_section_free(section, &local), "other memory");
    ok(!lsa_section_free(section, section), "the section itself");
    ok(!lsa_section_free(section, (char *)section + SIZE), "what is behind it");
    ok(lsa_section_free(section, block) && !lsa_section_free(section, block), "a double free");
    ok(lsa_section_free(section, next) && !lsa_section_free(section, next),
       "one of a block that was merged");
    ok(lsa_section_delete(deleted) && !lsa_section_delete(deleted), "a second delete");
    ok(!lsa_section_allocate(deleted, 1) && !lsa_section_free(deleted, block),
       "a section that is deleted");
    ok(!lsa_section_delete(NULL) && !lsa_section_delete(heap) && !lsa_section_allocate(heap, 1),
       "what is no section");
    ok(!lsa_section_allocate(section, SIZE) && !lsa_section_allocate(section, UINT32_MAX),
       "more than there is");
    free(heap);
    lsa_section_delete(section);
}

static void overwritten(void)
{
    void *section = lsa_section_create(SIZE, 0);
    char *block = lsa_section_allocate(section, 16), *next = lsa_section_allocate(section, 16);

    memset(block, 'x', 32);
    ok(!lsa_section_free(section, next), "a block whose head was overwritten is refused");
    ok(lsa_section_free(section, block), "the one before is not");
    memset(block - 16, 'x', 16);
    ok(!lsa_section_allocate(section, 16), "a damaged list gives nothing");
    lsa_section_delete(section);
}

static void exhaustion(void)
{
    static void *blocks[MANY];
    void *section = lsa_section_create(SIZE, SIZE), *whole;
    size_t count = fill(section, 48, blocks), again;

    ok(count > SIZE / 64 - 16 && count < SIZE / 64, "almost all of it is given out");
    ok(!lsa_section_allocate(section, 48), "and then no more");
    for (size_t i = 0; i < count; i += 2)
        lsa_section_free(section, blocks[i]);
    ok(!lsa_section_allocate(section, 112), "in fragments there is no large block");
    ok(lsa_section_allocate(section, 48) == blocks[0], "but small ones");
    lsa_section_free(section, blocks[0]);
    for (size_t i = 1; i < count; i += 2)
        lsa_section_free(section, blocks[i]);
    whole = lsa_section_allocate(section, SIZE - 256);
    ok(whole, "all freed, it is one block again");
    ok(lsa_section_free(section, whole), "which is freed");
    again = fill(section, 48, blocks);
    ok(again == count, "and there is room for as many");
    for (size_t i = count; i-- > 0;)
        lsa_section_free(section, blocks[i]);
    ok(lsa_section_allocate(section, SIZE - 256), "whatever the order");
    lsa_section_delete(section);
}

/* ---- threads */

static void *shared_section;

/* Each block is filled with its thread's number, and still has it when it is freed. */
static void *work(void *argument)
{
    unsigned char number_of = (unsigned char)(uintptr_t)argument;
    unsigned seed = number_of;
    unsigned char *blocks[16] = {0};
    uint32_t sizes[16] = {0};
    uintptr_t wrong = 0;

    for (int round = 0; round < ROUNDS; round++) {
        int i = rand_r(&seed) % 16;

        for (uint32_t byte = 0; blocks[i] && byte < sizes[i]; byte++)
            wrong += blocks[i][byte] != number_of;
        if (blocks[i])
            wrong += !lsa_section_free(shared_section, blocks[i]);
        sizes[i] = (uint32_t)rand_r(&seed) % 300;
        blocks[i] = lsa_section_allocate(shared_section, sizes[i]);
        if (blocks[i])
            memset(blocks[i], number_of, sizes[i]);
    }
    for (int i = 0; i < 16; i++)
        if (blocks[i])
            wrong += !lsa_section_free(shared_section, blocks[i]);
    return (void *)wrong;
}

static void threads(void)
{
    pthread_t all[THREADS];
    uintptr_t wrong = 0;

    shared_section = lsa_section_create(SIZE, 0);
    for (uintptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&all[i], NULL, work, (void *)(i + 1)) != 0)
            abort();
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(all[i], &result);
        wrong += (uintptr_t)result;
    }
    ok(wrong == 0, "eight threads in one section");
    ok(lsa_section_allocate(shared_section, SIZE - 256), "and nothing is lost");
    lsa_section_delete(shared_section);
}

static void *make_and_delete(void *argument)
{
    uintptr_t wrong = 0;

    for (int round = 0; round < ROUNDS / 40; round++) {
        void *section = lsa_section_create(PAGE, 0), *block = lsa_section_allocate(section, 10);

        wrong += !lsa_section_free(section, block) || !lsa_section_delete(section);
    }
    (void)argument;
    return (void *)wrong;
}

static void many_sections(void)
{
    pthread_t all[THREADS];
    uintptr_t wrong = 0;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&all[i], NULL, make_and_delete, NULL) != 0)
            abort();
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(all[i], &result);
        wrong += (uintptr_t)result;
    }
    ok(wrong == 0, "eight threads with sections of their own");
}

/* ---- processes */

static int exit_status(pid_t child)
{
    int status;

    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void processes(void)
{
    char **shared, *from_child;
    pid_t child;

    shared_section = lsa_section_create(SIZE, 0);
    shared = lsa_section_allocate(shared_section, sizeof(*shared));
    fflush(stdout);
    child = fork();
    if (child == 0) {
        *shared = lsa_section_allocate(shared_section, 32);
        strcpy(*shared, "from the child");
        _exit(work((void *)1) ? 1 : 0);
    }
    ok(!work((void *)2), "a process, while another is in the section");
    ok(exit_status(child) == 0, "the other");
    from_child = *shared;
    same(from_child ? from_child : "", "from the child", "what one writes, the other reads");
    ok(lsa_section_free(shared_section, from_child), "what one allocates, the other frees");
    ok(lsa_section_free(shared_section, shared), "and its own");
    ok(lsa_section_allocate(shared_section, SIZE - 256), "nothing is lost");
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(lsa_section_delete(shared_section) ? 0 : 1);
    ok(exit_status(child) == 0, "a child deletes what is its own");
    ok(!lsa_section_allocate(shared_section, SIZE) && lsa_section_delete(shared_section),
       "and the parent still has its own");
}

/* Forks while other threads hold the locks most of the time */
static void forks(void)
{
    pthread_t thread;
    int failed = 0;

    shared_section = lsa_section_create(SIZE, 0);
    if (pthread_create(&thread, NULL, work, (void *)3) != 0)
        abort();
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();

        if (child == 0) {
            void *block = lsa_section_allocate(shared_section, 8);

            _exit(block && lsa_section_free(shared_section, block) ? 0 : 1);
        }
        failed += exit_status(child) != 0;
    }
    pthread_join(thread, NULL);
    ok(failed == 0, "children of a process whose threads are at work");
    lsa_section_delete(shared_section);
}

/* The lock is at the beginning of a section. */
static void dead_owner(void)
{
    void *block;
    pid_t child;

    shared_section = lsa_section_create(SIZE, 0);
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(pthread_mutex_lock(shared_section));
    ok(exit_status(child) == 0, "a process dies with the lock");
    block = lsa_section_allocate(shared_section, 8);
    ok(block && lsa_section_free(shared_section, block), "and the others go on");
    lsa_section_delete(shared_section);
}

int main(void)
{
    basics();
    refusals();
    overwritten();
    exhaustion();
    threads();
    many_sections();
    processes();
    forks();
    dead_owner();
    printf("1..%d\n", number);
    return failures != 0;
}
