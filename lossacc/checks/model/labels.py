"""The form of labels: whole numbers, or one row of numbers an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.support.types import FloatArray, IntArray


@dataclass(frozen=True)
class LabelForm:
    """How labels are written, so that others can be written the same way.

    Parameters
    ----------
    width
        The numbers in a row; None for one whole number an example.
    column
        Whether whole numbers have the shape (N, 1) instead of (N,).
    dtype
        The type of the numbers.
    signed
        Whether two classes are written -1 and 1.
    """

    width: int | None
    column: bool
    dtype: Any
    signed: bool = False

    def __str__(self) -> str:
        """Name the form."""
        if self.width is not None:
            return f"rows of {self.width} numbers"
        return "whole numbers"

    def __call__(self, classes: IntArray) -> Any:
        """Write classes, shape (n,), in this form."""
        if self.width is not None:
            return np.eye(self.width, dtype=self.dtype)[classes]
        written = (2 * classes - 1 if self.signed else classes).astype(self.dtype)
        return written[:, None] if self.column else written


def form_of(y: Any, labels: IntArray) -> LabelForm:
    """Read the form of labels.

    Parameters
    ----------
    y
        Shape (N,), (N, 1) or (N, K), as Keras takes them.
    labels
        Shape (N,): what they say.

    Raises
    ------
    ValueError
        If a row does not sum to 1, as where an example has several classes.
    """
    if y.ndim == 2 and y.shape[1] > 1:
        _check_rows(y)
        return LabelForm(int(y.shape[1]), False, y.dtype)
    return LabelForm(None, y.ndim == 2, y.dtype, signed=set(np.unique(labels)) == {-1, 1})


def _check_rows(y: FloatArray) -> None:
    """Refuse rows that are not one class each, or shares of several that sum to 1."""
    sums = y.sum(axis=1)
    wrong = np.flatnonzero(~(np.abs(sums - 1) < 0.01))
    if len(wrong):
        raise ValueError(
            f"got a row of labels that sums to {sums[wrong[0]]:g} (example {wrong[0]}); expected "
            "one class an example, or shares that sum to 1."
        )
