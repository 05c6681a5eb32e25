#!/usr/bin/env python3
"""Compressed sizes with and without a dictionary: on held-out synthetic headers and on the headers of real files.

./train.py --version 1 --output /tmp/dictionary.bin
./measure.py /tmp/dictionary.bin --files DIRECTORY…
"""

import argparse
import subprocess
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

sys.dont_write_bytecode = True

import pydicom  # noqa: E402

from headers import synthetic_header  # noqa: E402

HELD_OUT_SEEDS = range(10_000_000, 10_000_300)
MAGIC_BYTES = 4
"""The record drops the frame's magic number."""


def header_of(path: Path) -> bytes:
    """The bytes before Pixel Data's value; the whole file when it has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path, force=True)
        content = path.read_bytes()
        element = dataset["PixelData"] if "PixelData" in dataset else None
    return content[: element.file_tell] if element is not None and element.file_tell else content


def compressed_size(header: bytes, dictionary: Path | None) -> int:
    with tempfile.NamedTemporaryFile() as sample:
        sample.write(header)
        sample.flush()
        arguments = ["zstd", "-q", "-19", "--no-check", "-c", sample.name] + (["-D", str(dictionary)] if dictionary else [])
        return len(subprocess.run(arguments, check=True, capture_output=True).stdout) - MAGIC_BYTES


def report(name: str, headers: list[bytes], dictionary: Path) -> None:
    count = len(headers)
    plain = sum(compressed_size(header, None) for header in headers)
    trained = sum(compressed_size(header, dictionary) for header in headers)
    print(f"{name:28} {count:5} {sum(map(len, headers)) // count:9} {plain // count:9} {trained // count:9}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--files", type=Path, nargs="*", default=[], help="folders with DICOM files; each folder is a row")
    options = parser.parse_args()

    print(f"{'headers':28} {'count':>5} {'bytes':>9} {'zstd -19':>9} {'with it':>9}")
    groups = defaultdict(list)
    for seed in HELD_OUT_SEEDS:
        kind, header = synthetic_header(seed)
        groups[f"synthetic {kind.split()[0]}"].append(header)
    for name in sorted(groups):
        report(name, groups[name], options.dictionary)
    for folder in options.files:
        headers = [header_of(path) for path in sorted(folder.rglob("*.dcm"))]
        if headers:
            report(folder.name, headers, options.dictionary)


if __name__ == "__main__":
    main()
