#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Read a GitLab Code Quality report as strictly as its description: one line an entry."""
import json
import re
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
assert not data.startswith(b"\xef\xbb\xbf"), "a byte order mark"
entries = json.loads(data.decode("utf-8"))
assert isinstance(entries, list), "no array"
seen = set()
for entry in entries:
    assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}, entry
    for key in ("description", "check_name", "fingerprint"):
        assert isinstance(entry[key], str) and entry[key], key
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", entry[key]), f"control characters in {key}"
    assert entry["severity"] in ("info", "minor", "major", "critical", "blocker"), entry["severity"]
    assert entry["fingerprint"] not in seen, "two entries of one fingerprint"
    seen.add(entry["fingerprint"])
    place = entry["location"]
    assert set(place) == {"path", "lines"} and set(place["lines"]) == {"begin"}, place
    assert isinstance(place["lines"]["begin"], int) and place["lines"]["begin"] > 0, place
    assert not place["path"].startswith(("./", "/")), place["path"]
    print(entry["severity"], entry["check_name"], f'{place["path"]}:{place["lines"]["begin"]}')
