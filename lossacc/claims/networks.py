"""The experiments' networks, compiled once and started afresh for each run.

A compiled network costs about half a second and 11 MB, which TensorFlow hardly gives back; so the
last few are kept. The learning rate is no part of the key: it can be moved without tracing anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lossacc.losses.cross_entropy import keras_loss
from lossacc.losses.in_keras import keras_objective
from lossacc.networks.cnn import initialise, small_cnn
from lossacc.support.keras_api import keras
from lossacc.support.types import Seed

# Filters of the convolutions and units of the dense layer.
SIZES = {"small": ((16, 32), 64), "large": ((32, 64), 256), "linear": ((), 0)}
LOSSES = ("cross-entropy", "generalised cross-entropy", "expected error")
SHARES = "cross-entropy of shares"  # of targets (N, K), one row an example, which may be soft


def fresh(seed: Seed, shape: tuple[int, int, int], classes: int, **options: Any) -> Any:
    """Give a compiled network with new weights; its options are those of `_compiled`."""
    return initialise(_compiled(shape, classes, **options), seed)


@lru_cache(maxsize=32)
def _compiled(
    shape: tuple[int, int, int],
    classes: int,
    *,
    size: str = "small",
    loss: str = "cross-entropy",
    momentum: float = 0.0,
    clip: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    noise: float = 0.0,
    prior: tuple[float, ...] | None = None,
) -> Any:
    """Build and compile a CNN with SGD.

    Parameters
    ----------
    size, loss
        A key of SIZES; one of LOSSES, SHARES, or one of `objectives.OBJECTIVES`.
    momentum, clip
        SGD's momentum and its `global_clipnorm`; 0 for none.
    l2, dropout, noise
        L2 penalty on the kernels, Dropout before the last layer, and the standard deviation of
        noise that is added to the images in training mode only.
    prior
        The classes' shares, at whose logarithms the output bias starts; None starts it at 0.
    """
    filters, dense = SIZES[size]
    model = small_cnn(
        shape,
        classes,
        filters=filters,
        dense=dense,
        l2=l2,
        dropout=dropout,
        noise=noise,
        prior=prior,
    )
    optimizer = keras().optimizers.SGD(momentum=momentum, global_clipnorm=clip or None)
    model.compile(optimizer, _loss(loss))
    return model


def _loss(name: str) -> Any:
    """Give a Keras loss on logits by its name."""
    if name == "cross-entropy":
        return keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    if name == SHARES:
        return keras().losses.CategoricalCrossentropy(from_logits=True)
    if name not in LOSSES:
        return keras_objective(name)
    # With q = .7 one run in a dozen gives up one class of ten altogether.
    return keras_loss(q=1.0 if name == "expected error" else 0.5)
