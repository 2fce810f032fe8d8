# SPDX-License-Identifier: MIT
"""Uses pyscard as its users do, and leaks contexts of its own through smartcard.scard.

own_leak.py function      one, from a function
own_leak.py constructor   one, from a constructor
own_leak.py singleton     one more, in the way of pyscard's own
"""
import sys

from smartcard.pcsc.PCSCContext import PCSCContext
from smartcard.scard import SCARD_SCOPE_USER, SCardEstablishContext
from smartcard.System import readers


def establish():
    return SCardEstablishContext(SCARD_SCOPE_USER)


class Session:
    def __init__(self):
        self.result, self.context = SCardEstablishContext(SCARD_SCOPE_USER)


def forget_singleton():
    for _ in range(2):
        PCSCContext.instance = None
        PCSCContext()


readers()
{"function": establish, "constructor": Session, "singleton": forget_singleton}[sys.argv[1]]()
print("own leak")
