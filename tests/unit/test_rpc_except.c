/* SPDX-License-Identifier: MIT */
/* Exceptions, and RpcSs*, which raise them. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rpc_test.h"

/* What happened, letter by letter */
static char log_text[64];

static void note(char what)
{
    size_t length = strlen(log_text);

    log_text[length] = what;
    log_text[length + 1] = '\0';
}

static void log_is(const char *expected, const char *name)
{
    same(log_text, expected, name);
    log_text[0] = '\0';
}

static void plain(void)
{
    RpcTryExcept
    {
        note('a');
    }
    RpcExcept(1)
    {
        note('x');
    }
    RpcEndExcept;
    log_is("a", "no exception");
    status_is(RpcExceptionCode(), 0, "no code");

    RpcTryExcept
    {
        note('a');
        RpcRaiseException(5);
        note('x');
    }
    RpcExcept(RpcExceptionCode() == 5)
    {
        note('b');
        status_is(RpcExceptionCode(), 5, "the code");
    }
    RpcEndExcept log_is("ab", "an exception");
    status_is(RpcExceptionCode(), 0, "the code goes with it");
}

static void raise_below(int depth)
{
    if (depth < 0)
        return;
    if (depth == 0)
        RpcRaiseException(7);
    raise_below(depth - 1);
    note('x');
}

static int filter(const char *name, int handle)
{
    note(name[0]);
    return handle;
}

static void passed_on(void)
{
    RpcTryExcept
    {
        RpcTryExcept
        {
            raise_below(20);
        }
        RpcExcept(filter("f", 0))
        {
            note('x');
        }
        RpcEndExcept;
        note('x');
    }
    RpcExcept(filter("g", 1))
    {
        note('h');
        status_is(RpcExceptionCode(), 7, "the code is the same");
    }
    RpcEndExcept;
    log_is("fgh", "an expression that is 0 passes it on");
}

static void raised_again(void)
{
    RpcTryExcept
    {
        RpcTryExcept
        {
            RpcRaiseException(1);
        }
        RpcExcept(1)
        {
            note('a');
            RpcRaiseException(RpcExceptionCode() + 1);
        }
        RpcEndExcept;
    }
    RpcExcept(1)
    {
        note('b');
        status_is(RpcExceptionCode(), 2, "one that is raised in the second block goes outside");
        RpcTryExcept
        {
            RpcRaiseException(3);
        }
        RpcExcept(1)
        {
            note('c');
        }
        RpcEndExcept;
        status_is(RpcExceptionCode(), 2, "one in between does not change the code");
    }
    RpcEndExcept;
    log_is("abc", "each in its place");
}

static void finally(void)
{
    RpcTryFinally
    {
        note('a');
    }
    RpcFinally
    {
        note(RpcAbnormalTermination() ? 'x' : 'b');
    }
    RpcEndFinally;
    log_is("ab", "RpcFinally without an exception");

    RpcTryExcept
    {
        RpcTryFinally
        {
            RpcTryFinally
            {
                RpcRaiseException(9);
            }
            RpcFinally
            {
                note(RpcAbnormalTermination() ? 'a' : 'x');
            }
            RpcEndFinally;
            note('x');
        }
        RpcFinally
        {
            note(RpcAbnormalTermination() ? 'b' : 'x');
        }
        RpcEndFinally;
    }
    RpcExcept(1)
    {
        note(RpcExceptionCode() == 9 ? 'c' : 'x');
    }
    RpcEndExcept;
    log_is("abc", "RpcFinally passes an exception on");
}

static int return_early(void)
{
    RpcTryExcept
    {
        return 1;
    }
    RpcExcept(1)
    {
        note('x');
    }
    RpcEndExcept;
    return 0;
}

static void jumps(void)
{
    RpcTryExcept
    {
        note(return_early() ? 'a' : 'x');
        for (volatile int i = 0; i < 3; i++) {
            RpcTryExcept
            {
                note('b');
                if (i == 1)
                    break;
            }
            RpcExcept(1)
            {
                note('x');
            }
            RpcEndExcept;
        }
        RpcRaiseException(1);
    }
    RpcExcept(1)
    {
        note('c');
    }
    RpcEndExcept;
    log_is("abbc", "who leaves a block by return or break is not raised to");
}

/* ---- RpcSs* */

static char elsewhere[16];
static void *context = elsewhere;
static RPC_CLIENT_ALLOC *old_allocate;
static RPC_CLIENT_FREE *old_free;

static void bad_allocate(void)
{
    RpcSsAllocate(8);
}

static void too_much(void)
{
    RpcSsAllocate((size_t)-1);
}

static void bad_free(void)
{
    RpcSsFree(elsewhere);
}

static void bad_handle(void)
{
    RpcSsSetThreadHandle(elsewhere);
}

static void bad_pair(void)
{
    RpcSsSetClientAllocFree(NULL, free);
}

static void bad_swap(void)
{
    RpcSsSwapClientAllocFree(malloc, NULL, &old_allocate, &old_free);
}

static void bad_context(void)
{
    RpcSsDestroyClientContext(&context);
}

static RPC_STATUS raised_by(void (*function)(void))
{
    volatile RPC_STATUS code = RPC_S_OK;

    RpcTryExcept
    {
        function();
    }
    RpcExcept(1)
    {
        code = RpcExceptionCode();
    }
    RpcEndExcept;
    return code;
}

static void refusals(void)
{
    status_is(raised_by(bad_allocate), RPC_S_INVALID_ARG, "RpcSsAllocate without an environment");
    status_is(raised_by(bad_free), RPC_S_INVALID_ARG, "RpcSsFree");
    status_is(raised_by(RpcSsDisableAllocate), RPC_S_INVALID_ARG, "RpcSsDisableAllocate");
    status_is(raised_by(bad_handle), RPC_S_INVALID_ARG, "RpcSsSetThreadHandle");
    status_is(raised_by(bad_pair), RPC_S_INVALID_ARG, "RpcSsSetClientAllocFree");
    status_is(raised_by(bad_swap), RPC_S_INVALID_ARG, "RpcSsSwapClientAllocFree");
    status_is(raised_by(bad_context), RPC_X_SS_CONTEXT_MISMATCH, "RpcSsDestroyClientContext");
    ok(!RpcSsGetThreadHandle(), "RpcSsGetThreadHandle never raises");
    RpcSmEnableAllocate();
    status_is(raised_by(too_much), RPC_S_OUT_OF_MEMORY, "RpcSsAllocate of too much");
    status_is(raised_by(bad_free), RPC_S_INVALID_ARG, "RpcSsFree of what is no block");
    RpcSmDisableAllocate();
}

static void successes(void)
{
    RPC_SS_THREAD_HANDLE handle;
    void *block;

    RpcSsEnableAllocate();
    handle = RpcSsGetThreadHandle();
    block = RpcSsAllocate(8);
    ok(handle && block, "RpcSsAllocate");
    RpcSsSetThreadHandle(NULL);
    RpcSsSetThreadHandle(handle);
    RpcSsFree(block);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG,
              "RpcSsFree and RpcSmFree are of one environment");
    block = RpcSsAllocate(8);
    status_is(RpcSmFree(block), RPC_S_OK, "the other way round too");
    RpcSsSwapClientAllocFree(malloc, free, &old_allocate, &old_free);
    RpcSsSetClientAllocFree(old_allocate, old_free);
    context = RpcSsAllocate(8);
    RpcSsDestroyClientContext(&context);
    ok(!context, "RpcSsDestroyClientContext");
    RpcSsDisableAllocate();
    ok(!RpcSsGetThreadHandle(), "RpcSsDisableAllocate");
}

/* ---- threads, and nobody who catches */

static void *raise_on_thread(void *argument)
{
    (void)argument;
    return raised_by(bad_allocate) == RPC_S_INVALID_ARG ? elsewhere : NULL;
}

/* Runs a function in a child, which must abort; what it says on stderr. */
static void dies_saying(void (*function)(void), const char *expected, const char *name)
{
    char said[256] = "";
    int ends[2], status = 0;
    ssize_t length;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) != 0)
        abort();
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        function();
        _exit(0);
    }
    close(ends[1]);
    length = read(ends[0], said, sizeof(said) - 1);
    said[length < 0 ? 0 : length] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    same(said, expected, name);
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "and aborts");
}

static void raise_unknown(void)
{
    RpcRaiseException(1234);
}

static void after_one_that_was_handled(void)
{
    raised_by(bad_allocate);
    return_early();
    bad_allocate();
}

static void unhandled(void)
{
    RpcTryExcept
    {
        ok(on_thread(raise_on_thread, NULL) == elsewhere, "each thread has its own exceptions");
    }
    RpcExcept(1)
    {
        ok(false, "nothing of which reaches another");
    }
    RpcEndExcept;
    dies_saying(bad_allocate,
                "libscardaudit-rpc: exception 87 (RPC_S_INVALID_ARG), and no RpcTryExcept around: "
                "abort\n",
                "an exception that nobody handles says so");
    dies_saying(after_one_that_was_handled,
                "libscardaudit-rpc: exception 87 (RPC_S_INVALID_ARG), and no RpcTryExcept around: "
                "abort\n",
                "also after one that somebody handled");
    dies_saying(raise_unknown,
                "libscardaudit-rpc: exception 1234, and no RpcTryExcept around: abort\n",
                "one without a name too");
}

int main(void)
{
    plain();
    passed_on();
    raised_again();
    finally();
    jumps();
    refusals();
    successes();
    unhandled();
    return finish();
}
