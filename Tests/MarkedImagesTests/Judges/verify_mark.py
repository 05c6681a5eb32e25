"""Verifies a mark in the pixels of DICOM files, after docs/formats/mark.md alone: no line here is shared with the programs.

  verify_mark.py KEY FILE…

KEY: the issuer's Ed25519 public key in hexadecimal. Prints one JSON list: for each file the signature's validity, whether the digest of the
restored samples is the signed one, how many of the blocks are as they were signed, and the restored samples' SHA-256.
Needs pydicom and numpy.
"""
import hashlib
import json
import sys

import numpy
import pydicom

THRESHOLDS = [1, 2, 4, 8, 16]
SPREADS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1 << 20]
BINDING, ENTRY = 292, 116


def digest(*parts):
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(4, "big") + part)
    return total.digest()


def serial(samples):
    height, width = samples.shape
    return height.to_bytes(2, "big") + width.to_bytes(2, "big") + samples.astype("<i4").tobytes()


# Ed25519 by RFC 8032 §6
P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return None if (x * x - square) % P else (P - x if x & 1 != sign else x)


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


def decompress(octets):
    y = int.from_bytes(octets, "little")
    return recover_x(y % 2**255, y >> 255), y % 2**255


def is_signed(key, message, signature):
    base_y = 4 * pow(5, P - 2, P) % P
    base = (recover_x(base_y, 0), base_y)
    a, r, s = decompress(key), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a[0] is None or r[0] is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return times(s, base) == add(r, times(h, a))


# The field of 2^16 elements
POWERS, LOGS = [0] * 131070, [0] * 65536
element = 1
for exponent in range(65535):
    POWERS[exponent] = POWERS[exponent + 65535] = element
    LOGS[element] = exponent
    element <<= 1
    if element & 0x10000:
        element ^= 0x1100B


def product(a, b):
    return 0 if a == 0 or b == 0 else POWERS[LOGS[a] + LOGS[b]]


def inverse(a):
    return POWERS[65535 - LOGS[a]]


def message(points, shares, count):
    """The coefficients of the polynomial through `count` points, by Newton's differences."""
    points, values = points[:count], [list(share) for share in shares[:count]]
    for order in range(1, count):
        for i in range(count - 1, order - 1, -1):
            step = inverse(points[i] ^ points[i - order])
            values[i] = [product(a ^ b, step) for a, b in zip(values[i], values[i - 1])]
    words = []
    for i in range(count - 1, -1, -1):
        words = [[0] * 4] + words if words else [[0] * 4]
        for j in range(len(words) - 1):
            words[j] = [a ^ product(b, points[i]) for a, b in zip(words[j], words[j + 1])]
        words[0] = [a ^ b for a, b in zip(words[0], values[i])]
    return words


def grid(height, width):
    def edges(length):
        starts = list(range(0, length, 64))
        if len(starts) > 1 and length - starts[-1] < 32:
            starts.pop()
        return list(zip(starts, starts[1:] + [length]))

    return [(top, bottom, left, right) for top, bottom in edges(height) for left, right in edges(width)]


def carriers(block, low, high, padding):
    north, south, west, east = block[:-2, 1:-1], block[2:, 1:-1], block[1:-1, :-2], block[1:-1, 2:]
    around = numpy.stack([north, south, west, east])
    least, greatest = around.min(0), around.max(0)
    rows, columns = numpy.indices(least.shape)
    allowed = ((rows + columns) % 2 == 0) & (((least >= low + 2) & (greatest <= high - 2)) | ((least == low) & (greatest == low)))
    if padding is not None:
        allowed &= (around != padding).all(0)
    return (north + south + west + east + 2) >> 2, greatest - least, allowed


def undo(block, mode, low, high, padding):
    threshold, spread = THRESHOLDS[mode // 20], SPREADS[mode % 20]
    prediction, spreads, allowed = carriers(block, low, high, padding)
    part = allowed & (spreads <= spread)
    error = block[1:-1, 1:-1][part] - prediction[part]
    carrying = (error >= -2 * threshold) & (error < 2 * threshold)
    restored = block.copy()
    inner = restored[1:-1, 1:-1]
    inner[part] = prediction[part] + numpy.where(
        carrying, error >> 1, numpy.where(error >= 2 * threshold, error - threshold, error + threshold))
    return restored, (error[carrying] & 1).astype(numpy.uint8)


def planes_of(dataset):
    pixels = dataset.pixel_array.astype(numpy.int64)
    planes = [pixels] if pixels.ndim == 2 else [pixels[..., colour].copy() for colour in range(3)]
    carrier = 0 if len(planes) == 1 else 1 if dataset.PhotometricInterpretation.startswith("YBR") else 2
    bits = dataset.BitsStored
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if dataset.PixelRepresentation else (0, (1 << bits) - 1)
    padding = dataset.get("PixelPaddingValue")
    if padding is not None and not low <= int(padding) <= high:
        padding = None
    return planes, carrier, low, high, None if padding is None else int(padding)


def read_block(planes, carrier, area, low, high, padding):
    top, bottom, left, right = area
    block = planes[carrier][top:bottom, left:right]
    if min(block.shape) < 3:
        return None
    for threshold in range(5):
        for spread in range(19):
            restored, bits = undo(block, 20 * threshold + spread, low, high, padding)
            header = numpy.packbits(bits[:64]).tobytes()
            if len(bits) < 96 or header[0] != 0x56 or not 1 <= header[1] <= 31 or len(bits) < 96 + 64 * header[1]:
                continue
            rest = numpy.packbits(bits[64:96 + 64 * header[1]]).tobytes()
            shares, tag = rest[:-4], rest[-4:]
            samples = [serial(plane[top:bottom, left:right]) for plane in planes]
            samples[carrier] = serial(restored)
            if digest(b"blk", header, shares, *samples)[:4] == tag:
                return int.from_bytes(header[2:4], "big"), header[4:], shares
    return None


def record(samples, index, mode, identifier, leaf_bytes, strips):
    place = index.to_bytes(2, "big")
    result = bytes([mode]) + digest(b"leaf", identifier, place, *[serial(s) for s in samples])[:leaf_bytes]
    if strips:
        height, width = samples[0].shape
        for k, a in enumerate(range(0, height, 8)):
            result += digest(b"row", identifier, place + k.to_bytes(2, "big"), *[serial(s[a:a + 8]) for s in samples])[:1]
        for k, a in enumerate(range(0, width, 8)):
            result += digest(b"col", identifier, place + k.to_bytes(2, "big"), *[serial(s[:, a:a + 8]) for s in samples])[:1]
    return result


def verify(path, key):
    planes, carrier, low, high, padding = planes_of(pydicom.dcmread(path))
    areas = grid(*planes[0].shape)
    found = {i: read_block(planes, carrier, area, low, high, padding) for i, area in enumerate(areas)}
    own = {i: block for i, block in found.items() if block is not None and block[0] == i}
    if not own:
        return {"signed": False, "exact": False, "blocks": len(areas), "proven": 0}
    identifier = next(iter(own.values()))[1]
    stripes = -(-len(areas) // 256)

    def size(strips, leaf_bytes, entries):
        per = sum(1 + leaf_bytes + strips * (-(-(b - a) // 8) + -(-(d - c) // 8)) for a, b, c, d in areas)
        return 96 + BINDING + ENTRY * entries + per

    for strips, leaf_bytes, entries in [(s, l, e) for s in (1, 0) for l in (7, 15) for e in range(9)]:
        length = size(strips, leaf_bytes, entries)
        count, body = -(-length // (8 * stripes)), b""
        for stripe in range(stripes):
            points, shares = [], []
            for i in sorted(own):
                if i % stripes == stripe:
                    for j in range(len(own[i][2]) // 8):
                        points.append(32 * (i // stripes) + j + 1)
                        share = own[i][2][8 * j:8 * j + 8]
                        shares.append([int.from_bytes(share[k:k + 2], "big") for k in (0, 2, 4, 6)])
            if len(points) < count:
                break
            body += b"".join(symbol.to_bytes(2, "big") for word in message(points, shares, count) for symbol in word)
        body = body[:length]
        if len(body) == length and body[96] == strips | (2 if leaf_bytes == 15 else 0) | entries << 4:
            break
    else:
        return {"signed": False, "exact": False, "blocks": len(areas), "proven": 0}
    signed = is_signed(key, b"veilray.mark.1" + identifier + body[64:], body[:64])
    offset, proven, restored = 96 + BINDING + ENTRY * entries, 0, [plane.copy() for plane in planes]
    for index, (top, bottom, left, right) in enumerate(areas):
        mode = body[offset]
        if mode != 255:
            restored[carrier][top:bottom, left:right] = undo(planes[carrier][top:bottom, left:right], mode, low, high, padding)[0]
        mine = record([p[top:bottom, left:right] for p in restored], index, mode, identifier, leaf_bytes, strips)
        proven += mine == body[offset:offset + len(mine)]
        offset += len(mine)
    exact = digest(b"image", identifier, *[serial(plane) for plane in restored]) == body[64:96]
    return {"signed": signed, "exact": exact, "blocks": len(areas), "proven": proven}


if __name__ == "__main__":
    issuer = bytes.fromhex(sys.argv[1])
    print(json.dumps([verify(path, issuer) for path in sys.argv[2:]]))
