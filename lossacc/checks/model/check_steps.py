"""A training step of one's own, beside an evaluation step that is Keras'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossacc.checks.model.setup import Setup
from lossacc.support.finding import Finding
from lossacc.support.keras_api import keras
from lossacc.support.text import first_line

_REMEDY = (
    "Write a test_step that updates the same trackers as train_step; or train through "
    "compute_loss, and leave both steps to Keras."
)


@dataclass(frozen=True)
class OwnSteps:
    """A `train_step` without its `test_step`.

    Parameters
    ----------
    within
        The relative difference up to which what `evaluate` prints counts as the loss.
    """

    name: str = "evaluation step"
    within: float = 0.01

    def __call__(self, setup: Setup) -> Finding | None:
        """Ask the evaluation step what it says of a few examples."""
        model, plain = setup.model, keras().Model
        if type(model).train_step is plain.train_step or type(model).test_step is not (
            plain.test_step):  # fmt: skip
            return None
        told, loss = _asked(setup)
        if isinstance(told, str):
            what = told
        elif np.isclose(told, loss, rtol=self.within):
            return Finding(
                self.name,
                "note",
                "The model has a train_step of its own and Keras' test_step: what fit prints for "
                "training and for validation may be two different losses.",
                _REMEDY,
            )
        else:
            what = f"says {told:.3g} for examples whose loss is {loss:.3g}"
        return Finding(
            self.name,
            "wrong",
            f"The model has a train_step of its own and Keras' test_step, which {what}. So does "
            "evaluate, and so do the numbers of validation.",
            _REMEDY,
        )


def _asked(setup: Setup) -> tuple[float | str, float]:
    """Give the loss that the evaluation step prints, or says what it does; and the compiled."""
    model, batch = setup.model, setup.probe
    weights = [batch["weights"]] if "weights" in batch else []
    for metric in model.metrics:
        metric.reset_state()
    try:
        told = model.test_step((batch["x"], batch["y"], *weights))
        if "loss" not in told:
            return f"gives {', '.join(told)} and no loss", np.nan
        return float(told["loss"]), float(setup.loss(batch, training=False))
    except Exception as error:  # it may hold any code, and raise anything
        return f"raises an error: {first_line(error)}", np.nan
