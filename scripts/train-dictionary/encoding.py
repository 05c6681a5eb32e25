"""Writes synthetic headers the way scanners do: elements ascending, preamble and meta group in front.

An encoder of our own, because it must also write what common toolkits drop: group lengths and sequences of undefined length.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"

LONG_LENGTH_VRS = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
BINARY_FORMATS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "AT": "HH"}
NUL_PADDED_VRS = {"UI", "OB", "UN"}


@dataclass(frozen=True)
class Style:
    """What differs between writers of the same data set."""

    explicit: bool = True
    group_lengths: bool = False
    undefined_lengths: bool = False


@dataclass
class Header:
    """A data set to be: tag → (VR, value)."""

    elements: dict[int, tuple[str, Any]] = field(default_factory=dict)

    def set(self, keyword: str, value: Any, vr: str | None = None) -> None:
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise KeyError(keyword)
        self.elements[tag] = (vr or dictionary_VR(tag).split(" or ")[0], value)

    def has(self, keyword: str) -> bool:
        return tag_for_keyword(keyword) in self.elements

    def get(self, keyword: str) -> Any:
        return self.elements[tag_for_keyword(keyword)][1]

    def set_tag(self, tag: int, vr: str, value: Any) -> None:
        self.elements[tag] = (vr, value)

    def reserve(self, group: int, block: int, creator: str) -> int:
        """Names a private block (PS3.5 section 7.8.1) and returns the tag its elements are added to."""
        self.elements[group << 16 | block] = ("LO", creator)
        return group << 16 | block << 8


def encode_value(vr: str, value: Any, style: Style) -> bytes:
    if isinstance(value, bytes):
        encoded = value
    elif vr in BINARY_FORMATS:
        values = value if isinstance(value, (list, tuple)) else [value]
        if vr == "AT":
            encoded = b"".join(struct.pack("<HH", tag >> 16, tag & 0xFFFF) for tag in values)
        else:
            encoded = struct.pack(f"<{len(values)}{BINARY_FORMATS[vr]}", *values)
    else:
        values = value if isinstance(value, (list, tuple)) else [value]
        encoded = "\\".join(str(item) for item in values).encode("latin-1")
    if len(encoded) % 2:
        encoded += b"\0" if vr in NUL_PADDED_VRS else b" "
    return encoded


def encode_sequence(items: list[Header], style: Style) -> bytes:
    encoded = b""
    for item in items:
        body = encode_elements(item, style)
        if style.undefined_lengths:
            encoded += struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + body + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
        else:
            encoded += struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body
    if style.undefined_lengths:
        encoded += struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return encoded


def encode_element(tag: int, vr: str, value: Any, style: Style) -> bytes:
    prefix = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    length = None
    if vr == "SQ":
        body = encode_sequence(value, style)
        length = 0xFFFFFFFF if style.undefined_lengths else len(body)
    else:
        body = encode_value(vr, value, style)
        length = len(body)
    if not style.explicit:
        return prefix + struct.pack("<I", length) + body
    if vr in LONG_LENGTH_VRS:
        return prefix + vr.encode() + struct.pack("<HI", 0, length) + body
    if length > 0xFFFF:
        raise ValueError(f"{tag:08x}: {vr} value of {length} bytes")
    return prefix + vr.encode() + struct.pack("<H", length) + body


def encode_elements(header: Header, style: Style) -> bytes:
    groups: dict[int, bytes] = {}
    for tag in sorted(header.elements):
        vr, value = header.elements[tag]
        groups[tag >> 16] = groups.get(tag >> 16, b"") + encode_element(tag, vr, value, style)
    if not style.group_lengths:
        return b"".join(groups.values())
    return b"".join(encode_element(group << 16, "UL", len(body), style) + body for group, body in groups.items())


def encode_file_header(meta: Header, header: Header, style: Style, pixel_data_length: int | None) -> bytes:
    """Preamble, meta group and data set up to and including the head of Pixel Data (none when `pixel_data_length` is None)."""
    meta_style = Style(explicit=True)
    meta_body = encode_elements(meta, meta_style)
    encoded = bytes(128) + b"DICM" + encode_element(0x00020000, "UL", len(meta_body), meta_style) + meta_body
    encoded += encode_elements(header, style)
    if pixel_data_length is None:
        return encoded
    if style.group_lengths:
        encoded += encode_element(0x7FE00000, "UL", (pixel_data_length + 12) & 0xFFFFFFFF, style)
    encoded += struct.pack("<HH", 0x7FE0, 0x0010)
    if style.explicit:
        encoded += b"OW" + bytes(2)
    return encoded + struct.pack("<I", pixel_data_length)
