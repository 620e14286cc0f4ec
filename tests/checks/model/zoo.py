"""Models built for the audit: right ones in every usual spelling, and wrong ones of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossacc.losses.cross_entropy import keras_loss
from lossacc.support.keras_api import keras, tensorflow

K = keras()
layers, losses, metrics, ops = K.layers, K.losses, K.metrics, K.ops
tf = tensorflow()

CLASSES, WIDTH = 4, 6
_rng = np.random.default_rng(5)
X = _rng.normal(size=(90, WIDTH)).astype(np.float32)
Y = _rng.integers(0, CLASSES, 90)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[Y]
YES = Y % 2
PICTURES = _rng.integers(0, 256, (40, 12, 12, 3)).astype(np.uint8)
WORDS = _rng.integers(0, 50, (40, 7))


@dataclass(frozen=True)
class Case:
    """One model with its data, and the severity of each check that must find something."""

    name: str
    build: Callable[[], Any]
    y: Any = field(default_factory=lambda: Y)
    x: Any = field(default_factory=lambda: X)
    found: Mapping[str, str] = field(default_factory=dict)


def model(*end: Any, loss: Any, **settings: Any) -> Any:
    """Compile a small network that ends in some layers."""
    net = K.Sequential([layers.Input((WIDTH,)), layers.Dense(5, activation="relu"), *end])
    return compiled(net, loss, **settings)


def compiled(net: Any, loss: Any, **settings: Any) -> Any:
    net.compile(settings.pop("optimizer", "sgd"), loss, **settings)
    return net


def dense(units: int = CLASSES, activation: Any = None, **settings: Any) -> Any:
    return layers.Dense(units, activation=activation, **settings)


def functional(end: Callable[[Any], Any], loss: Any, **settings: Any) -> Any:
    """Compile a functional model whose last step is a function of the last layer's output."""
    inputs = layers.Input((WIDTH,))
    return compiled(K.Model(inputs, end(dense()(inputs))), loss, **settings)


class Subclassed(K.Model):
    """A model that is a class; `end` is its last step."""

    def __init__(self, end: Callable[[Any], Any] = lambda z: z, units: int = CLASSES) -> None:
        super().__init__()
        self.steps = [layers.Dense(5, activation="relu"), layers.Dropout(0.5)]
        self.last = layers.Dense(units)
        self.end = end

    def call(self, inputs: Any) -> Any:
        for step in self.steps:
            inputs = step(inputs)
        return self.end(self.last(inputs))


def subclassed(loss: Any, end: Callable[[Any], Any] = lambda z: z, **settings: Any) -> Any:
    net = Subclassed(end)
    net(X[:1])
    return compiled(net, loss, **settings)


class ByHand(losses.Loss):
    """Cross-entropy of probabilities, written by hand."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        hot = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), CLASSES)
        return -ops.log(ops.sum(hot * y_pred, axis=-1) + 1e-9)


def sparse(from_logits: bool = True, **settings: Any) -> Any:
    return losses.SparseCategoricalCrossentropy(from_logits=from_logits, **settings)


def categorical(from_logits: bool = True, **settings: Any) -> Any:
    return losses.CategoricalCrossentropy(from_logits=from_logits, **settings)


def binary(from_logits: bool = True, **settings: Any) -> Any:
    return losses.BinaryCrossentropy(from_logits=from_logits, **settings)


def one_hot(y: Any) -> Any:
    return tf.one_hot(tf.cast(tf.reshape(y, [-1]), tf.int32), CLASSES)


def true_p(y: Any, p: Any) -> Any:
    return tf.reduce_sum(one_hot(y) * p, axis=-1)


def trained(net: Any) -> Any:
    net.fit(X, Y, epochs=3, verbose=0)
    return net


def half(*end: Any, loss: Any) -> Any:
    """Compile a network that computes in half precision."""
    stack = [layers.Dense(5, activation="relu", dtype="mixed_float16"), *end]
    return compiled(K.Sequential([layers.Input((WIDTH,)), *stack]), loss)


def photographs(*start: Any, loss: Any) -> Any:
    """Compile a convolutional network with what one usually puts in."""
    body = [
        *(layers.Conv2D(4, 3, padding="same", use_bias=False), layers.BatchNormalization()),
        *(layers.ReLU(), layers.MaxPooling2D(), layers.Dropout(0.3), layers.Flatten()),
        layers.Dense(8, "relu", kernel_regularizer="l2", activity_regularizer="l2"),
    ]
    return compiled(
        K.Sequential([layers.Input((12, 12, 3)), *start, *body, dense()]),
        loss,
        metrics=["accuracy"],
    )


def backbone(loss: Any) -> Any:
    """Compile a frozen backbone with a head, as in transfer learning."""
    base = K.Sequential([layers.Input((WIDTH,)), dense(5, "relu"), layers.BatchNormalization()])
    base.trainable = False
    inputs = layers.Input((WIDTH,))
    return compiled(K.Model(inputs, dense()(base(inputs, training=False))), loss)


def frozen() -> Any:
    net = model(dense(), loss=sparse())
    net.trainable = False
    net.compile("sgd", sparse())
    return net


def mobile_net() -> Any:
    net = K.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=CLASSES)
    return compiled(net, "sparse_categorical_crossentropy", metrics=["accuracy"])


BOUNDED = {"highest value": "note"}
STRING = "sparse_categorical_crossentropy"
RIGHT = (
    Case("logits, an object", lambda: model(dense(), loss=sparse(), metrics=["accuracy"])),
    Case("softmax, a string", lambda: model(dense(activation="softmax"), loss=STRING)),
    Case(
        "softmax, an object",
        lambda: model(dense(activation="softmax"), loss=sparse(False), metrics=["acc"]),
    ),
    Case("softmax as an activation layer",
         lambda: model(dense(), layers.Activation("softmax"), loss=STRING)),
    Case("softmax as a layer", lambda: model(dense(), layers.Softmax(), loss=STRING)),
    Case("softmax, then a reshape",
         lambda: model(dense(activation="softmax"), layers.Reshape((CLASSES,)), loss=STRING)),
    Case("log-softmax", lambda: model(dense(activation="log_softmax"), loss=sparse())),
    Case("functional, logits", lambda: functional(lambda z: z, sparse())),
    Case("functional, keras.activations", lambda: functional(K.activations.softmax, STRING)),
    Case("functional, keras.ops", lambda: functional(ops.softmax, STRING, metrics=["accuracy"])),
    Case("functional, by hand",
         lambda: functional(lambda z: ops.exp(z) / ops.sum(ops.exp(z), -1, keepdims=True), STRING)),
    Case("nested", lambda: model(K.Sequential([dense(5, "tanh"), dense()]), loss=sparse())),
    Case("nested, softmax",
         lambda: model(K.Sequential([dense(), layers.Softmax()]), loss=STRING)),
    Case("frozen backbone", lambda: backbone(sparse())),
    Case("a class, logits", lambda: subclassed(sparse(), metrics=["accuracy"])),
    Case("a class, softmax", lambda: subclassed(STRING, ops.softmax, metrics=["accuracy"])),
    Case("a class, tf.nn", lambda: subclassed(STRING, tf.nn.softmax)),
    Case("one-hot, a string",
         lambda: model(dense(activation="softmax"), loss="categorical_crossentropy",
                       metrics=["accuracy", "categorical_crossentropy"]), ONE_HOT),
    Case("one-hot, logits", lambda: model(dense(), loss=categorical(), metrics=["accuracy"]),
         ONE_HOT),
    Case("a column of labels", lambda: model(dense(), loss=sparse(), metrics=["accuracy"]),
         Y[:, None]),
    Case("labels as floats", lambda: model(dense(), loss=sparse()), Y.astype(np.float32)),
    Case("one sigmoid, a string",
         lambda: model(dense(1, "sigmoid"), loss="binary_crossentropy", metrics=["accuracy"]),
         YES),
    Case("one sigmoid, a column",
         lambda: model(dense(1, "sigmoid"), loss=binary(False), metrics=["accuracy"]),
         YES[:, None].astype(np.float32)),
    Case("one sigmoid by hand",
         lambda: model(dense(1, lambda z: 1 / (1 + ops.exp(-z))), loss="binary_crossentropy"), YES),
    Case("one logit",
         lambda: model(dense(1), loss=binary(), metrics=[metrics.BinaryAccuracy(threshold=0.0)]),
         YES),
    Case("two units for yes and no", lambda: model(dense(2, "softmax"), loss=STRING), YES),
    Case("K sigmoids",
         lambda: model(dense(activation="sigmoid"), loss="binary_crossentropy",
                       metrics=["accuracy"]), ONE_HOT),
    Case("K logits, each a question of its own", lambda: model(dense(), loss=binary()), ONE_HOT),
    Case("label smoothing", lambda: model(dense(), loss=categorical(label_smoothing=0.1)), ONE_HOT),
    Case("soft labels", lambda: model(dense(), loss=categorical()),
         0.7 * ONE_HOT + 0.3 * np.roll(ONE_HOT, 1, axis=0)),
    Case("the string crossentropy",
         lambda: model(dense(activation="softmax"), loss="crossentropy")),
    Case("a function of Keras",
         lambda: model(dense(activation="softmax"), loss=losses.sparse_categorical_crossentropy)),
    Case("a function of one's own",
         lambda: model(dense(), loss=lambda y, z: losses.sparse_categorical_crossentropy(
             y, z, from_logits=True))),
    Case("tf.nn on logits",
         lambda: model(dense(), loss=lambda y, z: tf.nn.softmax_cross_entropy_with_logits(
             labels=one_hot(y), logits=z))),
    Case("a class of one's own", lambda: model(dense(activation="softmax"), loss=ByHand())),
    Case("-log p by hand",
         lambda: model(dense(activation="softmax"),
                       loss=lambda y, p: -tf.reduce_mean(tf.math.log(true_p(y, p))))),
    Case("sum over the batch", lambda: model(dense(), loss=sparse(reduction="sum"))),
    Case("a weight on the loss", lambda: model(dense(), loss=sparse(), loss_weights=[0.5])),
    Case("a list of one loss", lambda: model(dense(), loss=[sparse()])),
    Case("a dictionary of one loss",
         lambda: model(dense(name="answer"), loss={"answer": sparse()})),
    Case("focal loss of probabilities",
         lambda: model(dense(activation="softmax"), loss="categorical_focal_crossentropy"),
         ONE_HOT),
    Case("focal loss of logits",
         lambda: model(dense(), loss=losses.CategoricalFocalCrossentropy(from_logits=True)),
         ONE_HOT),
    Case("Kullback and Leibler",
         lambda: model(dense(activation="softmax"), loss="kl_divergence"), ONE_HOT),
    Case("squared error of raw numbers", lambda: model(dense(), loss="mse", metrics=["accuracy"]),
         ONE_HOT),
    Case("hinge, labels of -1 and 1", lambda: model(dense(1), loss="hinge"), 2 * YES - 1),
    Case("hinge over classes",
         lambda: model(dense(), loss="categorical_hinge", metrics=["accuracy"]), ONE_HOT),
    Case("without a graph",
         lambda: model(dense(activation="softmax"), loss=STRING, run_eagerly=True)),
    Case("one sigmoid without a graph",
         lambda: model(dense(1, "sigmoid"), loss="binary_crossentropy", run_eagerly=True,
                       metrics=["accuracy"]), YES),
    Case("half precision, logits", lambda: half(dense(dtype="float32"), loss=sparse())),
    Case("half precision, softmax",
         lambda: half(dense(dtype="mixed_float16"), layers.Softmax(dtype="float32"), loss=STRING)),
    Case("a network for images, scaled inside",
         lambda: photographs(layers.Rescaling(1 / 255), loss=sparse()), Y[:40], PICTURES),
    Case("words", lambda: compiled(
        K.Sequential([layers.Input((7,), dtype="int64"), layers.Embedding(50, 4), layers.GRU(5),
                      dense()]), sparse()), Y[:40], WORDS),
    Case("trained before", lambda: trained(model(dense(), loss=sparse()))),
    Case("more units than labels", lambda: model(dense(9), loss=sparse())),
    Case("one class left out", lambda: model(dense(), loss=sparse(ignore_class=3))),
    Case("a thousand units", lambda: model(dense(1000), loss=sparse(), metrics=["accuracy"])),
    Case("two rows for yes and no",
         lambda: model(dense(2, "softmax"), loss="categorical_crossentropy",
                       metrics=["binary_accuracy"]), np.eye(2, dtype=np.float32)[YES]),
    Case("a line through yes and no",
         lambda: model(dense(1), loss="mse", metrics=["accuracy"]), YES),
    Case("tanh before a hinge", lambda: model(dense(1, "tanh"), loss="hinge"), 2 * YES - 1),
    Case("dropout that never rests", lambda: model(
        layers.Lambda(lambda z: K.random.dropout(z, 0.5)), dense(), loss=sparse())),
    Case("weights of zero",
         lambda: model(dense(kernel_initializer="zeros"), loss=sparse(), metrics=["accuracy"])),
    Case("other metrics",
         lambda: model(dense(activation="softmax"), loss=STRING,
                       metrics=[metrics.SparseTopKCategoricalAccuracy(2),
                                "sparse_categorical_accuracy",
                                metrics.SparseCategoricalCrossentropy()])),
    Case("a bias at the class frequencies",
         lambda: model(dense(bias_initializer=K.initializers.Constant(np.log([.7, .1, .1, .1]))),
                       loss=sparse())),
    # Right, and bounded: their numbers are not those of cross-entropy, and the audit says so.
    Case("squared error of probabilities",
         lambda: model(dense(activation="softmax"), loss="mse", metrics=["accuracy"]), ONE_HOT,
         found=BOUNDED),
    Case("absolute error of probabilities",
         lambda: model(dense(activation="softmax"), loss="mae"), ONE_HOT, found=BOUNDED),
    Case("squared error of one sigmoid", lambda: model(dense(1, "sigmoid"), loss="mse"), YES,
         found=BOUNDED),
    Case("generalised cross-entropy", lambda: model(dense(), loss=keras_loss(0.7)), found=BOUNDED),
    Case("1 - p", lambda: model(dense(activation="softmax"), loss=lambda y, p: 1 - true_p(y, p)),
         found=BOUNDED),
)  # fmt: skip


def wrong(check: str) -> dict[str, str]:
    return {check: "wrong"}


TWICE, ELSEWHERE = wrong("softmax twice"), {"other backends": "elsewhere"}
MANY, FEW = wrong("activation too many"), wrong("output units")
PROBABILITIES, SWAPPED = wrong("logits for probabilities"), wrong("order of the arguments")
FORM, METRIC, FLAT = wrong("labels and loss"), wrong("accuracy"), wrong("flat loss")
AIMLESS = wrong("direction")
WRONG = (
    # A softmax applied twice, really.
    Case("softmax, reshape, logits wanted",
         lambda: model(dense(activation="softmax"), layers.Reshape((CLASSES,)), loss=sparse()),
         found=TWICE),
    Case("softmax, flatten, logits wanted",
         lambda: model(dense(), layers.Softmax(), layers.Flatten(), loss=categorical()), ONE_HOT,
         found=TWICE),
    Case("softmax by hand, logits wanted", lambda: functional(
        lambda z: ops.exp(z) / ops.sum(ops.exp(z), -1, keepdims=True), sparse()), found=TWICE),
    Case("softmax times 1, logits wanted",
         lambda: subclassed(sparse(), lambda z: ops.softmax(z) * 1.0), found=TWICE),
    Case("softmax into tf.nn",
         lambda: model(dense(activation="softmax"), loss=lambda y, z:
                       tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(y, tf.int32), z)),
         found=TWICE),
    Case("softmax in half precision, logits wanted",
         lambda: half(dense(dtype="mixed_float16"), layers.Softmax(dtype="mixed_float16"),
                      loss=sparse()), found=TWICE),
    Case("tf.nn.softmax without a graph, logits wanted",
         lambda: model(dense(), layers.Lambda(lambda z: tf.nn.softmax(z)), loss=sparse(),
                       run_eagerly=True), found=TWICE),
    Case("softmax into a focal loss of logits",
         lambda: model(dense(activation="softmax"),
                       loss=losses.CategoricalFocalCrossentropy(from_logits=True)), ONE_HOT,
         found=TWICE),
    Case("softmax with smoothing, reshape, logits wanted",
         lambda: model(dense(activation="softmax"), layers.Reshape((CLASSES,)),
                       loss=categorical(label_smoothing=0.1)), ONE_HOT, found=TWICE),
    Case("softmax into lossacc's loss of logits",
         lambda: model(dense(activation="softmax"), loss=keras_loss(0.7)), found=TWICE),
    Case("sigmoid, reshape, logits wanted",
         lambda: model(dense(1, "sigmoid"), layers.Reshape((1,)), loss=binary()), YES,
         found=TWICE),
    Case("softmax and dropout, logits wanted",
         lambda: model(dense(activation="softmax"), layers.Dropout(0.2), loss=sparse()),
         found=TWICE),
    Case("two softmax layers",
         lambda: model(dense(activation="softmax"), layers.Softmax(), loss=STRING), found=MANY),
    Case("two softmax layers without a graph",
         lambda: model(dense(activation="softmax"), layers.Softmax(), loss=STRING,
                       run_eagerly=True), found=MANY),
    Case("two softmax layers, one nested", lambda: model(
        K.Sequential([dense(), layers.Softmax()]), layers.Activation("softmax"), loss=STRING),
        found=MANY),
    Case("sigmoid, then softmax",
         lambda: model(dense(activation="sigmoid"), layers.Softmax(), loss=STRING), found=MANY),
    Case("tanh on the logits", lambda: model(dense(activation="tanh"), loss=sparse()), found=MANY),
    Case("ReLU on the logits", lambda: model(dense(activation="relu"), loss=sparse()), found=MANY),
    Case("ReLU, then softmax",
         lambda: model(dense(activation="relu"), layers.Softmax(), loss=STRING), found=MANY),
    # Twice on other backends only.
    Case("softmax, logits wanted", lambda: model(dense(activation="softmax"), loss=sparse()),
         found=ELSEWHERE),
    Case("softmax layer, logits wanted", lambda: model(dense(), layers.Softmax(),
         loss=categorical()), ONE_HOT, found=ELSEWHERE),
    Case("softmax and nothing, logits wanted",
         lambda: model(dense(activation="softmax"), layers.Identity(), layers.Activation("linear"),
                       loss=sparse()), found=ELSEWHERE),
    Case("a class with a softmax, logits wanted", lambda: subclassed(sparse(), tf.nn.softmax),
         found=ELSEWHERE),
    Case("softmax without a graph, logits wanted",
         lambda: model(dense(activation="softmax"), loss=sparse(), run_eagerly=True),
         found=ELSEWHERE),
    Case("sigmoid, logits wanted", lambda: model(dense(1, "sigmoid"), loss=binary()), YES,
         found=ELSEWHERE),
    Case("K sigmoids, one class wanted",
         lambda: model(dense(activation="sigmoid"), loss="categorical_crossentropy"), ONE_HOT,
         found=ELSEWHERE),
    Case("softmax, K questions asked",
         lambda: model(dense(activation="softmax"), loss="binary_crossentropy"), ONE_HOT,
         found=ELSEWHERE),
    # Logits where probabilities are wanted.
    Case("logits into a string", lambda: model(dense(), loss=STRING), found=PROBABILITIES),
    Case("logits into a one-hot string",
         lambda: model(dense(), loss="categorical_crossentropy"), ONE_HOT, found=PROBABILITIES),
    Case("one logit into a string", lambda: model(dense(1), loss="binary_crossentropy"), YES,
         found=PROBABILITIES),
    Case("logits into -log p", lambda: model(dense(), loss=ByHand()), found=PROBABILITIES),
    Case("a class with logits into a string", lambda: subclassed(STRING), found=PROBABILITIES),
    # Units.
    Case("softmax over one unit",
         lambda: model(dense(1, "softmax"), loss="binary_crossentropy"), YES, found=FEW),
    Case("softmax over one unit, squared error", lambda: model(dense(1, "softmax"), loss="mse"),
         YES, found=FEW),
    Case("softmax over one unit without a graph",
         lambda: model(dense(1, "softmax"), loss="binary_crossentropy", run_eagerly=True), YES,
         found=FEW),
    Case("one unit, four classes",
         lambda: model(dense(1, "sigmoid"), loss="binary_crossentropy"), found=FEW),
    Case("too few units", lambda: model(dense(3, "softmax"), loss=STRING), found=FEW),
    Case("labels from 1", lambda: model(dense(), loss=sparse()), Y + 1, found=FEW),
    Case("rows too wide", lambda: model(dense(3), loss=categorical()), ONE_HOT, found=FEW),
    Case("one unit, a loss over classes",
         lambda: model(dense(1, "sigmoid"), loss="categorical_crossentropy"), YES, found=FLAT),
    # Arguments exchanged.
    Case("exchanged, of probabilities",
         lambda: model(dense(activation="softmax"),
                       loss=lambda y, p: losses.categorical_crossentropy(p, y)), ONE_HOT,
         found=SWAPPED),
    Case("exchanged, tf.nn on logits",
         lambda: model(dense(), loss=lambda y, z: tf.nn.softmax_cross_entropy_with_logits(z, y)),
         ONE_HOT, found=SWAPPED),
    Case("exchanged, tf.nn on probabilities",
         lambda: model(dense(activation="softmax"), loss=lambda y, z:
                       tf.nn.softmax_cross_entropy_with_logits(z, y)), ONE_HOT, found=SWAPPED),
    Case("exchanged, whole labels made one-hot",
         lambda: model(dense(activation="softmax"),
                       loss=lambda y, p: losses.categorical_crossentropy(p, one_hot(y))),
         found=SWAPPED),
    Case("exchanged, one sigmoid", lambda: model(
        dense(1, "sigmoid"), loss=lambda y, p: losses.binary_crossentropy(p, y)), YES,
        found=SWAPPED),
    Case("exchanged, one logit",
         lambda: model(dense(1), loss=lambda y, z: losses.binary_crossentropy(
             z, y, from_logits=True)), YES, found=SWAPPED),
    Case("exchanged, by hand",
         lambda: model(dense(activation="softmax"), loss=lambda y, p: -tf.reduce_mean(
             p * tf.math.log(y + 1e-8))), ONE_HOT, found=SWAPPED),
    Case("exchanged, sparse",
         lambda: model(dense(), loss=lambda y, z: losses.sparse_categorical_crossentropy(z, y)),
         found=FORM),
    # Labels in the wrong form.
    Case("whole numbers, rows wanted",
         lambda: model(dense(activation="softmax"), loss="categorical_crossentropy"), found=FORM),
    Case("a column, stretched by the squared error",
         lambda: model(dense(activation="softmax"), loss="mse"), Y[:, None], found=FORM),
    Case("a column, stretched by tf.nn",
         lambda: model(dense(), loss=lambda y, z: tf.nn.softmax_cross_entropy_with_logits(y, z)),
         Y[:, None], found=FORM),
    Case("rows, whole numbers wanted", lambda: model(dense(), loss=sparse()), ONE_HOT, found=FORM),
    Case("a column, stretched by a hinge",
         lambda: model(dense(), loss="categorical_hinge"), Y[:, None], found=FORM),
    # Flat, aimless, bottomless.
    Case("1 - accuracy",
         lambda: model(dense(activation="softmax"), loss=lambda y, p: 1 - tf.cast(
             tf.equal(tf.argmax(p, -1), tf.cast(tf.reshape(y, [-1]), tf.int64)), tf.float32)
             + 0 * tf.reduce_sum(p)), found=FLAT),
    Case("1 - accuracy by rounding",
         lambda: model(dense(1, "sigmoid"), loss=lambda y, p: tf.abs(
             tf.reshape(y, [-1, 1]) - tf.round(p))), YES, found=FLAT),
    Case("the average over all classes",
         lambda: model(dense(activation="softmax"), loss=lambda y, p: tf.reduce_mean(p)),
         found=FLAT),
    Case("the average over separate sigmoids",
         lambda: model(dense(activation="sigmoid"), loss=lambda y, p: tf.reduce_mean(p)),
         found=AIMLESS),
    Case("the average of the true class",
         lambda: model(dense(activation="softmax"), loss=true_p), found=AIMLESS),
    Case("a minus too few",
         lambda: model(dense(activation="softmax"),
                       loss=lambda y, p: tf.math.log(true_p(y, p) + 1e-7)),
         found=AIMLESS),
    Case("labels of -1 and 1", lambda: model(dense(1), loss=binary()), 2 * YES - 1,
         found=wrong("lowest value")),
    Case("argmax inside", lambda: functional(
        lambda z: ops.cast(ops.one_hot(ops.argmax(z, -1), CLASSES), "float32") * 9.0, sparse()),
        found=wrong("gradient")),
    # Metrics.
    Case("accuracy of one logit", lambda: model(dense(1), loss=binary(), metrics=["accuracy"]),
         YES, found=METRIC),
    Case("binary accuracy of four classes",
         lambda: model(dense(activation="softmax"), loss="categorical_crossentropy",
                       metrics=["binary_accuracy"]), ONE_HOT, found=METRIC),
    Case("argmax over one unit",
         lambda: model(dense(1, "sigmoid"), loss="binary_crossentropy",
                       metrics=["sparse_categorical_accuracy"]), YES, found=METRIC),
    Case("equality called accuracy",
         lambda: model(dense(activation="softmax"), loss="categorical_crossentropy",
                       metrics=[metrics.Accuracy()]), ONE_HOT, found=METRIC),
    Case("categorical accuracy of whole numbers",
         lambda: model(dense(), loss=sparse(), metrics=["categorical_accuracy"]), Y[:, None],
         found=METRIC),
    Case("cross-entropy of logits as a string",
         lambda: model(dense(), loss=sparse(), metrics=["sparse_categorical_crossentropy"]),
         found=wrong("cross-entropy metric")),
    Case("cross-entropy of labels without a column",
         lambda: model(dense(1, "sigmoid"), loss="binary_crossentropy",
                       metrics=["binary_crossentropy"]), YES,
         found=wrong("cross-entropy metric")),
    # Numbers.
    Case("a logarithm of nothing",
         lambda: model(dense(activation="softmax"), loss=lambda y, p: -tf.reduce_sum(
             p * tf.math.log(y), -1)), ONE_HOT, found=wrong("finite loss")),
    Case("a loss that raises", lambda: model(dense(), loss=lambda y, z: 1 / 0), found=FORM),
    Case("images with NaN", lambda: model(dense(), loss=sparse()), Y,
         np.where(X > 2, np.nan, X), found=wrong("inputs")),
    Case("pixels up to 255", lambda: photographs(loss=sparse()), Y[:40],
         PICTURES.astype(np.float32), found={"loss at the start": "note"}),
    Case("a ReLU that is never above 0", lambda: model(
        dense(5, "relu", bias_initializer=K.initializers.Constant(-100.0)), dense(use_bias=False),
        loss=sparse()), found=wrong("gradient")),
    Case("nothing to train", frozen, found=wrong("weights")),
)  # fmt: skip
