#!/usr/bin/env python3
"""Does what many archives do: writes each file again without its private elements.

Case: name, stego, stripped (where to write). Judgement: nothing more.
"""
import os

from dicom_tools import main, read_strictly


def judge(case):
    data_set = read_strictly(case["stego"])
    data_set.remove_private_tags()
    os.makedirs(os.path.dirname(case["stripped"]), exist_ok=True)
    data_set.save_as(case["stripped"], enforce_file_format=True)
    return {}


main(judge)
