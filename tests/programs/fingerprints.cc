/* SPDX-License-Identifier: MIT */
/*
 * Functions of C++ that each leave a context. -DTYPE=NAME is what templates are instantiated with:
 * their names, and those of their parameters and results, are others then.
 */
#include <cstdlib>
#include <winscard.h>

using text = const char *;
using callback = text (*)(text, int);

#ifndef TYPE
#define TYPE int
#endif

static volatile int work_done;

static void check(LONG result, int line)
{
    work_done = line;
    if (result != SCARD_S_SUCCESS)
        std::exit(99);
}

/* With its line: compilers make one of functions that look the same. */
#define LEAVE_CONTEXT()                                                                            \
    do {                                                                                           \
        SCARDCONTEXT context;                                                                      \
        check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context), __LINE__);    \
    } while (0)

namespace cards
{
template <class T> struct Pair {
    T first, second;
};

template <class T> class Card
{
  public:
    explicit Card(T value) : value(value)
    {
        LEAVE_CONTEXT();
    }
    ~Card()
    {
        LEAVE_CONTEXT();
    }
    Pair<T> method(const Pair<T> &pair) const
    {
        LEAVE_CONTEXT();
        return pair;
    }
    template <class U> static U of_class(U other, T)
    {
        LEAVE_CONTEXT();
        return other;
    }
    T operator()(T other)
    {
        LEAVE_CONTEXT();
        return other;
    }
    bool operator<(const Card &) const
    {
        LEAVE_CONTEXT();
        return false;
    }
    explicit operator bool() const
    {
        LEAVE_CONTEXT();
        return work_done;
    }

  private:
    T value;
};

template <class T, class... Rest> Pair<T> variadic(T value, Rest...)
{
    LEAVE_CONTEXT();
    return {value, value};
}

namespace
{
template <class T> T *anonymous(T *value)
{
    LEAVE_CONTEXT();
    return value;
}

struct First {
    void same_name()
    {
        LEAVE_CONTEXT();
    }
};

struct Second {
    void same_name()
    {
        LEAVE_CONTEXT();
    }
};
} // namespace
} // namespace cards

static void overloaded(TYPE)
{
    LEAVE_CONTEXT();
}

static void other_lambda(TYPE value)
{
    auto lambda = [](TYPE) { LEAVE_CONTEXT(); };

    lambda(value);
    work_done = 0;
}

template <class F> static void apply(F function)
{
    function(TYPE());
    work_done = 0;
}

int main()
{
    TYPE value = TYPE();

    {
        cards::Card<TYPE> card(value);

        card.method({value, value});
        card.of_class(&value, value);
        card(value);
        work_done = work_done + (card < card) + (card ? 1 : 0);
        cards::variadic(value, &value, card);
    }
    cards::anonymous(&value);
    cards::First().same_name();
    cards::Second().same_name();
    overloaded(value);
    other_lambda(value);
    apply([](TYPE) { LEAVE_CONTEXT(); });
    return 0;
}
