"""Passes through a model with some kinds of its layers in training mode and others at rest."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from lossacc.checks.modes.shapley import Switched
from lossacc.checks.modes.switches import KINDS, OTHER, switches_of
from lossacc.support import compiled_model
from lossacc.support.keras_api import RANDOM_STATE, tensorflow
from lossacc.support.types import FloatArray
from lossacc.training.evaluate import Arrays, Scorer, compute_loss, kind_of, signature_of

NONE: Switched = frozenset()
ALL: Switched = frozenset(KINDS)


class Passes:
    """The compiled passes of one model, as it was compiled.

    A pass leaves the model's variables as it found them, so that all passes over one batch share
    their random numbers: the same units are dropped in each.

    Parameters
    ----------
    model
        A built and compiled model with one input and one output.
    arrays
        Tensors as the passes will get them, of one example or more.
    """

    def __init__(self, model: Any, arrays: Arrays) -> None:
        """Find out what training mode changes."""
        self.model = model
        self._scorer = Scorer(model)
        self._signature = signature_of(arrays)
        self._switches = switches_of(model)
        self._moved, self._generators = _variables(self._switches, model)
        self._compiled: dict[tuple[Switched, bool], Any] = {}
        self.units = 0  # of the output; the first pass says
        self._look(NONE, self._switches.evaluation, arrays)
        self._look(ALL, self._switches.training, arrays)
        self.kinds = tuple(kind for kind in KINDS if self._switches.of(kind))

    @property
    def generators(self) -> list[Any]:
        """The states of the layers' random generators, each a variable of shape (2,)."""
        return self._generators

    def __call__(
        self, on: Switched, batch: Arrays, onward: bool = False
    ) -> tuple[FloatArray, FloatArray]:
        """Send a batch of n examples through the model.

        Parameters
        ----------
        on
            The kinds of layers that run in training mode.
        batch
            "x", "y", and where there are any "labels" and "weights".
        onward
            Whether the random generators go on, as they do after a step of `fit`.

        Returns
        -------
        sums : FloatArray
            Shape (3,): n times the compiled loss without penalties, n times the penalties, and
            the hits (NaN where labels are no classes).
        output : FloatArray
            Shape (n, K): what the model gives.
        """
        on = self._known(on)
        if self.model.run_eagerly:
            with self._switches.set(on):
                sums, output = self._pass(on, onward, batch)
        else:
            if (on, onward) not in self._compiled:
                self._compiled[on, onward] = self._trace(on, onward, self._switches.set(on))
            sums, output = self._compiled[on, onward](batch)
        return sums.numpy(), output.numpy()

    def _known(self, on: Switched) -> Switched:
        """Name alike what comes to the same: kinds that the model has not make no difference."""
        if on and set(self.kinds) <= on:
            return ALL
        return on & frozenset(self.kinds)

    def _look(self, on: Switched, mode: dict[Any, list[bool]], arrays: Arrays) -> None:
        """Note what each layer is told in a pass in one of the two modes; keep what was traced."""
        noting, onward = self._switches.noting(mode), on == ALL
        if self.model.run_eagerly:
            with noting:
                self._pass(on, onward, arrays)
        else:
            self._compiled[on, onward] = self._trace(on, onward, noting)

    def _trace(self, on: Switched, onward: bool, setting: AbstractContextManager[None]) -> Any:
        tf = tensorflow()
        # A partial has no code of its own: TensorFlow would warn that it is traced too often.
        function = functools.partial(self._pass, on, onward)
        graph = tf.function(function, input_signature=[self._signature], autograph=False)
        with setting:
            return graph.get_concrete_function()

    def _pass(self, on: Switched, onward: bool, batch: Arrays) -> Any:
        """Give the sums and the outputs of one batch."""
        tf, model, training = tensorflow(), self.model, on != NONE
        moved = self._moved if onward else [*self._moved, *self._generators]
        kept = [(v, tf.identity(v.value)) for v in moved]
        output = applied(model, batch["x"], training)
        self.units = int(output.shape[-1])
        total = tf.cast(compute_loss(model, batch, output, training=training), tf.float64)
        penalties = [tf.cast(tf.reduce_sum(loss), tf.float64) for loss in model.losses]
        penalty = tf.add_n(penalties or [tf.zeros((), tf.float64)])
        size = tf.cast(tf.shape(output)[0], tf.float64)
        sums = tf.stack([(total - penalty) * size, penalty * size, self._hits(batch, output)])
        with tf.control_dependencies([sums]):
            for variable, value in kept:
                variable.assign(value)
        return sums, tf.cast(output, tf.float32)

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
    key = _key(model, arrays)
    held = vars(model).get("_lossacc_passes")
    if held is None or held[0] != key:
        held = (key, Passes(model, arrays))
        # Past Keras' own __setattr__, which would track it as a part of the model.
        vars(model)["_lossacc_passes"] = held
    passes: Passes = held[1]
    return passes


def _key(model: Any, arrays: Arrays) -> tuple[Any, ...]:
    """Give what a compiled pass depends on; Keras, too, wants other changes compiled anew."""
    layers = model._flatten_layers(include_self=False)
    settings = [(id(layer), layer.trainable, getattr(layer, "rate", None)) for layer in layers]
    made = (model.optimizer, model.loss, getattr(model, "_compile_loss", None), model.run_eagerly)
    return (kind_of(arrays), *made, *settings)


def applied(model: Any, images: Any, training: bool) -> Any:
    """Apply a model as `fit` and `evaluate` do: a `call` without `training` is told nothing."""
    mode = {"training": training} if model._call_has_training_arg else {}
    return compiled_model.applied(model, images, **mode)


def _variables(switches: Any, model: Any) -> tuple[list[Any], list[Any]]:
    """Give the variables that a pass may move: the random generators, and all others."""
    movable = list(model.non_trainable_variables)
    if any(kind == OTHER for kind in switches.kinds.values()):
        movable += model.trainable_variables  # somebody's own code: it may move anything
    generators = [v for v in movable if v.name == RANDOM_STATE]
    return [v for v in movable if v.name != RANDOM_STATE], generators
