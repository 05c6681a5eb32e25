"""The detection error of feature pairs, by sealwatch's ensemble of Fisher discriminants.

    ensemble.py FILE

FILE holds JSON: {"training": {"cover": [[…]…], "stego": [[…]…]}, "testing": {…}}. Prints {"error": …}: half of false alarms and missed
detections on the testing pairs, at the majority vote, with subspaces and the number of learners chosen by the package itself.
"""
import json
import logging
import sys

import numpy as np

from packages import sealwatch

if __name__ == "__main__":
    sealwatch()
    from sealwatch.ensemble_classifier import FldEnsembleTrainer

    logging.disable(logging.CRITICAL)
    with open(sys.argv[1]) as file:
        pairs = json.load(file)
    training = {name: np.ascontiguousarray(rows, dtype=float) for name, rows in pairs["training"].items()}
    testing = {name: np.ascontiguousarray(rows, dtype=float) for name, rows in pairs["testing"].items()}
    trainer = FldEnsembleTrainer(training["cover"], training["stego"], seed=12345, verbose=0)
    ensemble, _ = trainer.train()
    covers = np.asarray(ensemble.predict(testing["cover"]))
    stegos = np.asarray(ensemble.predict(testing["stego"]))
    json.dump({"error": float((np.mean(covers > 0) + np.mean(stegos <= 0)) / 2)}, sys.stdout)
