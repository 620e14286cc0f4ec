"""The two arguments of the loss, exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.checks.model.behaviour import BlackBox
from lossacc.checks.model.subject import Subject
from lossacc.support.finding import Finding
from lossacc.support.keras_api import keras, tensorflow

_HELD = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)  # what people add inside a logarithm


@dataclass(frozen=True)
class SwappedArguments:
    """A well-known loss with labels and outputs exchanged.

    The compiled loss is compared, by value, with each well-known one called the wrong way round.
    Of a loss that gives the same number either way, such as the squared error, nothing is said.

    Parameters
    ----------
    within
        The relative difference up to which two values count as the same.
    """

    name: str = "order of the arguments"
    within: float = 1e-3

    def __call__(self, subject: Subject) -> Finding | None:
        """Compare the loss with the exchanged ones on made-up outputs."""
        loss = subject.loss
        is_number = subject.outputs.kind == "numbers"
        values = loss.logits if is_number else loss.plain(loss.logits)
        given = loss.bare(values)
        for name, value in _exchanged(loss, values):
            if np.isclose(given, value, rtol=self.within, atol=1e-6):
                return self._found(name, has_floor=not is_number)
        return None

    def _found(self, name: str, has_floor: bool) -> Finding:
        sign = (
            "It stays positive and may even train, towards another goal."
            if has_floor
            else "It has no lowest value: it will fall without end, below zero."
        )
        return Finding(
            self.name,
            "wrong",
            f"This loss gives the numbers of {name} with its two arguments exchanged. {sign}",
            "Pass the labels first and the outputs second, or name both arguments.",
        )


def _exchanged(loss: BlackBox, values: Any) -> Iterator[tuple[str, float]]:
    """Give each well-known loss's value when the outputs are passed as its labels."""
    tf, losses = tensorflow(), keras().losses
    pair = tf.constant(values, tf.float32), tf.constant(loss.truth)
    if loss.outputs.units > 1:
        yield (
            "softmax_cross_entropy_with_logits",
            _mean(losses.categorical_crossentropy(*pair, from_logits=True)),
        )
        yield "categorical_crossentropy", _mean(losses.categorical_crossentropy(*pair))
        yield "kl_divergence", _mean(losses.kl_divergence(*pair))
    yield "binary_crossentropy", _mean(losses.binary_crossentropy(*pair))
    yield (
        "binary_crossentropy from logits",
        _mean(losses.binary_crossentropy(*pair, from_logits=True)),
    )
    yield from _by_hand(values, loss.truth)


def _by_hand(values: Any, truth: Any) -> Iterator[tuple[str, float]]:
    """Give cross-entropies written by hand, summed over the classes or averaged."""
    for held in _HELD:
        each = -values * np.log(truth.astype(np.float64) + held)
        yield f"-sum(y * log(p + {held:g}))", float(each.sum(axis=1).mean())
        yield f"-mean(y * log(p + {held:g}))", float(each.mean())


def _mean(losses: Any) -> float:
    return float(np.asarray(losses).mean())
