"""Damage of the kinds that files have: by bytes, by elements, by the segments of codestreams."""
import struct

LONG = {b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UN", b"UT", b"UC", b"UR", b"SV", b"UV"}
SYNTAXES = [
    b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.4.50",
    b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.4.201", b"1.2.840.10008.1.2.5", b"1.2.3",
]
NUMBERS = [0, 1, 2, 3, 7, 8, 12, 15, 16, 17, 32, 63, 65, 127, 128, 255, 256, 32767, 32768, 65535]


def mutated(original, random, canary):
    """A damaged copy with the canary as the patient's name and in one more place; the same for the same random numbers."""
    data = bytearray(original)
    if canary:
        plant(data, canary)
        hide(data, random, canary)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 5))):
        random.choice((change_bytes, change_bytes, change_length, change_vr, change_number, change_syntax, change_segment, cut, repeat,
                       take_out, cross))(data, random)
    return bytes(data)


def elements(data):
    """Where the top-level elements with explicit VR begin, and tag, VR, place of the length and its width, place and length of the value."""
    place = 132 if data[128:132] == b"DICM" else 0
    found = []
    while place + 8 <= len(data):
        group, element = struct.unpack_from("<HH", data, place)
        vr = bytes(data[place + 4:place + 6])
        if not vr.isalpha():
            break
        wide = vr in LONG
        start = place + (12 if wide else 8)
        if start > len(data):
            break
        length = struct.unpack_from("<I" if wide else "<H", data, place + (8 if wide else 6))[0]
        found.append(((group << 16) + element, vr, place, place + (8 if wide else 6), 4 if wide else 2, start, length))
        if length == 0xFFFFFFFF or start + length > len(data):
            break
        place = start + length
    return found


def plant(data, canary):
    """Puts the canary over the patient's name and number, as far as they are long enough."""
    for tag, _, _, _, _, start, length in elements(data):
        if tag in (0x00100010, 0x00100020, 0x00080080, 0x00081030) and length >= len(canary):
            data[start:start + length] = canary.ljust(length)


def hide(data, random, canary):
    """Puts the canary where nobody needs it: behind the end, in the preamble, in a comment of the codestream, in a private element."""
    kind = random.randrange(5)
    known = elements(data)
    if kind == 0:
        data += canary
    elif kind == 1 and data[128:132] == b"DICM":
        data[0:len(canary)] = canary
    elif kind == 2:
        start = data.find(b"\xff\xd8\xff")
        if start >= 0:
            data[start + 2:start + 2] = b"\xff\xfe" + struct.pack(">H", len(canary) + 2) + canary
    elif kind == 3:
        pixels = [place for tag, _, place, *_ in known if tag > 0x7FE00000]
        if pixels:
            padded = canary + b" " * (len(canary) % 2)
            data[pixels[0]:pixels[0]] = (
                struct.pack("<HH2sH", 0x7FDF, 0x0010, b"LO", 8) + b"FUZZING " + struct.pack("<HH2sH", 0x7FDF, 0x1001, b"LO", len(padded)) + padded)


def change_bytes(data, random):
    for _ in range(random.choice((1, 1, 2, 8))):
        if data:
            place = random.randrange(len(data))
            data[place] = random.choice((0, 0xFF, data[place] ^ 1 << random.randrange(8), random.randrange(256)))


def change_length(data, random):
    known = elements(data)
    if known:
        *_, place, width, _, length = random.choice(known)
        limit = 0xFFFFFFFF if width == 4 else 0xFFFF
        new = random.choice((0, 1, length + 1, max(0, length - 1), length * 2, limit, limit - 1, len(data), 0x7FFFFFFF)) & limit
        struct.pack_into("<I" if width == 4 else "<H", data, place, new)


def change_vr(data, random):
    known = elements(data)
    if known:
        _, _, place, *_ = random.choice(known)
        data[place + 4:place + 6] = random.choice((b"UN", b"SQ", b"OB", b"US", b"UI", b"??", b"\0\0", b"LO", b"FD"))


def change_number(data, random):
    """Rows, columns, samples, bits, frames and their like."""
    image = [e for e in elements(data) if e[0] >> 16 == 0x0028 and e[6] >= 2]
    if image:
        _, vr, _, _, _, start, length = random.choice(image)
        if vr == b"US":
            struct.pack_into("<H", data, start, random.choice(NUMBERS))
        else:
            data[start:start + length] = str(random.choice(NUMBERS)).encode().ljust(length)[:length]


def change_syntax(data, random):
    for tag, _, _, place, width, start, length in elements(data):
        if tag == 0x00020010:
            new = random.choice(SYNTAXES)
            new += b"\0" * (len(new) % 2)
            data[start:start + length] = new
            struct.pack_into("<H", data, place, len(new))


def change_segment(data, random):
    """A marker, or what stands behind one, in the last part of the file."""
    pixels = data.find(b"\xe0\x7f\x10\x00")
    markers = [i for i in range(max(0, pixels), len(data) - 3) if data[i] == 0xFF and data[i + 1] >= 0x4F]
    if markers:
        place = random.choice(markers[:64])
        if random.random() < 0.5:
            data[place + 1] = random.choice((0xD8, 0xD9, 0xDA, 0xC0, 0xC4, 0xC3, 0xDD, 0xE1, 0xFE, 0xFF, 0x51, 0x52, 0x5C, 0x64, 0x90, 0x93))
        else:
            data[place + 2:place + 4] = struct.pack(">H", random.choice(NUMBERS))


def cut(data, random):
    del data[random.randrange(len(data) + 1):]


def repeat(data, random):
    start = random.randrange(len(data) + 1)
    part = data[start:start + random.choice((1, 2, 8, 64, 1000))]
    data[start:start] = part * random.choice((1, 1, 2, 20))


def take_out(data, random):
    start = random.randrange(len(data) + 1)
    del data[start:start + random.choice((1, 2, 4, 8, 100))]


def cross(data, random):
    """Two parts of the file change places."""
    count = random.choice((2, 8, 32))
    if len(data) > 4 * count:
        first, second = sorted(random.sample(range(0, len(data) - count, count), 2))
        data[first:first + count], data[second:second + count] = data[second:second + count], data[first:first + count]


def damage_text(data, random):
    """A line, a number or a sign of a text."""
    start = random.randrange(len(data) + 1)
    kind = random.randrange(5)
    if kind == 0:
        data[start:start + 1] = random.choice((b"", b"\n", b"\0", b"\xff", b"{", b"[", b"&a", b"*a", b"- ", b": ", "\u202e".encode(), b"-1", b"1e999"))
    elif kind == 1:
        lines = bytes(data).split(b"\n")
        random.shuffle(lines)
        data[:] = b"\n".join(lines)
    elif kind == 2:
        del data[start:]
    elif kind == 3:
        data[start:start] = random.choice((b"9", b"[", b"{\"a\":", b" ", b"A")) * random.choice((10, 400, 20_000))
    else:
        change_bytes(data, random)
