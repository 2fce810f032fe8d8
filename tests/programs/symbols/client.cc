// SPDX-License-Identifier: MIT
// A context is established by a member of a class template and never released.
#include "../card.h"

namespace cards
{

template <typename Name, int Scope> class Session
{
  public:
    NOINLINE Session(const Name &name) : name_(name)
    {
        EXPECT(SCARD_S_SUCCESS, SCardEstablishContext(Scope, NULL, NULL, &context_));
    }

  private:
    Name name_;
    SCARDCONTEXT context_ = 0;
};

} // namespace cards

int main()
{
    cards::Session<char, SCARD_SCOPE_SYSTEM> session('x');
    return 0;
}
