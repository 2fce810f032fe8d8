#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rename-module.py TRACE OLD NEW RESULT: a copy of the trace in which the module OLD is called NEW.

It is said to have no build-id, so that the report has to take whatever is at that path. NEW may be
any bytes. The record of OLD becomes a hole, and the new one is in a chunk behind all others: see
preload/trace_format.h.
"""
import os
import struct
import sys

PAGE = 4096
RESERVED, CHUNK, MODULE = 1, 2, 4
EXTENT = 2568  # offset of sca_header.extent
MASK = (1 << 64) - 1


def check(length, kind, words):
    key = 0x9E3779B97F4A7C15
    total = (length | kind << 24) * key
    for word in words:
        key = (key * 0xD1342543DE82EF95 + 2) & MASK
        total += word * key
    return (total & MASK) >> 32


def head(length, kind, body):
    words = struct.unpack(f"<{len(body) // 8}Q", body)
    return struct.pack("<Q", length | kind << 24 | check(length, kind, words) << 32)


def record(kind, body):
    return head(8 + len(body), kind, body) + body


def modules(trace):
    """Offset, length and path of each module record."""
    chunk = PAGE
    while chunk < len(trace):
        _, _, size, _, _, _ = struct.unpack_from("<6Q", trace, chunk)
        offset = chunk + 48
        while offset < chunk + size:
            (word,) = struct.unpack_from("<Q", trace, offset)
            length, kind = word & 0xFFFFFF, word >> 24 & 0xFF
            if length == 0:
                break
            if kind == MODULE:
                path_length, id_length = struct.unpack_from("<2I", trace, offset + 40)
                path = offset + 48 + (id_length + 7 & ~7)
                yield offset, length, bytes(trace[path : path + path_length])
            offset += length
        chunk += size or PAGE


def main():
    source, old, new, target = map(os.fsencode, sys.argv[1:])
    with open(source, "rb") as file:
        header = bytearray(file.read(PAGE))
        pages = struct.unpack_from("<Q", header, EXTENT + 8)[0] & 0xFFFFFFFF
        trace = header + file.read((pages - 1) * PAGE)
    found = [(offset, length) for offset, length, path in modules(trace) if path == old]
    if len(found) != 1:
        sys.exit(f"{len(found)} modules {old}: {[path for _, _, path in modules(trace)]}")
    offset, length = found[0]
    numbers = bytes(trace[offset + 8 : offset + 40])  # module, generation, base, start, end
    trace[offset : offset + 8] = struct.pack(
        "<Q", length | RESERVED << 24 | check(length, RESERVED, []) << 32
    )
    module = record(
        MODULE, numbers + struct.pack("<2I", len(new), 0) + new + bytes(-len(new) % 8)
    )
    size = 48 + len(module) + PAGE - 1 & ~(PAGE - 1)
    anchor = trace[PAGE + 24 : PAGE + 40]  # that of the first chunk
    body = struct.pack("<2Q", len(trace), size) + anchor
    chunk = head(48, CHUNK, body) + body + bytes(8) + module
    low = 1 << 32 | (len(trace) + size) // PAGE
    struct.pack_into("<2Q", trace, EXTENT, 0, low | check(0, 0, [0, low]) >> 16 << 48)
    with open(target, "wb") as file:
        file.write(trace + chunk.ljust(size, b"\0"))


main()
