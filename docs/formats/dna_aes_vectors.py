#!/usr/bin/env python3
"""Second implementation of docs/formats/dna-aes.md, on strings of A, C, G and T, that prints the known-answer vectors.

Needs the package `cryptography`. The vectors are committed in Tests/StegoKitTests/Sealing/KnownAnswers.swift.
"""
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RULES = ["ACGT", "AGCT", "CATG", "CTAG", "GTAC", "GATC", "TGCA", "TCGA"]  # the base of 00, 01, 10, 11
LABELS = "ACGT"
COMPLEMENT = {"A": "T", "T": "A", "C": "G", "G": "C"}


def hkdf(study_key, label, identifier, length=32):
    secret = hmac.new(("veilray/1 " + label).encode(), study_key, hashlib.sha256).digest()
    return hmac.new(secret, identifier.encode() + b"\x01", hashlib.sha256).digest()[:length]


def ctr(key, nonce, length):
    encryptor = Cipher(algorithms.AES(key), modes.CTR(nonce + bytes(4))).encryptor()
    return encryptor.update(bytes(length))


def pairs(data):
    """Pairs of bits of each byte, lowest first."""
    return [byte >> shift & 3 for byte in data for shift in (0, 2, 4, 6)]


def combine(operation, base, key_base):
    left, right = LABELS.index(base), LABELS.index(key_base)
    return LABELS[{"add": (left + right) % 4, "subtract": (left - right) % 4, "xor": left ^ right}[operation]]


def dna(data, rules, strand):
    strand_pairs = pairs(strand)
    result = bytearray(len(data))
    for number, pair in enumerate(pairs(data)):
        block, base = divmod(number, 64)
        control = rules[16 * block : 16 * block + 16]
        mask = int.from_bytes(control[:8], "little")
        rule_in, rule_out = RULES[control[8] & 7], RULES[control[8] >> 3 & 7]
        operation = ["add", "subtract", "xor"][control[9] * 3 // 256]
        letter = combine(operation, rule_in[pair], LABELS[strand_pairs[number]])
        if mask >> (2 * (base % 32) + base // 32) & 1:
            letter = COMPLEMENT[letter]
        result[number // 4] |= rule_out.index(letter) << 2 * (number % 4)
    return bytes(result)


def dna_stage(study_key, uid, position, nonce, data):
    padded = -(-len(data) // 16) * 16
    identifier = f"{uid}/{position}"
    rules = ctr(hkdf(study_key, "inner-dna-rules", identifier), nonce, padded)
    strand = ctr(hkdf(study_key, "inner-dna-strand", identifier), nonce, padded)
    return dna(data, rules, strand)


STAGES = {1: dna_stage}


def staged(study_key, uid, nonce, stages, data):
    """The list of inner stages, and what they make of the data."""
    for position, number in enumerate(stages):
        data = STAGES[number](study_key, uid, position, nonce, data)
    return bytes([len(stages), *stages]) + data


def seal_record(study_key, uid, nonce, associated, plaintext, stages=(1,)):
    lead = bytes([0xD1]) + hkdf(study_key, "record-check", uid)[:4]
    inside = staged(study_key, uid, nonce, stages, plaintext)
    return lead + nonce + AESGCM(hkdf(study_key, "aes", uid)).encrypt(nonce, inside, lead + associated)


def seal_element(study_key, uid, nonce, associated, plaintext):
    lead = bytes([0xE1]) + hkdf(study_key, "element-check", uid)[:4]
    inside = staged(study_key, uid, nonce, (), plaintext)
    return lead + nonce + AESGCM(hkdf(study_key, "element", uid)).encrypt(nonce, inside, lead + associated)


def derived_uid(study_key, original):
    value = bytearray(hmac.new(hkdf(study_key, "uid", ""), original.encode(), hashlib.sha256).digest()[:16])
    value[6] = value[6] & 0x0F | 0x80
    value[8] = value[8] & 0x3F | 0x80
    return "2.25." + str(int.from_bytes(value, "big"))


def main():
    study_key = bytes(range(32))
    uid = "2.25.329800735698586629295641978511506172918"
    nonce = bytes(range(100, 112))
    for length in (0, 1, 7, 15, 16, 17, 33, 64):
        plaintext = bytes((7 * index + length) % 256 for index in range(length))
        print("record", length, seal_record(study_key, uid, nonce, b"bound to this", plaintext).hex())
    for stages in ((), (1, 1)):
        plaintext = bytes((7 * index + 20) % 256 for index in range(20))
        print("record", list(stages), 20, seal_record(study_key, uid, nonce, b"bound to this", plaintext, stages).hex())
    print("element", 33, seal_element(study_key, uid, nonce, b"", bytes(range(33))).hex())
    for original in ("1.2.840.10008.1.2.1", "1.2.3", ""):
        print("uid", original, derived_uid(study_key, original))
    for label in ("inner-dna-rules", "inner-dna-strand"):
        print("key", label, hkdf(study_key, label, uid + "/0").hex())
    for label in ("aes", "element", "record-check", "element-check", "embedding-path", "embedding-parameters",
                  "pixel-cipher"):
        print("key", label, hkdf(study_key, label, uid).hex())
    for label in ("uid", "head"):
        print("key", label, hkdf(study_key, label, "").hex())


if __name__ == "__main__":
    main()
