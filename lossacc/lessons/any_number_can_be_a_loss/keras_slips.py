"""What Keras and TensorFlow do with slips that people make, asked of them and not told.

Every function builds models, compiles and calls them on the spot, and reports what came of it. So
a table here is true of the versions that are installed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossacc.data import load_digits, only_classes
from lossacc.losses.known_values import second_softmax_floor
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.text import Sheet, as_share, plain
from lossacc.support.types import FloatArray, IntArray

_CLASSES = 4  # of the models that are made up for a question
_SURE = 4.0  # the logit of the right class, where the others are 0


def _versions() -> str:
    return f"Found here, on tensorflow {tensorflow().__version__}, keras {keras().__version__}."


def _sure_answers() -> tuple[FloatArray, IntArray]:
    """Give logits that are right and sure, shape (8, K), and their labels."""
    labels = np.arange(8) % _CLASSES
    return (_SURE * np.eye(_CLASSES)[labels]).astype(np.float32), labels


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Catch what Keras warns of, and keep TensorFlow's remark that it traces often to itself."""
    said: list[str] = []
    logger = tensorflow().get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield said
        said += [str(one.message) for one in caught]
    finally:
        logger.setLevel(level)


def spellings() -> Sheet:
    """Ask Keras which spellings of a network apply softmax twice.

    Each network is given logits that are right and sure, for which cross-entropy is near 0 and
    that of a second softmax is above its floor.

    Returns
    -------
    Sheet
        One row a spelling: how often softmax is applied in `fit` and in `evaluate`.
    """
    rows = tuple(
        (name, *_applied(stack, from_logits, eager))
        for name, stack, from_logits, eager in _spelled()
    )
    columns = ("the network ends with", "in fit", "in evaluate", "Keras warns")
    return Sheet(columns, rows, _versions())


def _spelled() -> Iterator[tuple[str, Callable[[], list[Any]], bool, bool]]:
    """Give each spelling: its name, its layers, whether its loss reads logits, and runs eagerly."""
    layers, tf = keras().layers, tensorflow()

    def dense(activation: str | None = None, **options: Any) -> Any:
        start = {"kernel_initializer": "identity", "use_bias": False}
        return layers.Dense(_CLASSES, activation, **start, **options)

    yield "Dense, from_logits=True", lambda: [dense()], True, False
    yield "Dense softmax, from_logits=False", lambda: [dense("softmax")], False, False
    yield "Dense softmax, from_logits=True", lambda: [dense("softmax")], True, False
    yield "Dense, Softmax layer, from_logits=True", lambda: [dense(), layers.Softmax()], True, False
    for name, last in (
        ("Activation('linear')", lambda: layers.Activation("linear")),
        ("Reshape", lambda: layers.Reshape((_CLASSES,))),
        ("Dropout(0.2)", lambda: layers.Dropout(0.2, seed=1)),
    ):
        stack = lambda last=last: [dense("softmax"), last()]  # noqa: E731
        yield f"Dense softmax, {name}, from_logits=True", stack, True, False
    twice = lambda: [dense("softmax"), layers.Softmax()]  # noqa: E731
    yield "Dense softmax, Softmax layer, from_logits=False", twice, False, False
    by_hand = lambda: [dense(), layers.Lambda(tf.nn.softmax)]  # noqa: E731
    yield "Dense, Lambda(tf.nn.softmax), from_logits=True", by_hand, True, False
    yield "the same with run_eagerly=True", by_hand, True, True
    half = lambda: [dense("softmax", dtype="mixed_float16")]  # noqa: E731
    yield "Dense softmax in mixed_float16, from_logits=True", half, True, False


def _applied(stack: Callable[[], list[Any]], from_logits: bool, eager: bool) -> tuple[str, ...]:
    """Tell how often softmax is applied in training and in evaluation, and whether Keras warns."""
    logits, labels = _sure_answers()
    with _heard() as said:
        model = keras().Sequential([keras().Input((_CLASSES,)), *stack()])
        loss = keras().losses.SparseCategoricalCrossentropy(from_logits=from_logits)
        model.compile(keras().optimizers.SGD(0.0), loss, run_eagerly=eager)
        found = [float(model.train_on_batch(logits, labels))]
        found.append(float(model.test_on_batch(logits, labels)))
    floor = second_softmax_floor(_CLASSES)
    times = ["twice" if loss >= floor - 1e-3 else "once" for loss in found]
    return (*times, "yes" if any("from_logits" in one for one in said) else "no")


def swaps() -> Sheet:
    """Ask Keras and TensorFlow what comes of arguments in the wrong order.

    Returns
    -------
    Sheet
        One row a call: its loss where every answer is right and sure, where it is wrong and sure,
        and where it is right and every logit is 10 lower, which changes no probability; or that
        it raises.
    """
    rows = tuple((name, *_costs(call)) for name, call in _calls())
    columns = ("call", "right and sure", "wrong and sure", "right, all logits 10 lower")
    return Sheet(columns, rows, _versions())


def _calls() -> Iterator[tuple[str, Callable[[Any, Any], Any]]]:
    """Give each call: its name, and a function of logits and labels."""
    nn, losses = tensorflow().nn, keras().losses
    dense, sparse = (
        nn.softmax_cross_entropy_with_logits,
        nn.sparse_softmax_cross_entropy_with_logits,
    )
    keras_dense, keras_sparse = (
        losses.categorical_crossentropy,
        losses.sparse_categorical_crossentropy,
    )

    def hot(labels: Any) -> Any:
        return np.eye(_CLASSES, dtype=np.float32)[labels]

    yield "tf.nn.softmax_cross_entropy_with_logits(labels, logits)", lambda z, y: dense(hot(y), z)
    yield "... (logits, labels)", lambda z, y: dense(z, hot(y))
    yield "... (probabilities, labels)", lambda z, y: dense(nn.softmax(z), hot(y))
    yield (
        "tf.nn.sparse_softmax_cross_entropy_with_logits(logits, labels)",
        lambda z, y: sparse(z, y),
    )
    yield (
        "keras.losses.categorical_crossentropy(labels, probabilities)",
        lambda z, y: keras_dense(hot(y), nn.softmax(z)),
    )
    yield "... (probabilities, labels)", lambda z, y: keras_dense(nn.softmax(z), hot(y))
    yield (
        "... (logits, labels, from_logits=True)",
        lambda z, y: keras_dense(z, hot(y), from_logits=True),
    )
    yield (
        "keras.losses.sparse_categorical_crossentropy(probabilities, labels)",
        lambda z, y: keras_sparse(nn.softmax(z), y),
    )
    yield (
        "keras.losses.mean_squared_error(probabilities, labels)",
        lambda z, y: losses.mean_squared_error(nn.softmax(z), hot(y)),
    )


def _costs(call: Callable[[Any, Any], Any]) -> tuple[str, ...]:
    logits, labels = _sure_answers()
    asked = ((logits, labels), (logits, np.roll(labels, 1)), (logits - 10, labels))
    try:
        return tuple(plain(float(np.mean(call(*one)))) for one in asked)
    except (ValueError, TypeError) as error:
        return f"raises {type(error).__name__}", "-", "-"


def no_gradient() -> Sheet:
    """Ask TensorFlow for the gradient of 1 - accuracy in several spellings, and Keras to train it.

    Returns
    -------
    Sheet
        One row a spelling: the gradient, and what `fit` does.
    """
    ops, metrics = keras().ops, keras().metrics

    def counted(y: Any, z: Any) -> Any:
        return 1 - metrics.sparse_categorical_accuracy(y, z)

    def margin(y: Any, z: Any) -> Any:
        own = ops.one_hot(ops.cast(ops.reshape(y, (-1,)), "int32"), _CLASSES)
        return ops.sum(own * z, -1) - ops.max(z - 1e9 * own, -1)

    rows = (
        ("1 - sparse_categorical_accuracy", *_tried(counted)),
        (
            "1 - round(sigmoid(margin))",
            *_tried(lambda y, z: 1 - ops.round(ops.sigmoid(margin(y, z)))),
        ),
        ("(1 - sign(margin)) / 2", *_tried(lambda y, z: (1 - ops.sign(margin(y, z))) / 2)),
        ("the first, with an L2 penalty on the weights", *_tried(counted, l2=0.01)),
    )
    return Sheet(("loss", "gradient of the loss", "what fit does"), rows, _versions())


def _tried(loss: Callable[[Any, Any], Any], l2: float = 0.0) -> tuple[str, str]:
    """Give the gradient of a loss in words, and what three epochs of `fit` do."""
    tf = tensorflow()
    logits, labels = _sure_answers()
    values = tf.constant(logits[::-1].copy())  # wrong answers, so that there is much to gain
    with tf.GradientTape() as tape:
        tape.watch(values)
        cost = tf.reduce_mean(loss(labels, values))
    slope = tape.gradient(cost, values)
    told = "None" if slope is None else "0" if not np.any(slope) else "some"
    return told, _fitted(loss, l2)


def _fitted(loss: Callable[[Any, Any], Any], l2: float) -> str:
    logits, labels = _sure_answers()
    layers, penalty = keras().layers, keras().regularizers.L2(l2) if l2 else None
    with _heard() as said:
        dense = layers.Dense(_CLASSES, kernel_regularizer=penalty)
        model = keras().Sequential([keras().Input((_CLASSES,)), dense])
        model.compile(keras().optimizers.SGD(0.1), loss)
        before = dense.kernel.numpy()
        try:
            model.fit(logits, labels, epochs=3, verbose=0)
        except ValueError as error:
            return f"raises ValueError: {str(error).splitlines()[0]}"
    after = dense.kernel.numpy()
    if np.array_equal(before, after):
        return "runs, and no weight moves"
    shrunk = np.linalg.norm(after) < np.linalg.norm(before)
    warned = ", and warns of missing gradients" if any("Gradients" in one for one in said) else ""
    return f"runs, and the weights {'shrink' if shrunk else 'move'}{warned}"


def one_unit() -> Sheet:
    """Train one output unit to tell the digits 3 and 8 apart, right and wrong.

    Returns
    -------
    Sheet
        One row a way to end the network: the loss in the first epoch and in the last, how far a
        weight moved, the outputs, and the shares that are right, cut at one half and by argmax.
    """
    digits = only_classes(load_digits(), [3, 8])
    rows = [
        (f"{activation}, {loss}", *_trained(digits, activation, loss))
        for activation, loss in (
            ("softmax", "mean_squared_error"),
            ("softmax", "binary_crossentropy"),
            ("softmax", "categorical_crossentropy"),
            ("sigmoid", "binary_crossentropy"),
        )
    ]
    columns = ("one unit", "loss", "furthest a weight moved", "outputs", "right", "right by argmax")
    return Sheet(columns, tuple(rows), _versions())


def _trained(digits: Any, activation: str, loss: str) -> tuple[str, ...]:
    """Train one unit on two digits for ten epochs, and tell what came of it."""
    x, y = digits.images.reshape(len(digits), -1), digits.labels[:, None].astype(np.float32)
    with _heard():
        start = keras().initializers.GlorotUniform(1)
        dense = keras().layers.Dense(1, activation, kernel_initializer=start)
        model = keras().Sequential([keras().Input(x.shape[1:]), dense])
        model.compile(keras().optimizers.SGD(0.1), loss)
        before = dense.kernel.numpy()
        history = model.fit(x, y, epochs=10, batch_size=70, shuffle=False, verbose=0).history[
            "loss"
        ]
        outputs = np.asarray(model(x))
    moved = float(np.abs(dense.kernel.numpy() - before).max())
    answers = (outputs[:, 0] > 0.5, outputs.argmax(axis=1))
    return (
        f"{plain(history[0])} to {plain(history[-1])}",
        plain(moved) if moved > 1e-4 else "0",
        "all 1" if np.allclose(outputs, 1) else f"{outputs.min():.2f} to {outputs.max():.2f}",
        *(as_share(float(np.mean(one == digits.labels))) for one in answers),
    )
