"""The numbers at which a loss stands still, and what each of them says.

All are in nats, and means over examples. K is the number of classes.

================================  =========================================================
number                            what costs it
================================  =========================================================
ln K                              an answer that knows nothing
ln m, m < K                       an answer torn between m classes
entropy of the labels             an answer that knows only how common each class is
ln(1 + (K - 1) / e)               the best answer through a second softmax
entropy of a smoothed label       the best answer under label smoothing
-ln of a small number             an answer that is wrong, sure, and held by a clamp
... times a share                 as many such answers as the share says, the rest free
the value of 1/K each             what other losses than cross-entropy cost at the start
================================  =========================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lossacc.losses.bounds import LN2
from lossacc.support import validate
from lossacc.support.text import as_share
from lossacc.support.types import FloatArray

KERAS_CLAMP = -math.log(1e-7)  # keras.config.epsilon(); 16.118
SMOOTHING = (0.05, 0.1, 0.2)
_MOST_TORN = 10

_SWAPPED = (
    " Losses in between, and a mean that follows 1 - p: the arguments of categorical_crossentropy "
    "are swapped."
)
# Each: -ln of what, and where it comes from.
_CLAMPS = (
    (
        "-ln 1e-7",
        KERAS_CLAMP,
        "Keras, which clips probabilities to 1e-7 where a loss gets no logits: outputs of "
        "predict(), or a softmax with another operation after it",
    ),
    (
        "-ln 2^-23",
        23 * LN2,
        "float32, whose numbers beside 1 are that far apart: Keras' binary cross-entropy for a "
        "sure yes that is wrong, scikit-learn 1.2 and later for float32 probabilities",
    ),
    ("-ln 1e-8", 8 * math.log(10), "a loss written by hand with + 1e-8 in the logarithm"),
    ("-ln 1e-9", 9 * math.log(10), "a loss written by hand with + 1e-9 in the logarithm"),
    ("-ln 1e-10", 10 * math.log(10), "a loss written by hand with + 1e-10 in the logarithm"),
    ("-ln 1e-12", 12 * math.log(10), "a loss written by hand with + 1e-12 in the logarithm"),
    ("-ln 1e-15", 15 * math.log(10), "scikit-learn's log_loss before 1.2"),
    ("-ln 2^-52", 52 * LN2, "scikit-learn's log_loss from 1.2 on, for float64 probabilities"),
    ("-ln FLT_MIN", 126 * LN2, "Caffe, which stops at the smallest normal float32"),
    ("100", 100.0, "PyTorch's BCELoss, which holds every logarithm at -100"),
)


@dataclass(frozen=True)
class KnownValue:
    """A number at which a loss stands still.

    Parameters
    ----------
    name
        The number as one would say it: "ln 10".
    value
        The number, in nats.
    means
        What the network, or the code, does where the loss is this number.
    tell
        What tells it from the other numbers nearby.
    """

    name: str
    value: float
    means: str
    tell: str


def entropy(shares: npt.ArrayLike) -> float:
    """Give the entropy in nats of shares that sum to 1: the least mean loss of a fixed answer."""
    some = np.asarray(validate.array("shares", shares, ("K",), least=0, most=1), np.float64)
    some = some[some > 0]
    return float(-(some * np.log(some)).sum())


def second_softmax_floor(classes: int) -> float:
    """Give ln(1 + (K - 1) / e): what the best answer costs after a second softmax.

    The first softmax gives at most 1 to the label and at least 0 to the others, so the second
    one gives the label at most e / (e + K - 1).
    """
    return math.log1p((validate.whole_number("classes", classes, least=2) - 1) / math.e)


def smoothing_floor(classes: int, smoothing: float) -> float:
    """Give the entropy of a smoothed label: what the best answer costs under label smoothing.

    The label keeps 1 - smoothing + smoothing / K, every other class gets smoothing / K
    (Szegedy et al. 2016, https://arxiv.org/abs/1512.00567).
    """
    smoothing = validate.number("smoothing", smoothing, least=0, most=1)
    other = smoothing / validate.whole_number("classes", classes, least=2)
    return entropy([1 - smoothing + other] + [other] * (classes - 1))


def known_values(
    classes: int, shares: FloatArray | None = None, accuracy: float | None = None
) -> list[KnownValue]:
    """List the known values of a problem.

    Parameters
    ----------
    classes
        K, two or more.
    shares
        Shape (K,), sum 1: how common each class is.
    accuracy
        The accuracy printed beside the loss, 0 to 1. It sharpens what is said of clamps.
    """
    classes = validate.whole_number("classes", classes, least=2)
    if shares is not None:
        shares = validate.array("shares", shares, (classes,), least=0, most=1)
    found = [*_knowing_nothing(classes), *_floors(classes, shares)]
    if shares is not None and np.ptp(shares) > 0:
        found.append(_of_the_labels(shares))
    return [*found, *_clamped(classes, shares, accuracy), *_other_losses(classes)]


def _knowing_nothing(classes: int) -> Iterator[KnownValue]:
    yield KnownValue(
        f"ln {classes}",
        math.log(classes),
        f"Each of the {classes} classes gets 1/{classes}: the network knows nothing, or not yet.",
        f"Accuracy near {as_share(1 / classes)}, every probability near {1 / classes:.3g}. Does it "
        "stay there, even on twenty images? Then it is stuck.",
    )
    for torn in range(2, min(classes, _MOST_TORN + 1)):
        yield KnownValue(
            f"ln {torn}",
            math.log(torn),
            f"On average as dear as an answer torn evenly between {torn} classes."
            + (" Also what a yes-or-no question at one half costs." if torn == 2 else ""),
            f"The losses of single examples stand in one spike at ln {torn}. A spread-out "
            "histogram with the same mean says nothing of the kind.",
        )


def _of_the_labels(shares: FloatArray) -> KnownValue:
    most = float(shares.max())
    return KnownValue(
        "entropy of the labels",
        entropy(shares),
        "The same answer for every image: how common each class is.",
        f"Accuracy is the share of the commonest class, {as_share(most)}, and every image gets the "
        "same probabilities.",
    )


def _floors(classes: int, shares: FloatArray | None) -> Iterator[KnownValue]:
    best = math.e / (math.e + classes - 1)
    yield KnownValue(
        f"ln(1 + {classes - 1}/e)",
        second_softmax_floor(classes),
        "The floor of a softmax applied twice: no example can cost less.",
        f"Accuracy may be high, no probability passes {best:.3f}, and the loss never goes below "
        "this. Swapped arguments of a dense softmax cross-entropy, given probabilities, have the "
        "same floor. lossacc.audit tells.",
    )
    if classes == 2:
        yes = 0.5 if shares is None else float(shares[1])
        yield KnownValue(
            f"sigmoid twice, {as_share(yes)} yes",
            yes * math.log1p(1 / math.e) + (1 - yes) * LN2,
            "The floor of a sigmoid applied twice to one unit: .313 for a yes, .693 for a no.",
            "No probability goes below one half, so that a cut at .5 calls everything a yes.",
        )
    for smoothing in SMOOTHING:
        yield KnownValue(
            f"label smoothing {smoothing:g}",
            smoothing_floor(classes, smoothing),
            f"The floor under label_smoothing={smoothing:g}: the network fits its labels exactly.",
            "Is label_smoothing set? Plain cross-entropy, logged beside it, goes lower still.",
        )


def _clamped(
    classes: int, shares: FloatArray | None, accuracy: float | None
) -> Iterator[KnownValue]:
    """Give each clamp, and its product with each likely share of examples at the clamp."""
    for name, value, source in _CLAMPS:
        yield KnownValue(
            name,
            value,
            f"Every example is wrong, sure, and held by a clamp. Known from: {source}.",
            "Every single loss is this number or nearly 0, and accuracy is 0.",
        )
        for share, because in _wrong_shares(classes, shares, accuracy):
            yield KnownValue(
                f"{name} x {share:.4g}",
                value * share,
                f"{as_share(share)} of the examples at a clamp, the rest free: {because}. "
                f"Known from: {source}.",
                f"Accuracy is {as_share(1 - share)}; every single loss is {value:.3f} or nearly 0."
                + (_SWAPPED if value == KERAS_CLAMP else ""),
            )


def _wrong_shares(
    classes: int, shares: FloatArray | None, accuracy: float | None
) -> Iterator[tuple[float, str]]:
    """Give likely shares of wrong answers, each once, with the reason."""
    if accuracy is not None:
        if accuracy < 1:
            yield 1 - accuracy, "as many as are wrong"
        return
    yield 1 - 1 / classes, f"one answer to everything, with {classes} classes alike in number"
    known = [] if shares is None else sorted({float(share) for share in shares})
    for share in known:
        if 0 < share < 1 and not math.isclose(share, 1 / classes):
            yield 1 - share, f"one answer to everything, right for the class of {as_share(share)}"


def _other_losses(classes: int) -> Iterator[KnownValue]:
    """Give what other losses than cross-entropy cost when every class gets 1/K."""
    p = 1 / classes
    values = (
        ("mean squared error at 1/K", p * (1 - p)),
        ("mean absolute error at 1/K", 2 * p * (1 - p)),
        ("1 - p at 1/K", 1 - p),
        ("generalised cross-entropy (q = .7) at 1/K", (1 - p**0.7) / 0.7),
        ("focal loss (gamma 2, alpha .25) at 1/K", 0.25 * (1 - p) ** 2 * math.log(classes)),
        ("binary cross-entropy of K units at 1/K", entropy([p, 1 - p])),
        ("categorical hinge at 1/K", 1.0),
    )
    for name, value in values:
        yield KnownValue(
            name,
            value,
            "Another loss than cross-entropy, and each class gets 1/K: nothing is known yet.",
            "Which loss was the model compiled with? Each of these has a scale of its own.",
        )
