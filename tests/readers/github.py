#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Read workflow commands from standard input, and nothing else: one line an annotation."""
import re
import sys

COMMAND = re.compile(
    r"::(error|warning|notice) file=([^,:]+),line=([1-9][0-9]*),title=([^,:]+)::(.+)"
)
PROPERTY = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
DATA = {"%25": "%", "%0D": "\r", "%0A": "\n"}


def plain(text, codes):
    return re.sub("%..?|%", lambda match: codes[match.group()], text)


shown = {}
for line in sys.stdin.buffer.read().decode("utf-8").removesuffix("\n").split("\n"):
    if not line:
        continue
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line), "control characters"
    match = COMMAND.fullmatch(line)
    assert match, f"no annotation: {line}"
    kind, file, number, title, message = match.groups()
    shown[kind] = shown.get(kind, 0) + 1
    assert shown[kind] <= 10, f"more than GitHub shows of {kind}"
    first = plain(message, DATA).split("\n")[0]
    print(kind, f"{plain(file, PROPERTY)}:{number} {plain(title, PROPERTY)}: {first}")
