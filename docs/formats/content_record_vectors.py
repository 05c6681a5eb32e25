#!/usr/bin/env python3
"""Second implementation of docs/formats/content-record.md, written for clearness, that prints the known-answer vectors.

Needs Python's standard library alone. The vectors are committed in Tests/MarksTests/Content/ContentRecordVectorTests.swift:

    content_record_vectors.py            prints {"grey": hex, "colour": hex} as JSON
"""
import json
import math
import struct


def grey(row, column):
    """A sample of the grey test image: slopes, a square and something like noise; 12 bits, signed."""
    square = 900 if 20 <= row < 41 and 11 <= column < 30 else 0
    return (row * 5 - column * 3) + square + (row * row * 7 + column * column * 13 + row * column * 5) % 23 - 300


def colour(plane, row, column):
    """A sample of the colour test image, 8 bits."""
    return (row * (plane + 2) + column * (5 - plane) + (row * column) % (7 + plane)) % 256


class Bits:
    def __init__(self):
        self.text = ""

    def put(self, value, count):
        self.text += format(value, "b").zfill(count)[-count:] if count else ""

    def bytes(self):
        text = self.text + "0" * (-len(self.text) % 8)
        return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def coded(grid):
    """A grid, a list of rows, as a coded grid with its length."""
    bits = Bits()
    sums, counts = [8] * 4, [1] * 4
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            north, west = (grid[r - 1][c] if r else None), (row[c - 1] if c else None)
            if r == 0:
                predicted, activity = (west if c else 0), 0
            elif c == 0:
                predicted, activity = north, 0
            else:
                corner = grid[r - 1][c - 1]
                if corner >= max(west, north):
                    predicted = min(west, north)
                elif corner <= min(west, north):
                    predicted = max(west, north)
                else:
                    predicted = west + north - corner
                total = abs(west - corner) + abs(north - corner)
                activity = 0 if total == 0 else 1 if total <= 2 else 2 if total <= 8 else 3
            residual = value - predicted
            code = 2 * residual if residual >= 0 else -2 * residual - 1
            k = 0
            while k < 31 and counts[activity] << k < sums[activity]:
                k += 1
            if code >> k < 24:
                bits.put(1, (code >> k) + 1)
                bits.put(code & ((1 << k) - 1), k)
            else:
                bits.put(0, 24)
                bits.put(code, 32)
            sums[activity] += code
            counts[activity] += 1
            if counts[activity] == 32:
                sums[activity] >>= 1
                counts[activity] >>= 1
    data = bits.bytes()
    return struct.pack(">I", len(data)) + data


def cells(samples, side):
    """The samples of each cell, a list of rows of lists."""
    height, width = len(samples), len(samples[0])
    return [
        [
            [samples[y][x] for y in range(top, min(top + side, height)) for x in range(left, min(left + side, width))]
            for left in range(0, width, side)
        ]
        for top in range(0, height, side)
    ]


def nearest(value, divisor):
    return (2 * value + divisor) // (2 * divisor)


def plane_bytes(samples, side):
    grid = cells(samples, side)
    everything = [s for row in samples for s in row]
    step = max(1, nearest(max(everything) - min(everything), 2048))
    means = [[nearest(sum(cell), len(cell) * step) for cell in row] for row in grid]
    minima = [[min(cell) // (32 * step) for cell in row] for row in grid]
    maxima = [[-(-max(cell) // (32 * step)) for cell in row] for row in grid]
    spans = [[b - a for a, b in zip(low, high)] for low, high in zip(minima, maxima)]
    return struct.pack(">H", step) + coded(means) + coded(minima) + coded(spans)


def window_bytes(samples, side, slope, intercept, centre, width):
    """A window of function LINEAR."""
    black, white = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    low, high = (black - intercept) / slope, (white - intercept) / slope

    def shade(sample):
        share = min(max((sample - low) / (high - low), 0), 1)
        return math.floor(255 * share + 0.5)

    shown = [[shade(s) for s in row] for row in samples]
    means = [[nearest(4 * sum(cell), len(cell)) for cell in row] for row in cells(shown, side)]
    return struct.pack(">ddB", centre, width, 0) + coded(means)


def record(planes, slope, intercept, name, spacing, digest, image_id, windows):
    height, width = len(planes[0]), len(planes[0][0])
    side = 8 if max(height, width) <= 640 else 16
    head = b"VRC\x01" + struct.pack(">HHBBBB", height, width, side, len(planes), len(windows), 1 if spacing else 0)
    head += struct.pack(">ddB", slope, intercept, len(name)) + name.encode()
    if spacing:
        head += struct.pack(">dd", *spacing)
    body = b"".join(plane_bytes(plane, side) for plane in planes)
    shades = b"".join(window_bytes(planes[0], side, slope, intercept, *window) for window in windows)
    return head + digest + image_id + body + shades


if __name__ == "__main__":
    one = [[grey(r, c) for c in range(45)] for r in range(70)]
    three = [[[colour(p, r, c) for c in range(33)] for r in range(17)] for p in range(3)]
    print(
        json.dumps(
            {
                "grey": record([one], 1.0, -24.0, "HU", (0.5, 0.75), bytes(range(32)), b"\1\2\3\4", [(40.0, 400.0), (300.0, 1500.0)]).hex(),
                "colour": record(three, 1.0, 0.0, "US", None, bytes(32), bytes(4), []).hex(),
            }
        )
    )
