/* SPDX-License-Identifier: MIT */
/*
 * make_golden DIRECTORY: write the golden traces of tests/golden there, the same bytes every time.
 *
 * One story each: a rule, a way to end, or something a reader must survive. Modules and build-ids
 * exist on no machine, so every frame stays module and offset; no pid is one that can be running.
 * test_golden.sh compares what is written here and what the reports say with what is committed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../preload/api.h"
#include "trace_builder.h"

#define OK 0
#define INVALID_HANDLE 0x80100003U
#define INSUFFICIENT_BUFFER 0x80100008U
#define PENDING (~0ULL) /* as result: the call never came back */

#define PID 4194305U /* above any pid_max */
#define START_REALTIME 1700000000000000000U
#define START_CLOCK 5000000000000U
#define TOOK 5000UL  /* ns from enter to leave */
#define STEP 20000UL /* ns from call to call */

#define CONTEXT 0x4a11c0deU
#define OTHER_CONTEXT 0x1b0b57edU
#define CARD 0x6ca4d001U
#define OTHER_CARD 0x2ca4d002U
#define BLOCK 0x55d0c0ffe010U
#define OTHER_BLOCK 0x55d0c0ffe050U
#define HANDLE 0x55d0c0fff000U
#define OTHER_HANDLE 0x55d0c0fff100U
#define INVALID_ARG 87
#define LIST_SIZE 31
#define ATTRIBUTE_SIZE 264

/* Return addresses in the program and in its middleware. */
#define MAIN 0x11c4
#define START_UP 0x1320
#define SHUT_DOWN 0x13f8
#define WORK 0x1450
#define OPEN_SESSION 0x2150
#define CLOSE_SESSION 0x2268
#define LIST_READERS 0x23a0
#define FREE_READERS 0x2414
#define TALK 0x2530

static const uint8_t app_id[20] = "\x60\x1d\xe4\x00golden-app-00001";
static const uint8_t middleware_id[20] = "\x60\x1d\xe4\x01golden-mid-00001";
static const uint8_t pcsc_id[20] = "\x60\x1d\xe4\x02golden-pcsc-0001";

static struct trace_builder *builder;
static uint64_t now;
static uint32_t app, middleware, provider;
static uint32_t thread; /* who calls */
static struct {
    uint32_t module;
    uint64_t offset;
} places[16]; /* stack n + 1 leads to places[n] */
static uint32_t places_count;

/* ---- calls ---------------------------------------------------------------------------------- */

/* Frames: the place, its caller in the program unless it is the program's, main. */
static uint32_t stack_to(uint32_t module, uint64_t offset)
{
    struct sca_frame frames[3] = {{.offset = offset, .module = module}};
    uint32_t count = 1;

    for (uint32_t i = 0; i < places_count; i++)
        if (places[i].module == module && places[i].offset == offset)
            return i + 1;
    if (module != app)
        frames[count++] = (struct sca_frame){.offset = WORK, .module = app};
    frames[count++] = (struct sca_frame){.offset = MAIN, .module = app};
    places[places_count].module = module;
    places[places_count++].offset = offset;
    return builder_stack(builder, count, frames);
}

static uint32_t in_app(uint64_t offset)
{
    return stack_to(app, offset);
}

static uint32_t in_middleware(uint64_t offset)
{
    return stack_to(middleware, offset);
}

/* One effect of a call that begins now; the record's offset in the file. */
static uint64_t effect(const char *function, uint8_t index, uint32_t stack, uint64_t object,
                       uint64_t companion, uint64_t result, uint64_t size)
{
    bool pending = result == PENDING;

    return builder_event(builder, (struct builder_event){.function = function,
                                                         .effect = index,
                                                         .thread = thread,
                                                         .stack = stack,
                                                         .provider = provider,
                                                         .object = object,
                                                         .companion = companion,
                                                         .enter = now,
                                                         .leave = pending ? 0 : now + TOOK,
                                                         .result = pending ? 0 : result,
                                                         .size = size,
                                                         .first = index == 0});
}

static uint64_t call(const char *function, uint32_t stack, uint64_t object, uint64_t result)
{
    uint64_t offset = effect(function, 0, stack, object, 0, result, 0);

    now += STEP;
    return offset;
}

static uint64_t establish(uint32_t stack, uint64_t context)
{
    return call("SCardEstablishContext", stack, context, OK);
}

static uint64_t release(uint32_t stack, uint64_t context)
{
    return call("SCardReleaseContext", stack, context, OK);
}

static void connect_card(uint32_t stack, uint64_t context, uint64_t card)
{
    effect("SCardConnect", 0, stack, context, 0, OK, 0);
    effect("SCardConnect", 1, stack, card, context, OK, 0);
    now += STEP;
}

static uint64_t disconnect(uint32_t stack, uint64_t card)
{
    return call("SCardDisconnect", stack, card, OK);
}

static void list_readers(uint32_t stack, uint64_t context, uint64_t block)
{
    effect("SCardListReaders", 0, stack, context, 0, OK, 0);
    effect("SCardListReaders", 1, stack, block, context, OK, LIST_SIZE);
    now += STEP;
}

static void begin_transaction(uint32_t stack, uint64_t card)
{
    effect("SCardBeginTransaction", 0, stack, card, 0, OK, 0);
    effect("SCardBeginTransaction", 1, stack, card, 0, OK, 0);
    now += STEP;
}

static void end_transaction(uint32_t stack, uint64_t card)
{
    effect("SCardEndTransaction", 0, stack, card, 0, OK, 0);
    effect("SCardEndTransaction", 1, stack, card, 0, OK, 0);
    now += STEP;
}

static void get_attribute(uint32_t stack, uint64_t card, uint64_t block, uint64_t result)
{
    effect("SCardGetAttrib", 0, stack, card, 0, result, 0);
    effect("SCardGetAttrib", 1, stack, block, card, result, ATTRIBUTE_SIZE);
    now += STEP;
}

static void free_memory(uint32_t stack, uint64_t context, uint64_t block, uint64_t result)
{
    effect("SCardFreeMemory", 0, stack, block, context, result, 0);
    now += STEP;
}

/* What the allocator is given: it is no provider. */
static void give(const char *function, uint32_t stack, uint64_t block, uint8_t flags,
                 uint64_t result)
{
    builder_event(builder, (struct builder_event){.function = function,
                                                  .thread = thread,
                                                  .stack = stack,
                                                  .flags = flags,
                                                  .object = block,
                                                  .enter = now,
                                                  .leave = now + TOOK,
                                                  .result = result});
    now += STEP;
}

/* ---- the frame of a story ------------------------------------------------------------------- */

static void begin(uint32_t pid)
{
    struct sca_header *header;

    builder = builder_new();
    header = builder_header(builder);
    header->pid = pid;
    header->ppid = PID - 1;
    header->start_ticks = 1;
    header->start_realtime = START_REALTIME;
    header->start_clock = header->start_ns = START_CLOCK;
    header->argc = 2;
    memset(header->run_id, 0, sizeof header->run_id);
    strcpy(header->run_id, "golden");
    memset(header->executable, 0, sizeof header->executable);
    strcpy(header->executable, "/opt/golden/bin/app");
    header->build_id_size = sizeof app_id;
    memcpy(header->build_id, app_id, sizeof app_id);
    builder_chunk_anchor(builder, START_CLOCK, START_CLOCK);
    now = START_CLOCK + 1000000;
    places_count = 0;
}

static void define(const char *executable, const char *library, const char *provider_name,
                   const char *thread_name)
{
    uint32_t pcsc;

    app = builder_module(builder, executable, app_id, sizeof app_id, 0);
    middleware = builder_module(builder, library, middleware_id, sizeof middleware_id, 0);
    pcsc = builder_module(builder, "/opt/golden/lib/libpcsclite.so.1", pcsc_id, sizeof pcsc_id, 0);
    provider = builder_provider(builder, provider_name, pcsc);
    thread = builder_thread(builder, builder_header(builder)->pid, thread_name);
}

static void begin_ordinary(uint32_t pid)
{
    begin(pid);
    define("/opt/golden/bin/app", "/opt/golden/lib/libmiddleware.so.3", "libpcsclite.so.1", "app");
}

static void finish(const char *path)
{
    builder_write(builder, path);
    builder_free(builder);
}

static void finish_by_exit(const char *path)
{
    builder_exit(builder, SCA_END_EXIT, now, 0);
    finish(path);
}

/* ---- RPC stub memory ------------------------------------------------------------------------ */

static void begin_rpc(void)
{
    uint32_t library;

    begin_ordinary(PID);
    library = builder_module(builder, "/opt/golden/lib/libport.so.2", NULL, 0, 0);
    provider = builder_provider_of(builder, "libport.so.2", library, SCA_FAMILY_RPC);
}

static void enable(uint32_t stack, uint64_t handle)
{
    call("RpcSmEnableAllocate", stack, handle, OK);
}

static void disable(uint32_t stack, uint64_t result)
{
    call("RpcSmDisableAllocate", stack, 0, result);
}

static void allocate(uint32_t stack, uint64_t block, uint64_t result)
{
    effect("RpcSmAllocate", 0, stack, 0, 0, result, 0);
    if (block)
        effect("RpcSmAllocate", 1, stack, block, 0, result, LIST_SIZE);
    now += STEP;
}

static void mark(uint32_t stack, uint64_t block, uint64_t result)
{
    call("RpcSmFree", stack, block, result);
}

/* ---- one story per rule --------------------------------------------------------------------- */

/* One of three from a place is kept, and one more from another place of the same function. */
static void context_leak(const char *path)
{
    begin_ordinary(PID);
    for (uint64_t i = 0; i < 3; i++) {
        establish(in_middleware(OPEN_SESSION), CONTEXT + i);
        if (i != 1)
            release(in_middleware(CLOSE_SESSION), CONTEXT + i);
    }
    establish(in_app(START_UP), OTHER_CONTEXT);
    finish_by_exit(path);
}

/* The handle's context came from elsewhere, so only the handle is the program's to answer for. */
static void handle_leak(const char *path)
{
    begin_ordinary(PID);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    call("SCardTransmit", in_middleware(TALK), CARD, OK);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, OTHER_CARD);
    disconnect(in_middleware(CLOSE_SESSION), OTHER_CARD);
    finish_by_exit(path);
}

/* The inner one of two is ended, the outer one leaks; another goes with its handle. */
static void transaction_leak(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    begin_transaction(in_app(WORK), CARD);
    begin_transaction(in_middleware(TALK), CARD);
    call("SCardTransmit", in_middleware(TALK), CARD, OK);
    end_transaction(in_middleware(TALK), CARD);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, OTHER_CARD);
    begin_transaction(in_middleware(TALK), OTHER_CARD);
    disconnect(in_middleware(CLOSE_SESSION), OTHER_CARD);
    finish_by_exit(path);
}

/* Left when the context was released; left by a call that failed; both blocks of one SCardStatus.
 */
static void autoallocate_leak(const char *path)
{
    begin_ordinary(PID);
    builder_blind(builder, SCA_BLIND_HEAP, 0);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    get_attribute(in_middleware(TALK), CARD, OTHER_BLOCK, INSUFFICIENT_BUFFER);
    effect("SCardStatus", 0, in_app(WORK), CARD, 0, OK, 0);
    effect("SCardStatus", 1, in_app(WORK), BLOCK + 0x1000, CARD, OK, 17);
    effect("SCardStatus", 2, in_app(WORK), BLOCK + 0x2000, CARD, OK, 12);
    now += STEP;
    disconnect(in_middleware(CLOSE_SESSION), CARD);
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* A context twice; a handle after its context. */
static void double_release(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    release(in_app(SHUT_DOWN), CONTEXT);
    call("SCardDisconnect", in_middleware(CLOSE_SESSION), CARD, INVALID_HANDLE);
    call("SCardReleaseContext", in_app(WORK), CONTEXT, INVALID_HANDLE);
    finish_by_exit(path);
}

static void cross_thread_free(const char *path)
{
    uint32_t first, worker;

    begin_ordinary(PID);
    first = thread;
    worker = builder_thread(builder, PID + 7, "worker");
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    thread = worker;
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK, OK);
    thread = first;
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* After a disconnect, after the release of the context, and of what was never handed out. Asking
 * whether a dead context is valid is no use. */
static void use_after_release(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    disconnect(in_middleware(CLOSE_SESSION), CARD);
    call("SCardTransmit", in_middleware(TALK), CARD, INVALID_HANDLE);
    release(in_app(SHUT_DOWN), CONTEXT);
    call("SCardIsValidContext", in_app(WORK), CONTEXT, INVALID_HANDLE);
    call("SCardGetStatusChange", in_app(WORK), CONTEXT, INVALID_HANDLE);
    call("SCardCancel", in_app(SHUT_DOWN), 0, INVALID_HANDLE);
    finish_by_exit(path);
}

static void free_after_release(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    release(in_app(SHUT_DOWN), CONTEXT);
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK, INVALID_HANDLE);
    finish_by_exit(path);
}

static void wrong_context(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    establish(in_middleware(OPEN_SESSION), OTHER_CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    free_memory(in_middleware(FREE_READERS), OTHER_CONTEXT, BLOCK, OK);
    release(in_middleware(CLOSE_SESSION), OTHER_CONTEXT);
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* By SCardFreeMemory again, which is not let through, by delete[] on another thread, and long
 * after.
 */
static void double_free(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK, OK);
    builder_event(builder, (struct builder_event){.function = "SCardFreeMemory",
                                                  .thread = thread,
                                                  .stack = in_app(WORK),
                                                  .provider = provider,
                                                  .flags = SCA_CALL_QUARANTINED | SCA_CALL_ABSORBED,
                                                  .object = BLOCK,
                                                  .companion = CONTEXT,
                                                  .enter = now,
                                                  .leave = now + TOOK,
                                                  .first = true});
    now += STEP;
    list_readers(in_middleware(LIST_READERS), CONTEXT, OTHER_BLOCK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, OTHER_BLOCK, OK);
    free_memory(in_middleware(CLOSE_SESSION), CONTEXT, OTHER_BLOCK, OK);
    release(in_app(SHUT_DOWN), CONTEXT);
    thread = builder_thread(builder, PID + 7, "worker");
    give("operator delete[]", in_app(SHUT_DOWN), BLOCK, SCA_CALL_QUARANTINED, OK);
    finish_by_exit(path);
}

/* free(); a realloc() that fails, so that the block leaks; delete of a block whose siblings are
 * freed as they should be. */
static void mismatched_free(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    give("free", in_app(WORK), BLOCK, 0, OK);
    list_readers(in_middleware(LIST_READERS), CONTEXT, OTHER_BLOCK);
    give("realloc", in_middleware(TALK), OTHER_BLOCK, 0, 12);
    for (uint64_t i = 1; i <= 3; i++) {
        list_readers(in_app(WORK), CONTEXT, BLOCK + 0x1000 * i);
        if (i == 2)
            give("operator delete", in_app(SHUT_DOWN), BLOCK + 0x1000 * i, 0, OK);
        else
            free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK + 0x1000 * i, OK);
    }
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* Memory of the program's own; 4 bytes into a block, which then leaks, and into a freed one. */
static void invalid_free(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    free_memory(in_app(WORK), CONTEXT, 0x55d0c0de0010, OK);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK + 4, OK);
    list_readers(in_middleware(LIST_READERS), CONTEXT, OTHER_BLOCK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, OTHER_BLOCK, OK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, OTHER_BLOCK + 8, OK);
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

static void write_after_free(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK, OK);
    release(in_app(SHUT_DOWN), CONTEXT);
    builder_event(builder, (struct builder_event){.function = "quarantine",
                                                  .thread = thread,
                                                  .object = BLOCK,
                                                  .companion = 5,
                                                  .enter = now,
                                                  .leave = now});
    now += STEP;
    finish_by_exit(path);
}

/* A helper frees in no environment and disables one that it only adopted; a block is freed twice,
 * one inside, and one after its environment; what comes then has none. */
static void rpc_misuse(const char *path)
{
    uint32_t first, helper;

    begin_rpc();
    first = thread;
    helper = builder_thread(builder, PID + 7, "helper");
    enable(in_app(START_UP), HANDLE);
    allocate(in_middleware(LIST_READERS), BLOCK, OK);
    allocate(in_middleware(LIST_READERS), OTHER_BLOCK, OK);
    thread = helper;
    mark(in_app(WORK), BLOCK, INVALID_ARG);
    call("RpcSmSetThreadHandle", in_app(WORK), HANDLE, OK);
    disable(in_app(WORK), INVALID_ARG);
    thread = first;
    mark(in_middleware(FREE_READERS), BLOCK, OK);
    mark(in_app(SHUT_DOWN), BLOCK, INVALID_ARG);
    mark(in_app(SHUT_DOWN), OTHER_BLOCK + 8, INVALID_ARG);
    disable(in_app(SHUT_DOWN), OK);
    mark(in_middleware(FREE_READERS), OTHER_BLOCK, INVALID_ARG);
    disable(in_app(SHUT_DOWN), INVALID_ARG);
    allocate(in_middleware(LIST_READERS), 0, INVALID_ARG);
    thread = helper;
    call("RpcSmSetThreadHandle", in_app(WORK), HANDLE, INVALID_ARG);
    finish_by_exit(path);
}

/* One environment is left by its thread, another one when the process ends, each with blocks. */
static void rpc_leaks(const char *path)
{
    uint32_t first;

    begin_rpc();
    first = thread;
    thread = builder_thread(builder, PID + 7, "worker");
    enable(in_app(WORK), HANDLE);
    allocate(in_middleware(LIST_READERS), BLOCK, OK);
    mark(in_middleware(FREE_READERS), BLOCK, OK);
    builder_thread_end(builder, thread, now);
    now += STEP;
    thread = first;
    enable(in_app(START_UP), OTHER_HANDLE);
    allocate(in_middleware(LIST_READERS), OTHER_BLOCK, OK);
    builder_exit(builder, SCA_END__EXIT, now, 0);
    finish(path);
}

/* Enabled, and disabled, in two requests; a helper that adopts and detaches. */
static void rpc_clean(const char *path)
{
    uint32_t first, helper;

    begin_rpc();
    first = thread;
    helper = builder_thread(builder, PID + 7, "helper");
    for (unsigned i = 0; i < 2; i++) {
        enable(in_app(START_UP), HANDLE);
        allocate(in_middleware(LIST_READERS), BLOCK, OK);
        thread = helper;
        call("RpcSmSetThreadHandle", in_app(WORK), HANDLE, OK);
        mark(in_middleware(FREE_READERS), BLOCK, OK);
        call("RpcSmSetThreadHandle", in_app(WORK), 0, OK);
        thread = first;
        disable(in_app(SHUT_DOWN), OK);
    }
    builder_thread_end(builder, helper, now);
    finish_by_exit(path);
}

/* ---- Remote Desktop Services ---------------------------------------------------------------- */

static void begin_wts(void)
{
    uint32_t library;

    begin_ordinary(PID);
    library = builder_module(builder, "/opt/golden/lib/libwinpr2.so.2", NULL, 0, 0);
    provider = builder_provider_of(builder, "libwinpr2.so.2", library, SCA_FAMILY_WTS);
}

static void sessions(uint32_t stack, uint64_t server, uint64_t block, uint64_t count)
{
    effect("WTSEnumerateSessionsExA", 0, stack, server, 0, 1, 0);
    effect("WTSEnumerateSessionsExA", 1, stack, block, count << 32 | 1, 1, 56 * count);
    now += STEP;
}

/* Whether a channel is ready; a buffer of 0: none, although the call succeeds. */
static void ask(uint32_t stack, uint64_t channel, uint64_t block, uint64_t result)
{
    effect("WTSVirtualChannelQuery", 0, stack, channel, 0, result, 0);
    builder_event(builder, (struct builder_event){.function = "WTSVirtualChannelQuery",
                                                  .effect = 1,
                                                  .thread = thread,
                                                  .stack = stack,
                                                  .provider = provider,
                                                  .flags = block ? 0 : SCA_CALL_EMPTY,
                                                  .object = block,
                                                  .companion = 4UL << 32,
                                                  .enter = now,
                                                  .leave = now + TOOK,
                                                  .result = result,
                                                  .size = block ? 4 : 0});
    now += STEP;
}

static void open_channel(uint32_t stack, uint64_t server, uint64_t channel)
{
    effect("WTSVirtualChannelOpen", 0, stack, server, 0, channel, 0);
    effect("WTSVirtualChannelOpen", 1, stack, channel, server, channel, 0);
    now += STEP;
}

/* Freed as something else, by the wrong function, and twice; results that contradict themselves; a
 * channel is closed after its server, which is closed twice. */
static void wts_misuse(const char *path)
{
    begin_wts();
    call("WTSOpenServerA", in_app(START_UP), HANDLE, HANDLE);
    sessions(in_middleware(LIST_READERS), HANDLE, BLOCK, 3);
    effect("WTSFreeMemoryExA", 0, in_middleware(FREE_READERS), BLOCK, 5UL << 32 | 1, 1, 0);
    now += STEP;
    sessions(in_app(WORK), HANDLE, BLOCK, 3);
    call("WTSFreeMemory", in_middleware(FREE_READERS), BLOCK, 0);
    open_channel(in_middleware(OPEN_SESSION), HANDLE, OTHER_HANDLE);
    ask(in_middleware(TALK), OTHER_HANDLE, BLOCK, 0);
    ask(in_app(WORK), OTHER_HANDLE, 0, 1);
    ask(in_app(WORK), OTHER_HANDLE, OTHER_BLOCK, 1);
    call("WTSFreeMemory", in_middleware(FREE_READERS), OTHER_BLOCK, 0);
    call("WTSFreeMemory", in_app(SHUT_DOWN), OTHER_BLOCK, 0);
    call("WTSFreeMemory", in_app(SHUT_DOWN), OTHER_BLOCK + 64, 0);
    call("WTSCloseServer", in_app(SHUT_DOWN), HANDLE, 0);
    call("WTSVirtualChannelClose", in_middleware(CLOSE_SESSION), OTHER_HANDLE, 1);
    call("WTSCloseServer", in_middleware(CLOSE_SESSION), HANDLE, 0);
    finish_by_exit(path);
}

/* A buffer, one that could not be freed, a server, a channel whose server was closed, and one of
 * two notifications. */
static void wts_leaks(const char *path)
{
    begin_wts();
    call("WTSOpenServerA", in_app(START_UP), HANDLE, HANDLE);
    call("WTSOpenServerA", in_middleware(OPEN_SESSION), OTHER_HANDLE, OTHER_HANDLE);
    open_channel(in_middleware(OPEN_SESSION), HANDLE, CARD);
    call("WTSCloseServer", in_app(SHUT_DOWN), HANDLE, 0);
    sessions(in_middleware(LIST_READERS), 0, BLOCK, 3);
    effect("WTSFreeMemoryExW", 0, in_middleware(FREE_READERS), BLOCK, 3UL << 32 | 2, 0, 0);
    now += STEP;
    ask(in_app(WORK), CARD, OTHER_BLOCK, 1);
    call("WTSRegisterSessionNotification", in_app(WORK), OTHER_CARD, 1);
    call("WTSRegisterSessionNotification", in_app(WORK), OTHER_CARD, 1);
    call("WTSUnRegisterSessionNotification", in_app(SHUT_DOWN), OTHER_CARD, 1);
    finish_by_exit(path);
}

/* ---- LSA packages --------------------------------------------------------------------------- */

#define PACKAGE_CODE 0x560000001000
#define PACKAGE_TABLE 0x560000008000
#define SECTION 0x7f0000100000
#define OTHER_SECTION 0x7f0000200000

/* The middleware is a package, and the application its host. */
static void begin_lsa(void)
{
    begin_ordinary(PID);
    middleware = builder_module_at(builder, "/opt/golden/lib/libpackage.so", PACKAGE_CODE);
    provider = builder_provider_of(builder, "app", app, SCA_FAMILY_LSA);
}

static void start_package(void)
{
    effect("SpInitialize", 0, in_app(START_UP), PACKAGE_TABLE, PACKAGE_CODE + 64, OK, 0);
    now += STEP;
}

static void allocate_shared(uint32_t stack, uint64_t section, uint64_t block)
{
    effect("AllocateSharedMemory", 0, stack, section, 0, block, 0);
    if (block)
        effect("AllocateSharedMemory", 1, stack, block, section, block, 100);
    now += STEP;
}

static void free_shared(uint32_t stack, uint64_t section, uint64_t block)
{
    effect("FreeSharedMemory", 0, stack, section, 0, 0, 0);
    effect("FreeSharedMemory", 1, stack, block, section, 0, 0);
    now += STEP;
}

static void create_section(uint32_t stack, uint64_t section)
{
    effect("CreateSharedMemory", 0, stack, section, 0, section, 65536);
    now += STEP;
}

/* Into another section, twice, inside a block, and after the section; the section twice; and after
 * the package was shut down. */
static void lsa_misuse(const char *path)
{
    begin_lsa();
    start_package();
    create_section(in_middleware(OPEN_SESSION), SECTION);
    create_section(in_middleware(OPEN_SESSION), OTHER_SECTION);
    for (unsigned i = 0; i < 5; i++)
        allocate_shared(in_middleware(LIST_READERS), SECTION, SECTION + 256 * (i + 1));
    free_shared(in_middleware(FREE_READERS), OTHER_SECTION, SECTION + 256);
    free_shared(in_middleware(FREE_READERS), SECTION, SECTION + 512);
    free_shared(in_middleware(TALK), SECTION, SECTION + 512);
    free_shared(in_middleware(TALK), SECTION, SECTION + 768 + 16);
    call("DeleteSharedMemory", in_middleware(CLOSE_SESSION), OTHER_SECTION, 1);
    call("DeleteSharedMemory", in_middleware(CLOSE_SESSION), SECTION, 1);
    free_shared(in_middleware(FREE_READERS), SECTION, SECTION + 1024);
    allocate_shared(in_middleware(LIST_READERS), SECTION, 0);
    call("DeleteSharedMemory", in_middleware(TALK), SECTION, 0);
    call("SpShutdown", in_app(SHUT_DOWN), PACKAGE_TABLE, OK);
    effect("AllocateLsaHeap", 0, in_middleware(WORK), BLOCK, 0, BLOCK, 40);
    now += STEP;
    finish_by_exit(path);
}

/* A section with one of its two blocks, another that could not be deleted, and a block of the heap.
 */
static void lsa_leaks(const char *path)
{
    begin_lsa();
    start_package();
    create_section(in_middleware(OPEN_SESSION), SECTION);
    create_section(in_app(START_UP), OTHER_SECTION);
    create_section(in_middleware(TALK), CARD);
    allocate_shared(in_middleware(LIST_READERS), SECTION, SECTION + 256);
    allocate_shared(in_middleware(LIST_READERS), SECTION, SECTION + 512);
    free_shared(in_middleware(FREE_READERS), SECTION, SECTION + 256);
    call("DeleteSharedMemory", in_middleware(CLOSE_SESSION), CARD, 0);
    effect("AllocateLsaHeap", 0, in_middleware(WORK), BLOCK, 0, BLOCK, 40);
    now += STEP;
    call("SpShutdown", in_app(SHUT_DOWN), PACKAGE_TABLE, OK);
    finish_by_exit(path);
}

static void implicit_release(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* An exec with one context open, a note, and with three handles from one place, a warning. */
static void held_at_end(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    for (uint64_t i = 0; i < 3; i++)
        connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD + i);
    builder_exec(builder, now);
    finish(path);
}

/* ---- other stories -------------------------------------------------------------------------- */

/* All of it given back, with arguments, a blind spot and a record type of the future. */
static void clean(const char *path)
{
    static const char args[] = "app\0--reader=caf\xc3\xa9";

    begin_ordinary(PID);
    builder_header(builder)->flags = SCA_FLAG_RECORD_ARGS;
    builder_args(builder, args, sizeof args);
    builder_blind(builder, SCA_BLIND_HEAP, 0);
    establish(in_app(START_UP), CONTEXT);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    builder_record(builder, 200, (uint64_t[]){1, 2, 3}, 3);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    begin_transaction(in_middleware(TALK), CARD);
    call("SCardTransmit", in_middleware(TALK), CARD, OK);
    end_transaction(in_middleware(TALK), CARD);
    get_attribute(in_middleware(TALK), CARD, OTHER_BLOCK, OK);
    free_memory(in_middleware(TALK), CONTEXT, OTHER_BLOCK, OK);
    free_memory(in_middleware(FREE_READERS), CONTEXT, BLOCK, OK);
    disconnect(in_middleware(CLOSE_SESSION), CARD);
    release(in_app(SHUT_DOWN), CONTEXT);
    finish_by_exit(path);
}

/* What a leaked context holds names it as the cause; so does a block that a wrong context kept. */
static void causes(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    list_readers(in_middleware(LIST_READERS), CONTEXT, BLOCK);
    free_memory(in_middleware(FREE_READERS), OTHER_CONTEXT, BLOCK, INVALID_HANDLE);
    builder_exit(builder, SCA_END__EXIT, now, 3);
    finish(path);
}

/* A parent that leaks nothing, and a child that uses what it inherited and leaks its own. */
static void fork_pair(const char *path)
{
    const char *parent = "scardaudit.app.4194305.0.trace";
    struct sca_header *header;
    uint64_t forked;
    char name[256];

    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    forked = now;
    now += STEP;
    disconnect(in_middleware(CLOSE_SESSION), CARD);
    release(in_app(SHUT_DOWN), CONTEXT);
    snprintf(name, sizeof name, "%s/%s", path, parent);
    finish_by_exit(name);

    begin(PID + 1);
    header = builder_header(builder);
    header->ppid = PID;
    header->flags = SCA_FLAG_FORKED;
    header->parent_clock = forked;
    strcpy(header->parent_trace, parent);
    header->start_clock = header->start_ns = forked + 1000;
    header->start_realtime += forked + 1000 - START_CLOCK;
    builder_chunk_anchor(builder, forked + 1000, forked + 1000);
    now = forked + STEP;
    define("/opt/golden/bin/app", "/opt/golden/lib/libmiddleware.so.3", "libpcsclite.so.1", "app");
    call("SCardTransmit", in_middleware(TALK), CARD, INVALID_HANDLE);
    establish(in_app(WORK), OTHER_CONTEXT);
    snprintf(name, sizeof name, "%s/scardaudit.app.4194306.0.trace", path);
    finish_by_exit(name);
}

/* SIGKILL while one thread waits, one releases and one was about to write a record. */
static void killed(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    establish(in_middleware(OPEN_SESSION), OTHER_CONTEXT);
    call("SCardGetStatusChange", in_app(WORK), CONTEXT, PENDING);
    thread = builder_thread(builder, PID + 7, "worker");
    builder_reserved(builder, sizeof(struct sca_call_record));
    call("SCardReleaseContext", in_middleware(CLOSE_SESSION), OTHER_CONTEXT, PENDING);
    finish(path);
}

/* The disk was full: no leak is claimed, but what was seen twice was. */
static void stopped(const char *path)
{
    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    connect_card(in_middleware(OPEN_SESSION), CONTEXT, CARD);
    disconnect(in_middleware(CLOSE_SESSION), CARD);
    call("SCardDisconnect", in_middleware(CLOSE_SESSION), CARD, INVALID_HANDLE);
    builder_stop(builder, SCA_STOP_SPACE, now);
    finish_by_exit(path);
}

/* One bit of the second chunk has flipped: what stands before it there is still told. */
static void damaged(const char *path)
{
    uint64_t offset;
    size_t size;

    begin_ordinary(PID);
    establish(in_app(START_UP), CONTEXT);
    release(in_app(SHUT_DOWN), CONTEXT);
    builder_chunk(builder, SCA_FIRST_CHUNK);
    call("SCardReleaseContext", in_app(WORK), CONTEXT, INVALID_HANDLE);
    offset = establish(in_app(START_UP), OTHER_CONTEXT);
    release(in_app(SHUT_DOWN), OTHER_CONTEXT);
    builder_bytes(builder, &size)[offset + offsetof(struct sca_call_record, object)] ^= 0x10;
    finish_by_exit(path);
}

/* Escapes, newlines, no UTF-8, a C1 control, a change of writing direction, markup. */
static void hostile(const char *path)
{
    static const char executable[] = "/opt/golden/\x1b[2J\n\xff/<b>&\"\\app\x7f";
    static const char args[] = "app\0\x1b]0;title\x07\0a\nb\xc3(";
    uint32_t foreign;

    begin(PID);
    strcpy(builder_header(builder)->executable, executable);
    builder_header(builder)->flags = SCA_FLAG_RECORD_ARGS;
    define(executable, "/opt/golden/\xe2\x80\xaeos.erawelddim\xc2\x9b;31m",
           "libpcsc\x1b[31m\r\n\xc0\xaf.so", "\x1b[1m\n\xfe\"red'\xe2\x80");
    builder_args(builder, args, sizeof args);
    foreign = builder_module(builder, "/opt/golden/\x1b[7mlibforeign\n.so", NULL, 0, 2);
    builder_blind(builder, SCA_BLIND_FOREIGN_ABI, foreign);
    builder_unaudited(builder, foreign, "SCard\x1b[5m SCardBreak\nLine  SCard\xff", 2);
    establish(in_middleware(OPEN_SESSION), CONTEXT);
    establish(in_app(START_UP), OTHER_CONTEXT);
    establish(stack_to(foreign, TALK), OTHER_CONTEXT + 1);
    finish_by_exit(path);
}

/* Ticks that become nanoseconds by anchors: 2 per ns at first, 4 per ns behind the middle one. */
static void tsc_clock(const char *path)
{
    uint64_t middle, middle_ns;

    begin_ordinary(PID);
    builder_header(builder)->clock = SCA_CLOCK_TSC;
    establish(in_app(START_UP), CONTEXT);
    call("SCardIsValidContext", in_app(WORK), CONTEXT, OK);
    middle = now;
    middle_ns = START_CLOCK + (middle - START_CLOCK) / 2;
    builder_clock(builder, middle, middle_ns);
    call("SCardIsValidContext", in_app(WORK), CONTEXT, OK);
    builder_clock(builder, middle + 2 * STEP, middle_ns + 2 * STEP / 4);
    release(in_app(SHUT_DOWN), CONTEXT);
    call("SCardReleaseContext", in_app(SHUT_DOWN), CONTEXT, INVALID_HANDLE);
    finish_by_exit(path);
}

static const struct {
    const char *path;
    void (*write)(const char *path);
} stories[] = {
    {"context-leak.trace", context_leak},
    {"handle-leak.trace", handle_leak},
    {"transaction-leak.trace", transaction_leak},
    {"autoallocate-leak.trace", autoallocate_leak},
    {"double-release.trace", double_release},
    {"cross-thread-free.trace", cross_thread_free},
    {"use-after-release.trace", use_after_release},
    {"free-after-release.trace", free_after_release},
    {"wrong-context.trace", wrong_context},
    {"double-free.trace", double_free},
    {"mismatched-free.trace", mismatched_free},
    {"invalid-free.trace", invalid_free},
    {"write-after-free.trace", write_after_free},
    {"rpc-misuse.trace", rpc_misuse},
    {"rpc-leaks.trace", rpc_leaks},
    {"rpc-clean.trace", rpc_clean},
    {"wts-misuse.trace", wts_misuse},
    {"wts-leaks.trace", wts_leaks},
    {"lsa-misuse.trace", lsa_misuse},
    {"lsa-leaks.trace", lsa_leaks},
    {"implicit-release.trace", implicit_release},
    {"held-at-end.trace", held_at_end},
    {"clean.trace", clean},
    {"causes.trace", causes},
    {"fork", fork_pair},
    {"killed.trace", killed},
    {"stopped.trace", stopped},
    {"damaged.trace", damaged},
    {"hostile.trace", hostile},
    {"tsc-clock.trace", tsc_clock},
};

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_golden DIRECTORY\n", stderr);
        return 2;
    }
    if (chdir(argv[1]) < 0 || (mkdir("fork", 0777) < 0 && errno != EEXIST)) {
        perror(argv[1]);
        return 1;
    }
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        stories[i].write(stories[i].path);
    return 0;
}
