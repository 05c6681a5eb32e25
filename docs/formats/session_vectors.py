#!/usr/bin/env python3
"""Second implementation of what docs/protocol.md says is hashed, signed and sealed, that prints the known-answer vectors.

Needs the package `cryptography`. The vectors are committed in Tests/ProtocolTests/Support/SessionVectors.swift:

    python3 docs/formats/session_vectors.py > Tests/ProtocolTests/Support/SessionVectors.swift
"""
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def varint(value):
    value &= (1 << 64) - 1
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded + bytes([value]))


def field(number, value):
    """A Protocol Buffers field: an integer, or bytes with their length. None is left out."""
    if value is None:
        return b""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(*pairs):
    return b"".join(field(number, value) for number, value in pairs)


def sha256(data):
    return hashlib.sha256(data).digest()


def transcript(*parts):
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts))


def sign(key, kind, body):
    return key.sign(b"veilray/1 " + kind.encode() + b"\0" + body)


initiator = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
responder = Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32)
exporter = bytes([7]) * 32
certificates = sha256(b"initiator's certificate"), sha256(b"responder's certificate")

# An X-Wing public key: one of ML-KEM-768 (all zero is one), one of X25519.
fresh_key = bytes(1184) + bytes([9]) * 32
limits = fields((1, 16 << 20), (2, 256 << 10), (3, 4 << 30), (4, 100_000))
sink = fields((1, 1), (2, limits), (3, fresh_key))
capabilities = fields((1, "j2k"), (1, "none"), (2, "reversible"))

hello = fields((1, varint(1)), (2, capabilities), (3, bytes([3]) * 32), (4, bytes([4]) * 25), (5, 1))
welcome = fields(
    (1, 1), (2, varint(1)), (3, capabilities), (4, bytes([5]) * 32), (5, bytes([6]) * 25), (6, 1), (7, sink))

said = [b"veilray/1 transcript", exporter, *certificates, hello]
hello_signature = sign(initiator, "initiator greeting", transcript(*said))
said += [hello_signature, welcome]
welcome_signature = sign(responder, "responder greeting", transcript(*said))
said += [welcome_signature]
agreed = transcript(*said)


def attribute(name, critical=None, **value):
    numbers = {"text": 3, "integer": 4, "data": 5, "time": 6, "later": 7}
    ((kind, content),) = value.items()
    return fields((1, name), (2, critical), (numbers[kind], content))


entry = fields(
    (1, "series/image 1.dcm"), (2, 1_000), (3, sha256(b"original 1")), (4, attribute("lossy", integer=0)))
manifest = fields(
    (1, bytes([8]) * 16), (2, "2.25.123456789"), (3, 1_800_000_000_250), (4, bytes([4]) * 25), (5, entry),
    (6, attribute("priority", critical=1, integer=-2)),
    (6, attribute("question", text="Fracture?")),
    (6, attribute("answers", data=bytes([10, 11]))),
    (6, attribute("due", time=1_800_000_600_000)),
    (6, attribute("of.a-later-release", later="?")))

vectors = {
    "helloBody": hello,
    "helloSignature": hello_signature,
    "welcomeBody": welcome,
    "welcomeSignature": welcome_signature,
    "transcript": agreed,
    "keyInfoFromInitiator": b"veilray/1 study key from initiator\0" + agreed,
    "keyInfoFromResponder": b"veilray/1 study key from responder\0" + agreed,
    "keyAssociatedData": (3).to_bytes(4, "big") + sha256(manifest),
    "manifestBody": manifest,
}
for kind in ["card", "manifest", "instance receipt", "study receipt"]:
    words = kind.split()
    vectors[words[0] + "".join(word.capitalize() for word in words[1:]) + "Signature"] = sign(initiator, kind, b"body")

print("/// What `docs/formats/session_vectors.py` printed; hexadecimal.")
print("enum SessionVectors {")
for name, value in vectors.items():
    text = value.hex()
    if len(text) <= 100:
        print(f'    static let {name} = "{text}"')
        continue
    print(f'    static let {name} = """')
    lines = [text[start:start + 120] for start in range(0, len(text), 120)]
    print("\n".join(f"        {line}\\" for line in lines[:-1]))
    print(f"        {lines[-1]}")
    print('        """')
print("}")
