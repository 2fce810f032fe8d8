/* SPDX-License-Identifier: MIT */
/*
 * The world changes while a program holds what it got: meanwhile [transaction] HISTORY... A child
 * for each history, a word of letters (below), prepares all it needs. When all have, the program
 * says "ready" and waits for a line. Then each child in its turn makes the calls of its history,
 * and prints what they returned and left in memory. Built for pcsc-lite and, with WINPR, for WinPR.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef WINPR
#include <winpr/smartcard.h>
#define SCardConnect SCardConnectA
#define SCardListReaders SCardListReadersA
#define SCardStatus SCardStatusA
#define SCardGetStatusChange SCardGetStatusChangeA
typedef SCARD_READERSTATEA reader_state;
#else
#include <winscard.h>
#include <reader.h>
typedef SCARD_READERSTATE reader_state;
#endif

#define PATTERN 0xa5
#define COUNTER 0xffff0000U /* of insertions and removals, in a reader's state */

static char reader[] = "Virtual PCD 00 00";
static SCARDCONTEXT context;
static SCARDHANDLE card;
static reader_state state;
static char *block;

static void print_result(const char *name, LONG result)
{
    printf(" | %s 0x%x", name, (unsigned)result);
}

static void print_bytes(const void *bytes, size_t count)
{
    putchar(' ');
    for (size_t i = 0; i < count; i++)
        printf("%02x", ((const unsigned char *)bytes)[i]);
}

static void print_block(char *where, char *untouched, DWORD length, LONG result)
{
    print_bytes(&length, sizeof length);
    if (where == untouched)
        printf(" untouched");
    else if (!where)
        printf(" no block");
    else if (result != SCARD_S_SUCCESS)
        printf(" block");
    else
        print_bytes(where, length);
    if (where && where != untouched)
        print_result("its free", SCardFreeMemory(context, where));
}

static void establish(void)
{
    SCARDCONTEXT another;

    memset(&another, PATTERN, sizeof another);
    print_result("establish", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &another));
    printf(another ? " value" : " zero");
}

static void open_card(void)
{
    SCARDHANDLE another;
    DWORD protocol;

    memset(&another, PATTERN, sizeof another);
    memset(&protocol, PATTERN, sizeof protocol);
    print_result("connect", SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1,
                                         &another, &protocol));
    printf(another ? " value" : " zero");
    print_bytes(&protocol, sizeof protocol);
}

static void transmit(void)
{
    static const unsigned char apdu[] = {0, 0x84, 0, 0, 8};
    unsigned char answer[32];
    DWORD length = sizeof answer;

    memset(answer, PATTERN, sizeof answer);
    print_result("transmit",
                 SCardTransmit(card, SCARD_PCI_T1, apdu, sizeof apdu, NULL, answer, &length));
    print_bytes(answer, sizeof answer);
    print_bytes(&length, sizeof length);
}

static void status(void)
{
    char *untouched = (char *)&context, *name = untouched, *atr = untouched;
    DWORD name_length = (DWORD)-1, atr_length = (DWORD)-1, state_now, protocol;
    LONG result;

    memset(&state_now, PATTERN, sizeof state_now);
    memset(&protocol, PATTERN, sizeof protocol);
    result = SCardStatus(card, (char *)&name, &name_length, &state_now, &protocol,
                         (unsigned char *)&atr, &atr_length);
    print_result("status", result);
    if (result == SCARD_S_SUCCESS)
        state_now &= ~(DWORD)COUNTER;
    print_bytes(&state_now, sizeof state_now);
    print_bytes(&protocol, sizeof protocol);
    print_block(name, untouched, name_length, result);
    print_block(atr, untouched, atr_length, result);
}

static void change(void)
{
    print_result("change", SCardGetStatusChange(context, 10000, &state, 1));
    state.dwEventState &= ~COUNTER;
    print_bytes(&state.dwCurrentState, sizeof state - offsetof(reader_state, dwCurrentState));
}

static void list(void)
{
    char *untouched = (char *)&context, *readers = untouched;
    DWORD length = (DWORD)-1;
    LONG result = SCardListReaders(context, NULL, (char *)&readers, &length);

    print_result("list", result);
    print_block(readers, untouched, length, result);
}

static void attribute(void)
{
    char *untouched = (char *)&context, *value = untouched;
    DWORD length = (DWORD)-1;
    LONG result = SCardGetAttrib(card, 0x303, (unsigned char *)&value, &length);

    print_result("attribute", result);
    print_block(value, untouched, length, result);
}

static void free_block(void)
{
    print_result("free", SCardFreeMemory(context, block));
    block = NULL; /* a second time would be our business */
}

static void begin(void)
{
    print_result("begin", SCardBeginTransaction(card));
}

static void end(void)
{
    print_result("end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
}

static void reconnect(void)
{
    DWORD protocol;

    memset(&protocol, PATTERN, sizeof protocol);
    print_result("reconnect", SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1,
                                             SCARD_LEAVE_CARD, &protocol));
    print_bytes(&protocol, sizeof protocol);
}

static void close_card(void)
{
    print_result("disconnect", SCardDisconnect(card, SCARD_LEAVE_CARD));
}

static void validity(void)
{
    print_result("valid", SCardIsValidContext(context));
}

static void release(void)
{
    print_result("release", SCardReleaseContext(context));
}

static const struct {
    char letter;
    void (*call)(void);
} calls[] = {
    {'e', establish}, {'c', open_card},  {'t', transmit},   {'s', status},  {'g', change},
    {'l', list},      {'a', attribute},  {'f', free_block}, {'b', begin},   {'x', end},
    {'n', reconnect}, {'d', close_card}, {'v', validity},   {'r', release},
};

static int prepare(int transaction)
{
    DWORD length = (DWORD)-1, protocol;

    state.szReader = reader;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
        SCardListReaders(context, NULL, (char *)&block, &length) != SCARD_S_SUCCESS ||
        SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) !=
            SCARD_S_SUCCESS ||
        SCardGetStatusChange(context, 0, &state, 1) != SCARD_S_SUCCESS ||
        (transaction && SCardBeginTransaction(card) != SCARD_S_SUCCESS))
        return 0;
    state.dwCurrentState = state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return 1;
}

static void live_through(const char *history)
{
    for (; *history; history++)
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            if (calls[i].letter == *history)
                calls[i].call();
}

static void child(int transaction, const char *history, int ready, int go)
{
    char byte = (char)prepare(transaction);

    printf("%s:", history);
    if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        abort();
    alarm(20);
    live_through(history);
    putchar('\n');
    fflush(stdout);
    _exit(0);
}

#define MOST 16

int main(int argc, char **argv)
{
    int transaction = argc > 1 && !strcmp(argv[1], "transaction");
    int count = argc - 1 - transaction, ready[2], go[MOST][2], ended;
    pid_t children[MOST];
    char line[2];

    if (count > MOST || pipe(ready) != 0)
        return 2;
    for (int i = 0; i < count; i++) {
        if (pipe(go[i]) != 0)
            return 2;
        children[i] = fork();
        if (children[i] == 0)
            child(transaction, argv[1 + transaction + i], ready[1], go[i][0]);
        if (read(ready[0], line, 1) != 1 || !*line)
            return 2;
    }
    puts("ready");
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return 2;
    for (int i = 0; i < count; i++) {
        if (write(go[i][1], line, 1) != 1)
            return 2;
        waitpid(children[i], &ended, 0);
        printf("status %x\n", (unsigned)ended);
        fflush(stdout);
    }
    return 0;
}
