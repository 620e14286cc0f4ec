"""Why loss and accuracy part ways when a network is trained, and why yours did.

>>> from lossacc import experiment, figures
>>> run = experiment("sure-and-wrong").run(seed=1)
>>> figures.curves(run)

Recording a run of your own:

>>> recorder = lossacc.Recorder((x, y), validation=(x_val, y_val))
>>> model.fit(x, y, callbacks=[recorder])
>>> figures.curves(recorder.run)
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Where each public name lives. It is imported when it is first used, so that `import lossacc` is
# instant and starts no TensorFlow.
_HOME = {
    "Examples": "data",
    "Recorder": "checks.run.recorder",
    "Curves": "runs.curves",
    "Run": "runs.run",
    "RunBuilder": "training.run_builder",
    "Scores": "runs.scores",
    "along_bias": "losses.logit_slice",
    "audit": "checks.model",
    "balanced_accuracy": "analysis.per_class",
    "between": "runs.joined",
    "check_run": "checks.run",
    "class_shares": "analysis.per_class",
    "diagnose": "checks.clinic.diagnose",
    "effective_rate": "analysis.weight_norms",
    "error_bound": "losses.bounds",
    "experiment": "lessons",
    "find_boxes": "analysis.phases",
    "find_conflicts": "analysis.label_conflicts",
    "glyphs": "data",
    "identical": "data",
    "ledger": "analysis.ledger",
    "ledger_of": "analysis.ledger",
    "load_digits": "data",
    "load_folder": "data",
    "marks": "losses.reference_values",
    "mode_gap": "checks.modes",
    "note_norms": "analysis.weight_norms",
    "one_against_others": "data",
    "prior_entropy": "losses.bounds",
    "recall": "analysis.per_class",
    "read_log": "runs.logs.reading",
    "recognise": "losses.identify",
    "recompute_statistics": "checks.modes",
    "recorded": "lessons",
    "reliability": "analysis.calibration",
    "results": "lessons",
    "small_cnn": "networks.cnn",
    "small_residual": "networks.small_resnet",
    "softmax": "losses.formulas",
    "split": "data",
    "train": "training.train",
    "verdict": "lessons",
    "verify": "lessons",
    "with_noise": "data",
    "without_prior": "analysis.per_class",
}
# Modules that are read as `lossacc.toys.five_against_five`.
_MODULES = {"catalogue": "claims.catalogue", "toys": "runs.toys"}
# These names are kept stable; .github/API.md says what each of them is.
__all__ = sorted({*_HOME, *_MODULES})


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name in _MODULES:
        value: Any = importlib.import_module(f"lossacc.{_MODULES[name]}")
    elif name in _HOME:
        value = getattr(importlib.import_module(f"lossacc.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module 'lossacc' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted({*globals(), *_HOME, *_MODULES})
