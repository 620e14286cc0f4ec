"""Metrics that do not measure what their names say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossacc.checks.model.behaviour import BlackBox, stand_in
from lossacc.checks.model.outputs import Memory
from lossacc.checks.model.subject import Subject
from lossacc.losses.cross_entropy import cross_entropy
from lossacc.support.finding import Finding
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.text import as_share, first_line
from lossacc.support.types import FloatArray

_FAILS = "cannot be computed"


@dataclass(frozen=True)
class Accuracy:
    """A metric called accuracy that is not the share of right answers.

    Parameters
    ----------
    within
        How far off it may be for answers that are all right, or all wrong.
    """

    name: str = "accuracy"
    within: float = 0.02

    def __call__(self, subject: Subject) -> Finding | None:
        """Show each accuracy answers that are all right and all wrong, unsure and sure."""
        outputs = subject.outputs
        if outputs.units == 1 and outputs.kind == "numbers" and subject.loss.reads == "either":
            return None  # it cannot be told where such a unit's yes begins
        faults = [
            f"{name!r} {fault}"
            for name, metric in named(subject.metrics)
            if is_accuracy(name, metric) and (fault := self._fault(metric, subject.loss))
        ]
        if not faults:
            return None
        return Finding(self.name, "wrong", f"The metric {'; '.join(faults)}.", _remedy(subject))

    def _fault(self, metric: Any, loss: BlackBox) -> str:
        for share, words in ((1.0, "right"), (0.0, "wrong")):
            for sure in (0.1, 4.0):
                logits = (sure if share else -sure) * loss.toward
                try:
                    found = _measured(metric, loss, logits)
                except Exception as error:  # a metric may raise anything
                    return f"{_FAILS}: {first_line(error)}"
                if abs(found - share) > self.within:
                    return f"says {as_share(found)} where every answer is {words}"
        return ""


@dataclass(frozen=True)
class CrossEntropy:
    """A cross-entropy among the metrics that misreads the outputs."""

    name: str = "cross-entropy metric"
    within: float = 0.01

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare each with the cross-entropy of made-up answers."""
        faults = [
            f"{name!r} {fault}"
            for name, metric in named(subject.metrics)
            if _is_cross_entropy(name, metric) and (fault := self._fault(name, metric, subject))
        ]
        if not faults:
            return None
        return Finding(
            self.name,
            "wrong",
            f"The metric {'; '.join(faults)}.",
            "Compare the shapes: for one unit Keras' metrics want labels of shape (N, 1)."
            if any(_FAILS in fault for fault in faults)
            else "Pass it as an object with from_logits=True for a model that gives logits, and "
            "with from_logits=False for one that gives probabilities.",
        )

    def _fault(self, name: str, metric: Any, subject: Subject) -> str:
        logits = subject.loss.logits
        binary = "binary" in name or subject.outputs.units == 1
        wanted = _binary(logits, subject.loss.truth) if binary else _categorical(subject.loss)
        try:
            found = _measured(metric, subject.loss, logits)
        except Exception as error:  # a metric may raise anything
            return f"{_FAILS}: {first_line(error)}"
        if np.isclose(found, wanted, rtol=self.within):
            return ""
        return f"gives {found:.3g} for answers whose cross-entropy is {wanted:.3g}"


def named(metrics: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Name each metric, which Keras takes as text, as a function and as an object."""
    for metric in metrics:
        named = getattr(metric, "__name__", getattr(metric, "name", metric))
        yield str(named), metric


def fresh(metric: Any) -> Any:
    """Copy a metric that keeps a state, so that the model's own stays as it is."""
    if isinstance(metric, keras().metrics.Metric):
        return type(metric).from_config(metric.get_config())
    return metric


def is_accuracy(name: str, metric: Any) -> bool:
    """Tell by its name whether a metric is to be the share of right answers."""
    words = f"{name} {type(metric).__name__}".lower()
    return name == "acc" or ("accuracy" in words and "top" not in words)


def _is_cross_entropy(name: str, metric: Any) -> bool:
    smoothed = getattr(metric, "label_smoothing", 0)
    words = f"{name} {type(metric).__name__}".lower()
    return "crossentropy" in words and "focal" not in words and not smoothed


def _measured(metric: Any, loss: BlackBox, logits: FloatArray) -> float:
    """Give what a metric says of a model that gave these logits."""
    tf = tensorflow()
    model = stand_in("mse", loss.outputs.units, [fresh(metric)])
    # Outside a graph, logits can be left on a tensor only.
    memory: Memory = "none" if loss.outputs.memory == "none" else "attribute"
    output = replace(loss.outputs, memory=memory).imitate(tf.constant(logits))
    found = model.compute_metrics(None, tf.constant(loss.form(loss.classes)), output)
    return float(next(value for name, value in found.items() if name != "loss"))


def _categorical(loss: BlackBox) -> float:
    """Give the cross-entropy of the made-up logits, from logits."""
    return float(cross_entropy(loss.logits, loss.classes).mean())


def _binary(logits: FloatArray, truth: FloatArray) -> float:
    """Give the mean binary cross-entropy, from logits."""
    return float(np.logaddexp(0, np.where(truth == 1, -logits, logits)).mean())


def _remedy(subject: Subject) -> str:
    """Say which metric counts right answers here."""
    if subject.outputs.units > 1:
        return "Say metrics=['accuracy']: Keras then compares the largest output with the label."
    if subject.outputs.kind == "numbers":
        return "Say metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)]: a yes begins at logit 0."
    return "Say metrics=[keras.metrics.BinaryAccuracy()], with labels of 0 and 1."
