#!/usr/bin/env python3
"""Judges restored files against their originals: whether bytes have to be equal, and otherwise whether elements and pixels are.

Case: name, original, restored. Judgement: native, identical, differences (texts).
"""
import numpy

from dicom_tools import decode, is_native, main, raw_elements, read_leniently

PIXEL_DATA = 0x7FE00010


def contents(path):
    """Each element by where it is, without the pixel data."""
    return {place: (vr, value) for place, vr, value in raw_elements(path) if place != ("data", PIXEL_DATA)}


def judge(case):
    with open(case["original"], "rb") as first, open(case["restored"], "rb") as second:
        identical = first.read() == second.read()
    original = read_leniently(case["original"])
    judgement = {"native": is_native(original), "identical": identical, "differences": []}
    if identical:
        return judgement
    was, came = contents(case["original"]), contents(case["restored"])
    for place in sorted(was.keys() | came.keys(), key=str):
        if was.get(place) != came.get(place):
            judgement["differences"].append(f"element {place}")
    was, came = decode(original), decode(read_leniently(case["restored"]))
    if was.shape != came.shape or was.dtype != came.dtype or not numpy.array_equal(was, came):
        judgement["differences"].append("pixels")
    return judgement


main(judge)
