/* SPDX-License-Identifier: MIT */
/*
 * Every function of a provider with odd arguments: WHERE [LETTER]. WHERE the variables are: global,
 * or on the stack. LETTER: only functions that have a parameter of this kind. A child makes one
 * call after the other and prints what it returned and did to the memory it was given; when that
 * kills it, another one goes on. Built for pcsc-lite and, with WINPR, for WinPR. What is random is
 * printed as "value", "block" or half of one.
 *
 * Left out, because the provider alone does not do the same each time, or hangs: memory of the
 * program's own given to SCardFreeMemory (undone by malloc, or not), WinPR's wide functions with a
 * buffer (they write a pointer to it, and the text over their stack), lengths that become half an
 * address and are used once more, too many bytes to send, and protocols that outlive the call.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef WINPR
#include <winpr/smartcard.h>
#define SCardConnect SCardConnectA
#define SCardListReaders SCardListReadersA
typedef SCARD_IO_REQUEST pci;
typedef SCARD_READERSTATEA reader_state;
#define PRESENT_READER szReader
#else
#include <winscard.h>
#include <reader.h>
typedef SCARD_IO_REQUEST pci;
typedef SCARD_READERSTATE reader_state;
#endif

typedef uint64_t any_function(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                              uint64_t);

enum { BUFFER = 1, AUTO = 2 }; /* ways of asking for a length that is not known */

struct function {
    const char *name;
    any_function *call;
    const char *parameters; /* a letter for each, below; n, x and z are followed by a number */
    int ways;
};

/*
 * c context   h card handle   n number   v variable of 8 bytes, out   d DWORD, out
 * x the same for protocols   z for sizes
 * s reader's name   w the same in 16-bit characters   o, p pointer that may be NULL, in
 * a APDU   i SCARD_IO_REQUEST   t SCARD_READERSTATE   m block to be freed
 * b buffer, or variable for a block   l its length, in and out
 */
/* clang-format off */
#define F(name, parameters, ways) {#name, (any_function *)(void *)name, parameters, ways}
/* clang-format on */
#define BOTH(name, narrow, wide, ways) F(name##A, narrow, ways), F(name##W, wide, (ways)&AUTO)

static const struct function functions[] = {
    F(SCardEstablishContext, "n2ppv", 0),
    F(SCardReleaseContext, "c", 0),
    F(SCardIsValidContext, "c", 0),
    F(SCardCancel, "c", 0),
    F(SCardFreeMemory, "cm", 0),
    F(SCardReconnect, "hn2x3n0d", 0),
    F(SCardDisconnect, "hn0", 0),
    F(SCardBeginTransaction, "h", 0),
    F(SCardEndTransaction, "hn0", 0),
    F(SCardControl, "hn1107299656az5bn256d", BUFFER),
    F(SCardTransmit, "hiaz5ibl", BUFFER),
    F(SCardGetAttrib, "hn771bl", BUFFER | AUTO),
    F(SCardSetAttrib, "hn771az5", 0),
#ifdef WINPR
    BOTH(SCardListReaderGroups, "cbl", "cbl", BUFFER | AUTO),
    BOTH(SCardListReaders, "cobl", "cobl", BUFFER | AUTO),
    BOTH(SCardConnect, "csn2x3vd", "cwn2x3vd", 0),
    BOTH(SCardStatus, "hblddbl", "hblddbl", BUFFER | AUTO),
    BOTH(SCardGetStatusChange, "cn0tn1", "cn0tn1", 0),
    F(SCardState, "hddbl", BUFFER),
    F(SCardCancelTransaction, "h", 0),
    F(SCardGetTransmitCount, "hd", 0),
    F(SCardAudit, "cn0", 0),
    BOTH(SCardListReadersWithDeviceInstanceId, "csbl", "cwbl", AUTO),
    BOTH(SCardListCards, "capn0bl", "capn0bl", AUTO),
    BOTH(SCardListInterfaces, "csbl", "cwbl", AUTO),
    BOTH(SCardGetProviderId, "csv", "cwv", 0),
    BOTH(SCardGetCardTypeProviderName, "csn1bl", "cwn1bl", AUTO),
    BOTH(SCardReadCache, "can0sbl", "can0wbl", AUTO),
    BOTH(SCardWriteCache, "can0saz5", "can0waz5", 0),
    BOTH(SCardGetReaderIcon, "csbl", "cwbl", AUTO),
    BOTH(SCardGetReaderDeviceInstanceId, "csbl", "cwbl", AUTO),
    BOTH(SCardGetDeviceTypeId, "csd", "cwd", 0),
    BOTH(SCardLocateCards, "cstn1", "cwtn1", 0),
    BOTH(SCardLocateCardsByATR, "can1tn1", "can1tn1", 0),
    BOTH(SCardIntroduceReaderGroup, "cs", "cw", 0),
    BOTH(SCardForgetReaderGroup, "cs", "cw", 0),
    BOTH(SCardIntroduceReader, "css", "cww", 0),
    BOTH(SCardForgetReader, "cs", "cw", 0),
    BOTH(SCardAddReaderToGroup, "css", "cww", 0),
    BOTH(SCardRemoveReaderFromGroup, "css", "cww", 0),
    BOTH(SCardIntroduceCardType, "csppn0aaz5", "cwppn0aaz5", 0),
    BOTH(SCardSetCardTypeProviderName, "csn1s", "cwn1w", 0),
    BOTH(SCardForgetCardType, "cs", "cw", 0),
#else
    F(SCardListReaderGroups, "cbl", BUFFER | AUTO),
    F(SCardListReaders, "cobl", BUFFER | AUTO),
    F(SCardConnect, "csn2x3vd", 0),
    F(SCardStatus, "hblddbl", BUFFER | AUTO),
    F(SCardGetStatusChange, "cn0tn1", 0),
#endif
};

/* ---- what may be odd ------------------------------------------------------------------------ */

enum how {
    AS_IT_SHOULD_BE,
    SET,       /* the argument is this value */
    PLUS,      /* and this more */
    FORBIDDEN, /* it leads to a page without access, */
    READ_ONLY, /* to one that cannot be written to, */
    LAST,      /* to the last bytes before one without access, */
    CUT,       /* to that many bytes fewer */
    LENGTH,    /* the length it leads to is this value */
    ALONE,     /* and there is no buffer */
    EMPTY,     /* a name */
    UNKNOWN,
    ENDLESS,
    RELEASED,   /* a context or card handle */
    OTHER,      /* a card handle as a context and the other way round */
    OVERLAPPING /* this far from where the other one leads to */
};

static const struct oddity {
    const char *name;
    const char *letters; /* of the parameters that can be so */
    enum how how;
    int64_t value;
} oddities[] = {
#define POINTERS "vdswopaitbl"
    {"NULL", POINTERS "m", SET, 0},
    {"0x10", POINTERS "m", SET, 0x10},
    {"unmapped", POINTERS "m", SET, 0x100000}, /* nothing is ever mapped so low */
    {"no access", POINTERS, FORBIDDEN, 0},
    {"read-only", POINTERS, READ_ONLY, 0},
    {"last bytes", POINTERS, LAST, 0},
    {"4 bytes short", POINTERS, CUT, 4},
    {"1 byte short", POINTERS, CUT, 1},
#define FOR_LENGTHS(how, and)                                                                      \
    {"0" and, "l", how, 0},                                                                        \
        {"1" and, "l", how, 1}, /* the ATR and the names of the reader, of its group, and of one   \
                                   more character, have these */                                   \
        {"10" and, "l", how, 10}, {"11" and, "l", how, 11}, {"17" and, "l", how, 17},              \
        {"18" and, "l", how, 18}, {"19" and, "l", how, 19}, {"20" and, "l", how, 20},              \
        {"INT32_MAX" and, "l", how, INT32_MAX},                                                    \
    {                                                                                              \
        "-2" and, "l", how, -2                                                                     \
    }
    FOR_LENGTHS(LENGTH, ""),
    FOR_LENGTHS(ALONE, " without a buffer"),
#ifndef WINPR /* it is SCARD_AUTOALLOCATE there */
    {"UINT32_MAX", "l", LENGTH, UINT32_MAX},
    {"UINT32_MAX without a buffer", "l", ALONE, UINT32_MAX},
    {"33 bits", "l", LENGTH, 0x1ffffffff},
    {"33 bits without a buffer", "l", ALONE, 0x1ffffffff},
#endif
    {"0", "nch", SET, 0},
    {"0", "x", SET, 0},
    {"8", "x", SET, 8},     /* a raw protocol the card would keep for the next one */
    {"4", "z", SET, 4},     /* fewer the virtual card takes for something else, */
    {"300", "z", SET, 300}, /* and with too many pcsc-lite hangs */
    {"1", "ch", SET, 1},
    {"-1", "nch", SET, -1},
    {"INT32_MAX", "n", SET, INT32_MAX},
    {"UINT32_MAX", "n", SET, UINT32_MAX},
    {"33 bits", "n", SET, 0x1ffffffff},
    {"a bit too many", "ch", PLUS, INT64_C(1) << 32},
    {"released", "ch", RELEASED, 0},
    {"of the other kind", "ch", OTHER, 0},
    {"empty", "sow", EMPTY, 0},
    {"unknown", "sow", UNKNOWN, 0},
    {"long", "sow", ENDLESS, 0},
};

static int is_wide(const struct function *function)
{
    return function->name[strlen(function->name) - 1] == 'W';
}

/* ---- the memory a call is given ------------------------------------------------------------- */

#define PARAMETERS 8
#define PATTERN 0xa5
#define PAGE 4096
#define BUFFER_SIZE 256
#define AROUND 64
#define PRESET 12345

/* What a pointer leads to, and some bytes before and behind. */
struct area {
    _Alignas(16) unsigned char bytes[AROUND + 2 * BUFFER_SIZE + AROUND];
};

struct parameter {
    char letter;
    uint64_t argument;
    unsigned char *place; /* of what it leads to; NULL: nowhere */
    const void *content;
    size_t size;
};

static struct area global[PARAMETERS];
static unsigned char *read_only, *last, *no_access; /* pages; the third follows the second */

static const char reader[] = "Virtual PCD 00 00", all_readers[] = "SCard$AllReaders";
static const char apdu[] = {0, (char)0x84, 0, 0, 8}; /* get challenge */
static uint16_t wide_reader[sizeof reader], wide_name[BUFFER_SIZE];
static char name[BUFFER_SIZE];
static DWORD lengths[PARAMETERS];
static const pci t1 = {SCARD_PROTOCOL_T1, sizeof(pci)};
static reader_state state;

static void make_pages(void)
{
    read_only = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (read_only == MAP_FAILED)
        abort();
    last = read_only + PAGE;
    no_access = last + PAGE;
    mprotect(no_access, PAGE, PROT_NONE);
}

static void widen(uint16_t *wide, const char *narrow)
{
    while ((*wide++ = (unsigned char)*narrow++))
        ;
}

/* What a parameter leads to when all is as it should be. */
static void fill_in(struct parameter *parameter, int way, DWORD *length)
{
    switch (parameter->letter) {
#define LEADS_TO(thing)                                                                            \
    parameter->content = &(thing);                                                                 \
    parameter->size = sizeof(thing);                                                               \
    break
    case 's':
        LEADS_TO(reader);
    case 'w':
        LEADS_TO(wide_reader);
    case 'o':
        LEADS_TO(all_readers);
    case 'a':
        LEADS_TO(apdu);
    case 'i':
        LEADS_TO(t1);
    case 't':
        LEADS_TO(state);
    case 'l':
        *length = way == AUTO ? (DWORD)-1 : BUFFER_SIZE;
        LEADS_TO(*length);
    case 'd':
        parameter->size = sizeof(DWORD);
        break;
    case 'b':
        parameter->size = way == AUTO ? sizeof(void *) : BUFFER_SIZE;
        break;
    case 'v':
    case 'p':
        parameter->size = 8;
        break;
    default:
        break;
    }
}

static void misname(struct parameter *parameter, enum how how)
{
    memset(name, 0, sizeof name);
    if (how == UNKNOWN)
        strcpy(name, "nothing");
    if (how == ENDLESS)
        memset(name, 'x', sizeof name - 2);
    widen(wide_name, name);
    parameter->content = parameter->letter == 'w' ? (void *)wide_name : name;
    parameter->size = parameter->letter == 'w' ? sizeof wide_name : sizeof name;
}

static unsigned char *place_of(const struct parameter *parameter, const struct oddity *oddity,
                               struct area *area)
{
    switch (oddity->how) {
    case READ_ONLY:
        return read_only;
    case FORBIDDEN:
        return no_access;
    case LAST:
        return no_access - parameter->size;
    case CUT:
        return no_access - parameter->size + oddity->value;
    default:
        return area->bytes + AROUND;
    }
}

static void put(const struct parameter *parameter)
{
    size_t size = parameter->size;

    if (!parameter->content || parameter->place == no_access)
        return;
    if (parameter->place < no_access && parameter->place + size > no_access)
        size = (size_t)(no_access - parameter->place);
    memcpy(parameter->place, parameter->content, size);
}

/* ---- the call ------------------------------------------------------------------------------- */

/* One call, with one odd parameter. */
struct trial {
    const struct function *function;
    int way;
    int odd; /* number of the parameter */
    struct oddity oddity;
    int other; /* OVERLAPPING */
    int dead;  /* the context or card handle was released, too */
};

static void must(const char *what, LONG result)
{
    if (result == SCARD_S_SUCCESS)
        return;
    printf("%s: 0x%lx\n", what, (unsigned long)result);
    exit(1);
}

static SCARDCONTEXT establish(void)
{
    SCARDCONTEXT context = 0;

    must("establish", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    return context;
}

static SCARDHANDLE open_card(SCARDCONTEXT context)
{
    SCARDHANDLE card = 0;
    DWORD protocol;

    must("connect",
         SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol));
    return card;
}

static uint64_t released(char letter, SCARDCONTEXT context)
{
    uint64_t handle = letter == 'c' ? establish() : open_card(context);

    must("release",
         letter == 'c' ? SCardReleaseContext(handle) : SCardDisconnect(handle, SCARD_LEAVE_CARD));
    return handle;
}

static uint64_t list_readers(SCARDCONTEXT context)
{
    char *block = NULL;
    DWORD size = (DWORD)-1;

    must("list", SCardListReaders(context, NULL, (char *)&block, &size));
    return (uint64_t)block;
}

/* All as it should be. */
static int parse(const struct trial *trial, struct parameter *parameters, SCARDCONTEXT context,
                 SCARDHANDLE card)
{
    const char *letters = trial->function->parameters;
    int count = 0;

    for (; *letters; count++) {
        struct parameter *parameter = &parameters[count];

        *parameter = (struct parameter){.letter = *letters++};
        fill_in(parameter, trial->way, &lengths[count]);
        switch (parameter->letter) {
        case 'c':
            parameter->argument = context;
            break;
        case 'h':
            parameter->argument = card;
            break;
        case 'm':
            parameter->argument = list_readers(context);
            break;
        case 'n':
        case 'x':
        case 'z':
            parameter->argument = strtoull(letters, (char **)&letters, 10);
            break;
        default:
            break;
        }
    }
    return count;
}

/* Make one of them odd, and give each its place. */
static void place(const struct trial *trial, struct parameter *parameters, int count,
                  struct area *areas, SCARDCONTEXT context, SCARDHANDLE card)
{
    const struct oddity *oddity = &trial->oddity, none = {0};
    struct parameter *odd = &parameters[trial->odd];

    if (oddity->how >= EMPTY && oddity->how <= ENDLESS)
        misname(odd, oddity->how);
    for (int i = 0; i < count; i++) {
        if (!parameters[i].size)
            continue;
        parameters[i].place = place_of(&parameters[i], i == trial->odd ? oddity : &none, &areas[i]);
        if (strchr("op", parameters[i].letter) && (i != trial->odd || oddity->how == SET))
            parameters[i].place = NULL;
        parameters[i].argument = (uint64_t)parameters[i].place;
    }
    switch (oddity->how) {
    case SET:
        odd->place = NULL;
        odd->argument = (uint64_t)oddity->value;
        break;
    case PLUS:
        odd->argument += (uint64_t)oddity->value;
        break;
    case ALONE:
        odd[-1].place = NULL;
        odd[-1].argument = 0;
        lengths[trial->odd] = (DWORD)oddity->value;
        break;
    case LENGTH:
        lengths[trial->odd] = (DWORD)oddity->value;
        break;
    case RELEASED:
        odd->argument = released(odd->letter, context);
        break;
    case OTHER:
        odd->argument = odd->letter == 'c' ? card : context;
        break;
    case OVERLAPPING:
        odd->place = parameters[trial->other].place + oddity->value;
        odd->argument = (uint64_t)odd->place;
        break;
    default:
        break;
    }
    if (trial->dead)
        parameters[0].argument = released(parameters[0].letter, context);
    for (int i = 0; i < count; i++)
        if (parameters[i].place)
            put(&parameters[i]);
    mprotect(read_only, PAGE, PROT_READ);
}

/* ---- what it did ---------------------------------------------------------------------------- */

static void print_bytes(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%02x", bytes[i]);
}

/* Half an address or handle is as random as a whole one; but which half it is can be told. */
static void print_words(const unsigned char *now, const unsigned char *then, size_t count)
{
    for (size_t i = 0; i + 4 <= count; i += 4) {
        uint32_t word;

        memcpy(&word, now + i, 4);
        if (!memcmp(now + i, then + i, 4))
            continue;
        if (word < 0x1000 || word == UINT32_MAX)
            printf(" %+d 0x%x", (int)i - AROUND, word);
        else
            printf(" %+d %s half", (int)i - AROUND, word < 0x8000 ? "upper" : "lower");
    }
}

static void print_changes(const unsigned char *now, const unsigned char *then, size_t count,
                          int number)
{
    for (size_t i = 0; i < count; i++) {
        size_t start = i;

        while (i < count && now[i] != then[i])
            i++;
        if (i == start)
            continue;
        printf(" %d%+d ", number, (int)start - AROUND);
        print_bytes(now + start, i - start);
    }
}

/* Could the library write a pointer, or a handle, there? */
static int is_variable(const struct parameter *parameter)
{
    return parameter->place && parameter->place != no_access && parameter->place != read_only &&
           (parameter->place > no_access || parameter->place + 8 <= no_access);
}

/* A handle or a block, told by what it is, and taken away again. */
static void print_value(struct parameter *parameter, const unsigned char *then, int number,
                        uint64_t result, SCARDCONTEXT context)
{
    const struct parameter *size = parameter + 1;
    unsigned char *block;

    if (!is_variable(parameter) || !memcmp(parameter->place, then, 8))
        return;
    memcpy(&block, parameter->place, 8);
    memcpy(parameter->place, then, 8);
    printf(" %d ", number);
    if (!block) {
        printf("zero");
    } else if (parameter->letter == 'v') {
        printf("value");
    } else {
        printf("block ");
        if (!result && size->place)
            print_bytes(block, *(const DWORD *)size->place);
        printf(" freed 0x%x", (unsigned)SCardFreeMemory(context, block));
    }
}

static void make_call(const struct trial *trial, struct area *areas)
{
    struct area then[PARAMETERS];
    unsigned char last_then[PAGE];
    struct parameter parameters[PARAMETERS] = {0};
    SCARDCONTEXT context = establish();
    SCARDHANDLE card = open_card(context);
    int overlapping = trial->oddity.how == OVERLAPPING;
    int count = parse(trial, parameters, context, card);
    unsigned char *block;
    uint64_t result;
    int error;

    state.szReader = is_wide(trial->function) ? (void *)wide_reader : (void *)reader;
    memset(areas, PATTERN, sizeof then);
    memset(last, PATTERN, PAGE);
    mprotect(read_only, PAGE, PROT_READ | PROT_WRITE);
    place(trial, parameters, count, areas, context, card);
    if (strstr(trial->function->name, "EndTransaction"))
        must("begin", SCardBeginTransaction(card));
    memcpy(then, areas, sizeof then);
    memcpy(last_then, last, PAGE);

    errno = PRESET;
    result = trial->function->call(parameters[0].argument, parameters[1].argument,
                                   parameters[2].argument, parameters[3].argument,
                                   parameters[4].argument, parameters[5].argument,
                                   parameters[6].argument, parameters[7].argument);
    error = errno;
    if (sizeof(LONG) == 4)
        result = (uint32_t)result;
    printf(" 0x%lx", (unsigned long)result);
    if (error != PRESET)
        printf(" errno %d", error);
    for (int i = 0; i < count && !overlapping; i++)
        if (parameters[i].letter == 'v' || (parameters[i].letter == 'b' && trial->way == AUTO))
            print_value(&parameters[i], then[i].bytes + AROUND, i, result, context);
    for (int i = 0; i < count; i++) {
        if (overlapping && (trial->way == AUTO || parameters[trial->other].letter == 'v'))
            print_words(areas[i].bytes, then[i].bytes, sizeof then[i].bytes);
        else
            print_changes(areas[i].bytes, then[i].bytes, sizeof then[i].bytes, i);
    }
    print_changes(last, last_then, PAGE, PARAMETERS);
    if (overlapping && trial->way == AUTO && trial->oddity.value == 0 && !result &&
        parameters[trial->odd].letter == 'b' &&
        parameters[trial->other].letter == 'b') { /* two blocks: which is here in the end? */
        memcpy(&block, parameters[trial->odd].place, sizeof block);
        printf(" block ");
        print_bytes(block, 4);
    }
    printf(", release 0x%lx", (unsigned long)SCardReleaseContext(context));
}

/* ---- all calls ------------------------------------------------------------------------------ */

static int on_stack;
static int number, first; /* of this trial, and of the first one that is to be made */
static int *next;         /* shared with the parent */

static void try(const struct trial *trial)
{
    static const char *const ways[] = {"", "", " auto"};
    struct area here[PARAMETERS];

    if (number++ < first)
        return;
    printf("%s%s: %d ", trial->function->name, ways[trial->way], trial->odd);
    if (trial->oddity.how == OVERLAPPING)
        printf("overlaps %d%+d:", trial->other, (int)trial->oddity.value);
    else
        printf("%s%s:", trial->oddity.name, trial->dead ? ", after release" : "");
    fflush(stdout);
    *next = number;
    alarm(10);
    make_call(trial, on_stack ? here : global);
    putchar('\n');
    fflush(stdout);
}

/* A length that becomes half an address is as random, and some functions use it once more. */
static int may_overlap(const struct trial *trial, char one, char other)
{
    return strchr("vdbl", one) && strchr("vdbl", other) &&
           !(trial->way == AUTO && one != other && strchr("bl", one) && strchr("bl", other) &&
             (is_wide(trial->function) || strstr(trial->function->name, "Status")));
}

static void try_overlaps(struct trial trial, const char *letters)
{
    static const int distances[] = {0, 4, -4};

    trial.oddity = (struct oddity){.how = OVERLAPPING};
    for (trial.odd = 0; letters[trial.odd]; trial.odd++)
        for (trial.other = 0; trial.other < trial.odd; trial.other++)
            for (int i = 0; i < 3; i++) {
                trial.oddity.value = distances[i];
                if (may_overlap(&trial, letters[trial.odd], letters[trial.other]))
                    try(&trial);
            }
}

static void try_function(const struct function *function, int way)
{
    struct trial trial = {.function = function, .way = way, .oddity = {.name = "as it should be"}};
    char letters[PARAMETERS + 1];
    size_t count = 0;

    for (const char *from = function->parameters; *from; from++)
        if (*from < '0' || *from > '9')
            letters[count++] = *from;
    letters[count] = '\0';
    try(&trial);
    for (trial.odd = 0; letters[trial.odd]; trial.odd++)
        for (size_t i = 0; i < sizeof oddities / sizeof *oddities; i++) {
            trial.oddity = oddities[i];
            if (!strchr(oddities[i].letters, letters[trial.odd]) ||
                (way == AUTO && (oddities[i].how == LENGTH || oddities[i].how == ALONE)))
                continue;
            try(&trial);
            trial.dead = 1; /* now a provider may look at it or not */
            if (letters[trial.odd] == 'l' && oddities[i].how <= CUT)
                try(&trial);
            trial.dead = 0;
        }
    try_overlaps(trial, letters);
}

/* By a child, and by another one from there on when that is killed. */
static void let_try(const struct function *function, int way)
{
    int status;

    *next = 0;
    do {
        pid_t pid;

        first = *next;
        pid = fork();
        if (pid == 0) {
            try_function(function, way);
            _exit(0);
        }
        waitpid(pid, &status, 0);
        if (WIFSIGNALED(status)) {
            printf(" signal %d\n", WTERMSIG(status));
            fflush(stdout);
        }
    } while (WIFSIGNALED(status));
}

int main(int argc, char **argv)
{
    const struct rlimit none = {0, 0};

    if (argc < 2)
        return 2;
    on_stack = !strcmp(argv[1], "stack");
    setrlimit(RLIMIT_CORE, &none);
    widen(wide_reader, reader);
    make_pages();
    next = mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        for (int way = BUFFER; way <= AUTO; way++)
            if ((functions[i].ways ? functions[i].ways : BUFFER) & way &&
                (argc == 2 || strchr(functions[i].parameters, *argv[2])))
                let_try(&functions[i], way);
    return 0;
}
