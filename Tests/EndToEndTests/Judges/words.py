#!/usr/bin/env python3
"""Has tesseract read an original's picture and that of its stego file: no word of the one may be left in the other.

Case: name, original, stego.
Judgement: the words of three letters or digits and more, in capitals, that it reads in the original's first frame, and those of them
that it still reads in the stego file's; with a confidence of at least 60, in two sizes, as the picture is and inverted.
"""
import csv
import io
import os
import re
import subprocess

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
    found = set()
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
                if float(row["conf"]) >= 60:
                    found.update(re.findall("[A-Z0-9]{3,}", row["text"].upper()))
    return found


def judge(case):
    before = words(read_leniently(case["original"]))
    after = words(read_leniently(case["stego"]))
    return {"before": sorted(before), "left": sorted(before & after), "otherwise": sorted(after - before)}


if __name__ == "__main__":
    main(judge)
