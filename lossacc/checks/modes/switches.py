"""Put a function before the `call` of some layers, and take it away again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

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
