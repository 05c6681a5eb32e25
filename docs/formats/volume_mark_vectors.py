#!/usr/bin/env python3
"""Second implementation of docs/formats/volume-mark.md, written for clearness, that prints the known-answer vectors.

Needs Python's standard library alone. The vectors are committed in Tests/MarksTests/Volume/VolumeMarkVectorTests.swift:

    volume_mark_vectors.py               prints JSON: a marked slice of 24 x 20 samples and its note
"""
import hashlib
import hmac
import json
import math
import struct

SALT = b"veilray.volume.1"


def derive(site, count, *words):
    """HKDF-SHA-256 (RFC 5869)."""
    info = b"\0".join(word.encode() for word in words)
    pseudorandom = hmac.new(SALT, site, hashlib.sha256).digest()
    output, block, counter = b"", b"", 1
    while len(output) < count:
        block = hmac.new(pseudorandom, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
        counter += 1
    return output[:count]


def quarters(data):
    return [byte >> shift & 3 for byte in data for shift in (6, 4, 2, 0)]


COSINES = [math.floor(32768 * math.cos(2 * math.pi * k / 4096) + 0.5) for k in range(4096)]


def additions(phases, code, strength):
    """What is added at a distance of e / 64 mm, for e below 6400."""
    table = []
    for e in range(6400):
        sync = ((2 * e + 1) * 4096 // 640 + 1024 * phases[e // 640]) % 4096
        identity = ((2 * e + 1) * 40960 // 7936 + 1024 * code[e * 10 // 3968]) % 4096
        table.append((COSINES[sync] * strength[0] + COSINES[identity] * strength[1] + (1 << 22)) >> 23)
    return table


def nearest(value, divisor):
    return (2 * value + divisor) // (2 * divisor)


class Geometry:
    def __init__(self, position, orientation, spacing):
        self.origin = [round(v * 1024) for v in position]
        self.column = [round(v * spacing[1] * 2**20) for v in orientation[:3]]
        self.row = [round(v * spacing[0] * 2**20) for v in orientation[3:]]

    def middle(self, height, width):
        return [o + ((r * (height - 1) + c * (width - 1)) >> 11) for o, r, c in zip(self.origin, self.row, self.column)]


def leb128(number):
    data = b""
    while number >= 0x80:
        data += bytes([number & 0x7F | 0x80])
        number >>= 7
    return data + bytes([number])


def mark(site, series, identity, strength, samples, geometry, others, low, high, padding):
    height, width = len(samples), len(samples[0])
    shell = derive(site, 10, "shell", series)
    offset = [(int.from_bytes(shell[2 * a : 2 * a + 2], "big") - 32768) * 8 * 1024 // 32768 for a in range(3)]
    phases = quarters(shell[6:])
    code = derive(site, 8, "identity", series, identity)
    middles = [g.middle(height, width) for g in others]
    middle = [nearest(sum(m[a] for m in middles), len(middles)) for a in range(3)]
    centre = [m + o for m, o in zip(middle, offset)]
    table = additions(phases, quarters(code), strength)
    marked, left_out = [list(row) for row in samples], []
    for r in range(height):
        for c in range(width):
            place = [
                (((geometry.origin[a] - centre[a]) << 10) + geometry.row[a] * r + geometry.column[a] * c) >> 10 for a in range(3)
            ]
            square = sum(v * v for v in place)
            added = table[math.isqrt(square) // 16] if square < (100 * 1024) ** 2 else 0
            if samples[r][c] == padding or added == 0:
                continue
            total = samples[r][c] + added
            if low <= total <= high and total != padding:
                marked[r][c] = total
            else:
                left_out.append(r * width + c)
    runs = []
    for index in left_out:
        if runs and runs[-1][1] == index:
            runs[-1][1] += 1
        else:
            runs.append([index, index + 1])
    tail, end = b"", 0
    for first, last in runs:
        tail += leb128(first - end) + leb128(last - first)
        end = last
    words = struct.pack("<%di" % (height * width), *[s for row in samples for s in row])
    domain = b"veilray.volume.slice"
    digest = hashlib.sha256(struct.pack(">I", len(domain)) + domain + struct.pack(">I", len(words)) + words).digest()[:16]
    mask = derive(site, 8, "mask", series)
    note = b"VVM\x01" + derive(site, 8, "check", series) + bytes(a ^ b for a, b in zip(code, mask)) + struct.pack(">HH", *strength)
    note += struct.pack(">12i", *middle, *geometry.origin, *geometry.row, *geometry.column) + digest + tail
    return marked, note


def sample(row, column):
    """A sample of the test slice, 12 bits: some at both ends of the range, some padding."""
    return (row * 211 + column * 173 + row * column * 31) % 4096 if (row + column) % 9 else (0, 4095, 4093, 7)[(row * 5 + column) % 4]


if __name__ == "__main__":
    samples = [[sample(r, c) for c in range(20)] for r in range(24)]
    orientation, spacing = [0.8, 0.6, 0.0, -0.36, 0.48, 0.8], (2.5, 3.25)
    slices = [Geometry([-20.5 + 0.3 * k, 10.25 - 0.4 * k, 7.0 + 5 * k], orientation, spacing) for k in range(3)]
    marked, note = mark(bytes(range(32)), "1.2.840.99", "patient 1", (768, 576), samples, slices[1], slices, 0, 4095, 7)
    flat = struct.pack("<480h", *[s for row in marked for s in row])
    print(json.dumps({"marked": flat.hex(), "note": note.hex(), "cosines": hashlib.sha256(struct.pack("<4096i", *COSINES)).hexdigest()}))
