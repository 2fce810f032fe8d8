/* SPDX-License-Identifier: MIT */
/* Says what it sees of the library, which must be the same with and without an audit. */
#include "rpc.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(what, result) printf("%s: %#x\n", what, (unsigned)(result))

/* ---- results -----------------------------------------------------------------------------------
 */

#ifndef LIKE /* which crashes */
static void say_mistakes(void)
{
    char nothing[256] = "";
    void *block;
    handle_t dead;

    printf("none to allocate in: %d\n", try_allocate(5) == NULL);
    SAY("free in none", release(nothing + 16));
    SAY("disable none", disable());
    printf("handle of none: %d\n", thread_handle() == NULL);
    SAY("use garbage", use_thread_handle(nothing));
    OK(enable());
    block = allocate(5);
    OK(release(block));
    SAY("free twice", release(block));
    SAY("free inside", release((char *)allocate(80) + 16));
    SAY("free foreign", release(nothing + 16));
    SAY("NULL routines", set_pair(NULL, NULL));
    dead = thread_handle();
    SAY("enable again", enable());
    SAY("disable", disable());
    SAY("disable", disable());
    SAY("disable", disable());
    SAY("use dead", use_thread_handle(dead));
    SAY("no memory", (OK(enable()), try_allocate((block_size_t)-8) == NULL));
    SAY("disable", disable());
}
#else
static void say_mistakes(void)
{
    OK(enable());
    SAY("no memory", try_allocate((block_size_t)-8) == NULL);
    SAY("disable", disable());
    SAY("disable", disable());
    /* GetThreadHandle() would tell garbage. */
    printf("asked early: %d\n", dce_asked_early);
}
#endif

static void say_results(void)
{
    void *block;
    handle_t handle;

    SAY("enable", enable());
    handle = thread_handle();
    printf("handle: %d\n", handle != NULL && handle == thread_handle());
    block = allocate(0);
    printf("block of nothing: %d\n", (int)((uintptr_t)block % 8));
    SAY("free", release(block));
    SAY("free NULL", release(NULL));
    block = allocate(100000);
    memset(block, 0xa5, 100000);
    SAY("use own handle", use_thread_handle(handle));
    SAY("free", release(block));
    SAY("disable", disable());
    say_mistakes();
}

/* ---- what is written, and what is not ----------------------------------------------------------
 */

#if defined(DCE_SM)
#define ALLOCATE rpc_sm_allocate
#define TELL rpc_sm_get_thread_handle
#elif !defined(SS) && !defined(DCE_SS)
#define ALLOCATE RpcSmAllocate
#define TELL RpcSmGetThreadHandle
#endif

#ifdef ALLOCATE
static unsigned char bytes[24];

static void *fill(void)
{
    memset(bytes, 0xa5, sizeof(bytes));
    return bytes + 8;
}

static void say_bytes(const char *what)
{
    printf("%s:", what);
    for (size_t i = 0; i < sizeof(bytes); i++)
        printf(" %02x", bytes[i]);
    printf("\n");
}

static void say_status_bytes(void)
{
    void *block;

#ifndef LIKE
    (void)ALLOCATE(5, fill());
    say_bytes("refused");
#endif
    OK(enable());
    block = ALLOCATE(5, fill());
    say_bytes("allocated");
    (void)TELL(fill());
    say_bytes("told");
#ifdef DCE_SM
    rpc_sm_free(block, fill());
    say_bytes("freed");
    rpc_sm_disable_allocate(fill());
    say_bytes("disabled");
    rpc_sm_enable_allocate(fill());
    say_bytes("enabled");
#else
    (void)block;
#endif
    OK(disable());
}

static void pass_no_status(void)
{
    OK(enable());
    printf("handle: %d\n", TELL(NULL) != NULL);
    fflush(stdout);
    printf("block: %d\n", ALLOCATE(5, NULL) != NULL);
    OK(disable());
}
#else
static void say_status_bytes(void)
{
}
static void pass_no_status(void)
{
}
#endif

/* ---- errno -------------------------------------------------------------------------------------
 */

#define SAY_ERRNO(call)                                                                            \
    do {                                                                                           \
        errno = 12345;                                                                             \
        call;                                                                                      \
        printf("%s: errno %d\n", #call, errno);                                                    \
    } while (0)

static void say_errno(void)
{
    void *volatile block;

    SAY_ERRNO(enable());
    SAY_ERRNO(block = try_allocate(40));
    SAY_ERRNO(release(block));
    SAY_ERRNO(thread_handle());
    SAY_ERRNO(use_thread_handle(thread_handle()));
    SAY_ERRNO(try_allocate((block_size_t)-8));
    SAY_ERRNO(set_pair(NULL, NULL));
    SAY_ERRNO(disable());
    SAY_ERRNO(disable());
}

/* ---- exceptions, jumps, signals ----------------------------------------------------------------
 */

static sigjmp_buf out;

static void jump_out(void *block)
{
    free(block);
    siglongjmp(out, 1);
}

static void *plain_alloc(block_size_t size)
{
    return malloc(size);
}

/* From inside a call of the library's */
static void jump(void)
{
    OK(enable());
    OK(set_pair(plain_alloc, jump_out));
    for (volatile int i = 0; i < 20; i++) {
        if (sigsetjmp(out, 1) == 0) {
#ifndef SS
            client_free(malloc(10));
#endif
            printf("came back\n");
        } else {
            printf("jumped\n");
        }
    }
    OK(release(allocate(10)));
    OK(disable());
}

static void on_signal(int number)
{
    printf("signal %d\n", number);
    siglongjmp(out, 1);
}

/* Only of a library that looks for no environment */
static void crash(void)
{
    signal(SIGSEGV, on_signal);
    for (volatile int i = 0; i < 3; i++) {
        if (sigsetjmp(out, 1) == 0)
            try_allocate(10);
        if (sigsetjmp(out, 1) == 0)
            release(&out);
    }
    OK(enable());
    OK(release(allocate(10)));
    OK(disable());
}

#if (defined(SS) || defined(DCE_SS)) && !defined(LIKE)
#ifdef SS
#define RAISES RpcSsAllocate
#else
#define RAISES rpc_ss_allocate
#endif

static void raise_inside(int depth)
{
    RpcTryExcept{RpcTryFinally{if (depth > 0) raise_inside(depth - 1);
    else(void) RAISES(10);
}
RpcFinally
{
    printf("finally %d\n", depth);
}
RpcEndFinally
}
RpcExcept(depth % 2)
{
    printf("depth %d: %#lx\n", depth, (unsigned long)RpcExceptionCode());
    if (depth == 1)
        RpcRaiseException(RpcExceptionCode());
}
RpcEndExcept
}

static void raise_often(void)
{
    for (int i = 0; i < 3; i++)
        raise_inside(4);
    OK(enable());
    OK(release(allocate(10)));
    OK(disable());
}

static void raise_unhandled(void)
{
    (void)RAISES(10);
}
#else
static void raise_often(void)
{
    for (int i = 0; i < 20; i++)
        SAY("no memory", (enable(), try_allocate((block_size_t)-8) == NULL));
    OK(disable());
}
static void raise_unhandled(void)
{
}
#endif

/* ---- threads and processes ---------------------------------------------------------------------
 */

static pthread_key_t older, newer;
static int rounds;

static void destroy_older(void *data)
{
    printf("older: %d\n", *(int *)data);
    if (--*(int *)data > 0)
        pthread_setspecific(older, data);
}

static void destroy_newer(void *data)
{
    printf("newer: %d, in an environment: %d\n", *(int *)data, thread_handle() != NULL);
    if (--*(int *)data > 0)
        pthread_setspecific(newer, data);
}

static void *work(void *data)
{
    int left[2] = {rounds, rounds}, *mine = malloc(sizeof(left));

    memcpy(mine, left, sizeof(left));
    pthread_setspecific(older, mine);
    pthread_setspecific(newer, mine + 1);
    OK(enable());
    OK(release(allocate(10)));
    if (data)
        OK(disable());
    return NULL;
}

static void end_threads(void)
{
    pthread_key_create(&older, destroy_older);
    OK(enable());
    OK(disable());
    pthread_key_create(&newer, destroy_newer);
    for (rounds = 1; rounds < 6; rounds++) {
        await(start(work, NULL));
        await(start(work, &rounds));
    }
}

static void in_child(void (*work_in_child)(void *), void *block)
{
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        work_in_child(block);
        fflush(stdout);
        exit(7);
    }
    waitpid(child, &status, 0);
    SAY("child", status);
}

static void go_on(void *block)
{
    printf("in an environment: %d\n", thread_handle() != NULL);
    SAY("free", release(block));
    SAY("disable", disable());
    SAY("enable", enable());
    SAY("free", release(allocate(5)));
    SAY("disable", disable());
}

static void *fork_in_thread(void *handle)
{
    void *block;

    OK(use_thread_handle(handle));
    block = allocate(3);
    in_child(go_on, block);
    OK(release(block));
    OK(use_thread_handle(NULL));
    return NULL;
}

static void fork_children(void)
{
    void *block;

    OK(enable());
    block = allocate(50);
    in_child(go_on, block);
    go_on(block);
    OK(enable());
    await(start(fork_in_thread, thread_handle()));
    OK(disable());
}

static const struct {
    const char *name;
    void (*go)(void);
} modes[] = {{"results", say_results},
             {"status-bytes", say_status_bytes},
             {"no-status", pass_no_status},
             {"errno", say_errno},
             {"jump", jump},
             {"crash", crash},
             {"exceptions", raise_often},
             {"unhandled", raise_unhandled},
             {"threads", end_threads},
             {"fork", fork_children}};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        if (argc > 1 && strcmp(argv[1], modes[i].name) == 0) {
            modes[i].go();
            return 0;
        }
    return UNEXPECTED;
}
