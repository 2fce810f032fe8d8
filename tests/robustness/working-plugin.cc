// SPDX-License-Identifier: MIT
// A plugin in C++ as most are: memory is the business of whoever defines operator new.
#include <memory>
#include <string>
#include <vector>

extern "C" int work()
{
    std::vector<std::unique_ptr<std::string>> texts;

    for (int i = 0; i < 300; i++)
        texts.push_back(std::make_unique<std::string>(i, 'x'));
    return texts.size() == 300 ? 0 : 1;
}
