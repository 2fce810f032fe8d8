/* SPDX-License-Identifier: MIT */
#include "rules.h"

const struct rule rules[RULE_COUNT] = {
    [RULE_CONTEXT_LEAK] =
        {RULE_CONTEXT_LEAK, "context-leak", SEVERITY_ERROR, "SCARDCONTEXT never released",
         "A context from SCardEstablishContext was still open when the program ended by exit(). "
         "pcscd serves 200 contexts for all programs together: a program that leaks them stops "
         "every other one from reaching its cards, and one open context keeps pcscd running.",
         "Call SCardReleaseContext on every path that leaves the code that established it, "
         "also where an error makes it return early."},
    [RULE_HANDLE_LEAK] =
        {RULE_HANDLE_LEAK, "handle-leak", SEVERITY_ERROR, "SCARDHANDLE never disconnected",
         "A card handle from SCardConnect was still connected when the program ended by exit(). "
         "While it lives it can keep others from the card, and a context holds at most 200 of "
         "them.",
         "Call SCardDisconnect on every path that leaves the code that connected, also after a "
         "failed transmission."},
    [RULE_TRANSACTION_LEAK] =
        {RULE_TRANSACTION_LEAK, "transaction-leak", SEVERITY_ERROR, "Transaction never ended",
         "A transaction from SCardBeginTransaction was still open when the program ended by "
         "exit(). As long as it is, every other program waits for the card. Transactions nest: "
         "each begin needs an end of its own, and pcsc-lite goes on with them after the card was "
         "reset.",
         "Call SCardEndTransaction on every path that leaves the code that began it, also after a "
         "failed transmission or a reset."},
    [RULE_ALLOCATE_WITHOUT_ENABLE] =
        {RULE_ALLOCATE_WITHOUT_ENABLE, "allocate-without-enable", SEVERITY_ERROR,
         "Allocated without an RPC environment",
         "RpcSmAllocate, or one of its like, was called on a thread that was in no environment: "
         "none was enabled, or it had been disabled. The call fails or raises an exception; that "
         "of DCE/RPC accesses invalid memory.",
         "Call RpcSmEnableAllocate on the thread before, or RpcSmSetThreadHandle with the handle "
         "of the environment that the block is to belong to."},
    [RULE_NESTED_ENABLE] =
        {RULE_NESTED_ENABLE, "nested-enable", SEVERITY_ERROR, "Enabled on top of another",
         "RpcSmEnableAllocate was called on a thread whose environment was still active. Where the "
         "thread got another environment, the first one is lost with all its blocks: DCE/RPC "
         "forbids it. Only a warning where it got the same one again: such a provider counts, "
         "and wants as many calls of RpcSmDisableAllocate.",
         "Enable once for each request, and disable before the next; save and restore an "
         "environment with RpcSmGetThreadHandle and RpcSmSetThreadHandle."},
    [RULE_DISABLE_WHILE_ATTACHED] =
        {RULE_DISABLE_WHILE_ATTACHED, "disable-while-attached", SEVERITY_ERROR,
         "Disabled while other threads were in it",
         "RpcSmDisableAllocate released an environment and its blocks while other threads that had "
         "adopted its thread handle were still in it. What they allocate or free from then on "
         "lies in memory that is gone.",
         "Wait for the helper threads to end, or let each of them call RpcSmSetThreadHandle(NULL), "
         "before the environment is disabled."},
    [RULE_HELPER_DISABLE] =
        {RULE_HELPER_DISABLE, "helper-disable", SEVERITY_ERROR,
         "Disabled by a thread that only adopted it",
         "RpcSmDisableAllocate was called on a helper thread, which was in the environment by "
         "RpcSmSetThreadHandle, while the thread that had enabled it went on. Depending on the "
         "provider that fails, takes only the helper out, or releases the blocks that the other "
         "thread uses.",
         "Let a helper leave by RpcSmSetThreadHandle(NULL), and disable on the thread that "
         "enabled."},
    [RULE_UNBALANCED_DISABLE] =
        {RULE_UNBALANCED_DISABLE, "unbalanced-disable", SEVERITY_ERROR,
         "Disabled without having been enabled",
         "RpcSmDisableAllocate was called on a thread that was in no environment. It and "
         "RpcSmEnableAllocate are a matching pair: the call fails or raises an exception, and "
         "some providers access invalid memory.",
         "Disable exactly once for each RpcSmEnableAllocate that succeeded, on the same thread."},
    [RULE_STALE_THREAD_HANDLE] =
        {RULE_STALE_THREAD_HANDLE, "stale-thread-handle", SEVERITY_ERROR,
         "Thread handle of no environment",
         "RpcSmSetThreadHandle was given the handle of an environment that had been disabled, or "
         "a value that was never handed out. A handle is an address: the thread is then in memory "
         "that is gone, or in an environment that has nothing to do with it.",
         "Hand thread handles on only as long as their environment is enabled, and let helpers "
         "leave before it is disabled."},
    [RULE_RPC_ENVIRONMENT_LEAK] =
        {RULE_RPC_ENVIRONMENT_LEAK, "rpc-environment-leak", SEVERITY_ERROR,
         "RPC environment never disabled",
         "An environment from RpcSmEnableAllocate was still active when its thread, or the "
         "program, ended. None of its blocks was released, those neither that were given to "
         "RpcSmFree.",
         "Call RpcSmDisableAllocate on every path that leaves the code that enabled, also where an "
         "error or an exception makes it return early."},
    [RULE_USE_AFTER_SHUTDOWN] =
        {RULE_USE_AFTER_SHUTDOWN, "use-after-shutdown", SEVERITY_ERROR,
         "Called the host after it was shut down",
         "A security package called a function of its host after the host had called the "
         "package's Shutdown, and that of all others in the same object. The functions that "
         "Initialize got are valid until then.",
         "End threads and timers of the package in its Shutdown, and give everything back there "
         "instead of in destructors."},
    [RULE_LSA_SECTION_LEAK] =
        {RULE_LSA_SECTION_LEAK, "lsa-section-leak", SEVERITY_ERROR, "LSA section never deleted",
         "A section from CreateSharedMemory was still there when the process ended by exit(). "
         "Its shared memory stays with every process that has it.",
         "Call DeleteSharedMemory in the package's Shutdown, and also where Initialize fails after "
         "it created the section."},
    [RULE_WRONG_CONTEXT] =
        {RULE_WRONG_CONTEXT, "wrong-context", SEVERITY_WARNING, "Freed with another context",
         "A block was given to SCardFreeMemory with another context than the one it came from. "
         "pcsc-lite takes any valid context, so it often works here, but the contract is the "
         "block's own context; with one that is not valid nothing is freed.",
         "Pass SCardFreeMemory the context of the call that allocated the block."},
    [RULE_WRONG_TYPE_CLASS] =
        {RULE_WRONG_TYPE_CLASS, "wrong-type-class", SEVERITY_ERROR, "Freed as something else",
         "WTSFreeMemoryExA or W was given a buffer with another type class than it has, another "
         "number of entries, or the other of the two functions than the one that allocated. What "
         "its entries lead to is memory of its own: it is lost, or what is no address is freed.",
         "Keep the number of entries with the buffer, and give both to the function of the same "
         "letter: WTSTypeSessionInfoLevel1 for WTSEnumerateSessionsEx, for "
         "WTSEnumerateProcessesEx WTSTypeProcessInfoLevel0 or 1, as its level was."},
    [RULE_WRONG_SECTION] =
        {RULE_WRONG_SECTION, "wrong-section", SEVERITY_ERROR, "Freed into another section",
         "A block was given to FreeSharedMemory with another section than the one it came from. "
         "The host may refuse that without a word, and the block is lost; or it puts the block "
         "among the free ones of a section that it does not lie in.",
         "Pass FreeSharedMemory the section that the block was allocated in."},
    [RULE_MIXED_PROVIDER] =
        {RULE_MIXED_PROVIDER, "mixed-provider", SEVERITY_ERROR, "Given to another library",
         "A context, card handle or block that one library handed out was given to a function of "
         "another one, such as a context of pcsc-lite to WinPR. Each keeps books of its own: the "
         "call fails and the resource is lost, or it works while the library that owns it goes on "
         "believing that it lives. A program that is linked to both gets the functions that they "
         "share from the one that stands first.",
         "Use one library for everything a context leads to. If both are linked, open one of them "
         "with dlopen() and call it through dlsym()."},
    [RULE_INVALID_FREE] =
        {RULE_INVALID_FREE, "invalid-free", SEVERITY_ERROR, "Freed although it was no block",
         "SCardFreeMemory was given an address that PC/SC never handed out, such as memory of the "
         "program's own, or one inside a block instead of where it begins. pcsc-lite passes it to "
         "free() as it is: the heap is damaged, or the program is aborted. The same of RpcSmFree "
         "and its like; only a note where the call succeeded, for a stub may have allocated it.",
         "Keep the pointer that the call handed out as it is, and give only that to "
         "SCardFreeMemory."},
    [RULE_MISMATCHED_FREE] =
        {RULE_MISMATCHED_FREE, "mismatched-free", SEVERITY_ERROR, "Given to the wrong deallocator",
         "A SCARD_AUTOALLOCATE block was given to free(), realloc() or delete. With pcsc-lite that "
         "happens to work, because its blocks come from malloc(). The contract is "
         "SCardFreeMemory: with any other provider, or another allocator in one of the two, the "
         "heap is damaged. Or a block of RPC stub memory was given to one of these functions or to "
         "SCardFreeMemory, or an AUTOALLOCATE block to RpcSmFree; or a WTS buffer or a block of "
         "LSA "
         "to any of them; or a WTS buffer to WTSFreeMemory where WTSFreeMemoryEx is due, or the "
         "other way round. Only a note for midl_user_free: it is documented to release a block of "
         "RPC stub memory, but the provider cannot know about one that the program defines "
         "itself.",
         "Give the block to SCardFreeMemory; copy it to memory of the program's own where it has "
         "to grow or to live on."},
    [RULE_FREE_WITHOUT_ENABLE] =
        {RULE_FREE_WITHOUT_ENABLE, "free-without-enable", SEVERITY_ERROR,
         "Freed without an RPC environment",
         "RpcSmFree, or one of its like, was called on a thread that was in no environment. It "
         "frees only what belongs to the environment that the calling thread is in; that of "
         "DCE/RPC accesses invalid memory.",
         "Free blocks before RpcSmDisableAllocate or RpcSmSetThreadHandle(NULL). What a stub "
         "returned where nothing was enabled goes to RpcSmClientFree or midl_user_free."},
    [RULE_AUTOALLOCATE_LEAK] =
        {RULE_AUTOALLOCATE_LEAK, "autoallocate-leak", SEVERITY_ERROR,
         "SCARD_AUTOALLOCATE block never freed",
         "A block that PC/SC allocated because the length was SCARD_AUTOALLOCATE was never given "
         "back. pcsc-lite hands out such a block together with some errors too, and then it is "
         "the caller's as well. Releasing the context frees these blocks on Windows, but not in "
         "pcsc-lite.",
         "Preset the pointer to NULL, and give what it then holds to SCardFreeMemory, after "
         "failed calls too and before the context is released."},
    [RULE_RPC_DEFERRED_LEAK] =
        {RULE_RPC_DEFERRED_LEAK, "rpc-deferred-leak", SEVERITY_ERROR,
         "RPC block marked, but never released",
         "A block was given to RpcSmFree, which only marks it: it is released when its environment "
         "is disabled, and that did not happen before its thread, or the program, ended.",
         "Disable the environment. A block that is to be released at once goes to midl_user_free "
         "instead."},
    [RULE_RPC_BLOCK_LEAK] =
        {RULE_RPC_BLOCK_LEAK, "rpc-block-leak", SEVERITY_ERROR, "RPC block never released",
         "A block from RpcSmAllocate was never freed, and its environment never disabled.",
         "Give it to RpcSmFree, and disable its environment."},
    [RULE_WTS_HANDLE_LEAK] =
        {RULE_WTS_HANDLE_LEAK, "wts-handle-leak", SEVERITY_ERROR, "WTS handle never closed",
         "A server from WTSOpenServer, a channel from WTSVirtualChannelOpen, or a notification "
         "from WTSRegisterSessionNotification was still there when the program ended by exit(). "
         "To close a server does not close its channels: FreeRDP closes some of them. A "
         "notification that is registered twice is to be unregistered twice.",
         "Call WTSVirtualChannelClose for each channel, then WTSCloseServer; and "
         "WTSUnRegisterSessionNotification before the window is destroyed."},
    [RULE_WTS_BUFFER_LEAK] =
        {RULE_WTS_BUFFER_LEAK, "wts-buffer-leak", SEVERITY_ERROR, "WTS buffer never freed",
         "A buffer from WTSQuerySessionInformation, WTSEnumerateSessions or one of their like was "
         "never given back. Those of WTSQuerySessionInformation are memory for every class of "
         "information, also where it is a single number.",
         "Give the buffer to WTSFreeMemory; one of WTSEnumerateSessionsEx or "
         "WTSEnumerateProcessesEx to WTSFreeMemoryEx, with its type class and number of entries."},
    [RULE_LSA_BLOCK_LEAK] =
        {RULE_LSA_BLOCK_LEAK, "lsa-block-leak", SEVERITY_ERROR, "LSA block never freed",
         "A block from AllocateSharedMemory was never freed, and its section never deleted; or one "
         "from AllocateLsaHeap was never freed, neither by the package nor by the host.",
         "Give it to FreeSharedMemory, or to FreeLsaHeap, before the package is shut down."},
    [RULE_DOUBLE_FREE] =
        {RULE_DOUBLE_FREE, "double-free", SEVERITY_ERROR, "Freed a second time",
         "A block that had been freed, or marked by RpcSmFree, was freed again, by the same "
         "function or another one. By "
         "then its memory may belong to somebody else, whose data is freed instead; otherwise the "
         "heap is damaged, or the program is aborted. While a freed block is held in quarantine "
         "scardaudit does not let the second call through.",
         "Let one place own the block, and set the pointer to NULL once it is freed."},
    [RULE_WRITE_AFTER_FREE] =
        {RULE_WRITE_AFTER_FREE, "write-after-free", SEVERITY_ERROR, "Written to after it was freed",
         "Freed blocks are filled with a pattern and kept in quarantine for a while. When this "
         "one left it, or at the end, the pattern was damaged: something had written to it. "
         "Unwatched, it would have damaged whatever had the memory by then.",
         "Look for pointers into the block that outlive it, at the place that freed it and where "
         "it was handed on."},
    [RULE_FREE_AFTER_DISABLE] =
        {RULE_FREE_AFTER_DISABLE, "free-after-disable", SEVERITY_ERROR,
         "Freed after its environment was disabled",
         "A block was given to RpcSmFree, or one of its like, after RpcSmDisableAllocate had "
         "released it with its environment. By then its memory may belong to somebody else. Only a "
         "note where the call succeeded in another environment: a stub may have allocated a block "
         "at that address meanwhile.",
         "Free blocks before their environment is disabled, or leave them to that."},
    [RULE_DOUBLE_RELEASE] =
        {RULE_DOUBLE_RELEASE, "double-release", SEVERITY_ERROR, "Released a second time",
         "A context, card handle, WTS handle or LSA section was released again after it was gone. "
         "The second call fails today; should its value have been given out anew, it ends what is "
         "somebody else's.",
         "Let one place own the release, and set the variable to 0 once it is done."},
    [RULE_CROSS_THREAD_FREE] =
        {RULE_CROSS_THREAD_FREE, "cross-thread-free", SEVERITY_WARNING,
         "Freed on another thread than allocated on",
         "A SCARD_AUTOALLOCATE block was freed on another thread than the one that received it. "
         "pcsc-lite allows that; it is worth a look because nothing but the program's own "
         "locking orders the two. An error for a block of RPC stub memory that was given to "
         "RpcSmFree on a thread in another environment than the block's: only a thread whose "
         "thread handle is that of the block may free it. Only a note for the buffers of WTS "
         "functions and the blocks of LSA, whose functions belong to no thread.",
         "Free the block on the thread that asked for it, or make sure that handing it over is "
         "synchronised and meant."},
    [RULE_FORK_USE] =
        {RULE_FORK_USE, "fork-use", SEVERITY_WARNING, "Used by a forked child",
         "A forked child used or released a context or card handle that it had inherited. Parent "
         "and child then share one connection to pcscd: what they ask at the same time is mixed "
         "up, and when the child releases it, the parent's session is over and the parent's next "
         "call fails. Only a note where the parent handed it over: it ended without another "
         "call, as with daemon().",
         "Let the child establish a context of its own, and leave alone what it inherited."},
    [RULE_USE_AFTER_RELEASE] =
        {RULE_USE_AFTER_RELEASE, "use-after-release", SEVERITY_ERROR,
         "Used although it was not valid any more",
         "A call was given a context or card handle that had been released before, or that was "
         "never handed out at all. Releasing a context ends all its card handles as well. The "
         "call fails, or works on the wrong session should the value have been given out anew. "
         "Releasing 0, as common clean-up code does after a failed SCardEstablishContext or "
         "SCardConnect, is as harmless as free(NULL): only a note. The same of a WTS server or "
         "channel that was closed, only a note where it was never handed out but may have come "
         "from elsewhere; and of an LSA section that was deleted, or that CreateSharedMemory never "
         "returned.",
         "Keep the object until its last user is done, or check the results of "
         "SCardEstablishContext and SCardConnect before using what they were to return."},
    [RULE_FREE_AFTER_RELEASE] =
        {RULE_FREE_AFTER_RELEASE, "free-after-release", SEVERITY_ERROR,
         "Freed after what it belonged to was released",
         "SCardFreeMemory was called with a context that had already been released. It then "
         "frees nothing and returns SCARD_E_INVALID_HANDLE: the block is lost for good. On "
         "Windows releasing the context frees the block; pcsc-lite keeps no list of them. Or "
         "FreeSharedMemory was given a block whose section had been deleted: what is at its "
         "address by then may be anything.",
         "Call SCardFreeMemory before SCardReleaseContext."},
    [RULE_PROVIDER_FAULT] =
        {RULE_PROVIDER_FAULT, "provider-fault", SEVERITY_WARNING, "Result that contradicts itself",
         "A function of the library returned FALSE and a buffer as well, or TRUE and none. No "
         "caller frees after a failure: such a buffer is lost, as FreeRDP's is up to 2.11 when "
         "WTSVirtualChannelQuery is asked whether a channel is ready that was refused. And what a "
         "caller takes for the buffer after a success is whatever its variable held.",
         "Tell the authors of the library. Preset the variable to NULL before the call, look at "
         "what it holds after it whatever was returned, and give that to WTSFreeMemory."},
    [RULE_RESOURCE_LIMIT] =
        {RULE_RESOURCE_LIMIT, "resource-limit", SEVERITY_WARNING, "Close to what pcscd serves",
         "The program had 180 contexts, or 180 card handles of one context, at the same time, or "
         "pcscd refused it one more. pcscd serves 200 contexts and, of each reader, 200 card "
         "handles for all programs together, and 200 card handles for each context. What fails "
         "then is the next call, here or in another "
         "program, and with a result that does not say why: 0x8010006A or 0x8010001D for a "
         "context, 0x80100001 for a card handle.",
         "Share one context, and one connection to a card, among the parts of the program, and "
         "give back what is not needed any more."},
    [RULE_RPC_DEFERRED_GROWTH] =
        {RULE_RPC_DEFERRED_GROWTH, "rpc-deferred-growth", SEVERITY_WARNING,
         "RPC blocks marked pile up",
         "RpcSmFree does not release a block: that is done when the environment is disabled. In "
         "one environment far more blocks waited for that than the program ever used at the same "
         "time, so it takes RpcSmFree for free(), and needs more memory the longer it runs.",
         "Disable and enable between requests, or give blocks to midl_user_free, which releases "
         "at once."},
    [RULE_ALLOCATOR_NOT_RESTORED] =
        {RULE_ALLOCATOR_NOT_RESTORED, "allocator-not-restored", SEVERITY_WARNING,
         "Routines of client stubs never put back",
         "RpcSmSwapClientAllocFree put a pair of routines in force for client stubs, and the pair "
         "that it replaced was not put back before the thread, or the program, ended. Whoever "
         "comes next on that thread allocates with the one and frees with the other.",
         "Swap again with the pair that RpcSmSwapClientAllocFree returned, also where an error "
         "makes the code return early."},
    [RULE_IMPLICIT_RELEASE] =
        {RULE_IMPLICIT_RELEASE, "implicit-release", SEVERITY_NOTE, "Ended with what it belonged to",
         "A card handle was never disconnected, and ended when its context was released; or a "
         "transaction was never ended, and went with its card handle. That is allowed, but the "
         "program did not choose what happens to the card then: a disconnect, or the end of a "
         "transaction, says whether it is left alone, reset or powered down. Or a block of RPC "
         "stub memory was not given to RpcSmFree, and released when its environment was disabled. "
         "A warning for blocks that went with their LSA section: nothing says that they may be "
         "left to that.",
         "Call SCardDisconnect before SCardReleaseContext."},
    [RULE_HELD_AT_END] =
        {RULE_HELD_AT_END, "held-at-end", SEVERITY_NOTE, "Still held when the program ended",
         "The resource was live when the program was ended by a signal or an exec, or when the "
         "trace was read while it still ran. It may have been about to be released, so this is "
         "no proof of a leak; several from one place, none of which was ever released, make "
         "one likely.",
         "Let the program end by exit() to learn whether it is a leak."},
};

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};

    return names[severity];
}
