"""All inputs and labels of a training, read to the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.model.setup import Setup
from lossacc.support.finding import Finding
from lossacc.training.batches import flat, not_finite

_PART = 2**22  # numbers that are looked at in one piece


@dataclass(frozen=True)
class Inputs:
    """Inputs that are not finite, or say nothing."""

    name: str = "inputs"

    def __call__(self, setup: Setup) -> Finding | None:
        """Look at every number of every input."""
        for x in flat(setup.arrays["x"]):
            if x.dtype.kind not in "iuf":
                continue
            found = self._not_finite(x, setup.called) or self._constant(x, setup)
            if found is not None:
                return found
        return None

    def _not_finite(self, x: Any, called: str) -> Finding | None:
        where = not_finite(x, called)
        if not where:
            return None
        return Finding(
            self.name,
            "wrong",
            f"{where}: a step with one of them turns every weight into NaN, and a ReLU may hide it "
            "as 0.",
            "Fill these values, or leave these examples out.",
        )

    def _constant(self, x: Any, setup: Setup) -> Finding | None:
        if len(x) < 2:
            return None
        if all((part == x[:1]).all() for part in _parts(x)):
            return Finding(
                self.name,
                "wrong",
                f"All {len(x)} {setup.called} are the same: nothing can be told apart by them.",
                "Look at how they are read and scaled.",
            )
        if x.ndim != 2 or _are_tokens(x, setup.model):
            return None
        same = np.flatnonzero((x == x[:1]).all(axis=0))
        if not len(same):
            return None
        listed = ", ".join(map(str, same[:5])) + (", ..." if len(same) > 5 else "")
        return Finding(
            self.name,
            "note",
            f"{len(same)} of {x.shape[1]} columns of x hold one number in every row: {listed}.",
            "Leave them out, or look at how they are read.",
        )


def _are_tokens(x: Any, model: Any) -> bool:
    """Tell whether rows are words and padding, where a last column of zeros is nothing odd."""
    layers = getattr(model, "layers", ())
    return x.dtype.kind != "f" or any(type(layer).__name__ == "Embedding" for layer in layers)


def _parts(x: Any) -> Any:
    size = max(1, _PART // max(int(np.prod(x.shape[1:])), 1))
    return (x[first : first + size] for first in range(0, len(x), size))


@dataclass(frozen=True)
class BaseRate:
    """A class so common that its share looks like a good accuracy.

    Parameters
    ----------
    common
        The share from which on it is told.
    """

    name: str = "base rate"
    common: float = 0.95

    def __call__(self, setup: Setup) -> Finding | None:
        """Count the labels of each output that was read as examples."""
        for name, goal in setup.goals.items():
            counts = np.bincount(goal.labels, minlength=goal.classes)
            share = counts.max() / counts.sum()
            if share >= self.common and len(counts) > 1:
                return self._found(name, int(counts.argmax()), share, len(goal.labels))
        return None

    def _found(self, name: str, label: int, share: float, size: int) -> Finding:
        of = f" of {name!r}" if name else ""
        return Finding(
            self.name,
            "note",
            f"{share:.2%} of the {size} labels{of} are class {label}, and that is the accuracy of "
            "a network that always names it.",
            "Judge by the other classes: their share found (recall), or the overlap of masks "
            "(Dice). Weights on the loss let them count for more.",
        )
