#!/usr/bin/env python3
"""Makes images upon which a name, a date and a hospital are written, with pydicom and Pillow alone.

Case: name, image (the path to write), kind (of image: see KINDS; its name where it has none), and shown: what of it is written, as
"all", "none", or a part of a line, which stands where it stands among the others. "BES", which is part of none, stands where nothing does.
Judgement: the words of three letters or digits and more of all lines.
"""
import re

import numpy
import pydicom
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from dicom_tools import main

ROWS, COLUMNS = 256, 384
LINES = ["HUSTERMANN ERIKA", "1964-08-12  ID 4711-0815", "CITY HOSPITAL NORTH"]
STRAY = "BES"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
# Modality, SOP class, photometric interpretation, bits stored, frames.
KINDS = {
    "ct": ("CT", "2", "MONOCHROME2", 12, 1),
    "film": ("CR", "1", "MONOCHROME1", 10, 1),
    "ultrasound": ("US", "6.1", "RGB", 8, 1),
    "clip": ("US", "3.1", "MONOCHROME2", 8, 3),
    "capture": ("OT", "7", "PALETTE COLOR", 8, 1),
}


def ink(shown):
    """The part of each sample that is written upon."""
    canvas = Image.new("L", (COLUMNS, ROWS))
    draw, font = ImageDraw.Draw(canvas), ImageFont.truetype(FONT, 20)
    for number, line in enumerate(LINES):
        text = line if shown == "all" else shown if shown in line else ""
        draw.text((20 + font.getlength(line[:line.find(text)]), 16 + 80 * number), text, font=font, fill=255)
    if shown == STRAY:
        draw.text((300, 16), shown, font=font, fill=255)
    return numpy.asarray(canvas) / 255


def frame(bits, shown, chance):
    """Something round with a little noise, darker than the letters."""
    rows, columns = numpy.mgrid[:ROWS, :COLUMNS]
    inside = numpy.hypot(rows - ROWS / 2, columns - COLUMNS / 2) < 110
    top = (1 << bits) - 1
    ground = inside * top * 0.12 + chance.normal(0, top * 0.004, inside.shape) + top * 0.05
    return numpy.clip(numpy.round(ground * (1 - ink(shown)) + top * ink(shown)), 0, top).astype(int)


def judge(case):
    modality, sop_class, kind, bits, frames = KINDS[case.get("kind", case["name"])]
    chance = numpy.random.default_rng(5)
    levels = numpy.stack([frame(bits, case.get("shown", "all"), chance) for _ in range(frames)])
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    instance = "2.25.7100" + str(list(KINDS).index(case.get("kind", case["name"])))
    data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1." + sop_class, instance
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = "2.25.7100", instance + "1"
    data_set.PatientName, data_set.PatientID, data_set.PatientBirthDate = "Hustermann^Erika", "4711-0815", "19640812"
    data_set.InstitutionName = "City Hospital North"
    data_set.Modality, data_set.ImageType = modality, ["ORIGINAL", "PRIMARY"]
    data_set.Rows, data_set.Columns, data_set.SamplesPerPixel = ROWS, COLUMNS, 3 if kind == "RGB" else 1
    data_set.PhotometricInterpretation = kind
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 16 if bits > 8 else 8, bits, bits - 1
    data_set.PixelRepresentation = 0
    if frames > 1:
        data_set.NumberOfFrames = frames
    if kind == "MONOCHROME1":
        levels = (1 << bits) - 1 - levels
    if kind == "RGB":
        data_set.PlanarConfiguration = 0
        levels = numpy.stack([levels, levels, levels // 2], axis=-1)
    if kind == "PALETTE COLOR":
        for colour in ("Red", "Green", "Blue"):
            setattr(data_set, colour + "PaletteColorLookupTableDescriptor", [256, 0, 16])
            setattr(data_set, colour + "PaletteColorLookupTableData", (numpy.arange(256) * 257).astype("<u2").tobytes())
    data_set.PixelData = levels.astype("<u2" if bits > 8 else "u1").tobytes()
    pydicom.dcmwrite(case["image"], data_set, enforce_file_format=True)
    return {"words": re.findall("[A-Z0-9]{3,}", " ".join(LINES))}


if __name__ == "__main__":
    main(judge)
