"""Examples small enough to do by hand: two or three classes, ten images, one or two logits.

A toy with two classes is an array of p, the probability that each example's own class is given.
It is right where p is above one half.

*Nine against one* is ten identical images, nine labelled A and one B. A network can only give all
ten the same p for A. With one sigmoid logit z, p = 1 / (1 + exp(-z)). With two softmax logits the
margin z_A - z_B takes the place of z; a step of the same rate moves it twice as far, since one
logit rises while the other falls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support import validate
from lossacc.support.types import FloatArray

NINE, ONE = 9, 1


def ten_examples() -> tuple[FloatArray, FloatArray]:
    """Give p of ten examples, before and after: the loss falls, and so does the accuracy.

    Six just right turn just wrong, while four hopeless ones turn right.

    Returns
    -------
    tuple of FloatArray
        Two arrays of shape (10,).
    """
    before = np.array([0.51] * 6 + [0.01] * 4)
    after = np.array([0.49] * 6 + [0.90] * 4)
    return before, after


def four_groups() -> tuple[FloatArray, FloatArray]:
    """Give p of ten examples, before and after: the loss rises, and so does the accuracy.

    All four groups of the ledger are there: five stay right, two stay wrong, two turn right and
    one turns wrong, in this order.

    Returns
    -------
    tuple of FloatArray
        Two arrays of shape (10,).
    """
    before = np.array([0.80] * 5 + [0.20] * 2 + [0.40] * 2 + [0.60])
    after = np.array([0.90] * 5 + [0.02] * 2 + [0.70] * 2 + [0.30])
    return before, after


def newly_right_and_costlier() -> tuple[FloatArray, FloatArray]:
    """Give the probabilities of one example of three classes that turns right and costs more.

    Returns
    -------
    tuple of FloatArray
        Two arrays of shape (3,), before and after; the example's own class is the first.
    """
    return np.array([0.45, 0.55, 0.0]), np.array([0.34, 0.33, 0.33])


def losses_of(probability: FloatArray) -> FloatArray:
    """Give the cross-entropy of each example in nats, -ln p.

    Raises
    ------
    ValueError
        If a p is not above 0 and at most 1.
    """
    p = validate.array("probability", probability)
    if not ((p > 0.0) & (p <= 1.0)).all():
        listed = validate.quoted(p.tolist())
        raise ValueError(f"probability is {listed}; expected every p above 0 and at most 1.")
    return np.asarray(-np.log(p))


def scaled(probability: FloatArray, factor: float) -> FloatArray:
    """Give p of two classes after every logit is multiplied by a factor: the same decisions.

    Raises
    ------
    ValueError
        If the factor is not above 0, or a p is not between 0 and 1.
    """
    factor = validate.number("factor", factor, above=0)
    p = _between("probability", probability)
    return np.asarray(1.0 / (1.0 + ((1.0 - p) / p) ** factor))


def _between(name: str, probability: FloatArray | list[FloatArray]) -> FloatArray:
    """Refuse a p at which a loss is infinite."""
    p = validate.array(name, probability)
    if not ((p > 0.0) & (p < 1.0)).all():
        listed = validate.quoted(p.tolist())
        raise ValueError(f"{name} is {listed}; expected every p above 0 and below 1.")
    return p


def as_run(*states: FloatArray) -> Run:
    """Make a run of two classes by hand, so that every figure can show it.

    Parameters
    ----------
    states
        For each epoch, from epoch 0 on, p of every example, shape (N,). Every second example is
        of the second class.

    Returns
    -------
    Run
        Training examples only.

    Raises
    ------
    ValueError
        If there is no state, the shapes differ, or a p is not between 0 and 1.
    """
    p = validate.shape("states", _between("states", list(states)), ("epochs", "N"))
    labels = np.arange(p.shape[1]) % 2
    margin = np.log(p / (1.0 - p)) * (2 * labels - 1)
    logits = np.stack([np.zeros_like(margin), margin], axis=-1).astype(np.float32)
    nothing = np.full(len(p), np.nan)
    return Run(Scores(logits, labels), None, np.arange(len(p)), np.zeros(len(p)), nothing, nothing)


@dataclass(frozen=True, eq=False)
class NineAgainstOne:
    """Ten identical images, nine labelled A and one B, at one probability of A.

    Parameters
    ----------
    probability
        p, given to A; between 0 and 1.

    Raises
    ------
    ValueError
        If p is not between 0 and 1.
    """

    probability: float

    def __post_init__(self) -> None:
        """Refuse a p at which a loss is infinite."""
        validate.number("probability", self.probability, above=0, below=1)

    @property
    def losses(self) -> FloatArray:
        """The loss of each image, shape (10,), the B last."""
        p = self.probability
        return losses_of(np.array([p] * NINE + [1.0 - p] * ONE))

    @property
    def loss(self) -> float:
        """The mean loss."""
        return float(self.losses.mean())

    @property
    def accuracy(self) -> float:
        """The share that is right: .9 for every p above one half, .1 below."""
        # A tie goes to A: the first class wins where several are equally probable.
        return (NINE if self.probability >= 0.5 else ONE) / (NINE + ONE)

    @property
    def outlier_share(self) -> float:
        """The part of the summed loss that the one B carries."""
        return float(self.losses[-1] / self.losses.sum())


def outlier_rate(logits: int = 1, batch: int = 1) -> float:
    """Give the learning rate above which one step with the B, from p = .9, turns every image to B.

    At p = .9 the margin is ln 9. In a batch of n the B pulls by .9 and each of the n - 1 A beside
    it by .1 the other way; one step moves the margin by the mean pull * rate * logits.

    Parameters
    ----------
    logits
        1 for a sigmoid, 2 for a softmax.
    batch
        The images in the step, the B among them. With all ten the pulls cancel, and no rate is
        high enough: infinity.

    Raises
    ------
    ValueError
        If `logits` is neither 1 nor 2, or `batch` is not between 1 and 10.
    """
    _check_logits(logits)
    batch = validate.whole_number("batch", batch, least=1, most=NINE + ONE)
    pull = (NINE - (batch - 1) * ONE) / ((NINE + ONE) * batch)
    return math.log(NINE / ONE) / (pull * logits) if pull else math.inf


def clipped_fixed_point(clip: float, logits: int = 1) -> float:
    """Give the p at which nine A and one B balance when each example's gradient is clipped.

    The B's pull is p unless it is clipped, an A's is 1 - p, and the gradient's norm is the pull
    times the square root of the number of logits. So 9 (1 - p) = clip / sqrt(logits), where that
    gives more than the .9 at which unclipped pulls balance.

    Raises
    ------
    ValueError
        If `clip` is not above 0, or `logits` is neither 1 nor 2.
    """
    _check_logits(logits)
    _check_clip(clip)
    return max(NINE / (NINE + ONE), 1.0 - clip / (NINE * math.sqrt(logits)))


def full_batch(
    rate: float,
    steps: int,
    *,
    start: float = 0.5,
    logits: int = 1,
    clip: float | None = None,
    per: Literal["batch", "example"] = "batch",
) -> FloatArray:
    """Descend on all ten images at once.

    Parameters
    ----------
    rate
        The learning rate.
    steps
        How many steps to take.
    start
        p before the first step.
    logits
        1 for a sigmoid, 2 for a softmax.
    clip
        The largest norm that a gradient may have; None does not clip.
    per
        Whether the mean gradient of the batch is clipped, or each example's own before the mean.

    Returns
    -------
    FloatArray
        Shape (steps + 1,): p before the first step and after each.

    Raises
    ------
    ValueError
        If a setting is outside its range.
    """
    _check_settings(start, logits, clip)
    validate.one_of("per", per, ("batch", "example"))
    rate = validate.number("rate", rate)
    steps = validate.whole_number("steps", steps, least=0, most=10**6)
    each, batch = (clip, None) if per == "example" else (None, clip)
    path = [_margin(start)]
    for _ in range(steps):
        p = _probability(path[-1])
        nine, one = _clipped(1.0 - p, each, logits), _clipped(-p, each, logits)
        pull = _clipped((NINE * nine + ONE * one) / (NINE + ONE), batch, logits)
        path.append(path[-1] + rate * logits * pull)
    return np.array([_probability(margin) for margin in path])


def single_examples(
    rate: float,
    order: Sequence[str],
    *,
    start: float = 0.9,
    logits: int = 1,
    clip: float | None = None,
) -> FloatArray:
    """Descend on one image at a time.

    Parameters
    ----------
    rate
        The learning rate.
    order
        The label of each step's image, "A" or "B": "AAAAAAAAAB" is one epoch.
    start, logits, clip
        As in `full_batch`.

    Returns
    -------
    FloatArray
        Shape (len(order) + 1,): p before the first step and after each.

    Raises
    ------
    ValueError
        If a setting is outside its range, or a label is neither A nor B.
    """
    _check_settings(start, logits, clip)
    rate = validate.number("rate", rate)
    for label in order if isinstance(order, str) else validate.texts("order", order):
        validate.one_of("one of order", label, ("A", "B"))
    path = [_margin(start)]
    for label in order:
        p = _probability(path[-1])
        pull = _clipped(1.0 - p if label == "A" else -p, clip, logits)
        path.append(path[-1] + rate * logits * pull)
    return np.array([_probability(margin) for margin in path])


def _clipped(pull: float, clip: float | None, logits: int) -> float:
    """Shorten a pull on each logit until the gradient's norm over all of them is within `clip`."""
    norm = abs(pull) * math.sqrt(logits)
    return pull if clip is None or norm <= clip else pull * clip / norm


def _margin(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def _probability(margin: float) -> float:
    # Either form overflows at one end; each is used where it does not.
    if margin >= 0.0:
        return 1.0 / (1.0 + math.exp(-margin))
    return math.exp(margin) / (1.0 + math.exp(margin))


def _check_settings(start: float, logits: int, clip: float | None) -> None:
    NineAgainstOne(start)
    _check_logits(logits)
    if clip is not None:
        _check_clip(clip)


def _check_logits(logits: int) -> None:
    validate.whole_number("logits", logits, least=1, most=2)  # of a sigmoid, of a softmax


def _check_clip(clip: float) -> None:
    validate.number("clip", clip, above=0)
