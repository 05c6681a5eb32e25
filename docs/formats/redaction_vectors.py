#!/usr/bin/env python3
"""Residuals of filled regions, made from docs/formats/redaction.md alone.

Prints the SHA-256 of the residual bytes of one image for each prediction byte;
Tests/StegoKitTests/Redaction/RedactionVectors.swift holds them. Needs Python 3 and nothing else.
"""
import hashlib

ROWS, COLUMNS, FRAMES, COLOURS, BITS = 20, 27, 2, 3, 10
FILLED = {(0, 0), (0, 1), (1, 1), (1, 3), (2, 2), (2, 3)}  # row and column of cells


def level(frame, colour, y, x):
    return (x * x * 3 + y * 17 + colour * 111 + frame * 29 + (x * y) % 7) % (1 << BITS)


def is_filled(y, x):
    return 0 <= y < ROWS and 0 <= x < COLUMNS and (y // 8, x // 8) in FILLED


def value(flags, frame, colour, y, x):
    reference = 0
    temporal, by_colour = flags & 2 and frame > 0, flags & 4 and colour > 0
    if temporal:
        reference += level(frame - 1, colour, y, x)
    if by_colour:
        reference += level(frame, 0, y, x)
    if temporal and by_colour:
        reference -= level(frame - 1, 0, y, x)
    return level(frame, colour, y, x) - reference


def prediction(flags, frame, colour, y, x):
    if not flags & 1:
        return 0
    left, above = is_filled(y, x - 1), is_filled(y - 1, x)
    a = value(flags, frame, colour, y, x - 1) if left else None
    b = value(flags, frame, colour, y - 1, x) if above else None
    if above and left and is_filled(y - 1, x - 1):
        c = value(flags, frame, colour, y - 1, x - 1)
        if c >= max(a, b):
            return min(a, b)
        return max(a, b) if c <= min(a, b) else a + b - c
    if above:
        return b
    return a if left else 0


def residuals(flags):
    half = 1 << (BITS - 1)
    for frame in range(FRAMES):
        for colour in range(COLOURS):
            for y in range(ROWS):
                for x in range(COLUMNS):
                    if is_filled(y, x):
                        difference = value(flags, frame, colour, y, x) - prediction(flags, frame, colour, y, x)
                        difference = (difference + half) % (1 << BITS) - half
                        yield 2 * difference if difference >= 0 else -2 * difference - 1


if __name__ == "__main__":
    for flags in range(8):
        values = list(residuals(flags))
        content = bytes(v & 255 for v in values) + bytes(v >> 8 for v in values)
        print(flags, hashlib.sha256(content).hexdigest())
