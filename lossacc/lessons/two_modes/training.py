"""The network that was asked about, with dropout and normalisation where the knobs want them.

Two blocks of convolution (8, then 16 filters), normalisation, ReLU, dropout, 2x2 max-pooling and
dropout again; a dense layer of 16 units with normalisation, ReLU and dropout; K logits. Compiled
with plain SGD, once for each choice of options, and started afresh for each run.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lossacc.networks.cnn import initialise
from lossacc.support.keras_api import keras
from lossacc.support.types import Seed

FILTERS, DENSE, GROUPS = (8, 16), 16, 4
BATCH, LAYER, GROUP, NONE = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "none",
)
NORMS = (BATCH, LAYER, GROUP, NONE)
BOTH, BEFORE, AFTER, NOWHERE = (
    "before and after max-pooling",
    "before max-pooling",
    "after max-pooling",
    "not in the blocks",
)
PLACES = (BOTH, BEFORE, AFTER, NOWHERE)
UNITS, MAPS = "Dropout", "SpatialDropout2D"
AFTER_AT_MOST = 0.5  # the rate after the pooling, where that before it is higher


def fresh_modes(seed: Seed, shape: tuple[int, int, int], classes: int, **options: Any) -> Any:
    """Give the compiled network with new weights; its options are those of `_compiled`."""
    return initialise(_compiled(shape, classes, **options), seed)


@lru_cache(maxsize=16)
def _compiled(
    shape: tuple[int, int, int],
    classes: int,
    *,
    place: str = BOTH,
    rate: float = 0.7,
    kind: str = UNITS,
    end: float = 0.5,
    norm: str = BATCH,
    momentum: float = 0.99,
    l2: float = 1e-4,
    noise: float = 0.0,
) -> Any:
    """Build and compile it.

    Parameters
    ----------
    place, rate, kind
        Where dropout stands in the blocks, one of PLACES; the share that it drops before the
        pooling, of which it drops AFTER_AT_MOST after it; units or whole feature maps.
    end
        The share that is dropped before the last layer.
    norm, momentum
        One of NORMS; what an update keeps of BatchNormalization's running statistics.
    l2
        The factor of an L2 penalty on every kernel.
    noise
        The standard deviation of noise that is added to the images in training mode.
    """
    layers = keras().layers
    stack = [layers.Input(shape), *_dropout(layers.GaussianNoise, noise)]
    drop = layers.Dropout if kind == UNITS else layers.SpatialDropout2D
    for filters in FILTERS:
        convolution = layers.Conv2D(filters, 3, padding="same", **_kernel(l2))
        stack += [convolution, *_norm(norm, momentum), layers.ReLU()]
        stack += _dropout(drop, rate if place in (BOTH, BEFORE) else 0.0)
        stack += [layers.MaxPooling2D(padding="same")]
        stack += _dropout(drop, min(rate, AFTER_AT_MOST) if place in (BOTH, AFTER) else 0.0)
    stack += [layers.Flatten(), layers.Dense(DENSE, **_kernel(l2)), *_norm(norm, momentum)]
    stack += [layers.ReLU(), *_dropout(layers.Dropout, end), layers.Dense(classes, **_kernel(l2))]
    model = keras().Sequential(stack)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras().optimizers.SGD(), loss)
    return model


def _kernel(l2: float) -> dict[str, Any]:
    """Give the penalty of a kernel."""
    return {"kernel_regularizer": keras().regularizers.L2(l2) if l2 else None}


def _dropout(layer: Any, amount: float) -> list[Any]:
    """Give a layer of Dropout or of noise, nothing where it would do nothing."""
    return [layer(amount)] if amount else []


def _norm(norm: str, momentum: float) -> list[Any]:
    """Give a layer of normalisation, or none."""
    layers = keras().layers
    if norm == BATCH:
        return [layers.BatchNormalization(momentum=momentum)]
    if norm == LAYER:
        return [layers.LayerNormalization()]
    return [layers.GroupNormalization(GROUPS)] if norm == GROUP else []
