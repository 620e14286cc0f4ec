"""The figures as data: each asks one question of a run, and its title is the answer."""

from __future__ import annotations

from lossacc.figures.duplicates import conflicts
from lossacc.figures.each_step import steps
from lossacc.figures.examples import examples
from lossacc.figures.history import compare, curves
from lossacc.figures.ledger import ledger_picture
from lossacc.figures.loss_accuracy_plane import plane
from lossacc.figures.loss_histogram import losses
from lossacc.figures.margins import two_rulers
from lossacc.figures.mode_gap import mode_picture
from lossacc.figures.objective import objective, surface
from lossacc.figures.penalty import penalty_picture
from lossacc.figures.per_class import class_curves, confusion_picture
from lossacc.figures.phases import boxed_curves, boxed_ledgers, boxed_plane
from lossacc.figures.reliability_diagram import reliability_picture
from lossacc.figures.weight_norms import kernel_curves
from lossacc.figures.zoom import stretches

__all__ = [
    "boxed_curves",
    "boxed_ledgers",
    "boxed_plane",
    "class_curves",
    "compare",
    "conflicts",
    "confusion_picture",
    "curves",
    "examples",
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
