"""`python -m tests.benchmarks.clinic.make FOLDER PART [SEEDS [MINUTES]]`: train what it reads.

PART is "tune", "held out", or "pairs", of two causes at once.
With minutes of processor time given it stops after these. Plans come in an order in which whatever
fits holds each cause as often as the whole does, of networks and data at random.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tests.benchmarks.clinic.plans import Plan, pairs, plans
from tests.benchmarks.clinic.trainings import make


def in_fair_order(every: Iterable[Plan]) -> list[Plan]:
    """Order plans so that each beginning holds every cause in its share; the same each time."""
    listed = list(every)
    whole, seen = Counter(plan.cause for plan in listed), Counter[str]()
    placed = []
    for index in np.random.default_rng(len(listed)).permutation(len(listed)):
        plan = listed[index]
        seen[plan.cause] += 1
        placed.append((seen[plan.cause] / whole[plan.cause], plan))
    return [plan for _, plan in sorted(placed, key=lambda one: one[0])]


def main(folder: Path, part: str, seeds: range, minutes: float = float("inf")) -> None:
    """Train each plan of a part once; what is there already is left."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.process_time()
    every = pairs(seeds) if part == "pairs" else in_fair_order(plans(part, seeds))
    for plan in every:
        path = folder / f"{plan.name}.npz"
        if path.exists():
            continue
        if time.process_time() - begun > 60 * minutes:
            break
        make(plan).save(path)
        path.with_suffix(".json").write_text(json.dumps(asdict(plan)))
        print(f"{time.process_time() - begun:7.1f} {plan.name}", flush=True)


if __name__ == "__main__":
    where, which, *how = sys.argv[1:]
    first, last = (how[0] if how else "0:2").split(":")
    main(Path(where), which, range(int(first), int(last)), *map(float, how[1:]))
