"""The small networks of the lessons, and how to start one afresh."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any

from lossacc.support import validate
from lossacc.support.arithmetic import moved
from lossacc.support.compiled_model import check_built, check_compiled
from lossacc.support.keras_api import RANDOM_STATE, keras
from lossacc.support.types import Seed

MOST = 2**16  # units of a layer: more is a slip, and would fill the memory
Model = Any  # keras.Model, which has no types of its own


def small_cnn(
    shape: tuple[int, int, int],
    classes: int,
    *,
    filters: Sequence[int] = (16, 32),
    dense: int = 64,
    l2: float = 0.0,
    dropout: float = 0.0,
    noise: float = 0.0,
    batch_norm: bool = False,
    prior: Sequence[float] | None = None,
) -> Model:
    """Build a CNN: for each entry of `filters` a 3x3 convolution and a 2x2 max-pooling.

    Parameters
    ----------
    shape
        Height, width and channels of an image.
    classes
        The number of classes, K. The network ends in K logits.
    filters
        The number of filters of each convolution.
    dense
        The units of the hidden dense layer; 0 leaves it out.
    l2
        The factor of an L2 penalty on every kernel.
    dropout
        The share of the units before the last layer that each step drops.
    noise
        The standard deviation, 0 to 1, of noise that is added to the images in training mode.
    batch_norm
        Whether a BatchNormalization stands between convolution and ReLU.
    prior
        K shares of the classes. The output bias starts at their logarithms, so that the network
        begins near the best constant answer; None starts it at 0.

    Returns
    -------
    keras.Model
        Not compiled. Output shape (N, K).

    Raises
    ------
    TypeError, ValueError
        If a setting is out of range, the prior has not K shares, or one is not above 0.
    """
    shape = validate.image_shape("shape", shape)
    classes = validate.whole_number("classes", classes, least=1, most=MOST)
    filters = validate.whole_numbers("filters", filters, least=1, most=MOST)
    dense = validate.whole_number("dense", dense, least=0, most=MOST)
    l2 = validate.number("l2", l2, least=0)
    dropout = validate.number("dropout", dropout, least=0, below=1)
    noise = validate.number("noise", noise, least=0, most=1)
    batch_norm = validate.truth("batch_norm", batch_norm)
    layers = keras().layers
    kernel = {"kernel_regularizer": keras().regularizers.L2(l2) if l2 else None}
    stack = [layers.Input(shape)]
    if noise:
        stack.append(layers.GaussianNoise(noise))
    for count in filters:
        stack += _convolution(layers, count, batch_norm, kernel)
    stack.append(layers.Flatten())
    if dense:
        stack.append(layers.Dense(dense, activation="relu", **kernel))
    if dropout:
        stack.append(layers.Dropout(dropout))
    return keras().Sequential([*stack, layers.Dense(classes, **kernel, **_prior(prior, classes))])


def _prior(prior: Sequence[float] | None, classes: int) -> dict[str, Any]:
    """Give the setting that starts the output bias at the logarithms of the classes' shares."""
    if prior is None:
        return {}
    prior = validate.array("prior", prior, (classes,), least=1e-12, most=1).tolist()
    biases = [math.log(share) for share in prior]
    return {"bias_initializer": keras().initializers.Constant(biases)}


def _convolution(layers: Any, count: int, batch_norm: bool, kernel: dict[str, Any]) -> list[Any]:
    """Give one block: convolution, BatchNormalization where asked for, ReLU, pooling."""
    normal = [layers.BatchNormalization()] if batch_norm else []
    convolution = layers.Conv2D(count, 3, padding="same", use_bias=not batch_norm, **kernel)
    return [convolution, *normal, layers.ReLU(), layers.MaxPooling2D(padding="same")]


def initialise(model: Model, seed: Seed) -> Model:
    """Start a network afresh: weights, random generators and the optimizer's state.

    Every weight is drawn again by its own layer's initializer, with a seed made of `seed` and the
    weight's place in the network. A model that was compiled keeps what was traced for it, so the
    next training begins at once.

    Parameters
    ----------
    model
        A built model.
    seed
        The seed of the weights, and of what layers draw: Dropout's masks, the moves of
        augmentation. Same seed, same bits.

    Returns
    -------
    keras.Model
        The same model.

    Raises
    ------
    TypeError, ValueError
        If it is no built model, the seed is no whole number, or a weight has no initializer: its
        layer has none for it, or it stands outside the layers.
    """
    check_built(model)
    seed = validate.seed("seed", seed)
    _check_weights(model)
    for place, layer in enumerate(_flat(model)):
        for variable in layer.weights:
            name = f"{place}/{variable.name}"
            variable.assign(moved(_draw(layer, variable, _derived(seed, name)), name))
        for count, state in enumerate(_random_states(layer)):
            name = f"{place}/generator" + (f"/{count}" if count else "")
            state.assign([_derived(seed, name), 0])
    if getattr(model, "optimizer", None) is not None:
        reset_optimizer(model)
    return model


def reset_optimizer(model: Model) -> None:
    """Put a compiled model's optimizer back to where `compile` left it.

    The learning rate is kept: it is a setting, which a schedule may have moved, and `train` sets
    it anew where it has one.

    Raises
    ------
    TypeError, ValueError
        If it is no compiled model.
    """
    check_compiled(model)
    optimizer = model.optimizer
    if not optimizer.built:
        return
    fresh = type(optimizer).from_config(optimizer.get_config())
    fresh.build(model.trainable_variables)
    for old, new in zip(optimizer.variables, fresh.variables, strict=True):
        old.assign(new)


def _flat(model: Model) -> list[Any]:
    """List the layers of a model, those inside nested models too, without the models."""
    layers: list[Any] = []
    for layer in model.layers:
        layers += _flat(layer) if hasattr(layer, "layers") else [layer]
    return layers


def _random_states(layer: Any) -> list[Any]:
    """List the states of a layer's random generators; layers name their generator differently."""
    return [state for state in layer.variables if state.name == RANDOM_STATE]


def _check_weights(model: Model) -> None:
    """Refuse a model with weights of its own, which no layer would draw again."""
    drawn = {id(variable) for layer in _flat(model) for variable in layer.weights}
    for variable in model.weights:
        if id(variable) not in drawn:
            raise ValueError(
                f"model {model.name!r} has a weight {variable.name!r} outside its layers; "
                "build the model anew for each seed instead."
            )


def _draw(layer: Any, variable: Any, seed: int) -> Any:
    """Draw a weight's first value from its layer's initializer."""
    initializer = getattr(layer, f"{variable.name}_initializer", None)
    if initializer is None:
        raise ValueError(
            f"layer {layer.name!r} has a weight {variable.name!r} and no "
            f"{variable.name}_initializer; build the model anew for each seed instead."
        )
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config({**config, "seed": seed})
    return initializer(variable.shape, dtype=variable.dtype)


def _derived(seed: Seed, name: str) -> int:
    """Make a seed of its own for each name; crc32 is the same on every machine."""
    return zlib.crc32(f"{seed}:{name}".encode()) & 0x7FFFFFFF
