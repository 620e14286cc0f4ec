"""The checks that the data functions share: each refuses with a sentence."""

from __future__ import annotations

import numbers

import numpy as np


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the random generator of one purpose.

    The purpose is mixed in, so that two functions called with the same seed
    do not draw the same numbers: else the examples that one of them picks
    would decide which the next one spoils.
    """
    whole_number("seed", seed, least=0)
    return np.random.default_rng([int(seed), *purpose.encode()])


def whole_number(name: str, value: int, *, least: int, most: int | None = None) -> int:
    """Return `value` as an int, or refuse it if it is not one from `least` to `most`."""
    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} is {value!r}; expected {expected}.")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} is {value!r}; expected {expected}.")
    return int(value)


def number(name: str, value: float, *, least: float, most: float = np.inf) -> float:
    """Return `value` as a float, or refuse it if it is not one from `least` to `most`."""
    expected = f"a number from {least:g} to {most:g}"
    if not np.isfinite(most):
        expected = f"a finite number of at least {least:g}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is {value!r}; expected {expected}.")
    if not (np.isfinite(float(value)) and least <= value <= most):
        raise ValueError(f"{name} is {value!r}; expected {expected}.")
    return float(value)
