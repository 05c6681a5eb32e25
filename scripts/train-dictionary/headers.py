"""Makes synthetic headers: each from its own seed, so that any one can be made again alone."""

from encoding import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, Header, Style, encode_file_header
from objects import OBJECTS
from modules import add_general, add_meta
from values import Values
from vendors import IMPLEMENTATION_ARCHIVES, VENDORS

EXPLICIT_SHARE = 0.65
"""Compressed transfer syntaxes are explicit too, which is why explicit outweighs implicit."""

OTHER_EXPLICIT_SYNTAXES = (
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.1.99",
)


def synthetic_header(seed: int) -> tuple[str, bytes]:
    """(modality and syntax, bytes) of the header that belongs to `seed`."""
    v = Values(seed)
    _, modality, makers, sop_class, generate = v.random.choices(OBJECTS, weights=[entry[0] for entry in OBJECTS])[0]
    vendor = v.choice([entry for entry in VENDORS if makers in entry.modalities])
    header = Header()
    add_general(v, vendor, header, modality, sop_class)
    pixel_data_length = generate(v, vendor, header)
    explicit = v.chance(EXPLICIT_SHARE)
    style = Style(explicit=explicit, group_lengths=v.chance(0.2), undefined_lengths=v.chance(0.5))
    syntax = EXPLICIT_LITTLE_ENDIAN if explicit else IMPLICIT_LITTLE_ENDIAN
    if explicit and v.chance(0.2):
        syntax = v.choice(OTHER_EXPLICIT_SYNTAXES)
    meta = add_meta(v, vendor, syntax, header, IMPLEMENTATION_ARCHIVES)
    return f"{modality} {'explicit' if explicit else 'implicit'}", encode_file_header(meta, header, style, pixel_data_length)
