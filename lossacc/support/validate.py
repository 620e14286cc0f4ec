"""The checks of arguments, for every room: each gives the value as it is meant, or refuses it.

A refusal is one sentence that names the argument, quotes what was given, and says what was
expected. A thing of the wrong kind is a TypeError, a wrong value of the right kind a ValueError.
Lists of numbers are taken where arrays are meant, and arrays of one number where numbers are.
"""

from __future__ import annotations

import difflib
import itertools
import numbers
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from lossacc.support.types import BoolArray, FloatArray, IntArray

T = TypeVar("T")
Array = npt.NDArray[Any]
Sides = tuple[int | str, ...]  # the lengths of an array's axes; a name stands for any, 1 at least

NUMBERS, WHOLE = "an array of numbers", "an array of whole numbers"
_LONGEST = 60  # letters of what was given that are worth quoting
_PLAIN = (str, bytes, bool, numbers.Number, range, type(None))
_KINDS = {"b": "booleans", "U": "text", "S": "bytes", "M": "dates", "m": "times"}
_KINDS |= {"c": "complex numbers", **dict.fromkeys("iuf", "numbers")}


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the random generator of one purpose.

    The purpose is mixed in, so that two functions called with the same seed
    do not draw the same numbers: else the examples that one of them picks
    would decide which the next one spoils.
    """
    whole_number("seed", seed, least=0)
    return np.random.default_rng([int(seed), *purpose.encode()])


def quoted(value: object) -> str:
    """Quote what was given: plain values as they are written, of others the type or the shape."""
    text = _written(value, depth=3)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _written(value: object, depth: int) -> str:
    """Write what was given, and what a list or a mapping holds, so many levels deep."""
    value = _scalar(value)
    if isinstance(value, dict):
        held = [f"{_written(k, 1)}: {_written(v, depth - 1)}" for k, v in _few(value.items())]
        return f"{{{', '.join(held)}}}"
    if isinstance(value, (list, tuple)):
        held = [_written(one, depth - 1) for one in _few(value)] if depth else ["..."]
        ends = "[]" if isinstance(value, list) else "()"
        return (
            f"{ends[0]}{', '.join(held)}{',' if ends == '()' and len(held) == 1 else ''}{ends[1]}"
        )
    if isinstance(value, _PLAIN):
        try:
            return " ".join(repr(value).split())
        except ValueError:  # Python does not write out a whole number of more than 4300 digits
            return "a number of thousands of digits"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"an array of shape {_sides(value.shape)}"
    if any(base.__name__ == "DatasetV2" for base in type(value).__mro__):
        return "a tf.data.Dataset"
    name = type(value).__name__.lstrip("_")
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def _few(values: Iterable[T]) -> Iterable[T]:
    return itertools.islice(values, _LONGEST)


def instance(name: str, value: object, kind: type[T], expected: str) -> T:
    """Give back what is of a kind; `expected` says it in words, as "a Run"."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {quoted(value)}; expected {expected}.")
    return value


def named(name: str, value: object, kind: type[T], expected: str) -> dict[str, T]:
    """Give a mapping from names to things of a kind, one at least."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is {quoted(value)}; expected names, each with {expected}.")
    if not value:
        raise ValueError(f"{name} is {quoted(value)}; expected at least one name with {expected}.")
    for key, one in value.items():
        instance(f"a name in {name}", key, str, "text")
        instance(f"{name}[{key!r}]", one, kind, expected)
    return dict(value)


def function(name: str, value: T) -> T:
    """Give back what can be called."""
    if not callable(value):
        raise TypeError(f"{name} is {quoted(value)}; expected a function.")
    return value


def truth(name: str, value: bool) -> bool:
    """Give back True or False."""
    return bool(instance(name, _scalar(value), bool, "True or False"))


def one_of(name: str, value: object, choices: Iterable[str]) -> str:
    """Give back one of some texts; where it is none, say which is nearest."""
    known = tuple(choices)
    if isinstance(value, str) and value in known:
        return value
    listed = ", ".join(f'"{choice}"' for choice in known)
    near = difflib.get_close_matches(value, known, 1) if isinstance(value, str) else []
    hint = f' Did you mean "{near[0]}"?' if near else ""
    error = ValueError if isinstance(value, str) else TypeError
    raise error(f"{name} is {quoted(value)}; expected one of {listed}.{hint}")


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Give a list of texts; one text is not taken for a list of letters."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} is {quoted(value)}; expected a list of texts.")
    return tuple(instance(f"one of {name}", one, str, "text") for one in value)


def whole_number(name: str, value: int, *, least: int, most: int | None = None) -> int:
    """Return `value` as an int, or refuse it if it is not one from `least` to `most`."""
    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    given = _scalar(value)
    if isinstance(given, bool) or not isinstance(given, numbers.Integral):
        raise TypeError(f"{name} is {quoted(value)}; expected {expected}.")
    found = int(given)
    if found < least or (most is not None and found > most):
        raise ValueError(f"{name} is {quoted(value)}; expected {expected}.")
    return found


def whole_numbers(name: str, value: Any, *, least: int, most: int | None = None) -> tuple[int, ...]:
    """Return a list of whole numbers, or refuse it."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        raise TypeError(f"{name} is {quoted(value)}; expected a list of whole numbers.")
    return tuple(whole_number(f"one of {name}", one, least=least, most=most) for one in value)


def image_shape(name: str, value: Any) -> tuple[int, int, int]:
    """Return height, width and channels, or refuse them."""
    sides = whole_numbers(name, value, least=1, most=2**14)
    if len(sides) != 3:
        raise ValueError(f"{name} is {quoted(value)}; expected height, width and channels.")
    return sides


def seed(name: str, value: int) -> int:
    """Return a seed as an int, or refuse it."""
    return whole_number(name, value, least=0)


def number(
    name: str,
    value: float,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    above: float = -np.inf,
    below: float = np.inf,
    infinite: bool = False,
) -> float:
    """Return `value` as a float, or refuse it if it is NaN, infinite or not within bounds.

    Parameters
    ----------
    name, value
        The argument.
    least, most
        The bounds, themselves allowed.
    above, below
        Bounds that are not allowed themselves.
    infinite
        Whether infinity is a number too.
    """
    expected = _within(least, most, above, below)
    expected = expected.replace("a finite", "a") if infinite else expected
    given = _scalar(value)
    if isinstance(given, bool) or not isinstance(given, numbers.Real):
        raise TypeError(f"{name} is {quoted(value)}; expected {expected}.")
    try:
        found = float(given)
    except OverflowError:  # a whole number beyond all floats
        found = np.inf
    fits = least <= found <= most and not found <= above and not found >= below
    if not (fits if np.isfinite(found) else infinite and least <= found <= most):
        raise ValueError(f"{name} is {quoted(value)}; expected {expected}.")
    return found


def read(name: str, value: Any, kinds: str, expected: str) -> Array:
    """Return `value` as an array of some of NumPy's kinds, or refuse it.

    `expected` says it in words. What is masked has no value; of an empty list no kind is known.
    """
    try:
        if isinstance(value, Iterator):  # which may have no end
            raise TypeError
        found = np.asarray(value)
    except Exception:  # uneven lists, and whatever another library raises of its own
        raise TypeError(f"{name} is {quoted(value)}; expected {expected}.") from None
    if np.ma.is_masked(value):
        raise ValueError(f"{name} is a masked array; expected a value in every place.")
    if not found.size and not isinstance(value, np.ndarray):
        return found
    if found.dtype.kind not in kinds:
        held = _KINDS.get(found.dtype.kind)
        given = f"holds {held}" if held and found.ndim else f"is {quoted(value)}"
        raise TypeError(f"{name} {given}; expected {expected}.")
    return found


def array(
    name: str,
    value: Any,
    sides: Sides | None = None,
    *,
    finite: bool = False,
    least: float = -np.inf,
    most: float = np.inf,
) -> Array:
    """Return `value` as an array of real numbers, or refuse it.

    Parameters
    ----------
    name, value
        The argument.
    sides
        The lengths of its axes, such as ("N", 3); None for any.
    finite
        Whether NaN and infinity are refused.
    least, most
        What its numbers must lie within; NaN does not.
    """
    found = read(name, value, "iuf", "a number" if sides == () else NUMBERS)
    if sides is not None:
        shape(name, found, sides)
    bounded = np.isfinite([least, most]).any()
    # A range that is refused by its ends costs no array of its own.
    fine = np.isfinite(found) if finite else True
    fine = fine & (found >= least) & (found <= most) if bounded else fine
    if not np.all(fine):
        expected = _within(least, most) if bounded else "finite numbers"
        raise ValueError(f"{name} holds {_first(found, ~fine)}; expected {expected}.")
    return found


def truths(name: str, value: Any, sides: Sides) -> BoolArray:
    """Return `value` as an array of booleans, or refuse it."""
    return shape(name, read(name, value, "b", "an array of booleans"), sides)


def labels(
    name: str, value: Any, *, size: int | None = None, classes: int | None = None
) -> IntArray:
    """Return `value` as labels, int64 of shape (N,), or refuse it.

    Parameters
    ----------
    name, value
        The argument: whole numbers, as floats too, of shape (N,) or (N, 1).
    size
        N, where it is known.
    classes
        K: labels are 0 to K - 1. None for any whole numbers.
    """
    given = read(name, value, "iuf", WHOLE)
    given = given[:, 0] if given.ndim == 2 and given.shape[1] == 1 else given
    if given.ndim == 2 and given.size:
        raise ValueError(
            f"{name} has the shape {_sides(given.shape)}; expected {_sides((size or 'N',))}, one "
            f"class number an example; of one-hot labels take {name}.argmax(axis=1)."
        )
    shape(name, given, (size or "N",))
    whole = np.isfinite(given) & (given == np.rint(given))
    if not whole.all():
        raise ValueError(f"{name} holds {_first(given, ~whole)}; expected whole numbers.")
    if classes is not None and (given.min() < 0 or given.max() >= classes):
        outside = (given < 0) | (given >= classes)
        count = "; count the classes from 0" if given.min() == 1 and given.max() == classes else ""
        raise ValueError(
            f"{name} holds {_first(given, outside)}; expected 0 to {classes - 1}, as there are "
            f"{classes} classes{count}."
        )
    return np.asarray(given, np.int64)


def logits(name: str, value: Any) -> FloatArray:
    """Return `value` as logits, float64 of shape (N, K) with K at least 2, or refuse it."""
    found = array(name, value, ("N", "K"))
    if found.shape[1] < 2:
        raise ValueError(f"{name} has the shape {found.shape}; expected (N, K), K at least 2.")
    return np.asarray(found, np.float64)


def logits_and_labels(z: Any, y: Any) -> tuple[FloatArray, IntArray]:
    """Return logits (N, K) and their labels (N,), or refuse them."""
    found = logits("logits", z)
    return found, labels("labels", y, size=len(found), classes=found.shape[1])


def shape(name: str, found: Array, sides: Sides) -> Array:
    """Give back an array whose axes have these lengths."""
    fits = found.ndim == len(sides) and all(
        has > 0 if isinstance(want, str) else has == want
        for has, want in zip(found.shape, sides, strict=True)
    )
    if not fits:
        empty = [side for side in sides if isinstance(side, str)] if 0 in found.shape else []
        least = f", {empty[0]} at least 1" if empty else ""
        raise ValueError(
            f"{name} has the shape {_sides(found.shape)}; expected {_sides(sides)}{least}."
        )
    return found


def _scalar(value: Any) -> Any:
    """Give the plain number in an array without axes; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "dtype"):
        try:
            return np.asarray(value).item()
        except Exception:  # a symbol of another library, which has no value yet
            return value
    return value


def _first(found: Array, wrong: Any) -> str:
    """Quote the first wrong number and where it stands."""
    where = tuple(int(axis[0]) for axis in np.nonzero(wrong)) if found.ndim else ()
    place = where[0] if len(where) == 1 else where
    return f"{found[where].item()!r}" + (f" at place {place}" if where else "")


def _sides(sides: Iterable[object]) -> str:
    """Write a shape, as (N, 3)."""
    listed = [str(side) for side in sides]
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _within(least: float, most: float, above: float = -np.inf, below: float = np.inf) -> str:
    """Say within which bounds a number is expected."""
    if np.isfinite([least, most]).all():
        return f"a number from {least:g} to {most:g}"
    low = [f"of at least {least:g}"] if np.isfinite(least) else []
    low += [f"above {above:g}"] if np.isfinite(above) else []
    high = [f"at most {most:g}"] if np.isfinite(most) else []
    high += [f"below {below:g}"] if np.isfinite(below) else []
    words = " ".join(["a number" if low and high else "a finite number", " and ".join(low + high)])
    return words.rstrip()
