"""The causes, and what a report says of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


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


@cache
def causes() -> Mapping[str, Cause]:
    """Give every cause by its name."""
    text = files("lossacc.checks.clinic").joinpath("causes.toml").read_text(encoding="utf-8")
    return {name: Cause(name, **fields) for name, fields in tomllib.loads(text).items()}


# What no log tells apart: the printed numbers are the same, or differ by chance alone. Each group
# is one answer where only a log is at hand, and the measurement of its first cause decides.
INSEPARABLE: tuple[frozenset[str], ...] = (
    frozenset({"healthy", "leakage"}),
    frozenset({"renamed labels", "sorted split", "mispaired labels", "other preprocessing"}),
    frozenset({"other preprocessing", "batchnorm statistics", "overfitting"}),
    frozenset({"stuck", "flat loss"}),
    frozenset({"capacity", "conflicting duplicates", "wrong labels"}),
    frozenset({"overfitting", "wrong labels"}),
    frozenset({"training mode", "epoch mean", "soft targets"}),
    frozenset({"moving validation", "small validation set", "batchnorm statistics"}),
)
