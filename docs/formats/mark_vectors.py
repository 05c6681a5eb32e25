"""Makes a strict mark after mark.md alone, and images in which something was changed; prints them as JSON for the tests.

Each vector has a name, the verdict that a reader has to give, and the cells or blocks that it has to name. Nothing but the standard
library is needed. The shares are laid out evenly and every block has the same mode: how a marker chooses is no part of the format.
"""
import base64
import hashlib
import json
import struct

HEIGHT, WIDTH, SIDE, LOW, HIGH = 192, 256, 64, 0, 4095
THRESHOLDS = [1, 2, 4, 8, 16]
SPREADS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1 << 20]
MODE = (1, 9)  # T = 2, τ = 24
SHARES = 11


def h(*parts):
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(4, "big") + part)
    return total.digest()


# Ed25519 (RFC 8032), slow and short

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P


def times(number, point):
    result = (0, 1)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


class Key:
    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
        self.prefix = digest[32:]
        self.public = encoded(times(self.scalar, (BASE_X, BASE_Y)))

    def sign(self, message):
        def number(*parts):
            return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER

        r = number(self.prefix, message)
        big_r = encoded(times(r, (BASE_X, BASE_Y)))
        s = (r + number(big_r, self.public, message) * self.scalar) % ORDER
        return big_r + s.to_bytes(32, "little")


# Samples

def phantom(seed):
    state, image = seed, []
    for row in range(HEIGHT):
        line = []
        for column in range(WIDTH):
            state = (state * 1103515245 + 12345) % 2**31
            line.append(900 + row // 3 + column // 5 + (state >> 16) % 3)
        image.append(line)
    return image


def areas():
    return [(top, left) for top in range(0, HEIGHT, SIDE) for left in range(0, WIDTH, SIDE)]


def part(image, top, left, height, width):
    samples = [image[row][column] for row in range(top, top + height) for column in range(left, left + width)]
    return struct.pack(">HH", height, width) + struct.pack(f"<{len(samples)}i", *samples)


def block(image, area):
    return part(image, *area, SIDE, SIDE)


# Bits in a block

def carriers(image, area):
    top, left = area
    for row in range(top + 1, top + SIDE - 1):
        for column in range(left + 1, left + SIDE - 1):
            if (row - top - 1 + column - left - 1) % 2:
                continue
            around = [image[row - 1][column], image[row + 1][column], image[row][column - 1], image[row][column + 1]]
            least, greatest = min(around), max(around)
            inside = least >= LOW + 2 and greatest <= HIGH - 2 or least == greatest == LOW
            if inside and greatest - least <= SPREADS[MODE[1]]:
                yield row, column, (sum(around) + 2) >> 2


def embed(image, area, content):
    threshold = THRESHOLDS[MODE[0]]
    bits = [byte >> shift & 1 for byte in content for shift in range(7, -1, -1)]
    for row, column, prediction in list(carriers(image, area)):
        error = image[row][column] - prediction
        if error >= threshold:
            image[row][column] += threshold
        elif error < -threshold:
            image[row][column] -= threshold
        else:
            bit = bits.pop(0) if bits else int(error < 0)
            image[row][column] = prediction + 2 * error + bit
    assert not bits, "the block has too little room"


# The field of 2¹⁶ elements, and shares

POWERS, LOGS, power = [0] * 65535, [0] * 65536, 1
for exponent in range(65535):
    POWERS[exponent], LOGS[power] = power, exponent
    power = power << 1 ^ (0x1100B if power & 0x8000 else 0)


def product(a, b):
    return POWERS[(LOGS[a] + LOGS[b]) % 65535] if a and b else 0


def share(words, point):
    values = [0] * 4
    for word in reversed(words):
        values = [product(value, point) ^ symbol for value, symbol in zip(values, word)]
    return b"".join(value.to_bytes(2, "big") for value in values)


# The mark

def frame(index, identifier, shares, samples):
    header = bytes([0x56, SHARES]) + index.to_bytes(2, "big") + identifier
    return header + shares + h(b"blk", header, shares, samples)[:4]


def body(image, identifier, key, issuer):
    mode = bytes([20 * MODE[0] + MODE[1]])
    records = b""
    for index, area in enumerate(areas()):
        place = index.to_bytes(2, "big")
        records += mode + h(b"leaf", identifier, place, block(image, area))[:7]
        for domain in (b"row", b"col"):
            for strip in range(8):
                top, left = area
                samples = (
                    part(image, top + 8 * strip, left, 8, SIDE) if domain == b"row" else part(image, top, left + 8 * strip, SIDE, 8))
                records += h(domain, identifier, place + strip.to_bytes(2, "big"), samples)[:1]
    binding = (
        bytes([1, 1]) + bytes(217) + bytes(16) + bytes(4) + bytes(32) + issuer + (1_700_000_000).to_bytes(5, "big") + bytes(8))
    digest = h(b"image", identifier, part(image, 0, 0, HEIGHT, WIDTH))
    return key.sign(b"veilray.mark.1" + identifier + digest + binding + records) + digest + binding + records


def marked(image, identifier, key, issuer):
    content = body(image, identifier, key, issuer)
    words = [
        struct.unpack(">4H", content[start : start + 8].ljust(8, b"\0")) for start in range(0, len(content), 8)]
    result = [line[:] for line in image]
    for index, area in enumerate(areas()):
        shares = b"".join(share(words, 32 * index + number + 1) for number in range(SHARES))
        embed(result, area, frame(index, identifier, shares, block(image, area)))
    return result, words


def vectors():
    key, stranger = Key(bytes(range(32))), Key(bytes(range(1, 33)))
    issuer = hashlib.sha256(key.public).digest()[:8]
    identifier = h(b"veilray.mark.image", b"1.2.3.4", bytes(4))[:4]
    other = h(b"veilray.mark.image", b"1.2.3.5", bytes(4))[:4]
    plain = phantom(1)
    image, words = marked(plain, identifier, key, issuer)
    second, _ = marked(phantom(2), other, key, issuer)

    def changed(change, base=image):
        copy = [line[:] for line in base]
        change(copy)
        return copy

    def sample(copy):
        copy[100][131] += 4

    def refill(copy):
        # The last carrier of block 3, far behind its frame, with the other of its two values.
        threshold = THRESHOLDS[MODE[0]]
        row, column, prediction = [
            place for place in carriers(plain, areas()[3]) if -threshold <= plain[place[0]][place[1]] - place[2] < threshold][-1]
        error = plain[row][column] - prediction
        copy[row][column] = prediction + 2 * error + int(error >= 0)

    def paste(copy):
        for row in range(64, 128):
            copy[row][128:192] = second[row][128:192]

    def forge(copy):
        # Block 5 with other samples, and a mark that fits them: without the issuer's key.
        area = areas()[5]
        for row in range(64, 128):
            copy[row][64:128] = plain[row][64:128]
        copy[90][90] += 1
        shares = b"".join(share(words, 32 * 5 + number + 1) for number in range(SHARES))
        embed(copy, area, frame(5, identifier, shares, block(copy, area)))

    by_stranger, _ = marked(plain, identifier, stranger, issuer)
    unknown, _ = marked(plain, identifier, stranger, hashlib.sha256(stranger.public).digest()[:8])

    def noise(copy):
        state = 5
        for line in copy:
            for column in range(WIDTH):
                state = (state * 1103515245 + 12345) % 2**31
                line[column] += (state >> 16) % 5 - 2

    cases = [
        ("as it was marked", image, "intact", []),
        ("one sample changed", changed(sample), "tampered", [[96, 128]]),
        ("a sample changed that carries nothing", changed(refill), "markTouched", []),
        ("a block of another marked image", changed(paste), "foreign", []),
        ("a block that was changed and marked anew", changed(forge), "forged", [[88, 88]]),
        ("signed by another key than the issuer's", by_stranger, "unreadable", []),
        ("an issuer that nobody knows", unknown, "unreadable", []),
        ("noise over everything", changed(noise), "notMarked", []),
        ("never marked", plain, "notMarked", []),
    ]
    return {
        "publicKey": key.public.hex(), "issuer": issuer.hex(), "identifier": identifier.hex(), "height": HEIGHT, "width": WIDTH,
        "restored": hashlib.sha256(part(plain, 0, 0, HEIGHT, WIDTH)).hexdigest(),
        "vectors": [
            {
                "name": name, "verdict": verdict, "cells": cells,
                "samples": base64.b64encode(b"".join(struct.pack(f"<{WIDTH}H", *line) for line in content)).decode()}
            for name, content, verdict, cells in cases],
    }


if __name__ == "__main__":
    print(json.dumps(vectors()))
