"""The causes, and what a report says of each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FRAMEWORKS = ("keras", "torch")
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
TORCH_RECORD = """\
# A log holds no answers, so record the run first, in a loop of your own from the start.
import torch
builder = lossacc.RunBuilder(labels=y, validation_labels=y_val)
for epoch in range(EPOCHS):
    train_an_epoch(model)  # yours
    model.eval()
    with torch.no_grad():
        builder.add(model(x), model(x_val))
    model.train()
run = builder.run
"""
TORCH_FRESH = """\
import copy, torch
def fresh(rate, x, y, epochs):  # trains a copy from the start; yours stays as it is
    m = copy.deepcopy(model).train()
    for part in m.modules():
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()
    steps = torch.optim.Adam(m.parameters(), rate)
    for _ in range(epochs):
        for a, b in zip(x.split(32), y.split(32)):
            loss = loss_fn(m(a), b)
            steps.zero_grad()
            loss.backward()
            steps.step()
    print(loss.item())
"""
TORCH_COPY = """\
import copy, torch
m = copy.deepcopy(model).eval()  # yours stays as it is
"""
_BEFORE = {  # by framework: what code that uses such a name needs before it, where it is not there
    "keras": {"run": RECORD},
    "torch": {"run": TORCH_RECORD, "fresh": TORCH_FRESH, "m": TORCH_COPY},
}


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
    torch
        The code for PyTorch, where it is not the same.
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
    torch: str = ""

    def paste(self, *, recorded: bool, framework: str = "keras") -> str:
        """Give the code, after what it needs: a run, where there is only a log, or a copy."""
        code = self.torch if framework == "torch" and self.torch else self.code
        for name, before in _BEFORE[framework].items():
            if re.search(rf"\b{name}\b", code) and not (recorded and name == "run"):
                return before + code
        return code


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
    "overfitting": ("wrong labels", "rate cut", "leakage"),
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
