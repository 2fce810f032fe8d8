/* SPDX-License-Identifier: MIT */
/*
 * fingerprints [WORD [ARGUMENT...]]: functions that leave something behind or give it back twice,
 * for suites that build them in many ways. Optimizers may do to them what they like, so none of
 * them is kept from being inlined unless it says so. Only one ends with the audited call.
 *
 *   (none)         one of each
 *   sites          two from one function, and one from another that looks like it
 *   threads        in two threads
 *   processes      in a parent and its child
 *   deep N         N calls of itself deep
 *   sibling        by a function that ends with the call
 *   plugins FILE.. in each of these libraries, which are this source as well
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <winscard.h>
#include <scardaudit/rpcsm.h>

/* WinPR's header and that of pcsc-lite don't go together. */
int WTSEnumerateSessionsA(void *server, uint32_t reserved, uint32_t version, void **infos,
                          uint32_t *count);
void *WTSOpenServerA(char *name);

/* Not known to the compiler, which could otherwise leave out or merge what follows. */
static volatile int work_done;

static void expect(int succeeded, const char *what)
{
    work_done++;
    if (succeeded)
        return;
    fprintf(stderr, "fingerprints: %s failed\n", what);
    exit(99);
}

#define EXPECT(call) expect((call) == SCARD_S_SUCCESS, #call)

/* ---- one of each ---------------------------------------------------------------------------- */

static void leave_context(SCARDCONTEXT *context)
{
    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, context));
}

static void leave_block(SCARDCONTEXT context, char **readers)
{
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCardListReaders(context, NULL, (char *)readers, &length));
}

static void leave_handle(SCARDCONTEXT context, const char *reader)
{
    SCARDHANDLE card;
    DWORD protocol;

    EXPECT(SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol));
}

/* Two kinds, of one rule. */
static void release_twice(const char *reader)
{
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;

    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    EXPECT(SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol));
    EXPECT(SCardDisconnect(card, SCARD_LEAVE_CARD));
    expect(SCardDisconnect(card, SCARD_LEAVE_CARD) != SCARD_S_SUCCESS, "the second disconnect");
    EXPECT(SCardReleaseContext(context));
    expect(SCardReleaseContext(context) != SCARD_S_SUCCESS, "the second release");
}

static void leave_environment(void)
{
    RPC_STATUS status;
    void *marked;

    expect(RpcSmEnableAllocate() == RPC_S_OK, "RpcSmEnableAllocate");
    marked = RpcSmAllocate(10, &status);
    expect(marked && RpcSmAllocate(20, &status), "RpcSmAllocate");
    expect(RpcSmFree(marked) == RPC_S_OK, "RpcSmFree");
}

static void leave_sessions(void)
{
    void *infos;
    uint32_t count;

    expect(WTSEnumerateSessionsA(NULL, 0, 1, &infos, &count), "WTSEnumerateSessions");
}

static void leave_server(void)
{
    char name[] = "localhost";

    expect(WTSOpenServerA(name) != NULL, "WTSOpenServer");
}

/* ---- what compilers split, clone and fold --------------------------------------------------- */

/* Both calls have the same constants, and half of the parameters is of no use: .constprop, .isra */
static __attribute__((noinline)) void leave_clone(DWORD scope, const SCARDCONTEXT *unused,
                                                  const int *by_reference)
{
    SCARDCONTEXT context;

    (void)unused;
    work_done += *by_reference;
    EXPECT(SCardEstablishContext(scope, NULL, NULL, &context));
}

static __attribute__((noinline)) void call_clone(int number)
{
    leave_clone(SCARD_SCOPE_SYSTEM, NULL, &number);
    work_done++;
}

/* The usual way is short, and inlined; the rest is .part */
static void leave_part(int wanted)
{
    SCARDCONTEXT context;

    if (!wanted)
        return;
    for (int i = 0; i < 2; i++) {
        EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
        EXPECT(SCardIsValidContext(context));
        EXPECT(SCardReleaseContext(context));
    }
    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    EXPECT(SCardIsValidContext(context));
}

static __attribute__((noinline)) void call_part(int wanted)
{
    leave_part(wanted - 1);
    leave_part(wanted);
    work_done++;
}

static __attribute__((cold, noinline)) void complain(void)
{
    work_done++;
}

/* What leads to a cold function is .cold */
static __attribute__((noinline)) void leave_cold(int failed)
{
    SCARDCONTEXT context;

    work_done++;
    if (failed) {
        complain();
        EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
        complain();
    }
    work_done++;
}

static void leave_deep(int depth)
{
    SCARDCONTEXT context;

    if (depth > 1)
        leave_deep(depth - 1);
    else
        EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    work_done++;
}

/* Jumps to the audited function, whose caller is the caller of this one then. */
static __attribute__((noinline)) LONG leave_by_jump(SCARDCONTEXT *context)
{
    return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, context);
}

/* ---- elsewhere, and more often -------------------------------------------------------------- */

static void leave_two(void)
{
    SCARDCONTEXT first, second;

    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &first));
    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &second));
}

static void leave_third(void)
{
    SCARDCONTEXT context;

    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
}

static void *in_thread(void *context)
{
    leave_context(context);
    return NULL;
}

static void in_threads(void)
{
    SCARDCONTEXT contexts[2];
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        expect(!pthread_create(&threads[i], NULL, in_thread, &contexts[i]), "pthread_create");
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

static void in_processes(void)
{
    SCARDCONTEXT context;
    pid_t child = fork();

    leave_context(&context);
    if (child == 0)
        exit(0);
    waitpid(child, NULL, 0);
}

void from_plugin(void)
{
    SCARDCONTEXT context;

    leave_context(&context);
}

static void in_plugin(const char *path)
{
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void (*work)(void) = plugin ? (void (*)(void))dlsym(plugin, "from_plugin") : NULL;

    expect(work != NULL, path);
    work();
    work_done++;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    SCARDCONTEXT context;
    char *readers = NULL;

    if (!strcmp(word, "sites")) {
        leave_two();
        leave_third();
    } else if (!strcmp(word, "threads")) {
        in_threads();
    } else if (!strcmp(word, "processes")) {
        in_processes();
    } else if (!strcmp(word, "deep")) {
        leave_deep(atoi(argv[2]));
    } else if (!strcmp(word, "sibling")) {
        EXPECT(leave_by_jump(&context));
    } else if (!strcmp(word, "plugins")) {
        for (int i = 2; i < argc; i++)
            in_plugin(argv[i]);
    } else {
        leave_context(&context);
        leave_block(context, &readers);
        leave_handle(context, readers);
        release_twice(readers);
        leave_environment();
        leave_sessions();
        leave_server();
        call_clone(argc);
        call_clone(argc + 1);
        call_part(argc);
        leave_cold(argc);
        leave_deep(argc + 2);
    }
    return 0;
}
