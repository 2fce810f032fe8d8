// SPDX-License-Identifier: MIT
// A plugin in C++ that throws and catches, and says whose unwinder it does that with.
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <unwind.h>

extern "C" int throw_and_catch()
{
    Dl_info info;
    const char *slash;

    if (!dladdr(reinterpret_cast<void *>(&_Unwind_RaiseException), &info))
        return 1;
    slash = std::strrchr(info.dli_fname, '/');
    std::printf("%s\n", slash ? slash + 1 : info.dli_fname);
    try {
        throw 42;
    } catch (int value) {
        return value == 42 ? 0 : 1;
    }
}
