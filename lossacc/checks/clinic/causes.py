"""The causes, and what a report says of each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_READS_A_RUN = re.compile(r"\brun\b")
RECORD = """\
# A log holds no answers, so record the run first: a fresh copy, trained as yours was.
from tensorflow import keras
m = keras.models.clone_model(model)
optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
m.compile(optimizer, model.loss, metrics=["accuracy"])
recorder = lossacc.Recorder((x, y), validation=(x_val, y_val))
m.fit(x, y, validation_data=(x_val, y_val), epochs=EPOCHS, callbacks=[recorder])
run = recorder.run
"""


@dataclass(frozen=True)
class Cause:
    """What is said of one cause, whatever the run.

    Parameters
    ----------
    name
        Its key.
    title
        What it is, as a heading.
    usually
        What it usually means.
    rival
        The name of the cause that looks most like it.
    decide, code
        The measurement that tells the two apart, in words and as code to paste.
    todo
        What to do.
    lesson, section
        The notebook's number and the heading that shows it.
    """

    name: str
    title: str
    usually: str
    rival: str
    decide: str
    code: str
    todo: str
    lesson: int
    section: str

    def paste(self, *, recorded: bool) -> str:
        """Give the code; what reads a run begins with recording one, where there is only a log."""
        return self.code if recorded or not _READS_A_RUN.search(self.code) else RECORD + self.code


@cache
def causes() -> Mapping[str, Cause]:
    """Give every cause by its name."""
    text = files("lossacc.checks.clinic").joinpath("causes.toml").read_text(encoding="utf-8")
    return {name: Cause(name, **fields) for name, fields in tomllib.loads(text).items()}


# What no log tells apart: the printed numbers are the same, or differ by chance alone. Each group
# is one answer where only a log is at hand, and the measurement of its first cause decides.
INSEPARABLE: tuple[frozenset[str], ...] = (
    frozenset({"healthy", "epoch mean"}),
    frozenset({"renamed labels", "sorted split", "mispaired labels", "other preprocessing"}),
    frozenset({"other preprocessing", "batchnorm statistics", "overfitting"}),
    frozenset({"stuck", "flat loss"}),
    frozenset({"capacity", "conflicting duplicates", "wrong labels"}),
    frozenset({"overfitting", "wrong labels"}),
    frozenset({"training mode", "epoch mean", "soft targets"}),
    frozenset({"moving validation", "small validation set", "batchnorm statistics"}),
)


# What else a log may be where one cause comes first and nothing in it speaks for these. In this
# order they were the truth in logs of the benchmark's development runs that were so answered.
ALIKE_IN_LOGS: Mapping[str, tuple[str, ...]] = {
    "healthy": ("leakage", "lost optimizer", "rate cut"),
    "overfitting": ("rate cut", "leakage", "wrong labels"),
    "wrong labels": ("rate cut", "overfitting", "other preprocessing"),
    "small validation set": ("moving validation", "imbalance"),
    "capacity": ("wrong labels", "rate cut", "rate too low"),
    "rate too high": ("lost optimizer", "another loss", "other preprocessing"),
    "penalty": ("weights", "rate too low", "overfitting"),
    "soft targets": ("penalty", "softmax twice"),
    "moving validation": ("sorted split", "other preprocessing"),
    "another loss": ("flat loss", "penalty"),
    "weights": ("rate too low", "training mode"),
    "training mode": ("conflicting duplicates", "epoch mean"),
    "conflicting duplicates": ("wrong labels", "training mode"),
    "other preprocessing": ("overfitting", "rate too high"),
    "mispaired labels": ("sorted split", "other preprocessing", "overfitting"),
    "renamed labels": ("sorted split", "other preprocessing"),
    "imbalance": ("softmax twice", "penalty"),
    "stuck": ("flat loss", "rate too high"),
    "rate cut": ("lost optimizer", "leakage"),
    "lost optimizer": ("rate too high", "leakage"),
}
