"""What the judges share: reading as pydicom sees it, and nothing of Veilray's."""
import json
import sys
import warnings

import numpy
import pydicom
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.pixels import pixel_array
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

warnings.simplefilter("ignore")
settings = pydicom.config.settings


def read_leniently(path):
    settings.reading_validation_mode = pydicom.config.IGNORE
    return pydicom.dcmread(path, force=True)


def read_strictly(path):
    """A conforming reader's view: no guessing of the form, every value checked against its VR, every element looked at."""
    settings.reading_validation_mode = pydicom.config.RAISE
    data_set = pydicom.dcmread(path, force=False)
    for element in list(data_set.file_meta) + list(data_set.iterall()):
        _ = element.value
    return data_set


def is_native(data_set):
    """Whether the pixel data is not encapsulated; a file that names no transfer syntax cannot have such."""
    syntax = getattr(data_set.file_meta, "TransferSyntaxUID", None)
    return syntax is None or not syntax.is_encapsulated


def raw_elements(path):
    """Where it is, VR and bytes of each element of a file that is no sequence, however deeply nested.

    Where it is: "meta" or "data", then tags and item numbers in turn. The file is read anew, since looking at a value in pydicom replaces
    its bytes.
    """
    data_set = read_leniently(path)
    return [*walk(data_set.file_meta, ("meta",)), *walk(data_set, ("data",))]


def walk(data_set, place):
    for tag in list(data_set.keys()):
        here = (*place, int(tag))
        raw = data_set.get_item(tag)
        value = raw.value if isinstance(raw, RawDataElement) else None
        if value is not None and raw.VR not in (None, "SQ", "UN"):
            yield here, raw.VR, value
            continue
        try:
            element = data_set[tag]
        except Exception:
            # A value that pydicom cannot make sense of; its bytes are still there.
            yield here, "UN", value or b""
            continue
        if element.VR == "SQ":
            for index, item in enumerate(element.value):
                yield from walk(item, (*here, index))
        else:
            yield here, element.VR, value if value is not None else str(element.value or "").encode()


def vr_of(tag):
    try:
        return dictionary_VR(tag)
    except KeyError:
        return "UN"


def decode(data_set):
    """The decoded pixels without any colour conversion."""
    settings.reading_validation_mode = pydicom.config.IGNORE
    if "TransferSyntaxUID" not in data_set.file_meta:
        implicit, _ = data_set.original_encoding
        data_set.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    return pixel_array(data_set, raw=True)


def levels(data_set, array):
    """Stored values less the smallest possible one, from the stored bits alone."""
    stored = int(data_set.BitsStored)
    # Native words keep the place that High Bit gives their samples; decoders deliver samples that begin at bit 0.
    shift = int(data_set.HighBit) + 1 - stored if is_native(data_set) else 0
    field = (array.astype(numpy.int64) >> shift) & ((1 << stored) - 1)
    return field ^ (1 << (stored - 1)) if data_set.PixelRepresentation else field


def main(judge):
    """Judges every case of the JSON file named on the command line, and prints the judgements."""
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    print(json.dumps([{"name": case["name"], **judge(case)} for case in cases]))
