"""What `Recorder` costs an ordinary `model.fit` on 20,000 images.

    python -m tests.benchmarks.recorder [--json FILE]

`fit` with and without it take turns in one process, from the same seed; the cost is the median of
the ratios of each pair. Run it on an idle machine: 3 minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

MUST, AIM = 1.10, 1.05
IMAGES, SIDE, CLASSES = 20_000, 28, 10


def images(n: int, seed: int) -> tuple[Any, Any]:
    """Noise and labels: what they show does not change the time."""
    rng = np.random.default_rng(seed)
    return rng.random((n, SIDE, SIDE, 1), dtype=np.float32), rng.integers(0, CLASSES, n)


def seconds(model: Any, data: Any, held_out: Any, epochs: int, callbacks: list[Any]) -> float:
    from lossacc.networks.cnn import initialise

    initialise(model, 0)
    begun = time.perf_counter()
    model.fit(
        *data, epochs=epochs, batch_size=64, validation_data=held_out, verbose=0,
        callbacks=callbacks,
    )  # fmt: skip
    return time.perf_counter() - begun


def cost(n: int, epochs: int, pairs: int) -> dict[str, Any]:
    """Time pairs of fits, the one with a Recorder compiling its scoring anew each time."""
    import keras

    from lossacc.networks.cnn import small_cnn
    from lossacc.training.recorder import Recorder

    data, held_out = images(n, 0), images(n // 10, 1)
    model = small_cnn((SIDE, SIDE, 1), CLASSES)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss, metrics=["accuracy"])
    seconds(model, data, held_out, 1, [])
    ratios, said = [], ""
    for pair in range(pairs):
        recorder = Recorder(data, held_out)
        takes = {}
        for callbacks in ([], [recorder])[:: 1 if pair % 2 else -1]:
            takes[len(callbacks)] = seconds(model, data, held_out, epochs, callbacks)
        ratios.append(round(takes[1] / takes[0], 3))
        said = repr(recorder)
        print(f"{takes[0]:.1f} s without, {takes[1]:.1f} s with: {ratios[-1]} times", flush=True)
    return {"ratio": statistics.median(ratios), "ratios": ratios, "recorder": said,
            "must": MUST, "aim": AIM, "epochs": epochs, "images": n}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    result = cost(args.images, args.epochs, args.pairs)
    print(f"{result['ratio']} times (must {MUST}, aim {AIM}); {result['recorder']}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
