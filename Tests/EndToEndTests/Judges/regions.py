#!/usr/bin/env python3
"""Judges where a stego file's samples differ from its original's: none of them in the region of interest.

Case: name, original, stego, and what the region is: rectangle "x,y,w,h", or structure-set, segmentation: a path, or overlay: a group.
Judgement: samples inside, changed inside, changed outside, and changed within two samples of the region's outside.
"""
import numpy
import pydicom

from dicom_tools import decode, levels, main, read_leniently


def rectangle(text, shape):
    x, y, width, height = map(int, text.split(","))
    mask = numpy.zeros(shape, bool)
    mask[max(0, y):y + height, max(0, x):x + width] = True
    return mask


def contours(path, image):
    """Centres inside a contour of the image's frame of reference, by the crossings of a ray with its sides."""
    origin = numpy.array(image.ImagePositionPatient, float)
    row, column = numpy.array(image.ImageOrientationPatient, float).reshape(2, 3)
    rows, columns = numpy.mgrid[:image.Rows, :image.Columns]
    mask = numpy.zeros(rows.shape, bool)
    for structure in pydicom.dcmread(path).ROIContourSequence:
        for contour in structure.ContourSequence:
            offsets = numpy.array(contour.ContourData, float).reshape(-1, 3) - origin
            x, y = offsets @ row / float(image.PixelSpacing[1]), offsets @ column / float(image.PixelSpacing[0])
            inside = numpy.zeros(rows.shape, bool)
            for index in range(len(x)):
                x0, y0, x1, y1 = x[index - 1], y[index - 1], x[index], y[index]
                if y0 == y1:
                    continue
                crosses = (y0 > rows) != (y1 > rows)
                inside ^= crosses & (columns < x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
            mask |= inside
    return mask


def segments(path, image):
    """The frames that name the image."""
    data_set = pydicom.dcmread(path)
    frames = data_set.pixel_array
    mask = numpy.zeros(frames.shape[1:], bool)
    for frame, groups in zip(frames, data_set.PerFrameFunctionalGroupsSequence):
        names = [source.ReferencedSOPInstanceUID for item in groups.DerivationImageSequence for source in item.SourceImageSequence]
        if image.SOPInstanceUID in names:
            mask |= frame != 0
    return mask


def region(case, image):
    if "rectangle" in case:
        return rectangle(case["rectangle"], (image.Rows, image.Columns))
    if "structure-set" in case:
        return contours(case["structure-set"], image)
    if "segmentation" in case:
        return segments(case["segmentation"], image)
    return image.overlay_array(int(case["overlay"], 16)) != 0


def near(mask):
    """Outside, and at most two samples away along a row or a column."""
    grown = mask.copy()
    for axis in (0, 1):
        for step in (-2, -1, 1, 2):
            grown |= numpy.roll(mask, step, axis)
    return grown & ~mask


def judge(case):
    original, stego = read_leniently(case["original"]), read_leniently(case["stego"])
    changed = levels(original, decode(original)) != levels(stego, decode(stego))
    mask = region(case, original)
    return {
        "inside": int(mask.sum()),
        "changedInside": int((changed & mask).sum()),
        "changedOutside": int((changed & ~mask).sum()),
        "changedNear": int((changed & near(mask)).sum()),
    }


if __name__ == "__main__":
    main(judge)
