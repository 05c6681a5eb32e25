#!/usr/bin/env python3
"""Second implementation of the keyed order of frames and of the keys of parts, docs/formats/embedding/frames.md, and of the band of a
large image, docs/formats/embedding.md.

Needs the package `cryptography`. The vectors are committed in Tests/StegoKitTests/Frames/FrameVectors.swift.
"""
from dna_aes_vectors import ctr, hkdf

MASK64 = (1 << 64) - 1


def mix(x):
    x = x * 0xBF58476D1CE4E5B9 & MASK64
    return (x ^ x >> 29) * 0x94D049BB133111EB & MASK64


def permutation(key, count):
    """The keyed path over 0 … count − 1 (docs/formats/embedding.md)."""
    stream = ctr(key, bytes(12), 48)
    rounds = [int.from_bytes(stream[8 * i : 8 * i + 8], "little") for i in range(6)]
    bits = (count - 1).bit_length() or 1
    half = (bits + 1) // 2
    mask = (1 << half) - 1

    def network(value):
        left, right = value >> half, value & mask
        for key in rounds:
            left, right = right, left ^ (mix(right ^ key) >> 32 & mask)
        return left << half | right

    def walk(index):
        value = network(index)
        while value >= count:
            value = network(value)
        return value

    return [walk(index) for index in range(count)]


def band(rows, columns):
    """The first row that carries, and how many do (docs/formats/embedding.md)."""
    if rows * columns <= 1 << 24:
        return 0, rows
    count = (1 << 22) // columns
    return (rows - count) // 2, count


def main():
    study_key = bytes(range(32))
    uid = "2.25.329800735698586629295641978511506172918"
    for frames in (1, 2, 7, 20):
        print("order", frames, permutation(hkdf(study_key, "embedding-path", uid), frames))
    for rows, columns in ((4096, 4096), (5000, 5000), (20000, 20000), (65535, 257), (257, 65535)):
        print("band", rows, columns, *band(rows, columns))
    for part in (0, 1, 10):
        for label in ("embedding-path", "embedding-parameters"):
            print("key", part, label, hkdf(study_key, label, f"{uid} part {part}").hex())


if __name__ == "__main__":
    main()
