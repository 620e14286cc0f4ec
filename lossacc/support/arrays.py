"""Arrays that an object holds: of numbers, of one type, and never changed under it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossacc.support.types import FloatArray, IntArray


def floats(name: str, values: Any) -> FloatArray:
    """Give real numbers as a read-only array, float32 where they were that or half, else float64.

    An array that may be written to is copied, as its owner may write to it. One that is read-only
    is taken as it is.

    Raises
    ------
    ValueError
        If it is no array of real numbers.
    """
    array = _numbers(name, values, "fiu", "real numbers")
    single = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    return _held(array, np.float32 if single else np.float64)


def integers(name: str, values: Any) -> IntArray:
    """Give whole numbers as a read-only array, int64; copied as in `floats`.

    Raises
    ------
    ValueError
        If it is no array of integers, or one does not fit into 64 bits with a sign.
    """
    array = _numbers(name, values, "iu", "integers")
    most = np.iinfo(np.int64).max
    if array.dtype.kind == "u" and array.size and array.max() > most:
        raise ValueError(f"{name} go up to {array.max()}; expected {most} at most.")
    return _held(array, np.int64)


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give a view of an array through which nobody can write, nor be allowed to."""
    array.flags.writeable = False
    return array.view()


def _numbers(name: str, values: Any, kinds: str, expected: str) -> npt.NDArray[Any]:
    """Make an array of numbers of some kinds, or refuse it."""
    try:
        array = np.asarray(values)
    except Exception as error:  # whatever a library or a list of unequal lists raises
        raise ValueError(f"{name} are no array; expected one of {expected}.") from error
    if array.size and array.dtype.kind not in kinds:  # an empty list says nothing of its type
        raise ValueError(f"{name} are of type {array.dtype}; expected {expected}.")
    return array


def _held(array: npt.NDArray[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return read_only(array.astype(dtype, copy=array.flags.writeable))
