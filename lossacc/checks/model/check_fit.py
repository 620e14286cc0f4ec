"""Model, loss and labels that do not fit each other at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lossacc.checks.model.behaviour import BlackBox, stand_in
from lossacc.checks.model.labels import LabelForm
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding

# A gradient's norm below it is float32's rounding: on some processors a softmax over one unit
# gives 1 - 2^-24.
_ROUNDING = 1e-5


@dataclass(frozen=True)
class Trainable:
    """A model without a weight to train."""

    name: str = "weights"

    def __call__(self, subject: Subject) -> Finding | None:
        """Count the trainable weights."""
        if subject.trainable:
            return None
        return Finding(
            self.name,
            "wrong",
            "No weight is trainable, so nothing can change.",
            "Set trainable = True on the layers to train, then compile again.",
        )


@dataclass(frozen=True)
class Finite:
    """Outputs that are not finite."""

    name: str = "finite numbers"

    def __call__(self, subject: Subject) -> Finding | None:
        """Look for NaN and infinity in what the model gives."""
        if np.isfinite(subject.values).all():
            return None
        return Finding(
            self.name,
            "wrong",
            "The inputs are finite and the outputs are not: the first step would turn every weight "
            "into NaN.",
            "Look at the scale of the inputs, and at any logarithm or division in the model.",
        )


@dataclass(frozen=True)
class Units:
    """Output units that do not fit the labels."""

    name: str = "output units"

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare the number of units with the labels."""
        units, form = subject.outputs.units, subject.form
        low, high = int(subject.labels.min()), int(subject.labels.max())
        if subject.outputs.kind == "ones":
            return self._ones(subject)
        if form.width not in (None, units):
            return self._found(
                f"The labels are rows of {form.width} numbers, and the model has {units} output "
                f"unit{'s' * (units > 1)}.",
                f"Give the last layer {form.width} units, one a class.",
            )
        fits = low >= 0 and high < subject.classes
        if fits or (form.signed and units == 1):
            return None
        return self._one(low, high) if units == 1 else self._several(units, low, high)

    def _one(self, low: int, high: int) -> Finding:
        return self._found(
            f"One output unit answers one yes-or-no question, and the labels run from {low} to "
            f"{high}.",
            "Give the last layer one unit a class, or write the labels as 0 and 1.",
        )

    def _several(self, units: int, low: int, high: int) -> Finding:
        return self._found(
            f"The labels run from {low} to {high}, and {units} output units stand for the labels "
            f"0 to {units - 1}.",
            "Subtract 1 from the labels."
            if (low, high) == (1, units)
            else f"Give the last layer {high + 1} units, or correct the labels.",
        )

    def _ones(self, subject: Subject) -> Finding:
        """Describe the softmax over one unit, and what the loss makes of it here."""
        passage = subject.passage
        falls = not passage.failure and (passage.gradient or 0.0) > _ROUNDING
        return self._found(
            "A softmax over one unit gives 1 for every example, whatever the weights are. "
            + (
                "Keras on TensorFlow trains the number behind it, so the loss will fall, and every "
                "answer stays the same."
                if falls
                else "No gradient comes through it."
            ),
            "Put a sigmoid on the one unit, or use two units.",
        )

    def _found(self, what: str, remedy: str) -> Finding:
        return Finding(self.name, "wrong", what, remedy)


@dataclass(frozen=True)
class Labels:
    """Labels that are not written as the loss wants them.

    A loss may raise where they are not. It may also say nothing: NumPy's rules stretch a column of
    whole numbers over all units, and every unit is then compared with the number itself.

    Parameters
    ----------
    agreement
        The share of made-up examples for which the steepest way down the loss must be towards the
        label, for a form to count as understood.
    """

    name: str = "labels and loss"
    agreement: float = 0.9

    def __call__(self, subject: Subject) -> Finding | None:
        """Try the labels in both forms, where their own does not work."""
        failed = bool(subject.passage.failure)
        if not failed and subject.loss.agreement >= self.agreement:
            return None
        other = _other_form(subject)
        if other is not None and self._works(subject.loss, other):
            return self._in_the_wrong_form(subject, other, failed)
        return self._unusable(subject) if failed else None

    def _works(self, loss: BlackBox, form: LabelForm) -> bool:
        """Tell whether the loss leads towards labels of this form."""
        asked = replace(loss, form=form, stand_in=stand_in(loss.stand_in.loss, loss.outputs.units))
        try:
            return asked.agreement >= self.agreement
        except Exception:  # a loss may raise anything when it is given what it does not take
            return False

    def _in_the_wrong_form(self, subject: Subject, other: LabelForm, failed: bool) -> Finding:
        does = "raises an error" if failed else "takes them for something else, without a word"
        sparse = other.width is None
        return Finding(
            self.name,
            "wrong",
            f"The labels are {subject.form}; this loss wants {other}, and {does}.",
            "Use the loss whose name begins with sparse_, or keras.utils.to_categorical(y)."
            if not sparse
            else "Use the loss without sparse_ in its name, or y.argmax(axis=1).",
        )

    def _unusable(self, subject: Subject) -> Finding:
        return Finding(
            self.name,
            "wrong",
            f"The loss cannot be computed. It says: {subject.passage.failure}",
            "Compare the shapes of labels and outputs. In a loss of your own, look at the order of "
            "the arguments: Keras hands over the labels first.",
        )


def _other_form(subject: Subject) -> LabelForm | None:
    """Give the form that the labels are not in; None where one unit leaves no choice."""
    if subject.outputs.units == 1:
        return None
    if subject.form.width is None:
        return LabelForm(subject.outputs.units, False, np.float32)
    return LabelForm(None, False, np.int64)
