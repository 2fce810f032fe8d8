/* SPDX-License-Identifier: MIT */
/* Remote Desktop Services in a process and in those it forks, which have copies of its memory. */
#include "family.h"

#define YES 1
#define NO 0
#define SERVER 0x9000
#define CHANNEL 0xa000
#define BUFFER 0x1000

static void open_all(const char *where)
{
    call(SCA_FN_WTSOpenServerA, where, SERVER, SERVER);
    event(SCA_FN_WTSVirtualChannelOpen, 1, where, CHANNEL, SERVER, CHANNEL);
    now += 10;
    event(SCA_FN_WTSQuerySessionInformationA, 1, where, BUFFER, 8ULL << 32, YES);
    now += 10;
    call(SCA_FN_WTSRegisterSessionNotification, where, 7, YES);
}

static void close_all(const char *where)
{
    call(SCA_FN_WTSUnRegisterSessionNotification, where, 7, YES);
    call(SCA_FN_WTSFreeMemory, where, BUFFER, 0);
    call(SCA_FN_WTSVirtualChannelClose, where, CHANNEL, YES);
    call(SCA_FN_WTSCloseServer, where, SERVER, 0);
}

static void begin_wts(void)
{
    begin();
    made[PARENT].providers[1].family = SCA_FAMILY_WTS;
}

static void fork_wts(void)
{
    fork_off(CHILD, PARENT);
    made[CHILD].providers[1].family = SCA_FAMILY_WTS;
}

int main(void)
{
    begin_wts();
    open_all("main");
    fork_wts();
    close_all("child");
    who = PARENT;
    close_all("main");
    verdict("", "both give back what both have");

    begin_wts();
    open_all("main");
    fork_wts();
    call(SCA_FN_WTSVirtualChannelWrite, "child", CHANNEL, NO);
    call(SCA_FN_WTSEnumerateSessionsA, "child", SERVER, NO);
    open_all("child");
    close_all("child");
    who = PARENT;
    close_all("main");
    verdict("", "a child may use it, and be handed out the same values");

    begin_wts();
    open_all("main");
    fork_wts();
    close_all("child");
    verdict("wts-handle-leak error wts-server 1, wts-handle-leak error wts-channel 1, "
            "wts-handle-leak error wts-notification 1, wts-buffer-leak error wts-buffer 1",
            "what the child gives back is the child's");

    begin_wts();
    open_all("main");
    fork_wts();
    who = PARENT;
    close_all("main");
    verdict("", "a child that does nothing leaks nothing");

    begin_wts();
    open_all("main");
    close_all("main");
    fork_wts();
    call(SCA_FN_WTSVirtualChannelWrite, "child", CHANNEL, NO);
    verdict("", "what was closed before is not known to the child, and may come from elsewhere");

    begin_wts();
    open_all("main");
    fork_wts();
    call(SCA_FN_WTSFreeMemory, "child", BUFFER, 0);
    call(SCA_FN_SCardReleaseContext, "child", 1, OK);
    call(SCA_FN_WTSFreeMemory, "child", BUFFER, 0);
    made[CHILD].trace.events[made[CHILD].trace.events_count - 1].flags = SCA_CALL_QUARANTINED;
    who = PARENT;
    close_all("main");
    verdict("double-free error wts-buffer 1", "but may be freed only once by each");

    printf("1..%d\n", number);
    return failures != 0;
}
