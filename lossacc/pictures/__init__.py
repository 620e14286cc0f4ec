"""The figures as data: each asks one question of a run, and its title is the answer."""

from __future__ import annotations

from lossacc.pictures.account import ledger_picture
from lossacc.pictures.box_ledgers import boxed_ledgers
from lossacc.pictures.boxed import boxed_curves, boxed_plane
from lossacc.pictures.by_class import class_curves, confusion_picture
from lossacc.pictures.close_by import stretches
from lossacc.pictures.each_step import steps
from lossacc.pictures.history import compare, curves
from lossacc.pictures.kernels import kernel_curves
from lossacc.pictures.modes import mode_picture
from lossacc.pictures.objective import objective, surface
from lossacc.pictures.path import plane
from lossacc.pictures.penalty import penalty_picture
from lossacc.pictures.single import two_rulers
from lossacc.pictures.spread import losses
from lossacc.pictures.trust import reliability_picture

__all__ = [
    "boxed_curves",
    "boxed_ledgers",
    "boxed_plane",
    "class_curves",
    "compare",
    "confusion_picture",
    "curves",
    "kernel_curves",
    "ledger_picture",
    "losses",
    "mode_picture",
    "objective",
    "penalty_picture",
    "plane",
    "reliability_picture",
    "steps",
    "stretches",
    "surface",
    "two_rulers",
]
