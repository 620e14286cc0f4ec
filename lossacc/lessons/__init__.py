"""The phenomena that can be run. One file each; `load` gives one by name."""

from __future__ import annotations

import importlib

from lossacc.claims.experiment import (Arm, Claim, Experiment, Hooks, Knob, Outcome, Prediction, Remedy, StoppedEarly)

__all__ = [
    "NAMES",
    "Arm",
    "Claim",
    "Experiment",
    "Hooks",
    "Knob",
    "Outcome",
    "Prediction",
    "Remedy",
    "StoppedEarly",
    "claim",
    "load",
]

# In reading order. A new phenomenon is one new file and one new name here.
NAMES = (
    "both-fall",
    "nine-against-one",
    "five-against-five",
    "wrong-labels",
    "the-ninety-per-cent-class",
    "long-tail",
    "sure-and-wrong",
    "any-number-can-be-a-loss",
    "the-penalty-inside-the-loss",
    "three-boxes",
    "two-modes",
)


def load(name: str) -> Experiment:
    """Give an experiment by name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in NAMES:
        raise ValueError(f"there is no experiment {name!r}; expected one of {', '.join(NAMES)}")
    module = importlib.import_module(f"lossacc.experiments.{name.replace('-', '_')}")
    experiment: Experiment = module.EXPERIMENT
    return experiment


def claim(id: str) -> Claim:
    """Give a claim by its id, `experiment/claim`.

    Raises
    ------
    ValueError
        If there is none of that id.
    """
    experiment, _, name = id.partition("/")
    return load(experiment).claim(name)
