"""The slices of a series and where they lie.

    series.py OUTPUT FOLDER

Writes 16-bit little-endian samples into OUTPUT, slice after slice along the normal, and prints JSON:
{"rows", "columns", "low", "high", "padding", "slope", "spacing": [2 numbers], "orientation": [6], "positions": [[3]…]}.
"""
import glob
import json
import sys

import numpy as np
import pydicom

if __name__ == "__main__":
    files = [pydicom.dcmread(name) for name in glob.glob(sys.argv[2] + "/*.dcm")]
    orientation = [float(v) for v in files[0].ImageOrientationPatient]
    normal = np.cross(orientation[:3], orientation[3:])
    files.sort(key=lambda f: float(np.dot(normal, [float(v) for v in f.ImagePositionPatient])))
    signed = files[0].PixelRepresentation == 1
    bits = files[0].BitsStored
    with open(sys.argv[1], "wb") as sink:
        for f in files:
            f.pixel_array.astype("<i2" if signed else "<u2").tofile(sink)
    print(
        json.dumps(
            {
                "rows": files[0].Rows, "columns": files[0].Columns, "low": -(1 << bits - 1) if signed else 0,
                "high": (1 << bits - 1) - 1 if signed else (1 << bits) - 1, "padding": int(files[0].PixelPaddingValue),
                "slope": float(files[0].RescaleSlope), "spacing": [float(v) for v in files[0].PixelSpacing],
                "orientation": orientation, "positions": [[float(v) for v in f.ImagePositionPatient] for f in files],
            }
        )
    )
