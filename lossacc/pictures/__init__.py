"""The figures as data: each asks one question of a run, and its title is the answer."""

from __future__ import annotations

from lossacc.pictures.account import ledger_picture
from lossacc.pictures.by_class import class_curves, confusion_picture
from lossacc.pictures.each_step import steps
from lossacc.pictures.history import compare, curves
from lossacc.pictures.modes import mode_picture
from lossacc.pictures.objective import objective, surface
from lossacc.pictures.path import plane
from lossacc.pictures.penalty import penalty_picture
from lossacc.pictures.single import two_rulers
from lossacc.pictures.spread import losses
from lossacc.pictures.trust import reliability_picture

__all__ = [
    "class_curves",
    "compare",
    "confusion_picture",
    "curves",
    "ledger_picture",
    "losses",
    "mode_picture",
    "penalty_picture",
    "objective",
    "plane",
    "reliability_picture",
    "steps",
    "surface",
    "two_rulers",
]
