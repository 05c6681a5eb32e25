"""Real images as archives and exports hand them on, with and without an edit.

    exports.py OUTPUT FOLDER TRIALS FILE...

FILEs lie below FOLDER. Writes 16-bit little-endian samples behind one another into OUTPUT and prints a JSON list, one object for each image:
{"image", "operation", "edit", "rows", "columns", "low", "high", "offset", "window", "changed"}. "window" is [centre, width] where the
samples are shades of it, "changed" the rectangle of the edit in the original [top, bottom, left, right], both null otherwise. "visible" is
the share of the edit that the window shows. The codecs
are OpenJPEG's and Pillow's, resampling is scikit-image's, so that nothing here shares code with what is tested.
"""
import io
import json
import sys

import numpy as np
import pydicom
from openjpeg import utils
from PIL import Image
from skimage.transform import resize


def shrink(a, scale):
    rows, columns = (round(side * scale) for side in a.shape)
    return np.rint(resize(a.astype(float), (rows, columns), order=1, anti_aliasing=True, preserve_range=True)).astype(int)


def there_and_back(a, scale):
    small = resize(a.astype(float), tuple(round(s * scale) for s in a.shape), order=1, anti_aliasing=True, preserve_range=True)
    return np.rint(resize(small, a.shape, order=1, anti_aliasing=False, preserve_range=True)).astype(int)


def jpeg2000(a, ratio, low, high):
    bits = max(2, int(np.ceil(np.log2(high - low + 1))))
    shifted = np.clip(a - low, 0, (1 << bits) - 1).astype("u2")
    code = utils.encode_array(shifted, bits_stored=bits, compression_ratios=[float(ratio)])
    decoded = utils.decode(bytes(code))
    return decoded.astype(int) + low


def shades(a, window):
    centre, width = window
    return np.rint(np.clip(((a - (centre - 0.5)) / (width - 1) + 0.5) * 255, 0, 255)).astype(int)


def jpeg(b, quality):
    buffer = io.BytesIO()
    Image.fromarray(b.astype("u1")).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer)).astype(int)


def operations(low, high, window):
    """Name to (function, window or None)."""
    full = (low + (high - low) / 2 + 0.5, high - low + 1)
    return {
        "as it was": (lambda a: a, None),
        "JPEG 2000 5:1": (lambda a: jpeg2000(a, 5, low, high), None),
        "JPEG 2000 10:1": (lambda a: jpeg2000(a, 10, low, high), None),
        "JPEG 2000 20:1": (lambda a: jpeg2000(a, 20, low, high), None),
        "0.9 and back": (lambda a: there_and_back(a, 0.9), None),
        "0.75 and back": (lambda a: there_and_back(a, 0.75), None),
        "resampled 0.75": (lambda a: shrink(a, 0.75), None),
        "window": (lambda a: shades(a, window), window),
        "window, JPEG 75": (lambda a: jpeg(shades(a, window), 75), window),
        "JPEG 2000 10:1, window": (lambda a: shades(jpeg2000(a, 10, low, high), window), window),
        "full range to 8 bits": (lambda a: shades(a, full), full),
        "resampled 0.75, window": (lambda a: shades(shrink(a, 0.75), window), window),
    }


EDITED = {"JPEG 2000 5:1", "JPEG 2000 10:1", "JPEG 2000 20:1", "0.9 and back", "window", "JPEG 2000 10:1, window", "resampled 0.75, window"}
LESIONS = {"+5 % r 4": (0.05, 4), "+10 % r 4": (0.10, 4), "+20 % r 3": (0.20, 3), "+20 % r 6": (0.20, 6)}


def edits(a, other, body, width, cell, random):
    """Yields (name, edited image, rectangle)."""
    scale = cell // 8
    for name in list(LESIONS) + ["copy-move", "swap"]:
        row, column = (int(v) for v in body[random.integers(len(body))] * cell + random.integers(cell, size=2))
        margin = 30 * scale
        row, column = (int(np.clip(v, margin, s - margin)) for v, s in zip((row, column), a.shape))
        b = a.copy()
        if name in LESIONS:
            amount, radius = LESIONS[name]
            radius *= scale
            y, x = np.ogrid[: a.shape[0], : a.shape[1]]
            b = b + (amount * width * ((y - row) ** 2 + (x - column) ** 2 <= radius**2)).astype(int)
        elif name == "copy-move":
            r2, c2 = (int(np.clip(v * cell, cell, s - cell)) for v, s in zip(body[random.integers(len(body))], a.shape))
            b[row - cell : row + cell, column - cell : column + cell] = a[r2 - cell : r2 + cell, c2 - cell : c2 + cell]
            radius = cell
        elif other is None or other.shape != a.shape:
            continue
        else:
            b[row - 24 : row + 24, column - 24 : column + 24] = other[row - 24 : row + 24, column - 24 : column + 24]
            radius = 24
        yield name, b, [row - radius, row + radius, column - radius, column + radius]


def pixels(name):
    data = pydicom.dcmread(name, force=True)
    a = data.pixel_array.astype(int)
    low, high = (-(1 << data.BitsStored - 1), (1 << data.BitsStored - 1) - 1) if data.PixelRepresentation else (0, (1 << data.BitsStored) - 1)
    is_ct = data.get("Modality") == "CT"
    intercept = float(data.get("RescaleIntercept", 0) or 0)
    least = int(a.min())
    window = (40 - intercept, 400.0) if is_ct else (least + (a.max() - least) * 0.3, float((a.max() - least) * 0.6))
    return a, low, high, window


if __name__ == "__main__":
    output, folder, trials, names = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    index, offset = [], 0
    random = np.random.default_rng(1)
    with open(output, "wb") as sink:
        for number, name in enumerate(names):
            a, low, high, window = pixels(folder + "/" + name)
            other = pixels(folder + "/" + names[(number + 1) % len(names)])[0] if len(names) > 1 else None
            cell = 8 if max(a.shape) <= 640 else 16
            least, most = int(a.min()), int(a.max())
            rows, columns = (s // cell for s in a.shape)
            means = a[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell).mean((1, 3))
            body = np.argwhere(means > least + (most - least) * 0.25)
            for operation, (apply, shown) in operations(least, most, window).items():
                made = [(None, a, None)]
                if operation in EDITED and len(body):
                    for _ in range(trials):
                        made += list(edits(a, other, body, window[1], cell, random))
                for edit, before, changed in made:
                    b = apply(before)
                    b = np.clip(b, 0, 255) if shown else np.clip(b, low, high)
                    b.astype("<u2" if low >= 0 or shown else "<i2").tofile(sink)
                    visible = 1.0
                    if changed is not None and shown:
                        full = np.abs(before - a).sum()
                        exact = 255 / (shown[1] - 1)
                        visible = float(np.abs(shades(before, shown) - shades(a, shown)).sum() / max(1e-9, full * exact))
                    index.append(
                        {
                            "image": name, "operation": operation, "edit": edit, "rows": b.shape[0], "columns": b.shape[1],
                            "low": 0 if shown else low, "high": 255 if shown else high, "offset": offset,
                            "window": shown and [float(v) for v in shown], "changed": changed, "visible": visible,
                        }
                    )
                    offset += b.size * 2
    print(json.dumps(index))
