"""Score models of any inputs and outputs: what each output gives, as rows of logits.

`Scorer` is for one input and one row of outputs an example, and gives the bits that `train` gives.
Here inputs and outputs are trees, an output has any number of places, and masks are looked up.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossacc.runs.as_examples import AsExamples, NoClassesError, as_examples
from lossacc.support.compiled_model import config_of, is_binary, outputs_of
from lossacc.support.keras_api import tensorflow
from lossacc.support.text import first_line
from lossacc.support.types import FloatArray
from lossacc.training.batches import Tree, flat, mapped, rows_of, size_of
from lossacc.training.evaluate import refuse_sums

_NUMBERS = 2**20  # numbers in the inputs or outputs of one call


@dataclass(frozen=True)
class Head:
    """One output of a model, as it is built.

    Parameters
    ----------
    name
        Its name; empty where the model has one output.
    shape
        (..., U), that of one input's outputs.
    last
        TensorFlow's name of its last operation, such as "Softmax".
    loss
        What it was compiled with; None where nothing trains it.
    masked
        Whether Keras masks some of its places, as where an Embedding has mask_zero=True.
    """

    name: str
    shape: tuple[int, ...]
    last: str
    loss: Any
    masked: bool

    @property
    def separate(self) -> bool | None:
        """Whether each unit answers a question of its own; None where it does not show."""
        if self.last == "Softmax":
            return False
        return True if self.last == "Sigmoid" or is_binary(self) else None


def named_outputs(model: Any, outputs: Any) -> dict[str, Any]:
    """Give the outputs of a model by name; of one output the name is empty.

    Raises
    ------
    ValueError
        If they are nested deeper than one level.
    """
    if isinstance(outputs, Mapping):
        found = dict(outputs)
    elif isinstance(outputs, (list, tuple)):
        names = getattr(model, "output_names", None) or ()
        given = names if len(names) == len(outputs) else range(len(outputs))
        found = {str(name): one for name, one in zip(given, outputs, strict=True)}
    else:
        found = {"": outputs}
    if any(not hasattr(one, "shape") for one in found.values()):
        raise ValueError(f"model {model.name!r} gives nested outputs; expected one level.")
    return found


def part_of(tree: Any, name: str, place: int) -> Any:
    """Take what belongs to one output: labels by its name or place, a loss too."""
    if isinstance(tree, Mapping):
        return tree.get(name)
    if isinstance(tree, (list, tuple)):
        return tree[place] if place < len(tree) else None
    return tree


class OutputScorer:
    """The compiled evaluation pass of a compiled model, whatever its inputs and outputs.

    Parameters
    ----------
    model
        A built and compiled Keras model.
    inputs
        A tree of arrays, of which one input is looked at.
    outputs
        "logits" or "probabilities": what the model gives, where its loss does not tell.

    Raises
    ------
    ValueError
        If the model does not take the inputs, or gives what cannot be scored.
    """

    def __init__(self, model: Any, inputs: Tree, outputs: str | None = None) -> None:
        """Look at the outputs for one input; nothing else is compiled yet."""
        self.model, self.outputs = model, outputs
        self.heads: dict[str, Head] = {}
        one = {"x": rows_of(inputs, np.arange(1))}
        self._masks = self._graph(self._look, one)
        given = self._run(self._masks, one)[0]
        for name, output in given.items():
            self.heads[name] = replace(self.heads[name], shape=tuple(output.shape[1:]))
        self._passes: dict[Any, Any] = {}
        self._proven: set[str] = set()

    def goals(
        self, inputs: Tree, labels: Tree, weights: Tree, known: Mapping[str, AsExamples]
    ) -> tuple[dict[str, AsExamples], dict[str, str]]:
        """Give what each output is judged against; an output without labels is left out.

        Parameters
        ----------
        inputs, labels, weights
            Trees of arrays.
        known
            What was found for the training set, whose kinds hold for the validation set too.

        Returns
        -------
        goals, numbers
            Under an output's name what its examples are; or, where it is trained towards numbers,
            what that means.
        """
        if len(self.heads) > 1 and not isinstance(labels, (Mapping, tuple)):
            names = ", ".join(map(repr, self.heads))
            raise ValueError(
                f"model {self.model.name!r} has the outputs {names}, and y is one array; expected "
                "labels for each, by name or in order."
            )
        found: dict[str, AsExamples] = {}
        numbers: dict[str, str] = {}
        masks = self._masks_of(inputs)
        for place, (name, head) in enumerate(self.heads.items()):
            y = part_of(labels, name, place)
            if y is None:
                continue
            separate = None if self.outputs and head.separate else head.separate
            if name in known:
                separate = known[name].kind != "classes"
            counts = _both(masks.get(name), part_of(weights, name, place))
            shape = (size_of(inputs), *head.shape)
            ignored = config_of(head.loss).get("ignore_class")
            try:
                found[name] = as_examples(
                    y, shape, separate=separate, counts=counts, ignored=ignored
                )
            except NoClassesError as error:
                numbers[name] = str(error)
        return found, numbers

    def __call__(
        self, goals: Mapping[str, AsExamples], arrays: dict[str, Tree]
    ) -> tuple[dict[str, FloatArray], float, float]:
        """Score examples: inputs "x", labels "y" and, where there are any, "weights".

        Returns
        -------
        rows, objective, penalty
            The logits (n, K) of each output's examples; the mean compiled loss without the penalty,
            NaN where there is none; the penalty.
        """
        size, chunk = size_of(arrays), self._chunk(arrays["x"])
        rows: dict[str, list[FloatArray]] = {name: [] for name in goals}
        sums = np.zeros(2)
        for first in range(0, size, chunk):
            part = np.arange(first, min(first + chunk, size))
            batch = rows_of(arrays, part)
            given, total, penalty = self._run(self._pass_for(goals, batch), batch)
            for name, goal in goals.items():
                values = np.asarray(given[name])
                self._prove(name, goal, values)
                rows[name].append(goal.logits(values, first))
            sums += len(part) * np.array([float(total), float(penalty)])
        objective, penalty = sums / size
        return {name: np.concatenate(parts) for name, parts in rows.items()}, objective, penalty

    def _masks_of(self, inputs: Tree) -> dict[str, Any]:
        """Give Keras' masks (N, ...) of the outputs that have one."""
        names = [name for name, head in self.heads.items() if head.masked]
        if not names:
            return {}
        size, chunk = size_of(inputs), self._chunk(inputs)
        places = [np.arange(k, min(k + chunk, size)) for k in range(0, size, chunk)]
        parts = [self._run(self._masks, {"x": rows_of(inputs, part)})[1] for part in places]
        return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in names}

    def _look(self, arrays: Any) -> Any:
        """Give the outputs and their masks; note how they are made as they are traced."""
        found = named_outputs(self.model, self.model(arrays["x"], training=False))
        masks = {}
        for place, (name, one) in enumerate(found.items()):
            mask = getattr(one, "_keras_mask", None)
            loss = part_of(self.model.loss, name, place)
            last = getattr(getattr(one, "op", None), "type", "")
            self.heads[name] = Head(name, (), _activation(one, last), loss, mask is not None)
            if mask is not None:
                masks[name] = mask
        return found, masks

    def _score(self, kinds: Mapping[str, str], arrays: Any) -> Any:
        """Give the logits of some outputs, the mean loss without penalty, and the penalty."""
        tf, model = tensorflow(), self.model
        output = model(arrays["x"], training=False)
        found = named_outputs(model, output)
        penalty = tf.add_n([tf.cast(tf.reduce_sum(one), tf.float64) for one in model.losses] or [
            tf.zeros((), tf.float64)])  # fmt: skip
        total = tf.constant(np.nan, tf.float64)
        if model.loss is not None:
            told = model.compute_loss(
                arrays["x"], arrays["y"], output, arrays.get("weights"), training=False
            )
            total = tf.cast(tf.reduce_mean(told), tf.float64) - penalty
            if config_of(model.loss).get("reduction") == "sum":
                total /= tf.cast(tf.shape(next(iter(found.values())))[0], tf.float64)
        rows = {name: self._logits(name, found[name], kind) for name, kind in kinds.items()}
        return rows, total, penalty

    def _logits(self, name: str, output: Any, kind: str) -> Any:
        """Give the logits (n, ..., U), float32, behind one output."""
        tf = tensorflow()
        behind = getattr(output, "_keras_logits", None)
        op = getattr(output, "op", None)
        if behind is None and op is not None and op.type in ("Softmax", "Sigmoid"):
            behind = op.inputs[0]
        if behind is not None:
            return tf.cast(behind, tf.float32)
        values, head = tf.cast(output, tf.float32), self.heads[name]
        if (self.outputs or outputs_of(_Compiled(self.model.name, head.loss))) == "logits":
            self._proven.add(name)
            return values
        tiny = np.finfo(np.float32).tiny
        logarithm = tf.math.log(tf.maximum(values, tiny))
        if kind == "classes":
            return logarithm
        return logarithm - tf.math.log(tf.maximum(1 - values, tiny))

    def _prove(self, name: str, goal: AsExamples, logits: FloatArray) -> None:
        """Refuse, once, outputs that were taken for probabilities and do not sum to 1."""
        if name in self._proven or self.heads[name].last in ("Softmax", "Sigmoid"):
            return
        self._proven.add(name)
        if goal.kind == "classes":
            refuse_sums(self.model, logits)

    def _chunk(self, inputs: Tree) -> int:
        """Give the inputs to score in one call."""
        sizes = [np.prod(one.shape[1:]) for one in flat(inputs)]
        sizes += [np.prod(head.shape) for head in self.heads.values()]
        return int(np.clip(_NUMBERS // max(sizes), 1, 1024))

    def _pass_for(self, goals: Mapping[str, AsExamples], batch: dict[str, Tree]) -> Any:
        """Compile the pass once for inputs, labels and weights of these forms."""
        kinds = {name: goal.kind for name, goal in goals.items()}
        key = (tuple(kinds.items()), str(mapped(_form, batch)))
        if key not in self._passes:
            self._passes[key] = self._graph(functools.partial(self._score, kinds), batch)
        return self._passes[key]

    def _graph(self, function: Any, batch: dict[str, Tree]) -> Any:
        """Trace a function for batches of any length."""
        tf = tensorflow()

        def spec(one: Any) -> Any:
            return tf.TensorSpec((None, *one.shape[1:]), tf.constant(one[:1]).dtype)

        # A partial has no code of its own: TensorFlow would warn that it is traced too often.
        traced = tf.function(
            functools.partial(function), input_signature=[mapped(spec, batch)], autograph=False
        )
        return lambda batch: traced(mapped(tf.constant, batch))

    def _run(self, function: Any, batch: dict[str, Tree]) -> Any:
        """Run a pass; where model or loss cannot take what they get, say so."""
        try:
            return function(batch)
        except Exception as error:  # a model and a loss may hold any code, and raise anything
            if str(error).startswith("it cannot be told whether"):
                raise
            shapes = "; ".join(
                f"{name} {', '.join(map(_shape, flat(tree)))}" for name, tree in batch.items()
            )
            raise ValueError(
                f"model {self.model.name!r} and its loss cannot be applied to these examples "
                f"({shapes}). It says: {first_line(error)}"
            ) from error


@dataclass(frozen=True)
class _Compiled:
    """A name and a loss, as `outputs_of` reads them off a model."""

    name: str
    loss: Any


def _shape(one: Any) -> str:
    return f"({', '.join(['N', *map(str, one.shape[1:])])})"


def _form(one: Any) -> str:
    return f"{one.shape[1:]} {one.dtype}"


def _both(mask: Any, weights: Any) -> Any:
    """Say what counts by a mask (N, ...) and weights of fewer or as many axes."""
    if mask is None or weights is None:
        return weights if mask is None else mask
    weighed = np.asarray(weights) != 0
    if weighed.ndim == mask.ndim + 1 and weighed.shape[-1] == 1:
        weighed = weighed[..., 0]
    return mask & weighed.reshape(*weighed.shape, *(1,) * (mask.ndim - weighed.ndim))


def _activation(output: Any, last: str) -> str:
    """Name the softmax or sigmoid at the end, which a change of type may hide."""
    while last in ("Identity", "Cast", "Reshape") and hasattr(output, "op"):
        output = output.op.inputs[0]
        last = getattr(getattr(output, "op", None), "type", "")
    return last
