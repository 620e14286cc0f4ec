"""Train one plan in Keras and give the `Run` that a person would have."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from lossacc.data import Examples, glyphs, load_digits, with_noise, wrong_labels
from lossacc.losses.in_keras import keras_objective
from lossacc.networks.cnn import initialise, reset_optimizer
from lossacc.runs.run import Run
from lossacc.support.keras_api import keras
from lossacc.training.train import train
from tests.benchmarks.clinic.plans import Plan

RATES = {
    "mlp": 0.05, "cnn": 0.05, "bn": 0.01, "residual": 0.01, "tanh": 0.003, "layer norm": 0.002,
    "group norm": 0.004, "branches": 0.0015,
}  # fmt: skip
ADAM = ("tanh", "layer norm", "group norm", "branches")  # the others learn by SGD with momentum


@functools.cache
def pool(data: str) -> Examples:
    """Give the images that the plans of a data set draw from."""
    if data == "glyphs":
        return glyphs(2000, classes=8, size=10, seed=5, noise=0.0)
    if data == "table":
        return _table()
    if data == "gratings":
        return _gratings()
    if data == "orbits":
        return _orbits()
    if data == "clouds":
        return _clouds()
    digits = load_digits()
    if data == "digits":
        return digits
    return Examples(digits.images, digits.labels % 2, ("even", "odd"))


def _table() -> Examples:
    """Five classes of rows of 36 numbers, two clouds each."""
    rng = np.random.default_rng(3)
    centres = rng.normal(0, 1, (10, 36))
    cloud = rng.integers(0, 10, 2000)
    rows = 0.5 + 0.1 * centres[cloud] + 0.14 * rng.normal(0, 1, (2000, 36))
    images = rows.reshape(-1, 6, 6, 1).astype(np.float32)
    return Examples(images, cloud % 5, tuple("abcde"))


def _gratings() -> Examples:
    """Six directions of stripes, of any width and phase, 9x9."""
    rng = np.random.default_rng(11)
    labels = rng.integers(0, 6, 2000)
    angle = np.pi * (labels + rng.normal(0, 0.12, 2000)) / 6
    width, phase = rng.uniform(2.2, 4.0, 2000), rng.uniform(0, 2 * np.pi, 2000)
    y, x = np.mgrid[:9, :9].astype(np.float64)
    along = x * np.cos(angle)[:, None, None] + y * np.sin(angle)[:, None, None]
    waves = np.sin(2 * np.pi * along / width[:, None, None] + phase[:, None, None])
    images = (0.5 + 0.45 * waves)[..., None].astype(np.float32)
    return Examples(images, labels, tuple("abcdef"))


def _orbits() -> Examples:
    """Seven ratios of two swings, and the figure that a point draws which swings in both, 12x12."""
    rng = np.random.default_rng(23)
    ratios = np.array([(1, 1), (1, 2), (1, 3), (2, 3), (3, 4), (1, 4), (2, 5)])
    labels = rng.integers(0, len(ratios), 2000)
    along = np.linspace(0, 2 * np.pi, 240)
    images = np.zeros((2000, 12, 12, 1), np.float32)
    for image, (a, b), phase in zip(
        images, ratios[labels], rng.uniform(0.1, 1.9, 2000), strict=True
    ):
        x, y = np.sin(a * along + phase * np.pi / 2), np.sin(b * along)
        places = (np.stack([x, y]) * 4.5 + 6 + rng.uniform(-1.2, 1.2, (2, 1))).astype(int)
        np.add.at(image[..., 0], tuple(np.clip(places, 0, 11)), 0.25)
    return Examples(np.minimum(images, 1), labels, tuple("abcdefg"))


def _clouds() -> Examples:
    """Eight classes of three smooth pictures each, shifted by a pixel or none, 10x10."""
    rng = np.random.default_rng(31)
    waves = rng.normal(0, 1, (24, 4, 4)) / (1 + np.add.outer(np.arange(4), np.arange(4)))
    basis = np.cos(np.pi * np.outer(np.arange(4), (np.arange(12) + 0.5) / 12))
    pictures = np.einsum("nij,ix,jy->nxy", waves, basis, basis)
    which, moves = rng.integers(0, 24, 2000), rng.integers(0, 3, (2000, 2))
    images = np.stack(
        [pictures[k, x : x + 10, y : y + 10] for k, (x, y) in zip(which, moves, strict=True)]
    )
    images = 0.5 + 0.22 * images * rng.uniform(0.6, 1.4, (2000, 1, 1))
    clipped = np.clip(images, 0, 1)[..., None].astype(np.float32)
    return Examples(clipped, which % 8, tuple("abcdefgh"))


def sets(plan: Plan) -> tuple[Examples, Examples]:
    """Draw the two sets of a plan, and do to them what it says."""
    rng = np.random.default_rng([plan.seed, 17])
    whole = pool(plan.data)
    order = rng.permutation(len(whole))
    if plan.in_order:
        part = order[: plan.train + plan.validation]
        order = part[np.argsort(whole.labels[part], kind="stable")]
    train, held = order[: plan.train], order[plan.train : plan.train + plan.validation]
    if plan.majority:
        train, held = (_uneven(whole.labels, part, plan.majority, rng) for part in (train, held))
    one, two = whole.take(train), whole.take(held)
    if plan.wrong:
        one = wrong_labels(one, plan.wrong, plan.seed)
    if plan.wrong_validation:
        two = wrong_labels(two, plan.wrong_validation, plan.seed + 1)
    one, two = (
        with_noise(part, plan.noise, 2 * plan.seed + k) for k, part in enumerate((one, two))
    )
    if plan.copies:
        one = _copied(one, plan.copies, rng)
    if plan.leaked:
        two = _leaked(one, two, plan.leaked, rng)
    return one, _renamed(_prepared(two, plan.prepared), plan.names, rng)


def _uneven(labels: Any, places: Any, share: float, rng: Any) -> Any:
    """Keep so many of the other classes that class 0 has this share."""
    main = places[labels[places] == 0]
    others = places[labels[places] != 0]
    if len(main) * (1 - share) < share * len(others):
        others = others[: max(4, round(len(main) * (1 - share) / share))]
    return rng.permutation(np.concatenate([main, others]))


def _copied(examples: Examples, share: float, rng: Any) -> Examples:
    """Put copies of some images, each under another label, in the place of others."""
    images, labels = examples.images.copy(), examples.labels.copy()
    pairs = round(share * len(labels) / 2)
    labels[pairs : 2 * pairs] = (labels[:pairs] + rng.integers(1, examples.classes, pairs)) % (
        examples.classes
    )
    images[pairs : 2 * pairs] = images[:pairs]
    return Examples(images, labels, examples.class_names)


def _leaked(train: Examples, held: Examples, share: float, rng: Any) -> Examples:
    images, labels = held.images.copy(), held.labels.copy()
    size = min(len(train), len(labels))
    count = round(share * size)
    chosen = rng.permutation(len(train))[:count]
    images[:count], labels[:count] = train.images[chosen], train.labels[chosen]
    return Examples(images[:size], labels[:size], held.class_names)


def _prepared(examples: Examples, how: str) -> Examples:
    x = examples.images
    # "times 255" as pictures in bytes beside a network that learned from 0 to 1.
    other = {
        "times 255": lambda: 255 * x, "over 255": lambda: x / 255, "inverted": lambda: 1 - x,
        "centred": lambda: (x - x.mean()) / x.std(),
    }  # fmt: skip
    if not how:
        return examples
    return Prepared(other[how]().astype(np.float32), examples.labels, examples.class_names)


class Prepared(Examples):
    """Examples whose numbers lie outside 0 to 1."""

    def __post_init__(self) -> None:
        """Take them as they are."""


def _renamed(examples: Examples, how: str, rng: Any) -> Examples:
    if how == "renamed":
        names = np.roll(np.arange(examples.classes), 1)
        return replace(examples, labels=names[examples.labels], clean_labels=None)
    if how == "mispaired":
        return replace(examples, labels=rng.permutation(examples.labels), clean_labels=None)
    return examples


@functools.lru_cache(maxsize=24)
def network(
    name: str, shape: tuple[int, ...], classes: int, loss: str,
    dropout: float, l2: float, bottleneck: str, statistics: bool,
) -> Any:  # fmt: skip
    """Build and compile a network; the same settings give the same one, traced once."""
    layers, regularizer = keras().layers, keras().regularizers.L2(l2) if l2 else None
    given = {"kernel_regularizer": regularizer}
    inputs = layers.Input(shape)
    x = inputs
    if bottleneck == "mean":
        x = layers.AveragePooling2D((shape[0] // 2, shape[1] // 2))(x)
    if statistics:
        x = layers.BatchNormalization(momentum=0.99)(x)
    x = _BODIES[name](layers, x, given, bottleneck == "mean")
    if statistics:
        x = layers.BatchNormalization(momentum=0.99)(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    if bottleneck == "one unit":
        x = layers.Dense(1, **given)(x)
    model = keras().Model(inputs, layers.Dense(classes, **given)(x))
    plain = {
        "cross-entropy": keras().losses.SparseCategoricalCrossentropy,
        "shares": keras().losses.CategoricalCrossentropy,
    }
    objective = plain[loss](from_logits=True) if loss in plain else keras_objective(loss)
    sgd = keras().optimizers.SGD(RATES[name], momentum=0.9)
    adam = keras().optimizers.Adam(RATES[name])
    model.compile(adam if name in ADAM else sgd, objective)
    return model


def _mlp(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    return layers.Dense(64, activation="relu", **given)(layers.Flatten()(x))


def _tanh(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    x = layers.Dense(96, activation="tanh", **given)(layers.Flatten()(x))
    return layers.Dense(48, activation="tanh", **given)(x)


def _layer_norm(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    x = layers.Flatten()(x)
    for width in (80, 80):
        x = layers.Dense(width, activation="gelu", **given)(x)
        x = layers.LayerNormalization()(x)
    return x


def _cnn(layers: Any, x: Any, given: Any, flat: bool, norm: bool = False) -> Any:
    for count in (8, 16):
        x = layers.Conv2D(count, 3, padding="same", **given)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = x if flat else layers.MaxPooling2D(padding="same")(x)
    return layers.Dense(32, activation="relu", **given)(layers.Flatten()(x))


def _bn(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    return _cnn(layers, x, given, flat, norm=True)


def _residual(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    x = layers.Conv2D(16, 3, padding="same", strides=1 if flat else 2, **given)(x)
    for _ in range(2):
        y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.Add()([x, layers.Conv2D(16, 3, padding="same", **given)(y)])
    return layers.Flatten()(layers.ReLU()(x))


def _group_norm(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    for count in (12, 24):
        for size, wide in ((3, count), (1, 2 * count)):
            x = layers.Conv2D(wide, size, padding="same", activation="swish", **given)(x)
        x = layers.GroupNormalization(4)(x)
        x = x if flat else layers.AveragePooling2D(2, padding="same")(x)
    return layers.Flatten()(x)


def _branches(layers: Any, x: Any, given: Any, flat: bool) -> Any:
    for count in (8, 12):
        parts = [layers.Conv2D(count, size, padding="same", **given)(x) for size in (1, 3)]
        parts.append(layers.AveragePooling2D(3, strides=1, padding="same")(x))
        x = layers.Activation("elu")(layers.Concatenate()(parts))
        x = x if flat else layers.MaxPooling2D(padding="same")(x)
    return layers.Dense(40, activation="elu", **given)(layers.Flatten()(x))


_BODIES = {"mlp": _mlp, "cnn": _cnn, "bn": _bn, "residual": _residual, "tanh": _tanh,
           "layer norm": _layer_norm, "group norm": _group_norm, "branches": _branches}  # fmt: skip


def make(plan: Plan) -> Run:
    """Train a plan; give the run as whoever trained it would have it."""
    one, two = sets(plan)
    shape = one.images.shape[1:]
    model = network(
        plan.network, shape, one.classes, plan.loss, plan.dropout, plan.l2, plan.bottleneck,
        plan.statistics,
    )  # fmt: skip
    initialise(model, plan.seed)
    _stop_signal(model, plan.dead)
    if plan.dead == "tiny inputs":
        one, two = (Prepared(p.images * 1e-4, p.labels, p.class_names) for p in (one, two))
    held: Any = two.labels
    weights = {k: plan.weight if k == 0 else 1.0 for k in range(one.classes)}
    note = _Moving(model, plan, two)
    labels: Any = one.labels
    images = one.images
    if plan.mixed:
        images, labels = _mixed(one, plan.mixed, plan.seed)
        held = np.eye(two.classes, dtype=np.float32)[two.labels]
    run = train(
        model, (images, labels), (two.images, held), epochs=plan.epochs,
        batch_size=plan.batch, seed=plan.seed, learning_rate=_rate(plan),
        class_weight=weights if plan.weight != 1 else None,
        on_epoch=note if plan.moving or plan.resume else None,
    )  # fmt: skip
    return _as_known(_printed(run, plan, note), plan)


def _rate(plan: Plan) -> Any:
    own = RATES[plan.network] * plan.rate

    def rate(epoch: int) -> float:
        cut = plan.cut and epoch >= plan.cut and not (plan.resume and epoch >= plan.resume)
        return own / 10 if cut else own

    return rate


def _stop_signal(model: Any, how: str) -> None:
    """Start a network so that nothing comes through it."""
    if how == "zeros" or (how and any("norm" in layer.name for layer in model.layers)):
        for weight in model.trainable_weights:
            weight.assign(np.zeros(weight.shape, np.float32))
    elif how == "dead units":
        hidden = [v for v in model.trainable_weights if len(v.shape) == 1][:-1]
        for bias in hidden:
            bias.assign(np.full(bias.shape, -20.0, np.float32))


def _mixed(examples: Examples, alpha: float, seed: int) -> tuple[Any, Any]:
    """Mix each image with another one, and their labels in the same shares (Zhang et al. 2018)."""
    rng = np.random.default_rng([seed, 5])
    size = len(examples.labels)
    share = rng.beta(alpha, alpha, size).astype(np.float32)
    other = rng.permutation(size)
    rows = np.eye(examples.classes, dtype=np.float32)[examples.labels]
    s = share[:, None]
    x = s[..., None, None] * examples.images + (1 - s[..., None, None]) * examples.images[other]
    return x, s * rows + (1 - s) * rows[other]


class _Moving:
    """Does what must be done between epochs: validate on other images, or lose the state."""

    def __init__(self, model: Any, plan: Plan, held: Examples) -> None:
        self.model, self.plan, self.held = model, plan, held
        self.rng = np.random.default_rng([plan.seed, 9])
        self.printed: list[tuple[float, float]] = []

    def __call__(self, run: Run) -> None:
        if self.plan.resume and run.epochs[-1] == self.plan.resume:
            reset_optimizer(self.model)
        if self.plan.moving:
            self.printed.append(self._other())

    def _other(self) -> tuple[float, float]:
        x, y = self.held.images, self.held.labels
        if self.plan.moving == "noise":
            x = np.roll(x, tuple(self.rng.integers(-2, 3, 2)), axis=(1, 2))
            x = x * self.rng.uniform(0.4, 1.3) + self.rng.normal(0, 0.15, x.shape)
        else:
            some = self.rng.permutation(len(y))[: len(y) // 12]
            x, y = x[some], y[some]
        logits = np.asarray(self.model(x.astype(np.float32), training=False), np.float64)
        shifted = logits - logits.max(1, keepdims=True)
        loss = np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(y)), y]
        return float(loss.mean()), float((logits.argmax(1) == y).mean())


def _printed(run: Run, plan: Plan, note: _Moving) -> Run:
    """Print what the fault prints."""
    printed = {name: values.copy() for name, values in run.printed.items()}
    if plan.moving:
        printed["val_loss"], printed["val_accuracy"] = np.array(note.printed).T
        printed["val_loss"][0] = printed["val_accuracy"][0] = np.nan
    if plan.metric:
        for name, scores in (("accuracy", run.train), ("val_accuracy", run.validation)):
            printed[name][1:] = _counted(plan.metric, scores)[1:]
    return replace(run, printed={name: np.round(values, 4) for name, values in printed.items()})


def _counted(metric: str, scores: Any) -> Any:
    """Give what an accuracy that is cut at .5 counts, shape (R,)."""
    logits, labels = np.asarray(scores.logits, np.float64), scores.labels
    if metric == "always class 0":  # the largest of one number
        return np.broadcast_to((labels == 0).mean(), len(logits)).copy()
    if metric == "cut at .5":  # a probability is meant; the logit is what is cut
        return (((logits[..., 1] - logits[..., 0]) > 0.5) == labels).mean(axis=1)
    rows = np.eye(scores.classes)[labels]
    share = np.exp(logits - logits.max(-1, keepdims=True))
    share /= share.sum(-1, keepdims=True)
    return ((share > 0.5) == rows).mean(axis=(1, 2))


def _as_known(run: Run, plan: Plan) -> Run:
    """Leave out what nobody could know, and of a RunBuilder's run what it is not told."""
    bare = {
        on: replace(run.scores(on), clean_labels=None, targets=None)
        if plan.builder else replace(run.scores(on), clean_labels=None)
        for on in run.sets
    }  # fmt: skip
    run = replace(run, **bare, settings={"epochs": plan.epochs}, environment={})
    if not plan.builder:
        return run
    nan = np.full(len(run.epochs), np.nan)
    return replace(
        run, penalty=np.zeros(len(run.epochs)), objective=None, learning_rate=nan,
        gradient_norm=nan,
    )  # fmt: skip
