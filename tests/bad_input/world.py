"""What the calls of the table speak of: small runs, models and data, made once.

Models are told apart from everything else: only they need TensorFlow.
"""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

import lossacc
from lossacc import figures
from lossacc.analysis.calibration import Reliability
from lossacc.checks.modes import ModeGap, Split
from lossacc.data import Examples
from tests import small
from tests.made_runs import random_scores, run_of

# Rooms whose functions are called by the name of their module, as `bounds.loss_floor`.
MODULES = {
    "bounds": "losses.bounds",
    "cross_entropy": "losses.cross_entropy",
    "formulas": "losses.formulas",
    "known_values": "losses.known_values",
    "in_keras": "losses.in_keras",
    "stats": "analysis.stats",
    "calibration": "analysis.calibration",
    "accounts": "analysis.ledger",
    "per_class": "analysis.per_class",
    "weight_norms": "analysis.weight_norms",
    "phases": "analysis.phases",
    "cnn": "networks.cnn",
    "resnet": "networks.resnet",
    "optimizers": "training.optimizers",
    "joined": "runs.joined",
    "toys": "runs.toys",
    "data": "data",
}
SHAPE, CLASSES = small.SHAPE, small.CLASSES


def public() -> dict[str, Callable[..., Any]]:
    """Every public callable with an argument, by the name that the table calls it by."""
    found = {name: getattr(lossacc, name) for name in lossacc.__all__}
    found |= {f"figures.{name}": getattr(figures, name) for name in figures.__all__}
    for name, place in MODULES.items():
        module = importlib.import_module(f"lossacc.{place}")
        names = getattr(module, "__all__", None) if name == "data" else vars(module)
        own = {one: getattr(module, one) for one in names if not one.startswith("_")}
        found |= {f"{name}.{one}": call for one, call in own.items() if _is_of(call, module)}
    once = {id(call): name for name, call in reversed(found.items()) if _takes_any(call)}
    return {name: found[name] for name in sorted(once.values())}


def _is_of(call: Any, module: Any) -> bool:
    """Tell whether a function or a class of settings is this module's own."""
    settings = inspect.isclass(call) and call.__name__ == "CoupledSGD"
    return (inspect.isfunction(call) or settings) and call.__module__.startswith(module.__name__)


def _takes_any(call: Any) -> bool:
    return callable(call) and bool(inspect.signature(call).parameters)


@cache
def plain() -> Mapping[str, Any]:
    """Names that need no TensorFlow."""
    modules = {n: importlib.import_module(f"lossacc.{place}") for n, place in MODULES.items()}
    names = {name: getattr(lossacc, name) for name in lossacc.__all__ if name != "Recorder"}
    return {"np": np, "figures": figures, **modules, **names, **_arrays(), **_things()}


@cache
def world() -> Mapping[str, Any]:
    """All names."""
    return {**plain(), "Recorder": lossacc.Recorder, **_models()}


def _arrays() -> dict[str, Any]:
    x, y = small.data(12)
    return {
        "nan": math.nan,
        "inf": math.inf,
        "huge": 10**400,
        "x": x,
        "y": y,
        "one_hot": np.eye(CLASSES)[y],
        "logits": np.eye(CLASSES)[y],
        "labels": y,
        "complex_ones": np.ones((12, CLASSES)) * 1j,
        "dates": np.array(["2024-01-01"] * 12, dtype="datetime64[D]"),
        "texts": np.array(["a"] * 12),
        "yes": np.array([True] * 12),
        "half": np.full(12, 0.5),
        "masked": np.ma.masked_array(np.ones(12), [True] + [False] * 11),
    }


def _things() -> dict[str, Any]:
    x, y = small.data(12)
    scores = random_scores(0, 4, 12, CLASSES)
    run = run_of(scores, scores, rate=[math.nan, 0.1, 0.1, 0.1])
    split = Split(0.5, 0.6, 0.7, {"dropout": 0.1, "lag": 0.1}, {})
    images = np.clip(x, 0, 1)
    return {
        "scores": scores,
        "run": run,
        "no_validation": run_of(scores),
        "empty": random_scores(0, 4, 0, CLASSES),
        "examples": Examples(images, y, ("a", "b", "c")),
        "account": lossacc.ledger(run, 0, -1),
        "rates": Reliability(np.array([0.0, 1.0]), *(np.array([v]) for v in (12, 0.5, 0.5))),
        "slice_": lossacc.along_bias(scores),
        "gap": ModeGap(split, None, None, False, 12, 4, 1),
        "no_conflicts": lossacc.find_conflicts(images, np.arange(12)),
    }


def _models() -> dict[str, Any]:
    from lossacc.support.keras_api import keras, tensorflow

    layers, (x, y) = keras().layers, small.data(12)
    normal = small.dense(hidden=(layers.BatchNormalization(),))
    rows = small.compiled(small.dense(), loss=keras().losses.CategoricalCrossentropy(True))
    classy = small.compiled(_classy()())
    classy(x[:1])
    models = {
        "model": small.compiled(small.dense()),
        "uncompiled": small.dense(),
        "normal": normal,
        "of_rows": rows,
        "classy": classy,
    }
    for name, model in models.items():
        model.name = name  # Keras numbers its own names through the session
    return {
        **models,
        "layer": layers.Dense(3),
        "dataset": tensorflow().data.Dataset.from_tensor_slices((x, y)).batch(4),
        "unbatched": tensorflow().data.Dataset.from_tensor_slices((x, y)),
        "endless": tensorflow().data.Dataset.from_tensor_slices((x, y)).batch(4).repeat(),
    }


def _classy() -> Any:
    from lossacc.support.keras_api import keras

    class Classy(keras().Model):
        """A subclassed model, which says neither what it takes nor what it gives."""

        def __init__(self) -> None:
            super().__init__()
            self.flat = keras().layers.Flatten()
            self.out = keras().layers.Dense(CLASSES)

        def call(self, images: Any) -> Any:
            return self.out(self.flat(images))

    return Classy
