"""SSIM and PSNR of pairs of PNG files, by scikit-image.

    quality.py RANGE COVER STEGO [RANGE COVER STEGO ...]

Prints a JSON list: {"ssim": …, "psnr": …, "mse": …} for each pair. RANGE is the data range of both figures.
"""
import json
import sys

from skimage.io import imread
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

if __name__ == "__main__":
    arguments = sys.argv[1:]
    figures = []
    for data_range, cover, stego in zip(*[iter(arguments)] * 3):
        first, second = imread(cover).astype("float64"), imread(stego).astype("float64")
        span = float(data_range)
        figures.append({
            # The window of the paper: 11 x 11 Gaussian, sigma 1.5, population variance; the mean leaves the border out.
            "ssim": float(structural_similarity(
                first, second, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=span)),
            "psnr": float(peak_signal_noise_ratio(first, second, data_range=span)),
            "mse": float(mean_squared_error(first, second)),
        })
    json.dump(figures, sys.stdout)
