"""What a network does in training mode only: found layer by layer, and switched at will."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lossacc.support.keras_api import keras

Call = Callable[..., Any]


@contextmanager
def wrapped(layers: Iterable[Any], wrap: Callable[[Any, Call], Call]) -> Iterator[None]:
    """Have layers answer, whoever calls them, with what `wrap` makes of layer and `call`.

    Keras looks `call` up on the layer itself, so it can be put before the class' own. Past Keras'
    own __setattr__, which would track it as a part of the layer.
    """
    layers = list(layers)
    try:
        for layer in layers:
            vars(layer)["call"] = wrap(layer, layer.call)
        yield
    finally:
        for layer in layers:
            vars(layer).pop("call", None)


DROPOUT, STATISTICS, AUGMENTATION, OTHER = "dropout", "batch statistics", "augmentation", "other"
KINDS = (DROPOUT, STATISTICS, AUGMENTATION, OTHER)

_NOISE = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
          "GaussianDropout", "AlphaDropout", "RNN", "Attention")  # fmt: skip
_RATES = ("rate", "stddev", "dropout", "recurrent_dropout")
_AUGMENTERS = ("AugMix", "CutMix", "MixUp", "RandAugment")

# Whether layer, at its i-th call, is to run in training mode, its parent having said so or not.
Decide = Callable[[Any, int, bool], bool]


@dataclass(eq=False)
class Switches:
    """The layers of one model that training mode may change.

    Parameters
    ----------
    kinds
        Each such layer and its kind.
    evaluation, training
        What each layer is told at each of its calls in a pass in that mode. It is not always the
        mode: a layer may be held in one of them by whoever wrote the model.
    """

    kinds: dict[Any, str]
    evaluation: dict[Any, list[bool]] = field(default_factory=dict)
    training: dict[Any, list[bool]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Any]:
        """Give the layers of a kind that the two modes treat differently."""
        return [
            layer
            for layer, own in self.kinds.items()
            if own == kind and self.training.get(layer, []) != self.evaluation.get(layer, [])
        ]

    @contextmanager
    def set(self, on: frozenset[str]) -> Iterator[None]:
        """Run the layers of these kinds as in training mode, all others as in evaluation mode."""

        def decide(layer: Any, call: int, given: bool) -> bool:
            trains = self.kinds[layer] in on
            told = (self.training if trains else self.evaluation).get(layer, [])
            # A call that this mode does not know, as behind a parent's own `if training`.
            return told[call] if call < len(told) else trains and given

        with wrapped(self.kinds, _deciding(decide)):
            yield

    @contextmanager
    def noting(self, mode: dict[Any, list[bool]]) -> Iterator[None]:
        """Note what each layer is told, and change nothing."""
        mode.clear()

        def decide(layer: Any, call: int, given: bool) -> bool:
            mode.setdefault(layer, []).append(given)
            return given

        with wrapped(self.kinds, _deciding(decide)):
            yield


def switches_of(model: Any) -> Switches:
    """Find the layers of a model, nested ones too, that training mode may change."""
    kinds: dict[Any, str] = {}
    known = {DROPOUT: _classes(_NOISE), AUGMENTATION: _augmenters()}
    known[STATISTICS] = (keras().layers.BatchNormalization,)
    _find(model, known, kinds, set())
    return Switches(kinds)


def _find(
    layer: Any, known: dict[str, tuple[Any, ...]], kinds: dict[Any, str], seen: set[int]
) -> None:
    """Sort one layer, and unless it is of a known kind, what is inside it."""
    if id(layer) in seen:
        return
    seen.add(id(layer))
    kind = next((kind for kind, classes in known.items() if isinstance(layer, classes)), None)
    if kind is not None:
        if _can_act(layer):
            kinds[layer] = kind
        return
    if layer._call_has_training_arg and not _is_inert(layer):
        kinds[layer] = OTHER
    for inner in layer._flatten_layers(include_self=False, recursive=False):
        _find(inner, known, kinds, seen)


def _can_act(layer: Any) -> bool:
    """Tell whether a layer of a known kind does anything in training mode."""
    if isinstance(layer, keras().layers.BatchNormalization):
        return bool(layer.trainable)  # frozen, it keeps to its running statistics
    rates = [getattr(layer, name) for name in _RATES if hasattr(layer, name)]
    return not rates or any(rate != 0 for rate in rates)


def _is_inert(layer: Any) -> bool:
    """Tell whether a layer is one of Keras' own that only hands `training` on, or ignores it."""
    of_keras = type(layer).__module__.startswith("keras.")
    return of_keras and not isinstance(layer, keras().layers.SpectralNormalization)


def _classes(names: Iterable[str]) -> tuple[Any, ...]:
    """Give the layers of these names, without those that this Keras does not have."""
    found = (getattr(keras().layers, name, None) for name in names)
    return tuple(layer for layer in found if layer is not None)


def _augmenters() -> tuple[Any, ...]:
    """Give Keras' layers that change images at random."""
    names = [name for name in dir(keras().layers) if name.startswith("Random")]
    return _classes([*names, *_AUGMENTERS])


def _deciding(decide: Decide) -> Callable[[Any, Call], Call]:
    """Have `decide` say which mode a layer runs in, whatever its parent says."""

    def wrap(layer: Any, inner: Call) -> Call:
        calls, signature = itertools.count(), inspect.signature(inner)

        def call(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            given = bool(bound.arguments.get("training"))
            bound.arguments["training"] = decide(layer, next(calls), given)
            return inner(*bound.args, **bound.kwargs)

        return call

    return wrap
