"""The arms of `any-number-can-be-a-loss`: one network, and everything that it is trained on.

The rates are the knob's values at which each loss did well on a few seeds; a loss that is a
multiple of another one gets that one's rate divided by the factor.
"""

from __future__ import annotations

from lossacc.claims.experiment import Arm, Value

WRONG = 0.3


def _on(loss: str, says: str, name: str = "", **settings: Value) -> Arm:
    """Give the arm that trains on a loss; it bears the loss's name where it has none of its own."""
    return Arm(name or loss, says, {"loss": loss, **settings})


_RULERS = (
    _on("1 - accuracy", "The loss is 1 - accuracy itself."),
    _on(
        "smoothed error, T 0.01",
        "1 - accuracy, its step smoothed over a hundredth of a logit.",
    ),
    _on(
        "smoothed error, T 0.1",
        "1 - accuracy, its step smoothed over a tenth of a logit; a tenth of the rate.",
        learning_rate=0.005,
    ),
    _on("smoothed error, T 1", "1 - accuracy, its step smoothed over one logit."),
    _on(
        "smoothed error, T 10",
        "1 - accuracy, its step smoothed over ten logits; ten times the rate.",
        learning_rate=0.5,
    ),
    _on("expected error", "The loss is 1 - p."),
)

_AVERAGES = (
    _on("mean probability, all classes", "The loss is the mean of a softmax's probabilities."),
    _on("mean probability, sigmoids", "The loss is the mean of ten separate sigmoids."),
    _on("mean probability, true class", "The loss is the probability of the right class."),
)

_OTHERS = (
    _on("mean squared error", "Mean squared error at ten times the rate.", learning_rate=0.5),
    _on(
        "mean squared error",
        "Mean squared error at the rate of cross-entropy.",
        "mean squared error, same rate",
    ),
    _on("mean absolute error", "Mean absolute error at five times the rate.", learning_rate=0.25),
    _on("generalised cross-entropy", "Generalised cross-entropy with q = .5."),
    _on("categorical hinge", "Categorical hinge at a fifth of the rate.", learning_rate=0.01),
    _on("focal", "Focal loss as Keras has it."),
    _on("label smoothing", "Cross-entropy with label_smoothing=.1."),
)

_SLIPS = (
    _on("softmax twice", "A second softmax; twice the rate.", learning_rate=0.1),
    _on(
        "swapped: tf.nn, logits",
        "Labels and logits swapped in tf.nn, at a thousandth of the rate.",
        learning_rate=0.00005,
        epochs=10,
    ),
    _on("swapped: tf.nn, probabilities", "Labels and probabilities swapped in tf.nn."),
    _on(
        "swapped: Keras",
        "Labels and probabilities swapped in Keras, at a sixteenth of the rate.",
        learning_rate=0.0031,
    ),
)

# What each of these losses does with wrong labels, against cross-entropy.
WRONG_ON = {
    "expected error": "harms",
    "mean squared error": "helps",
    "generalised cross-entropy": "helps",
    "focal": "helps",
    "label smoothing": "helps",
}


def wrong(loss: str) -> str:
    """Name the arm that trains on a loss with wrong labels."""
    return f"{loss}, wrong labels"


def _spoilt(arm: Arm, loss: str) -> Arm:
    """Give the arm with wrong labels."""
    says = f"{arm.says.removesuffix('.')}; three labels in ten are wrong."
    return Arm(wrong(loss), says, {**arm.settings, "wrong": WRONG})


_BASE = Arm("base", "Cross-entropy.")
_CORRUPTED = (
    _spoilt(_BASE, "cross-entropy"),
    *(_spoilt(arm, arm.name) for arm in (*_RULERS, *_OTHERS) if arm.name in WRONG_ON),
)

_CALM: dict[str, Value] = {
    "recorded": "every step",
    "epochs": 100,
    "examples": 200,
    "momentum": 0.0,
    "batch_size": 400,
    "learning_rate": 0.03,
}

_STEPS = (
    Arm("full batch", "All 200 images in every step, a small rate, every step recorded.", _CALM),
    Arm(
        "small batches",
        "The same with four images in a step.",
        {**_CALM, "batch_size": 4},
    ),
    Arm(
        "dropout", "All images in every step, half of the units dropped.", {**_CALM, "dropout": 0.5}
    ),
    Arm(
        "rate too high",
        "All images in every step, seven times the rate.",
        {**_CALM, "learning_rate": 0.2},
    ),
)

ARMS = (
    _BASE,
    *_RULERS,
    *_AVERAGES,
    *_OTHERS,
    *_SLIPS,
    *_CORRUPTED,
    *_STEPS,
)
