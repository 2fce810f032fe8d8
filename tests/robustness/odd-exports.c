/* SPDX-License-Identifier: MIT */
/*
 * Part of a stand-in for libpcsclite: what it exports besides, by names of the family. With LONG a
 * single function, of a name that is longer than all that is listed.
 */
int odd_exports(void);

int odd_exports(void)
{
    return 0;
}

#ifdef LONG
#define FOUR(name) name##name##name##name
#define TIMES_FOUR(name) FOUR(name)
#define BOTH(a, b) a##b
#define NAMED(a, b) BOTH(a, b)
#define A_LONG_ONE NAMED(SCard, TIMES_FOUR(TIMES_FOUR(TIMES_FOUR(TIMES_FOUR(TIMES_FOUR(Long))))))

int A_LONG_ONE(void);
int A_LONG_ONE(void)
{
    return 1;
}
#else
#define FUNCTION(name)                                                                             \
    int name(void);                                                                                \
    int name(void)                                                                                 \
    {                                                                                              \
        return 1;                                                                                  \
    }
#define TEN(name)                                                                                  \
    FUNCTION(name##0)                                                                              \
    FUNCTION(name##1)                                                                              \
    FUNCTION(name##2)                                                                              \
    FUNCTION(name##3)                                                                              \
    FUNCTION(name##4)                                                                              \
    FUNCTION(name##5)                                                                              \
    FUNCTION(name##6)                                                                              \
    FUNCTION(name##7)                                                                              \
    FUNCTION(name##8)                                                                              \
    FUNCTION(name##9)
#define HUNDRED(name)                                                                              \
    TEN(name##0)                                                                                   \
    TEN(name##1)                                                                                   \
    TEN(name##2)                                                                                   \
    TEN(name##3)                                                                                   \
    TEN(name##4)                                                                                   \
    TEN(name##5)                                                                                   \
    TEN(name##6)                                                                                   \
    TEN(name##7)                                                                                   \
    TEN(name##8)                                                                                   \
    TEN(name##9)

HUNDRED(SCardUnheardOf)
FUNCTION(SCardGetErrorString) /* harmless */
FUNCTION(ScardOther)

int SCardData = 1;
_Thread_local int SCardThreads = 1;

static int chosen(void)
{
    return 1;
}

static int (*choose(void))(void)
{
    return chosen;
}

int SCardChosen(void) __attribute__((ifunc("choose")));
#endif
