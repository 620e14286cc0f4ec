"""The last activation against what the loss takes its input for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossacc.checks.model.behaviour import SURE
from lossacc.checks.model.outputs import KINDS, are_distributions
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding
from lossacc.support.text import as_share
from lossacc.support.types import FloatArray

_SQUEEZED = ("probabilities", "answers")
# What each activation can give at most and at least.
_RANGES = {
    "Softmax": (0.0, 1.0),
    "Sigmoid": (0.0, 1.0),
    "Tanh": (-1.0, 1.0),
    "Softsign": (-1.0, 1.0),
    "Relu": (0.0, math.inf),
    "Relu6": (0.0, 6.0),
    "Softplus": (0.0, math.inf),
    "Elu": (-1.0, math.inf),
    "Selu": (-1.76, math.inf),
}


@dataclass(frozen=True)
class LogitsForProbabilities:
    """A loss of probabilities that gets numbers of any size."""

    name: str = "logits for probabilities"

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare what the loss reads with what the model gives."""
        if subject.loss.reads != "probabilities" or subject.outputs.kind != "numbers":
            return None
        outside = round(float(((subject.values < 0) | (subject.values > 1)).mean()), 2)
        return Finding(
            self.name,
            "wrong",
            "The loss wants probabilities and gets numbers of any size; "
            f"{as_share(outside)} of them are no probabilities here. Below 0 the loss is flat or "
            "not a number.",
            "Compile the loss with from_logits=True, or end the model in a softmax (in a sigmoid, "
            "for one unit).",
        )


@dataclass(frozen=True)
class SoftmaxTwice:
    """A loss of logits that gets probabilities, and takes them as they are."""

    name: str = "softmax twice"

    def __call__(self, subject: Subject) -> Finding | None:
        """Ask what the best possible answer costs."""
        loss, kind = subject.loss, subject.outputs.kind
        if loss.reads != "logits" or kind not in _SQUEEZED or not loss.follows_values:
            return None
        floor = loss.here(SURE * loss.toward)
        return Finding(
            self.name,
            "wrong",
            f"The loss wants logits and gets {KINDS[kind]}: they are squeezed a second time. Even "
            f"a perfect answer costs {floor:.3f}, so the loss will look stuck while the accuracy "
            "may be fine."
            + (
                " So it is in training; evaluate() goes back to the logits, and prints other "
                "numbers."
                if subject.passage.only_at_rest
                else ""
            ),
            "Compile the loss with from_logits=False, or take the last activation out of the "
            "model.",
        )


@dataclass(frozen=True)
class BehindTheOutputs:
    """A loss that looks behind the outputs, as Keras does on TensorFlow only."""

    name: str = "other backends"

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare the loss in place with the loss of the bare outputs."""
        loss, kind = subject.loss, subject.outputs.kind
        if kind not in _SQUEEZED or loss.follows_values:
            return None
        twice = loss.reads == "logits"
        return Finding(
            self.name,
            "elsewhere",
            f"The model gives {KINDS[kind]}, and the loss "
            + ("wants logits. " if twice else "asks another kind of question. ")
            + "Keras on TensorFlow goes back to the numbers before the last activation and "
            "computes the loss from those. Other backends take the outputs as they are: "
            + (
                "there, they are squeezed a second time." if twice else "there, it is another loss."
            ),
            "Compile the loss with from_logits=False, or take the last activation out of the model."
            if twice
            else "Take categorical cross-entropy with a softmax, binary with a sigmoid.",
        )


@dataclass(frozen=True)
class SecondActivation:
    """An activation before the last one, or where logits should be.

    Parameters
    ----------
    free
        What a perfect answer may cost and still count as free. A tanh before a hinge does no harm.
    """

    name: str = "activation too many"
    free: float = 0.01

    def __call__(self, subject: Subject) -> Finding | None:
        """Look at the activations at the model's end."""
        inner = _squeezing_logits(subject)
        if inner is None:
            return None
        low, high = _RANGES[inner]
        floor = subject.loss.here(_best(subject.loss.truth, inner))
        if low < 0 and floor <= self.free:
            return None
        span = f"between {low:g} and {high:g}" if math.isfinite(high) else f"above {low:g}"
        costs = f" Even a perfect answer costs {floor:.3f}." if floor > self.free else ""
        return Finding(
            self.name,
            "wrong",
            f"The logits come out of a {inner.lower()}, which keeps them {span}.{costs}",
            f"Take that {inner.lower()} away: the layer that gives the logits has no activation.",
        )


def _squeezing_logits(subject: Subject) -> str | None:
    """Name the activation that the logits pass; None where there is none."""
    names, behind = subject.outputs.activations, subject.passage.behind
    before = names[1] if len(names) > 1 else None
    if before is None and behind is not None and behind.ndim == 2 and behind.shape[1] > 1:
        before = "Softmax" if are_distributions(behind) else None
    if names and names[0] not in ("Softmax", "Sigmoid", "LogSoftmax"):
        before = names[0] if subject.loss.reads == "logits" else None
    return before if before in _RANGES else None


def _best(truth: FloatArray, inner: str) -> FloatArray:
    """Give the best logits, shape (n, U), that an activation lets through."""
    low, high = _RANGES[inner]
    return np.asarray(np.where(truth == 1, min(high, SURE), low), np.float32)
