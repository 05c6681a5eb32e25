#!/usr/bin/env python3
"""Second implementation of docs/protocol/replies.md, written for clearness, that prints the known-answer vectors.

Needs the package `cryptography`. The vectors are committed in Tests/ProtocolTests/Support/ReplyVectors.swift:

    python3 docs/protocol/replies_vectors.py > Tests/ProtocolTests/Support/ReplyVectors.swift
"""
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def varint(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded + bytes([value]))


def field(number, value):
    """A Protocol Buffers field: an integer, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def attribute(name, **value):
    numbers = {"text": 3, "integer": 4, "data": 5, "time": 6}
    ((kind, content),) = value.items()
    return field(6, field(1, name) + field(numbers[kind], content))


def sealed(study_key, transfer, nonce, attributes):
    """HKDF-SHA-256 (RFC 5869), one block; then AES-256-GCM of a length, the attributes and zeros."""
    pseudorandom = hmac.new(b"veilray/1 sealed attributes", study_key, hashlib.sha256).digest()
    key = hmac.new(pseudorandom, b"\x01", hashlib.sha256).digest()
    plaintext = len(attributes).to_bytes(3, "big") + attributes
    plaintext += bytes(-len(plaintext) % 256)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, transfer)


transfer, study_key = bytes([8]) * 16, bytes([42]) * 32
order = b"".join([
    attribute("order.urgent", integer=1),
    attribute("order.question", text="Pneumothorax? " + "Überwachung. " * 20),
    attribute("order.history", text="Sturz vom Dach"),
    attribute("order.due", time=1_800_000_600_000),
    attribute("order.callback", text="Dr. Brandt, +41 81 000"),
    attribute("order.of-a-later-release", text="?"),
])

clinic = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
reply = hashlib.sha256(b"the reply's manifest").digest()
acknowledgement = b"".join([
    attribute("reply", data=bytes([9]) * 16),
    attribute("manifest", data=reply),
    attribute("person", text="Nurse Bell"),
    attribute("role", text="ward 3"),
    attribute("time", time=1_800_000_700_000),
    attribute("signer", data=bytes([6]) * 25),
    attribute("read-back", text="pneumothorax left"),
    attribute("received", time=1_800_000_650_000),
])
statement = field(1, acknowledgement) + field(2, clinic.sign(b"veilray/1 acknowledgement\0" + acknowledgement))

vectors = {
    "sealedOrder": sealed(study_key, transfer, bytes([3]) * 12, order),
    "emptyOrder": sealed(study_key, transfer, bytes([4]) * 12, b""),
    "acknowledgement": statement,
}
print("/// What `docs/protocol/replies_vectors.py` printed; hexadecimal.")
print("enum ReplyVectors {")
for name, value in vectors.items():
    text = value.hex()
    lines = [text[start:start + 120] for start in range(0, len(text), 120)]
    print(f'    static let {name} = """')
    print("\\\n".join(" " * 8 + line for line in lines))
    print('        """')
print("}")
