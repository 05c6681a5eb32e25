#!/usr/bin/env python3
"""Bodies of records, made from docs/formats/record.md and stego-dicom.md alone.

Prints the hexadecimal text of each; Tests/StegoKitTests/Record/RecordVectors.swift holds them. The bodies are those before
compression. Needs Python 3 and nothing else.
"""
import hashlib


def number(value):
    """Unsigned LEB128."""
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def counted(value):
    return number(len(value)) + value


def parts(values):
    return b"".join(number(key) + counted(values[key]) for key in sorted(values))


def digest(content):
    return hashlib.sha256(content).digest()


def order(unit, padding=None):
    return number(unit) + counted(b"" if padding is None else bytes([padding]))


def edits(changes):
    places = b"".join(number(kept) + number(removed) + number(len(inserted)) for kept, removed, inserted in changes)
    return number(len(changes)) + places + b"".join(inserted for _, _, inserted in changes)


# High bit 11, colour by plane, the other bits repeat the sign.
NATIVE = parts({
    1: bytes([0]) + order(2, 7) + bytes([11 | 0x80, 1]),
    3: number(300) + digest(b""),
    11: b"DICM",
})
VERBATIM = parts({
    1: bytes([3]) + order(1) + edits([(3, 0, b"\x01\x02"), (200, 5, b"")]),
    3: number(1) + digest(b"abc"),
    5: digest(b""),
    7: bytes([1]) + number(6) + number(15) + number(8) + number(0) + number(330) + counted(b"\x00"),
    9: b"\x00\x00",
    11: b"",
    300: b"\x09",
})
EXCERPT = parts({1: digest(b""), 3: digest(b"abc"), 5: b"DICM"})
ELEMENT = parts({1: bytes([1, 2, 3]), 3: bytes([4]), 5: b""})

if __name__ == "__main__":
    for name, value in [("native", NATIVE), ("verbatim", VERBATIM), ("excerpt", EXCERPT), ("element", ELEMENT)]:
        print(f"{name} {value.hex()}")
