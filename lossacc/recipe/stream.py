"""The batches of a training: shuffled, cropped at random and flipped.

Everything random is made of (seed, epoch, step) and of nothing that came before, so that a training
that was broken off goes on with the very batches that it would have seen.
"""

from __future__ import annotations

from typing import Any

from lossacc.data import Examples
from lossacc.support.keras_api import tensorflow
from lossacc.support.types import Seed

_PADDING = 8  # black pixels on each side: the images' side over this, 4 for 32
_ORDER, _CROP, _FLIP = range(3)  # each has random numbers of its own


def steps_of(examples: Examples, batch_size: int) -> int:
    """Give the steps of an epoch. The last batch may be smaller."""
    return -(-len(examples) // batch_size)


def stream(examples: Examples, *, seed: Seed, batch_size: int, first: int, epochs: int) -> Any:
    """Give the batches (images, labels) of the epochs from `first` up to, not including, `epochs`.

    Parameters
    ----------
    examples
        The training examples.
    seed, batch_size
        Decides order, crops and flips; the examples in a step.
    first, epochs
        Epochs are counted from 0.

    Returns
    -------
    tf.data.Dataset
        `steps_of(examples, batch_size)` batches an epoch.
    """
    tf = tensorflow()
    with tf.device("CPU"):
        images, labels = tf.constant(examples.images), tf.constant(examples.labels)
    steps = steps_of(examples, batch_size)

    def batches(epoch: Any) -> Any:
        order = tf.random.experimental.stateless_shuffle(
            tf.range(len(examples)), _seed(seed, _ORDER, epoch)
        )

        def batch(step: Any) -> Any:
            chosen = order[step * batch_size : (step + 1) * batch_size]
            augmented = augment(tf.gather(images, chosen), seed, epoch * steps + step)
            return augmented, tf.gather(labels, chosen)

        return tf.data.Dataset.range(steps).map(batch, num_parallel_calls=tf.data.AUTOTUNE)

    return tf.data.Dataset.range(first, epochs).flat_map(batches).prefetch(tf.data.AUTOTUNE)


def augment(images: Any, seed: Seed, step: Any) -> Any:
    """Move each image by up to an eighth of its side, and mirror every other one.

    Parameters
    ----------
    images
        Tensor (N, H, W, C).
    seed, step
        Decide where each image goes; steps are counted through the whole training.
    """
    tf = tensorflow()
    n, (height, width) = tf.shape(images)[0], images.shape[1:3]
    down, across = height // _PADDING, width // _PADDING
    padded = tf.pad(images, [[0, 0], [down, down], [across, across], [0, 0]])
    places = tf.constant([2 * down + 1, 2 * across + 1], tf.float32)
    corner = tf.random.stateless_uniform([n, 2], _seed(seed, _CROP, step)) * places
    corner = tf.cast(corner, tf.int32)
    rows = corner[:, :1] + tf.range(height)
    columns = corner[:, 1:] + tf.range(width)
    mirrored = tf.random.stateless_uniform([n, 1], _seed(seed, _FLIP, step)) < 0.5
    columns = tf.where(mirrored, columns[:, ::-1], columns)
    moved = tf.gather(padded, rows, axis=1, batch_dims=1)
    moved = tf.gather(moved, columns, axis=2, batch_dims=1)
    return tf.ensure_shape(moved, images.shape)


def _seed(seed: Seed, purpose: int, number: Any) -> Any:
    """Make the seed of one purpose in one epoch or step."""
    tf = tensorflow()
    return tf.random.fold_in(tf.constant([seed, purpose], tf.int64), number)
