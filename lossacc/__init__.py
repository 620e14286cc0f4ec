"""Why loss and accuracy part ways when a network is trained, and why yours did.

>>> from lossacc import experiments, pictures
>>> run = experiments.load("sure-and-wrong").run(seed=1)
>>> pictures.curves(run)

Recording a run of your own:

>>> recorder = lossacc.Recorder((x, y), validation=(x_val, y_val))
>>> model.fit(x, y, callbacks=[recorder])
>>> pictures.curves(recorder.run)
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Where each public name lives. It is imported when it is first used, so that `import lossacc` is
# instant and starts no TensorFlow. None is called as a module is: importing that module would
# put the module in the name's place.
_HOME = {
    "Examples": "data",
    "Recorder": "recorder",
    "Run": "run",
    "Scores": "scores",
    "audit": "auditing",
    "find_conflicts": "conflicts",
    "mode_gap": "modes",
    "recognise": "recognition",
    "recompute_statistics": "modes",
    "train": "training",
}
__all__ = [
    "Examples",
    "Recorder",
    "Run",
    "Scores",
    "audit",
    "find_conflicts",
    "mode_gap",
    "recognise",
    "recompute_statistics",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOME:
        raise AttributeError(f"module 'lossacc' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"lossacc.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*globals(), *_HOME])
