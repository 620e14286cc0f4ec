"""`lossacc.mode_gap`: why training prints another loss than evaluation does, part by part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossacc.checks.modes.batchnorm_statistics import recompute_statistics
from lossacc.checks.modes.gap import ModeGap
from lossacc.checks.modes.intake import (
    NEXT_EPOCH,
    Printed,
    check_ready,
    lines,
    read,
)
from lossacc.checks.modes.lag import accuracy_range, exactly, loss_range
from lossacc.checks.modes.measure import (
    Augment,
    Draw,
    Plan,
    draw_of,
    next_lag,
    plan_of,
    split,
    summed,
    undone,
)
from lossacc.checks.modes.passes import ALL, Passes, applied, passes_of
from lossacc.checks.modes.shapley import PARTS, Split, mean_split
from lossacc.support import validate
from lossacc.support.compiled_model import ONE_OUTPUT, check_images, explained, is_sparse
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import FloatArray, Seed

__all__ = ["PARTS", "ModeGap", "Split", "mode_gap", "recompute_statistics"]


def mode_gap(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    printed: Printed = NEXT_EPOCH,
    batch_size: int = 32,
    shuffle: bool = True,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: FloatArray | None = None,
    augment: Augment | None = None,
    draws: int = 1,
    seed: Seed = 0,
) -> ModeGap:
    """Split the gap between what `fit` prints and what the same network is worth in evaluation.

    Three numbers of one network on the same images: its loss in evaluation mode, without
    penalties; its loss in training mode; and the running mean that `fit` printed. What lies
    between the first and the last is split into parts that add up to it:

    - "dropout": Dropout and layers that add noise;
    - "batch statistics": BatchNormalization, which takes a batch's own mean and variance in
      training and running ones in evaluation;
    - "augmentation": Keras' Random... layers, and `augment`;
    - "other": whatever else the model does differently in training;
    - "penalty": regularisation, which `fit` adds to the loss it prints;
    - "lag": `fit` prints a mean over the epoch, of weights that were still moving;
    - "unexplained": what none of these can make. It is of other examples, labels or weights than
      those that were handed in.

    The first four are switched on one kind at a time, for the same batches and with the same
    random numbers. What a switch changes depends on those that are on already: each part is its
    mean over all orders (Shapley's value), so that no order has to be chosen.

    The model is left as it was: weights, statistics, random generators, optimizer.

    Parameters
    ----------
    model
        A built and compiled Keras model with one input and one output of shape (N, K) or (N, 1):
        sequential, functional, nested or a class. Any loss. What a `train_step` of its own does
        beyond the compiled loss is in the lag.
    x
        Inputs, shape (N, ...), as they are before any augmentation. Or, without y, what `fit` would
        take for both: a `tf.data.Dataset`, a `keras.utils.PyDataset`, a generator of batches, of
        which 32 are taken.
    y
        Targets as `fit` takes them, N of them.
    printed
        Where the running mean comes from.

        - "next epoch": `fit` trains one epoch more, which is undone. By how much it prints behind
          the epoch's last weights is measured, on that epoch's own batches and masks, and that is
          the lag. `printed` is what an epoch with this lag would print for the network that was
          handed in.
        - A number: the loss that `fit` printed for the epoch that ended at these weights; with
          `restore_best_weights` that is the best epoch, not the last. A mapping, such as
          {"loss": .31, "accuracy": .88}, for the accuracy as well. That epoch is over, so its lag
          is bounded: by what `fit` printed in the epochs around it, where the model has its
          history, and else by the loss of a guess. What lies beyond is "unexplained". Within the
          bounds the lag holds the luck of that epoch's batches and masks too; with several draws,
          `spread` tells how large it is.
        - None: no running mean, and no lag.
    batch_size, shuffle, class_weight, sample_weight
        As in `fit`. The last batch may be smaller.
    augment
        What an input pipeline does to a batch of images, shape (n, ...), in training.
    draws
        How often to draw batches and masks (and to train the next epoch); everything is averaged.
    seed
        Decides batches and masks.

    Returns
    -------
    ModeGap
        `evaluation`, `training`, `printed`, `gap` and `parts`, in the units of the loss; the same
        for the accuracy in `accuracy`. It prints itself, and shows itself as tables in a notebook.

    Raises
    ------
    TypeError, ValueError
        If the model, the data or a setting does not fit; the sentence says which.
    RuntimeError
        If Keras was started on another backend than TensorFlow.

    Notes
    -----
    The momentum of BatchNormalization is the share of the old mean in Keras, and of the new batch
    in PyTorch: .99 here is .01 there.

    Examples
    --------
    >>> print(lossacc.mode_gap(model, x_train, y_train))  # doctest: +SKIP
    """
    batch_size = validate.whole_number("batch_size", batch_size, least=1)
    draws = validate.whole_number("draws", draws, least=1)
    seed, shuffle = validate.seed("seed", seed), validate.truth("shuffle", shuffle)
    if augment is not None:
        validate.function("augment", augment)
    train = isinstance(printed, str) and printed == NEXT_EPOCH
    given = None if train else lines(printed)
    keras()  # on TensorFlow, else a sentence
    check_ready(model, train)
    arrays, taken = read(x, y, class_weight, sample_weight), []
    check_images(model, arrays["x"])
    with undone(model):
        with explained(model):
            arrays = _ready(model, arrays, class_weight)
            passes, plan = passes_of(model, _one(arrays)), None
        for number in range(draws):
            order = _order(len(arrays["x"]), shuffle, seed, number)
            draw = draw_of(arrays, order, augment, batch_size, (seed, number))
            with explained(model), undone(model):
                plan = plan or plan_of(passes, draw)
                taken.append(_measured(passes, plan, draw, given, train))
        # Keras keeps the penalties of the latest call, and a graph's cannot be read outside it.
        applied(model, arrays["x"][:1], False)
    losses, accuracies = zip(*taken, strict=True)
    return _report(losses, accuracies, train, len(arrays["x"]), batch_size)


def _report(
    losses: Sequence[Split], accuracies: Sequence[Split], train: bool, n: int, size: int
) -> ModeGap:
    """Average over the draws."""
    draws, accuracy = len(losses), mean_split(accuracies)
    return ModeGap(
        loss=mean_split(losses),
        accuracy=None if np.isnan(accuracy.evaluation) else accuracy,
        spread=float(np.std([loss.training for loss in losses], ddof=1)) if draws > 1 else None,
        undone=train,
        examples=n,
        batch_size=size,
        draws=draws,
    )


def _one(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Put the first example on the device."""
    return {name: tensorflow().constant(values[:1]) for name, values in arrays.items()}


def _order(n: int, shuffle: bool, seed: Seed, number: int) -> Any:
    return np.random.default_rng([seed, number]).permutation(n) if shuffle else np.arange(n)


def _ready(
    model: Any, arrays: dict[str, Any], class_weight: Mapping[int, float] | None
) -> dict[str, Any]:
    """Apply the model once; leave the labels out where its outputs are no classes."""
    output = applied(model, arrays["x"][:1], False)
    if len(output.shape) != 2:
        raise ValueError(f"model {model.name!r} gives {output.shape}; {ONE_OUTPUT}.")
    classes = max(int(output.shape[1]), 2)
    for label in class_weight or ():
        validate.whole_number("a class in class_weight", label, least=0, most=classes - 1)
    if is_sparse(model):  # labels that are no class end in an error, or in a loss of NaN
        validate.labels("y", arrays["y"], classes=classes)
    if "labels" in arrays and arrays["labels"].max() >= classes:
        return {name: values for name, values in arrays.items() if name != "labels"}
    return arrays


def _measured(
    passes: Passes, plan: Plan, draw: Draw, given: dict[str, float] | None, train: bool
) -> tuple[Split, Split]:
    """Measure one draw; give the split of the loss and that of the accuracy."""
    sums, n = summed(passes, draw, plan.sets), len(draw.order)
    if train:  # the network that was handed in is measured before it is trained on
        now = sums[ALL] / n
        behind = next_lag(passes, draw)
        given = {"loss": float(now[0] + now[1]) + behind["loss"]}
        given |= {name: float(now[2]) + behind[name] for name in behind if name == "accuracy"}
        lags: Any = {name: lambda *_, lag=lag: exactly(lag) for name, lag in behind.items()}
    else:
        lags = _bounds(passes, draw)
    found = given or {}
    return (
        split(plan, sums, n, 0, found.get("loss"), lags.get("loss")),
        split(plan, sums, n, 2, _accuracy(found, passes), lags.get("accuracy")),
    )


def _accuracy(found: Mapping[str, float], passes: Passes) -> float | None:
    """Give the printed share of right answers; that of single units is none, if there are more."""
    if "binary_accuracy" in found and passes.units == 1:
        return found["binary_accuracy"]
    return found.get("accuracy")


def _bounds(passes: Passes, draw: Draw) -> dict[str, Any]:
    """Say how the lag of each printed number is bounded."""
    history = getattr(vars(passes.model).get("history"), "history", None) or {}
    guess = None
    if "labels" in draw.arrays:
        heaviest = float(np.max(draw.arrays.get("weights", 1.0)))
        guess = math.log(max(passes.units, 2)) * max(heaviest, 1.0)
    return {
        "loss": lambda now, printed: loss_range(now, printed, history, guess),
        "accuracy": lambda now, printed: accuracy_range(now, printed, history, len(draw.order)),
    }
