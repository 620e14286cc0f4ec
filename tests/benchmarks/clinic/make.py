"""`python -m tests.benchmarks.clinic.make FOLDER PART [SEEDS]`: train what the benchmark reads."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.clinic.plans import plans
from tests.benchmarks.clinic.trainings import make


def main(folder: Path, part: str, seeds: range) -> None:
    """Train each plan of a part once; what is there already is left."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.process_time()
    for plan in plans(part, seeds):
        path = folder / f"{plan.name}.npz"
        if path.exists():
            continue
        make(plan).save(path)
        path.with_suffix(".json").write_text(json.dumps(asdict(plan)))
        print(f"{time.process_time() - begun:7.1f} {plan.name}", flush=True)


if __name__ == "__main__":
    where, which, *how = sys.argv[1:]
    first, last = (how[0] if how else "0:2").split(":")
    main(Path(where), which, range(int(first), int(last)))
