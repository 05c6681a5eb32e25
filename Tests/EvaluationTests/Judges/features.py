"""Features of PNG files, by sealwatch (SPAM-686) and scikit-image (LBP).

    features.py FILE...

Prints a JSON list: {"spam": [686 numbers], "lbp": [108 numbers]} for each file. Both number their features as Veilray does: SPAM with
the straight directions first, the last difference of a triple fastest; LBP circle by circle, of the samples and then of the residual.
"""
import json
import sys

import numpy as np
from scipy.signal import convolve2d
from skimage.feature import local_binary_pattern
from skimage.io import imread

from packages import sealwatch

CIRCLES = [(8, 1), (16, 2), (24, 3)]
SECOND_DIFFERENCE = np.array([[-1, 2, -1], [2, -4, 2], [-1, 2, -1]])


def spam(image):
    package = sealwatch()
    from sealwatch import tools

    # The fast backend takes 8 bits only; rounding makes the other take any integers.
    with_all_bits = sys.modules["sealwatch.spam.spam"].extract(image, rounded=True)
    if image.dtype == np.uint8:
        fast = package.spam.extract(image)
        for group in fast:
            assert np.allclose(fast[group], with_all_bits[group]), "sealwatch disagrees with itself"
    return [float(value) for group in ("straight", "diagonal") for value in with_all_bits[group]]


def lbp(image):
    residual = convolve2d(image.astype(np.int64), SECOND_DIFFERENCE, mode="valid")
    features = []
    for field in (image.astype(np.int64), residual):
        for neighbours, radius in CIRCLES:
            codes = local_binary_pattern(field, neighbours, radius, method="uniform")[radius:-radius, radius:-radius]
            counts = np.bincount(codes.astype(int).ravel(), minlength=neighbours + 2)
            features += [float(value) for value in counts / counts.sum()]
    return features


if __name__ == "__main__":
    images = [imread(path) for path in sys.argv[1:]]
    json.dump([{"bits": image.dtype.itemsize * 8, "spam": spam(image), "lbp": lbp(image)} for image in images], sys.stdout)
