"""Compares two folders of DICOM files instance by instance, with pydicom as the judge.

    compare_pixels.py ORIGINAL OTHER

Files are matched by SOP Instance UID, so they may have any names. Prints what differs and exits 1, or prints one line and exits 0.
"""

import hashlib
import pathlib
import sys

import pydicom


def pixel_digests(folder):
    """SOP Instance UID -> (shape and type, SHA-256 of the decoded samples)."""
    digests = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        # What the receiver keeps beside the files.
        if not path.is_file() or path.name.startswith(".veilray-"):
            continue
        dataset = pydicom.dcmread(path)
        samples = dataset.pixel_array
        shape = (samples.shape, samples.dtype.newbyteorder("<").str)
        digests[str(dataset.SOPInstanceUID)] = (shape, hashlib.sha256(samples.tobytes()).hexdigest())
    return digests


def main(original, other):
    expected, found = pixel_digests(original), pixel_digests(other)
    missing = expected.keys() - found.keys()
    different = {uid for uid in expected.keys() & found.keys() if expected[uid] != found[uid]}
    unexpected = found.keys() - expected.keys()
    if not expected or missing or different or unexpected:
        print(f"{len(expected)} instances: {len(missing)} missing, {len(different)} different, {len(unexpected)} unexpected")
        return 1
    print(f"{len(expected)} instances have identical pixels")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
