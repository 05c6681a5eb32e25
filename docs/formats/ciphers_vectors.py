#!/usr/bin/env python3
"""Second implementation of docs/formats/ciphers.md, written for clearness, that prints the known-answer vectors.

Needs the package `cryptography`, version 47 or newer. The vectors are committed in Tests/CiphersTests/Vectors/KnownAnswers.swift:

  docs/formats/ciphers_vectors.py > Tests/CiphersTests/Vectors/KnownAnswers.swift

The document of `policy-tree` holds random keys, so that it is another each time; every other line stays the same.
"""
import hashlib
import hmac
import os
import sys
from math import gcd

from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish, TripleDES
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dna_aes_vectors import dna as dna_bytes  # noqa: E402


# Keys and streams


def expand(key, info, length):
    """HKDF-Expand, RFC 5869 section 2.3."""
    result, block, counter = b"", b"", 1
    while len(result) < length:
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        result += block
        counter += 1
    return result[:length]


def stage_key(content_key, stage, index, header):
    info = b"veilray/1 px\0" + stage.encode() + bytes([0, index]) + hashlib.sha256(header).digest()
    return expand(content_key, info, 32)


def derive(key, label, length):
    return expand(key, b"veilray/1 use\0" + label.encode(), length)


def frame_key(key, frame):
    return expand(key, b"veilray/1 frame\0" + frame.to_bytes(4, "big"), 32)


class Stream:
    def __init__(self, key, label):
        self.key, self.label = key, label.encode().ljust(12, b"\0")
        self.seek(0)

    def seek(self, block):
        """Goes on at a block of 16 bytes."""
        nonce = self.label + block.to_bytes(4, "big")
        self.encryptor = Cipher(algorithms.AES(self.key), modes.CTR(nonce)).encryptor()

    def bytes(self, count):
        return self.encryptor.update(bytes(count))

    def word(self):
        return int.from_bytes(self.bytes(4), "little")

    def double_word(self):
        return int.from_bytes(self.bytes(8), "little")

    def below(self, limit):
        return below(self.word, limit)

    def masks(self, count, bits):
        size = 1 if bits <= 8 else 2
        data = self.bytes(size * count)
        return [int.from_bytes(data[size * i : size * i + size], "little") % 2**bits for i in range(count)]


def below(word, limit):
    while True:
        product = word() * limit
        if product % 2**32 >= 2**32 % limit:
            return product >> 32


def shuffled(elements, word):
    elements = list(elements)
    for i in range(len(elements) - 1, 0, -1):
        j = below(word, i + 1)
        elements[i], elements[j] = elements[j], elements[i]
    return elements


def shuffled_samples(samples, stream):
    samples = list(samples)
    for done, i in enumerate(range(len(samples) - 1, 0, -1)):
        if done % 4096 == 0:
            stream.seek(done)
        j = stream.below(i + 1)
        samples[i], samples[j] = samples[j], samples[i]
    return samples


# Planes


class Plane:
    def __init__(self, width, height, channels, frames, bits, signed, samples):
        self.width, self.height, self.channels, self.frames = width, height, channels, frames
        self.bits, self.signed, self.samples = bits, signed, samples

    def header(self):
        numbers = [self.width, self.height, self.frames]
        packed = b"".join(number.to_bytes(4, "little") for number in numbers)
        return b"\1" + packed + bytes([self.channels, self.bits | (0x80 if self.signed else 0)])

    def encoded(self):
        return self.header() + pack(self.samples, self.bits)

    def frame(self, number):
        count = self.width * self.height * self.channels
        return self.samples[number * count : (number + 1) * count]

    def value(self, pattern):
        return pattern - 2**self.bits if self.signed and pattern >> (self.bits - 1) else pattern


def pack(values, bits):
    number = sum(value << (i * bits) for i, value in enumerate(values))
    return number.to_bytes((len(values) * bits + 7) // 8, "little")


def unpack(data, count, bits):
    number = int.from_bytes(data, "little")
    return [number >> (i * bits) & (2**bits - 1) for i in range(count)]


def by_frames(function):
    """A cipher of planes from a function of (samples, width, height, bits, key)."""

    def cipher(plane, key):
        width = plane.width * plane.channels
        samples = []
        for number in range(plane.frames):
            samples += function(plane.frame(number), width, plane.height, plane.bits, frame_key(key, number))
        return Plane(
            plane.width, plane.height, plane.channels, plane.frames, plane.bits, plane.signed, samples
        ).encoded()

    return cipher


def exclusive_or(samples, bits, stream):
    keys = unpack(stream, len(samples), bits)
    return [sample ^ key for sample, key in zip(samples, keys)]


# pixel-shuffle


def log2_fixed(value):
    """floor of log2 in 32 binary places, one bit at a time, on a mantissa of 63 binary places."""
    whole = value.bit_length() - 1
    mantissa, fraction = value << (63 - whole), 0
    for _ in range(32):
        square = mantissa * mantissa >> 63
        fraction <<= 1
        if square >> 64:
            fraction, square = fraction | 1, square >> 1
        mantissa = square
    return whole << 32 | fraction


def statistics(samples):
    count = len(samples)
    histogram = {}
    for sample in samples:
        histogram[sample] = histogram.get(sample, 0) + 1
    mean = (sum(samples) << 32) // count
    weighted = sum(number * log2_fixed(number) for number in histogram.values() if number > 1)
    entropy = log2_fixed(count) - weighted // count
    return mean.to_bytes(8, "big") + entropy.to_bytes(8, "big")


def pixel_shuffle(samples, width, height, bits, key):
    order = hashlib.sha256(derive(key, "order", 32) + statistics(samples)).digest()
    return shuffled_samples(samples, Stream(order, "permutation"))


def pixel_shuffle_published(samples, width, height, bits, key):
    return shuffled_samples(samples, Stream(hashlib.sha256(statistics(samples)).digest(), "permutation"))


# triangular-propeller


def unit(modulus, stream):
    while True:
        candidate = stream.below(modulus)
        if gcd(candidate, modulus) == 1:
            return candidate


def forward_sum(samples, keys, modulus):
    result, previous = [], 0
    for sample, key in zip(samples, keys):
        previous = (sample + key + previous) % modulus
        result.append(previous)
    return result


def backward_sum(samples, keys, modulus):
    return forward_sum(samples[::-1], keys[::-1], modulus)[::-1]


def triangular_propeller(samples, width, height, bits, key, rounds=3):
    stream = Stream(key, "map")
    for _ in range(rounds):
        a, e = unit(width, stream), stream.below(width)
        c, d, f = stream.below(height), unit(height, stream), stream.below(height)
        moved = [0] * len(samples)
        for y in range(height):
            for x in range(width):
                moved[(c * x + d * y + f) % height * width + (a * x + e) % width] = samples[y * width + x]
        samples = moved
    side = min(width, height) // 2 * 2
    turned = list(samples)
    for y in range(side):
        for x in range(side):
            turned[x * width + side - 1 - y] = samples[y * width + x]
    return forward_sum(turned, Stream(key, "mask").masks(len(samples), bits), 2**bits)


# quantum-des


def odd_parity(data):
    return bytes((byte & 0xFE) | (1 - bin(byte & 0xFE).count("1") % 2) for byte in data)


def counter_blocks(count):
    return b"".join(number.to_bytes(8, "big") for number in range((count + 7) // 8))


def legacy_stream(make, count):
    result, segment = b"", 0
    while len(result) < count:
        part = min(4 << 20, count - len(result))
        result += Cipher(make(segment), modes.ECB()).encryptor().update(counter_blocks(part))[:part]
        segment += 1
    return result


def quantum_des(samples, width, height, bits, key):
    count = (len(samples) * bits + 7) // 8
    # Three times the same key is DES.
    make = lambda segment: TripleDES(odd_parity(derive(key, f"des {segment}", 8)) * 3)  # noqa: E731
    return exclusive_or(samples, bits, legacy_stream(make, count))


# homomorphic


def additive(plane, key, summands=16):
    bits = plane.bits + (summands - 1).bit_length()
    result = plane.header() + summands.to_bytes(4, "little")
    for number in range(plane.frames):
        stream = Stream(frame_key(key, number), "mask")
        result += pack([(plane.value(sample) + stream.word()) % 2**bits for sample in plane.frame(number)], bits)
    return result


def is_prime(number):
    if any(number % small == 0 for small in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)):
        return number in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for round_number in range(40):
        base = int.from_bytes(hashlib.sha256(round_number.to_bytes(4, "big")).digest(), "big") % (number - 3) + 2
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(bits, stream):
    data = bytearray(stream.bytes(bits // 8))
    data[0] |= 0xC0
    data[-1] |= 1
    candidate = int.from_bytes(data, "big")
    while not is_prime(candidate):
        candidate += 2
    return candidate


def modular(plane, key):
    p, q = prime(512, Stream(key, "prime p")), prime(96, Stream(key, "prime q"))
    secret = Stream(key, "key")
    a = int.from_bytes(secret.bytes(64), "big") % p
    multiplier = pow(a, int.from_bytes(secret.bytes(16), "big"), p)
    noise = Stream(key, "noise")
    result = plane.header() + p.to_bytes(64, "big")
    for sample in plane.samples:
        w = bytearray(noise.bytes(25))
        w[0] |= 0x80
        result += (multiplier * (int.from_bytes(w, "big") * q + sample) % p).to_bytes(64, "big")
    return result


def paillier(plane, key, bits=512):
    p, q = prime(bits // 2, Stream(key, "prime p")), prime(bits // 2, Stream(key, "prime q"))
    n = p * q
    offset = 2 ** (plane.bits - 1) if plane.signed else 0
    result = plane.header()
    for number in range(plane.frames):
        stream = Stream(frame_key(key, number), "random")
        for sample in plane.frame(number):
            r = int.from_bytes(stream.bytes(n.bit_length() // 8 + 8), "big") % n
            result += ((1 + (sample ^ offset) * n) * pow(r, n, n * n) % (n * n)).to_bytes(bits // 4, "big")
    return result


# arnold-aes


def arnold_period(side):
    start = (1 % side, 1 % side, 1 % side, 2 % side)
    matrix, count = start, 1
    while matrix != (1 % side, 0, 0, 1 % side):
        a, b, c, d = matrix
        matrix, count = ((a + b) % side, (a + 2 * b) % side, (c + d) % side, (c + 2 * d) % side), count + 1
    return count


def arnold_aes(samples, width, height, bits, key):
    side = min(width, height)
    period = arnold_period(side)
    iterations = 0 if period == 1 else 1 + Stream(key, "iterations").below(period - 1)
    result, inside = list(samples), set()
    for square in range(max(width, height) // side):
        left, top = (square * side, 0) if width >= height else (0, square * side)
        for y in range(side):
            for x in range(side):
                new_x, new_y = x, y
                for _ in range(iterations):
                    new_x, new_y = (new_x + new_y) % side, (new_x + 2 * new_y) % side
                result[(top + new_y) * width + left + new_x] = samples[(top + y) * width + left + x]
                inside.add((top + y) * width + left + x)
    rest = [place for place in range(len(samples)) if place not in inside]
    for place, sample in zip(rest, shuffled_samples([samples[place] for place in rest], Stream(key, "rest"))):
        result[place] = sample
    return exclusive_or(result, bits, Stream(key, "mask").bytes((len(samples) * bits + 7) // 8))


# policy-tree

POLICY = ("all", ["radiologist", (2, ["referring physician", "surgeon", "oncologist"])])


def policy_bytes(node):
    if isinstance(node, str):
        return bytes([0, len(node.encode())]) + node.encode()
    needed, children = (len(node[1]) if node[0] == "all" else node[0]), node[1]
    return bytes([1, needed, len(children)]) + b"".join(policy_bytes(child) for child in children)


def field_product(left, right):
    result = 0
    for bit in range(8):
        if right >> bit & 1:
            result ^= left << bit
    for bit in range(14, 7, -1):
        if result >> bit & 1:
            result ^= 0x11B << (bit - 8)
    return result


def share(secret, needed, count, random):
    """Values at 1 … count of polynomials with the secret at 0; the coefficients of a byte follow each other."""
    shares = []
    for point in range(1, count + 1):
        values = []
        for index, byte in enumerate(secret):
            value, power = byte, 1
            for degree in range(needed - 1):
                power = field_product(power, point)
                value ^= field_product(random[index * (needed - 1) + degree], power)
            values.append(value)
        shares.append(bytes(values))
    return shares


def leaf_shares(secret, node):
    if isinstance(node, str):
        return [(node, secret)]
    needed, children = (len(node[1]) if node[0] == "all" else node[0]), node[1]
    shares = share(secret, needed, len(children), os.urandom(len(secret) * (needed - 1)))
    return [leaf for child, part in zip(children, shares) for leaf in leaf_shares(part, child)]


def gcm_container(plane, key):
    size = 1 if plane.bits <= 8 else 2
    data = b"".join(sample.to_bytes(size, "little") for sample in plane.samples)
    return plane.header() + AESGCM(derive(key, "gcm", 32)).encrypt(bytes(12), data, plane.header())


def policy_tree(plane, key):
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    content_key, identifier, policy = os.urandom(32), os.urandom(16), policy_bytes(POLICY)
    head = identifier + len(policy).to_bytes(2, "little") + policy
    for number, (attribute, part) in enumerate(leaf_shares(content_key, POLICY)):
        public = X25519PrivateKey.from_private_bytes(derive(key, "authority " + attribute, 32)).public_key()
        info = b"veilray/1 policy leaf\0" + identifier + hashlib.sha256(policy).digest() + number.to_bytes(2, "little")
        head += suite.encrypt(part, public, info)
    return head + gcm_container(plane, stage_key(content_key, "policy-tree", 0, head))


# chaotic-stream, chaotic-block-shuffle


def logistic(x):
    return (x * (2**64 - x) >> 64) * 4 % 2**64


def chaotic_numbers(key, henon=False, perturbed=True):
    stream = Stream(key, "chaos")
    seed = stream.double_word()
    x, y, step = seed % 2**60 - 2**59, 0, 0
    while True:
        if step and step % 64 == 0 and perturbed:
            bits = stream.double_word()
            seed ^= bits
            x ^= bits % 2**40
        if henon:
            square = x * x >> 60
            new = 2**60 - ((14 * 2**60 // 10) * square >> 60) + y
            if abs(new) > 2**61:
                new >>= 2
            x, y = new, (3 * 2**60 // 10) * x >> 60
            yield x >> 16 & 0xFFFFFFFF
        else:
            seed = logistic(seed)
            yield seed >> 16 & 0xFFFFFFFF
        step += 1


def chaotic_stream(samples, width, height, bits, key, henon=False, published=False):
    numbers = chaotic_numbers(key, henon, perturbed=not published)
    samples = [sample ^ next(numbers) % 2**bits for sample in samples]
    if published:
        return samples
    return exclusive_or(samples, bits, Stream(key, "mask").bytes((len(samples) * bits + 7) // 8))


def block_shuffle(samples, width, height, bits, key, side=16, rounds=2):
    numbers, words, masks = chaotic_numbers(key), Stream(key, "order"), Stream(key, "mask")
    word = lambda: next(numbers) ^ words.word()  # noqa: E731
    rows, columns = -(-height // side), -(-width // side)
    for _ in range(rounds):
        along_rows = [shuffled(range(width // side), word) for _ in range(rows)]
        along_columns = [shuffled(range(height // side), word) for _ in range(columns)]
        moved = list(samples)
        for y in range(height):
            for x in range(width // side * side):
                source = along_rows[y // side][x // side]
                moved[y * width + x] = samples[y * width + source * side + x % side]
        samples = list(moved)
        for y in range(height // side * side):
            for x in range(width):
                source = along_columns[x // side][y // side]
                samples[y * width + x] = moved[(source * side + y % side) * width + x]
        samples = forward_sum(samples, masks.masks(len(samples), bits), 2**bits)
        samples = backward_sum(samples, masks.masks(len(samples), bits), 2**bits)
    return samples


# subkey-rounds


def subkey_rounds(samples, width, height, bits, key):
    for number in range(2):
        subkey = derive(key, f"round {number}", 32)
        order, masks = Stream(subkey, "order"), Stream(subkey, "mask")
        rows = shuffled(range(height), order.word)
        columns = shuffled(range(width), order.word)
        samples = [samples[rows[y] * width + columns[x]] for y in range(height) for x in range(width)]
        samples = forward_sum(samples, masks.masks(len(samples), bits), 2**bits)
        samples = backward_sum(samples, masks.masks(len(samples), bits), 2**bits)
    return samples


def bordered(plane, key):
    width, row, samples = plane.width + 2, plane.width * plane.channels, []
    for number in range(plane.frames):
        frame = plane.frame(number)
        ring = Stream(frame_key(key, number), "border").masks(
            (2 * width + 2 * plane.height) * plane.channels, plane.bits
        )
        take = lambda count: [ring.pop(0) for _ in range(count)]  # noqa: E731
        samples += take(width * plane.channels)
        for y in range(plane.height):
            samples += take(plane.channels) + frame[y * row : (y + 1) * row] + take(plane.channels)
        samples += take(width * plane.channels)
    larger = Plane(width, plane.height + 2, plane.channels, plane.frames, plane.bits, plane.signed, samples)
    return by_frames(subkey_rounds)(larger, key)


# blowfish-signcryption, huffman-blowfish


def blowfish(data, key, label):
    make = lambda segment: Blowfish(derive(key, f"{label} {segment}", 56))  # noqa: E731
    return bytes(left ^ right for left, right in zip(data, legacy_stream(make, len(data))))


def signcryption(plane, key):
    """With the first salt, no optimiser."""
    salt = Stream(key, "salt").bytes(16)
    signer = Ed25519PrivateKey.from_private_bytes(derive(key, "signer", 32))
    sender = signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    receiver = hashlib.sha256(derive(key, "receiver", 32)).digest()
    message = plane.encoded()
    signature = signer.sign(b"veilray/1 signcryption\0" + sender + receiver + salt + message)
    return salt + blowfish(message + signature, key, f"blowfish {salt.hex()}")


def code_lengths(counts, limit=24):
    """Package-merge: each item is (weight, symbols in it)."""
    leaves = sorted((count, symbol) for symbol, count in enumerate(counts) if count)
    lengths = [0] * len(counts)
    if len(leaves) == 1:
        lengths[leaves[0][1]] = 1
        return lengths
    packages = []
    for _ in range(limit):
        items, left = [], [(count, [symbol]) for count, symbol in leaves]
        while left or packages:
            take_leaf = not packages or left and left[0][0] <= packages[0][0]
            items.append(left.pop(0) if take_leaf else packages.pop(0))
        packages = [
            (items[i][0] + items[i + 1][0], items[i][1] + items[i + 1][1]) for i in range(0, len(items) - 1, 2)
        ]
    for _, symbols in items[: 2 * len(leaves) - 2]:
        for symbol in symbols:
            lengths[symbol] += 1
    return lengths


def huffman(plane):
    samples, distance = plane.samples, plane.channels
    residuals = [
        sample if i < distance else (sample - samples[i - distance]) % 2**plane.bits for i, sample in enumerate(samples)
    ]
    counts = [0] * 2**plane.bits
    for residual in residuals:
        counts[residual] += 1
    lengths = code_lengths(counts)
    table, gap = bytearray(), 0
    for length in lengths:
        if length:
            while gap >= 0x80:
                table.append(gap & 0x7F | 0x80)
                gap >>= 7
            table += bytes([gap, length])
            gap = 0
        else:
            gap += 1
    words, code, previous = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length):
        code <<= length - previous
        previous = length
        words[symbol] = format(code, f"0{length}b")
        code += 1
    text = "".join(words[residual] for residual in residuals)
    text += "0" * (-len(text) % 8)
    return bytes(table) + b"\0\0" + bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def huffman_blowfish(plane, key):
    return plane.header() + blowfish(huffman(plane), key, "blowfish")


# permutation, addition, dna


def permutation(samples, width, height, bits, key):
    return shuffled_samples(samples, Stream(key, "permutation"))


def addition(samples, width, height, bits, key):
    masks = Stream(key, "mask").masks(len(samples), bits)
    return [(sample + mask) % 2**bits for sample, mask in zip(samples, masks)]


def dna(samples, width, height, bits, key):
    data = pack(samples, bits)
    padded = -(-len(data) // 16) * 16
    strand = Stream(key, "strand").bytes(padded)
    result = int.from_bytes(dna_bytes(data, Stream(key, "rules").bytes(padded), strand), "little")
    count = len(samples) * bits
    if count % 2:
        last = 1 << (count - 1)
        result = result & ~last | (int.from_bytes(data, "little") ^ int.from_bytes(strand, "little")) & last
    return unpack((result % 2**count).to_bytes(len(data), "little"), len(samples), bits)


CIPHERS = {
    "pixel-shuffle": by_frames(pixel_shuffle),
    "pixel-shuffle published": by_frames(pixel_shuffle_published),
    "triangular-propeller": by_frames(triangular_propeller),
    "quantum-des": by_frames(quantum_des),
    "homomorphic": additive,
    "homomorphic modular": modular,
    "homomorphic paillier": paillier,
    "arnold-aes": by_frames(arnold_aes),
    "chaotic-stream": by_frames(chaotic_stream),
    "chaotic-stream henon": by_frames(lambda *frame: chaotic_stream(*frame, henon=True)),
    "chaotic-stream published": by_frames(lambda *frame: chaotic_stream(*frame, published=True)),
    "chaotic-block-shuffle": by_frames(block_shuffle),
    "subkey-rounds": by_frames(subkey_rounds),
    "subkey-rounds border": bordered,
    "blowfish-signcryption": signcryption,
    "huffman-blowfish": huffman_blowfish,
    "aes-gcm": gcm_container,
    "permutation": by_frames(permutation),
    "addition": by_frames(addition),
    "dna": by_frames(dna),
}

# width, height, channels, frames, bits, signed
SHAPES = [
    (1, 1, 1, 1, 1, False),
    (7, 5, 1, 1, 12, False),
    (6, 4, 3, 1, 8, False),
    (9, 9, 1, 2, 11, True),
    (40, 33, 1, 1, 16, True),
    (33, 50, 1, 1, 8, False),
    (95, 90, 1, 1, 12, False),
]


def plane(shape):
    width, height, channels, frames, bits, signed = shape
    count = width * height * channels * frames
    return Plane(*shape, [(31 * i * i // 7 + 5 * i + i // width) % 2**bits for i in range(count)])


def main():
    key = bytes(range(32))
    lines = ["// Made by docs/formats/ciphers_vectors.py, which shares no line with the module.", "", "enum KnownAnswers {"]
    lines.append("    /// Width, height, channels, frames, bits, and 1 for signed samples.")
    lines.append("    static let shapes: [[Int]] = [")
    lines += [f"        {[int(part) for part in shape]}," for shape in SHAPES]
    lines += ["    ]", "", "    /// SHA-256 of what each cipher makes of each shape.", "    static let digests: [String: [String]] = ["]
    for name, cipher in CIPHERS.items():
        shapes = SHAPES[:4] if name.endswith(("modular", "paillier")) else SHAPES
        lines.append(f'        "{name}": [')
        lines += [f'            "{hashlib.sha256(cipher(plane(shape), key)).hexdigest()}",' for shape in shapes]
        lines.append("        ],")
    lines += ["    ]", "", "    /// A document of `policy-tree` with the second shape."]
    document = policy_tree(plane(SHAPES[1]), key).hex()
    lines.append("    static let policyDocument = [")
    lines += [f'        "{document[i:i + 96]}",' for i in range(0, len(document), 96)]
    lines.append("    ]")
    content = stage_key(bytes(range(32, 64)), "addition", 3, b"header").hex()
    lines += ["", "    /// From the content key 20 … 3f, for `addition` at place 3 with the header `header`."]
    lines += [f'    static let stageKey = "{content}"', "}"]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
