# SPDX-License-Identifier: MIT
"""Holds a context while a program is started that does not exist, and is killed in the end."""

import os
import signal
import subprocess

from smartcard.scard import SCARD_SCOPE_USER, SCardEstablishContext, SCardReleaseContext

result, context = SCardEstablishContext(SCARD_SCOPE_USER)
assert result == 0
assert SCardReleaseContext(context) == 0
try:
    subprocess.run(["/nonexistent"], check=False)
except FileNotFoundError:
    print("no such program", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
