#!/usr/bin/env python3
"""Judges stego files: that they are sound DICOM, as far from their originals as announced, and that they name nobody.

Case: name, original, stego. Judgement: see `judge`.
"""
import math
import re
import struct

import numpy
import pydicom

from dicom_tools import decode, levels, main, raw_elements, read_leniently, read_strictly, vr_of

OWN_GROUP = 0x5653
# JPEG 2000 and High-Throughput JPEG 2000, which begin alike.
JPEG_2000_LOSSLESS = {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"}
TEXT_VRS = {"PN", "LO", "SH", "LT", "ST", "UT", "UC", "DA", "TM", "DT", "UI", "AE", "AS"}
# What every public header says, whatever the original was.
BOILERPLATE = ["ANONYMOUS", "REMOVED", "Veilray: allow-list after PS3.15 Basic Profile", "Basic Application Confidentiality Profile"]
WELL_KNOWN_UIDS = "1.2.840.10008."
# Pixel data, capsule and sealed part.
NOISE = {(0x7FE00010,), (0x56531001,), (0x56531002,)}


def judge(case):
    judgement = {}
    with open(case["stego"], "rb") as file:
        data = file.read()
    try:
        stego = read_strictly(case["stego"])
    except Exception as error:
        return {"unsound": f"{type(error).__name__}: {error}"}
    before, after = raw_elements(case["original"]), raw_elements(case["stego"])
    judgement["privateGroups"] = sorted({tag >> 16 for place, _, _ in after for tag in tags(place) if tag >> 16 & 1} - {OWN_GROUP})
    judgement["identityRemoved"] = stego.get("PatientIdentityRemoved")
    judgement["sharedUIDs"] = sorted(unique_identifiers(before) & unique_identifiers(after))
    judgement["leaks"] = leaks(before, after, public_words(stego), data)
    judgement.update(pixels(read_leniently(case["original"]), stego))
    return judgement


def tags(place):
    """The tags of a place: the second of its parts, the fourth and so on."""
    return place[1::2]


# Pixels


def pixels(original, stego):
    try:
        after = decode(stego)
    except Exception as error:
        if "PixelData" in original and stego.PixelData == original.PixelData:
            return {"originalUndecodable": f"{error}"}
        return {"unsound": f"its pixels cannot be decoded: {error}"}
    result = {"highBits": high_bits(stego, after)}
    if stego.get("ConversionType") == "SYN" and not after.any():
        return {**result, "placeholder": True, "originalDecodable": is_decodable(original)}
    try:
        before = levels(original, decode(original))
    except Exception as error:
        return {**result, "originalUndecodable": f"{error}"}
    after = levels(stego, after)
    if before.shape != after.shape:
        return {**result, "unsound": f"its pixels have the shape {after.shape}, the original's {before.shape}"}
    difference = numpy.abs(before - after)
    squares = float(numpy.mean(difference.astype(numpy.float64) ** 2))
    used = float(before.max() - before.min())
    return {
        **result,
        "maximumChange": int(difference.max()),
        "changedSamples": int(numpy.count_nonzero(difference)),
        "psnr": 10 * math.log10(used * used / squares) if squares else None,
    }


def is_decodable(data_set):
    try:
        return decode(data_set).size > 0
    except Exception:
        return False


def high_bits(stego, array):
    """What is wrong with the bits above the stored ones: they have to be zero, or repeat the sign."""
    stored, signed = int(stego.BitsStored), bool(stego.PixelRepresentation)
    smallest, largest = (-(1 << stored - 1), (1 << stored - 1) - 1) if signed else (0, (1 << stored) - 1)
    if int(array.min()) < smallest or int(array.max()) > largest:
        return f"values from {array.min()} to {array.max()} in {stored} bits"
    if stego.file_meta.TransferSyntaxUID in JPEG_2000_LOSSLESS:
        for frame in pydicom.encaps.generate_frames(stego.PixelData, number_of_frames=int(stego.get("NumberOfFrames", 1))):
            # The markers SOC and SIZ, SIZ's length and 36 bytes more; then a byte a component: precision less one, top bit for signed.
            components, = struct.unpack(">H", frame[40:42])
            # A codestream that passed through may have room for more bits than its samples, which were looked at above, use.
            depths = [frame[42 + 3 * index] for index in range(components)]
            if frame[:4] != b"\xff\x4f\xff\x51" or any(depth & 0x7F < stored - 1 for depth in depths):
                return f"the codestream's samples are not the header's {stored} bits"
    return None


# Anonymity


def unique_identifiers(elements):
    found = set()
    for place, vr, value in elements:
        if vr == "UI" or vr_of(place[-1]) == "UI":
            found |= {uid.decode("latin-1") for uid in re.split(rb"\\", value.strip(b"\0 "))}
    return {uid for uid in found if uid and not uid.startswith(WELL_KNOWN_UIDS)}


def secrets(elements):
    """Every text of five bytes and more: whole values, and the parts of values that have parts."""
    found = set()
    for place, vr, value in elements:
        if vr == "UN":
            vr = vr_of(place[-1])
        printable = vr == "UN" and re.fullmatch(rb"[\x20-\x7e\r\n\t]{5,}\0?", value)
        if vr in TEXT_VRS or printable:
            separators = rb"[\\^=]" if vr == "PN" else rb"\\"
            texts = [value] if vr in ("LT", "ST", "UT") else [value, *re.split(separators, value)]
            found |= {text.strip(b" \0\r\n") for text in texts}
    return {text for text in found if len(text) >= 5 and not text.startswith(WELL_KNOWN_UIDS.encode())}


def leaks(original, stego, public, data):
    """Secrets of the original's elements that stand somewhere in the stego file, with the place.

    Chance has to be kept out: a text of five bytes does occur in megabytes of noise, and digits occur in the file's own random UIDs and in
    coordinates. So the own UIDs are blanked, texts of less than six bytes are looked for outside pixels and ciphertext, and digits outside
    numbers too.
    """
    own = [uid.encode() for uid in unique_identifiers(stego) if uid.startswith("2.25.")]
    noise = [value for place, _, value in stego if place[1:] in NOISE]
    numbers = [value for _, vr, value in stego if vr in ("DS", "IS") and len(value) > 1]
    everything = blank(data, own)
    header = blank(everything, noise)
    header_without_numbers = blank(header, numbers)
    found = []
    for secret in sorted(secrets(original)):
        if secret.decode("latin-1") in public:
            continue
        is_number = re.fullmatch(rb"[-+0-9. ]+", secret)
        searched = header_without_numbers if is_number and len(secret) < 12 else header if len(secret) < 6 else everything
        position = searched.find(secret)
        if position >= 0:
            found.append(f"“{secret.decode('latin-1')}” at byte {position}")
    return found


def public_words(stego):
    """Words that name nobody: the boilerplate's, and the standard's terms in this header."""
    words = {part for text in BOILERPLATE for part in [text, *re.split(r"[ :]", text)]}
    for element in stego.iterall():
        if element.VR in ("CS", "LO") and element.keyword in PUBLIC_TERMS:
            values = element.value if isinstance(element.value, pydicom.multival.MultiValue) else [element.value]
            words |= {str(value) for value in values}
    return words


# The attributes whose values are words of the standard's vocabulary; a study may well be described with the same word.
PUBLIC_TERMS = {
    "BodyPartExamined", "DoseSummationType", "DoseType", "DoseUnits", "ImageType", "Modality", "ModalityLUTType",
    "PhotometricInterpretation", "PixelIntensityRelationship", "PresentationLUTShape", "RescaleType", "VOILUTFunction",
}


def blank(data, values):
    for value in values:
        if value:
            data = data.replace(value, b"\0" * len(value))
    return data


main(judge)
