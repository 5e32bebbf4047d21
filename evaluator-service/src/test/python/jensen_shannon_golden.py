"""Writes the golden file of the distance between histograms: what scipy computes for random counts.

    python -m venv venv && venv/bin/pip install scipy==1.17.1
    venv/bin/python evaluator-service/src/test/python/jensen_shannon_golden.py
"""

import json
import pathlib
import random

from scipy.spatial.distance import jensenshannon

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/slicer/evaluator/drift/jensen-shannon-golden.json"
CASES = 40


def histogram(rng, bins):
    most = rng.choice([1, 10, 1000, 10**9])
    counts = [rng.choice([0, rng.randint(0, most)]) for _ in range(bins)]
    counts[rng.randrange(bins)] += 1
    return counts


def main():
    rng = random.Random(19910101)
    cases = []
    for _ in range(CASES):
        bins = rng.randint(1, 12)
        one, other = histogram(rng, bins), histogram(rng, bins)
        cases.append({"one": one, "other": other, "distance": float(jensenshannon(one, other, base=2))})
    OUT.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n", encoding="utf-8")


main()
