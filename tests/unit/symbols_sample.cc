/* SPDX-License-Identifier: MIT */
/* symbols_sample.c for C++: namespaces, templates, methods, lambdas, exceptions. */
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
void (*volatile sample_probe)();
int sample_entry(int count);
}

namespace card
{
namespace
{
int hidden(int value)
{
    if (value > 100)
        throw std::out_of_range("too large: " + std::to_string(value));
    return value * 2;
}
} // namespace

template <typename T, int N> class Ring
{
  public:
    Ring() : items(N), next(0)
    {
    }
    __attribute__((always_inline)) void put(const T &item)
    {
        if (sample_probe)
            sample_probe(); /* at put */
        items[next++ % N] = item;
    }
    template <typename Function> void each(Function function) const
    {
        for (const T &item : items)
            function(item);
    }

  private:
    std::vector<T> items;
    unsigned next;
};

class Reader
{
  public:
    explicit Reader(std::string text) : name(std::move(text))
    {
    }
    virtual ~Reader() = default;
    virtual int connect(int mode)
    {
        struct Local {
            int mode;
            int doubled() const
            {
                return hidden(mode);
            }
        };
        return Local{mode}.doubled() + static_cast<int>(name.size());
    }
    bool operator<(const Reader &other) const
    {
        return name < other.name;
    }

  private:
    std::string name;
};
} // namespace card

int sample_entry(int count)
{
    card::Ring<int, 4> ring;

    for (int i = 0; i < count; i++)
        ring.put(i); /* at sample_entry */
    return count;
}

int main(int argc, char **argv)
{
    card::Ring<std::string, 8> ring;
    std::map<std::string, std::unique_ptr<card::Reader>> readers;
    std::vector<card::Reader> sorted;
    int sum = 0;

    for (int i = 0; i < argc; i++) {
        ring.put(argv[i]);
        readers[argv[i]] = std::make_unique<card::Reader>(argv[i]);
        sorted.emplace_back(argv[i]);
    }
    std::sort(sorted.begin(), sorted.end());
    ring.each([&](const std::string &item) {
        if (!item.empty())
            std::puts(item.c_str());
        sum += static_cast<int>(item.size());
    });
    try {
        for (auto &entry : readers)
            sum += entry.second->connect(argc);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return sum > 1000;
}
