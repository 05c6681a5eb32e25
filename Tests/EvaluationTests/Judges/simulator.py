"""What optimal ±1 embedding costs, by conseal's simulator.

    simulator.py COVER BITS DOWN UP

COVER is a PNG of 8 bits; DOWN and UP hold the costs of −1 and +1 as little-endian 32-bit floats, row by row, infinite where a sample must stay.
Prints JSON: "expected" and "simulated" distortion and the expected number of changes for BITS of payload; and "agreement", the rank
correlation of the finite costs with conseal's own HILL costs of the cover.
"""
import json
import sys

import conseal
import numpy as np
from scipy.stats import spearmanr
from skimage.io import imread

WET = 1e10

if __name__ == "__main__":
    path, bits, down, up = sys.argv[1:]
    cover = imread(path)
    costs = [np.fromfile(name, dtype="<f4").reshape(cover.shape).astype(float) for name in (down, up)]
    down, up = (np.where(np.isinf(cost), WET, cost) for cost in costs)
    (increase, decrease), _ = conseal.simulate._ternary.probability(rhos=(up, down), alpha=int(bits) / cover.size, n=cover.size)
    change = conseal.simulate._ternary.simulate(ps=(increase, decrease), seed=12345)
    hill = conseal.hill._costmap.compute_cost(cover)
    dry = np.isfinite(costs[0]) & np.isfinite(costs[1])
    json.dump({
        "expected": float(np.sum(increase * up + decrease * down)),
        "simulated": float(np.sum(up[change == 1]) + np.sum(down[change == -1])),
        "changes": float(np.sum(increase + decrease)),
        "agreement": float(spearmanr(down[dry], hill[dry]).statistic),
    }, sys.stdout)
