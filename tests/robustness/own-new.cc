// SPDX-License-Identifier: MIT
// A plugin in C++ that brings operator new and delete of its own, whose blocks begin inside
// malloc's. The C++ library, loaded for it, uses them as well.
#include <cstdio>
#include <cstdlib>
#include <new>
#include <sstream>
#include <string>

static const std::size_t before = 64;

void *operator new(std::size_t size)
{
    char *block = static_cast<char *>(std::malloc(before + size));

    if (!block)
        std::abort();
    return block + before;
}

void operator delete(void *block) noexcept
{
    if (block)
        std::free(static_cast<char *>(block) - before);
}

void operator delete(void *block, std::size_t) noexcept
{
    operator delete(block);
}

extern "C" int work()
{
    std::string text("some");
    std::ostringstream stream;

    for (int i = 0; i < 300; i++) {
        text.append(" more");
        stream << i << text.size();
    }
    std::printf("%zu %zu\n", text.size(), stream.str().size());
    return 0;
}
