"""Slices through OpenJPEG with loss.

    jpeg2000.py SAMPLES SIDE RATIO

SAMPLES holds slices of SIDE × SIDE samples of 16 bits with their sign, the lowest byte first. They are replaced by what a decoder makes of
them. Prints {"bytes": of all codestreams}.
"""
import json
import sys

import numpy as np
from openjpeg import utils

if __name__ == "__main__":
    name, side, ratio = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    slices = np.fromfile(name, "<i2").reshape(-1, side, side)
    total = 0
    for index, a in enumerate(slices):
        low, high = int(a.min()), int(a.max())
        bits = max(2, int(np.ceil(np.log2(high - low + 1))))
        code = bytes(utils.encode_array((a.astype(int) - low).astype("u2"), bits_stored=bits, compression_ratios=[ratio]))
        total += len(code)
        slices[index] = utils.decode(code).astype(int) + low
    slices.tofile(name)
    print(json.dumps({"bytes": total}))
