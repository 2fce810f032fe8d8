/* SPDX-License-Identifier: MIT */
/*
 * Devices share a context, which is counted. A device is opened for this program alone or, as long
 * as there is no card in it, directly. When it turns out not to be the right one, it is dropped,
 * but neither its handle nor its share of the context. Each further attempt opens one handle more.
 */
#include "card.h"

#define ATTEMPTS 5

static SCARDCONTEXT shared;
static int users;

static NOINLINE SCARDCONTEXT hold_context(void)
{
    if (users++ == 0)
        shared = open_context();
    return shared;
}

static NOINLINE void drop_context(void)
{
    if (--users == 0)
        close_context(shared);
}

static NOINLINE const char *find_device(void)
{
    const char *name = reader_name(hold_context());

    drop_context();
    return name;
}

static NOINLINE SCARDHANDLE connect_device(SCARDCONTEXT ctx, const char *name)
{
    SCARDHANDLE card = 0;
    DWORD protocol;

    if (SCardConnect(ctx, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, &card, &protocol) !=
        SCARD_S_SUCCESS)
        EXPECT(SCARD_S_SUCCESS, SCardConnect(ctx, name, SCARD_SHARE_DIRECT, 0, &card, &protocol));
    return card;
}

static NOINLINE LONG read_firmware(SCARDHANDLE card)
{
    static const BYTE command[] = {0xFF, 0x00, 0x48, 0x00, 0x00};
    BYTE answer[16];
    DWORD length;

    return SCardControl(card, SCARD_CTL_CODE(1), command, sizeof(command), answer, sizeof(answer),
                        &length);
}

static NOINLINE void open_device(const char *name)
{
    SCARDHANDLE card = connect_device(hold_context(), name);

    if (read_firmware(card) == SCARD_S_SUCCESS)
        exit(UNEXPECTED);
#ifdef FIXED
    close_card(card);
    drop_context();
#endif
}

int main(void)
{
    for (int i = 0; i < ATTEMPTS; i++)
        open_device(find_device());
    return 0;
}
