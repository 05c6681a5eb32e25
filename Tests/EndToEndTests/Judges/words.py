#!/usr/bin/env python3
"""Has tesseract read an original's picture and that of its stego file: no word of the one may be left in the other.

Case: name, original, stego.
Judgement: the words of three letters or digits and more, in capitals, that it reads in the original's first frame (`before`), what it reads
in the stego file's that is left of them (`left`), and what else (`otherwise`); with a confidence of at least 60, in two sizes, as the
picture is and inverted.

Tesseract reads a word of three letters in noise now and then, and noise changes with every key. So what it reads in a stego file is left of
an original's word only if it is that word, or stands where that stood and has half of it in one piece.
"""
import csv
import io
import os
import re
import subprocess
from difflib import SequenceMatcher

import numpy
from PIL import Image, ImageOps
from pydicom.pixels import convert_color_space
from pydicom.pixels.processing import apply_color_lut

from dicom_tools import decode, levels, main, read_leniently

LARGEST = 6_000_000


def picture(data_set):
    """The first frame as grey, from black for the lowest shown level to white for the highest."""
    array = decode(data_set)
    if int(data_set.get("NumberOfFrames") or 1) > 1:
        array = array[0]
    kind = data_set.PhotometricInterpretation
    if kind == "PALETTE COLOR":
        array = apply_color_lut(array, data_set)
    elif kind.startswith("YBR_FULL"):
        array = convert_color_space(array, kind, "RGB")
    elif data_set.SamplesPerPixel == 1:
        array = levels(data_set, array)
    array = array.astype(float)
    if array.ndim == 3:
        array = array.max(axis=2)
    low, high = numpy.percentile(array, 0.5), numpy.percentile(array, 99.5)
    grey = numpy.clip((array - low) * 255 / max(1, high - low), 0, 255).astype(numpy.uint8)
    return Image.fromarray(255 - grey if kind == "MONOCHROME1" else grey)


def words(data_set):
    """Each word with the places where it is read: left, upper, right and lower edge in samples."""
    found = {}
    image = picture(data_set)
    for scale in (1, 2):
        larger = image.resize((image.width * scale, image.height * scale), Image.LANCZOS)
        if scale > 1 and larger.width * larger.height > LARGEST:
            continue
        for shown in (larger, ImageOps.invert(larger)):
            png = io.BytesIO()
            shown.save(png, "PNG")
            table = subprocess.run(
                ["tesseract", "-", "-", "--psm", "11", "--dpi", "150", "tsv"], input=png.getvalue(), capture_output=True, check=True,
                env=dict(os.environ, OMP_THREAD_LIMIT="1")).stdout.decode()
            for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
                if float(row["conf"]) < 60:
                    continue
                left, top, width, height = (int(row[side]) / scale for side in ("left", "top", "width", "height"))
                for word in re.findall("[A-Z0-9]{3,}", row["text"].upper()):
                    found.setdefault(word, []).append((left, top, left + width, top + height))
    return found


def touch(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_left(word, places, before):
    """Whether what is read now is what was read before, or the greater part of it in its place."""
    # A word of three letters may be chance anywhere but in its place.
    if len(word) > 3 and word in before:
        return True
    for original, its_places in before.items():
        common = SequenceMatcher(None, word, original, autojunk=False).find_longest_match().size
        if common >= max(3, len(original) / 2) and any(touch(one, other) for one in places for other in its_places):
            return True
    return False


def judge(case):
    before = words(read_leniently(case["original"]))
    after = words(read_leniently(case["stego"]))
    left = {word for word, places in after.items() if is_left(word, places, before)}
    return {"before": sorted(before), "left": sorted(left), "otherwise": sorted(after.keys() - left)}


if __name__ == "__main__":
    main(judge)
