"""Passes through a model with some kinds of its layers in training mode and others at rest."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from lossacc.backend import tensorflow
from lossacc.modes.shares import Switched
from lossacc.modes.switches import KINDS, OTHER, switches_of
from lossacc.scoring import Arrays, Scorer, compute_loss, kind_of, signature_of
from lossacc.types import FloatArray

NONE: Switched = frozenset()
ALL: Switched = frozenset(KINDS)
_GENERATOR = "seed_generator_state"  # how Keras names the state of a layer's random generator


class Passes:
    """The compiled passes of one model, as it was compiled.

    Every pass leaves the model's variables as it found them. Only the random generators go on,
    and only after the pass with everything on, which uses them as a step of `fit` does. So the
    passes over one batch share their random numbers: the same units are dropped in each.

    Parameters
    ----------
    model
        A built and compiled model with one input and one output.
    arrays
        Tensors as the passes will get them, of any number of examples.
    """

    def __init__(self, model: Any, arrays: Arrays) -> None:
        """Find out what training mode changes."""
        self.model = model
        self._scorer = Scorer(model)
        self._signature = signature_of(arrays)
        self._switches = switches_of(model)
        self._moved, self._generators = _variables(self._switches, model)
        self._compiled: dict[Switched, Any] = {}
        self._look(NONE, self._switches.evaluation)
        self._look(ALL, self._switches.training)
        self.kinds = tuple(kind for kind in KINDS if self._switches.of(kind))

    @property
    def generators(self) -> list[Any]:
        """The states of the layers' random generators, each a variable of shape (2,)."""
        return self._generators

    def __call__(self, on: Switched, batch: Arrays) -> tuple[FloatArray, FloatArray]:
        """Send a batch of n examples through the model.

        Parameters
        ----------
        on
            The kinds of layers that run in training mode.
        batch
            "x", "y", and where there are any "labels" and "weights".

        Returns
        -------
        sums : FloatArray
            Shape (3,): n times the compiled loss without penalties, n times the penalties, and
            the hits (NaN where labels are no classes).
        output : FloatArray
            Shape (n, K): what the model gives.
        """
        key = self._key(on)
        if self.model.run_eagerly:
            with self._setting(key):
                sums, output = self._pass(key, batch)
        else:
            if key not in self._compiled:
                self._compiled[key] = self._trace(key, self._setting(key))
            sums, output = self._compiled[key](batch)
        return sums.numpy(), output.numpy()

    def _key(self, on: Switched) -> Switched:
        """Name alike what comes to the same: kinds that the model has not make no difference."""
        if on and set(self.kinds) <= on:
            return ALL
        return on & frozenset(self.kinds)

    def _setting(self, on: Switched) -> AbstractContextManager[None]:
        return self._switches.set(on)

    def _look(self, on: Switched, mode: dict[Any, list[bool]]) -> None:
        """Note what each layer is told in a pass in one of the two modes, and keep that pass."""
        self._compiled[on] = self._trace(on, self._switches.noting(mode))

    def _trace(self, on: Switched, setting: AbstractContextManager[None]) -> Any:
        tf = tensorflow()
        # A partial has no code of its own: TensorFlow would warn that it is traced too often.
        function = functools.partial(self._pass, on)
        graph = tf.function(function, input_signature=[self._signature], autograph=False)
        with setting:
            return graph.get_concrete_function()

    def _pass(self, on: Switched, batch: Arrays) -> Any:
        """Give the sums and the outputs of one batch."""
        tf, model, training = tensorflow(), self.model, on != NONE
        kept = [(v, tf.identity(v.value)) for v in self._kept(on)]
        output = _applied(model, batch["x"], training)
        total = tf.cast(compute_loss(model, batch, output, training=training), tf.float64)
        penalties = [tf.cast(tf.reduce_sum(loss), tf.float64) for loss in model.losses]
        penalty = tf.add_n(penalties or [tf.zeros((), tf.float64)])
        size = tf.cast(tf.shape(output)[0], tf.float64)
        sums = tf.stack([(total - penalty) * size, penalty * size, self._hits(batch, output)])
        with tf.control_dependencies([sums]):
            for variable, value in kept:
                variable.assign(value)
        return sums, tf.cast(output, tf.float32)

    def _kept(self, on: Switched) -> list[Any]:
        return self._moved if on == ALL else [*self._moved, *self._generators]

    def _hits(self, batch: Arrays, output: Any) -> Any:
        """Count the right answers."""
        tf = tensorflow()
        scores = self._scores(output)
        if "labels" not in batch or scores is None:
            return tf.constant(np.nan, tf.float64)
        hits = tf.equal(tf.argmax(scores, -1), batch["labels"])
        return tf.reduce_sum(tf.cast(hits, tf.float64))

    def _scores(self, output: Any) -> Any:
        """Give numbers whose largest is the answer; None where a single number is no answer."""
        if output.shape[-1] > 1:
            return output
        try:  # one unit is a yes or a no: its logit tells where the line between them is
            return self._scorer.logits(output)
        except ValueError:
            return None


def passes_of(model: Any, arrays: Arrays) -> Passes:
    """Give the model's passes, new ones where the model was compiled anew or changed."""
    layers = [layer for layer in model._flatten_layers() if layer is not model]
    key: tuple[Any, ...] = (
        kind_of(arrays),
        model.optimizer,
        model.loss,
        getattr(model, "_compile_loss", None),
    )
    key += tuple((id(layer), layer.trainable, getattr(layer, "rate", None)) for layer in layers)
    held = vars(model).get("_lossacc_passes")
    if held is None or held[0] != key:
        held = (key, Passes(model, arrays))
        # Past Keras' own __setattr__, which would track it as a part of the model.
        vars(model)["_lossacc_passes"] = held
    passes: Passes = held[1]
    return passes


def batches(arrays: Arrays, size: int) -> Iterator[Arrays]:
    """Give arrays of N rows in batches; the last one may be smaller."""
    for first in range(0, len(arrays["x"]), size):
        yield {name: values[first : first + size] for name, values in arrays.items()}


def _applied(model: Any, images: Any, training: bool) -> Any:
    """Apply a model as `fit` and `evaluate` do: a `call` without `training` is told nothing."""
    if model._call_has_training_arg:
        return model(images, training=training)
    return model(images)


def _variables(switches: Any, model: Any) -> tuple[list[Any], list[Any]]:
    """Give the variables that a pass may move: the random generators, and all others."""
    movable = list(model.non_trainable_variables)
    if any(kind == OTHER for kind in switches.kinds.values()):
        movable += model.trainable_variables  # somebody's own code: it may move anything
    generators = [v for v in movable if v.name == _GENERATOR]
    return [v for v in movable if v.name != _GENERATOR], generators
