"""Inputs and labels as Keras takes them, read into trees of arrays, from arrays or from batches.

A tree is an array, or a dict or tuple of trees. What gives batches is walked through once, and
never without end: of what has no length a fixed number of batches is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossacc.runs.as_examples import refuse_names
from lossacc.support import validate
from lossacc.support.keras_api import keras, tensorflow
from lossacc.support.types import IntArray

Tree = Any  # an array, or a dict or tuple of trees
Batch = tuple[Tree, Tree, Tree]  # inputs, labels, sample weights or None

TAKEN = 32  # batches of what may have no end
_PART = 2**22  # numbers that are looked at in one piece
_LISTED = 5
_SIDE = 8  # of an image without channels, at least
_MOST = 1_000_000  # inputs that are counted where a data set does not say how many it has
_FORMS = (
    "lossacc Examples, a pair (x, y) of arrays, a tf.data.Dataset, a keras.utils.PyDataset, or a "
    "generator of batches"
)


@dataclass(frozen=True)
class Batches:
    """What gives batches of examples.

    Parameters
    ----------
    begin
        Starts to walk through them.
    length
        How many inputs there are; a short last batch makes it up to one batch too high.
    note
        What was taken, where that is not all; else empty.
    """

    begin: Callable[[], Iterable[Batch]]
    length: int
    note: str = ""


def batches_of(data: Any, *, finite: bool = True) -> Batches:
    """Find out how to walk through data that gives batches; `finite` as in `read`.

    Raises
    ------
    TypeError, ValueError
        If it gives none, or never ends.
    """
    begin, count = _walk(data)

    def walked() -> Iterator[Batch]:
        return (_batch(batch, finite) for batch in begin())

    if count is None:
        return _taken(walked())
    first = next(walked(), None)
    if first is None:
        raise ValueError("the data set is empty; expected one batch at least.")
    if count < 0:  # it does not know
        return Batches(walked, _counted(walked()))
    return Batches(walked, count * size_of(first[0]))


def _walk(data: Any) -> tuple[Callable[[], Iterable[Any]], int | None]:
    """Give what begins a walk, and the number of batches: below 0 unknown, None for no end."""
    if isinstance(data, tensorflow().data.Dataset):
        _check_dataset(data)
        endless = data.cardinality() == tensorflow().data.INFINITE_CARDINALITY
        return data.as_numpy_iterator, None if endless else int(data.cardinality())
    if isinstance(data, keras().utils.PyDataset):
        count = data.num_batches
        if count is None or not np.isfinite(count):
            return lambda: (data[k] for k in itertools.count()), None
        return lambda: (data[k] for k in range(int(count))), int(count)
    if isinstance(data, Iterator):
        return lambda: data, None
    if isinstance(data, Iterable) and isinstance(data, Sized) and not _is_plain(data):
        size = len(data)
        return lambda: itertools.islice(iter(data), size), size
    called = "; call it first" if callable(data) and not isinstance(data, type) else ""
    raise TypeError(f"got {validate.quoted(data)} for the examples{called}; expected {_FORMS}.")


def _is_plain(data: Any) -> bool:
    return isinstance(data, (str, bytes, Mapping, list, tuple, set)) or hasattr(data, "dtype")


def _counted(batches: Iterator[Batch]) -> int:
    """Count the inputs of what does not know its length, and may never end."""
    count = 0
    for x, _, _ in batches:
        count += size_of(x)
        if count > _MOST:
            raise ValueError(
                f"the data set gave {count} inputs and does not say how many there are; expected "
                "an end: use .take(batches) or tf.data.experimental.assert_cardinality(batches)."
            )
    return count


def _taken(batches: Iterator[Batch]) -> Batches:
    """Take a fixed number of batches, once."""
    held = list(itertools.islice(batches, TAKEN))
    if not held:
        raise ValueError("the generator is empty; expected one batch at least.")
    note = f"of the first {len(held)} batches" if len(held) == TAKEN else ""
    return Batches(lambda: held, sum(size_of(x) for x, _, _ in held), note)


def _batch(batch: Any, finite: bool) -> Batch:
    """Read one batch: (x, y) or (x, y, sample_weight)."""
    if not isinstance(batch, (tuple, list)) or len(batch) not in (2, 3):
        raise ValueError(
            f"a batch is {validate.quoted(batch)}; expected (x, y) or (x, y, sample_weight)."
        )
    return read(*batch, finite=finite)


def _check_dataset(dataset: Any) -> None:
    """Refuse a data set that does not give batches (x, y)."""
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) not in (2, 3):
        raise ValueError("the data set gives no pairs; expected (inputs, labels).")
    for leaf in keras().tree.flatten(spec[:2]):
        if type(leaf).__name__ != "TensorSpec":
            raise TypeError(
                "the data set gives rows of unequal length, or sparse ones; expected rows that are "
                "padded to one length."
            )
        if leaf.shape.rank == 0:
            raise ValueError(
                "the data set gives single examples; expected batches: use .batch(32)."
            )


def read(x: Any, y: Any, weights: Any = None, *, finite: bool = True) -> Batch:
    """Read inputs, labels and sample weights as trees of arrays of one length.

    `finite` says whether inputs with NaN or infinity are refused.

    Raises
    ------
    TypeError, ValueError
        If something is no array of numbers or text, holds nothing, NaN or infinity, or the lengths
        differ.
    """
    size = _length(y)
    x = _tree("x", x, size, finite)
    y = _tree("y", y, None)
    found = None if weights is None else _tree("sample_weight", weights, None)
    count = size_of(x)
    expected = {"x": "as many of each", "y": "as many inputs as labels"}
    for name, tree in (("x", x), ("y", y), ("sample_weight", found)):
        for one in flat(tree):
            if len(one) != count:
                raise ValueError(
                    f"got x of shape {flat(x)[0].shape} and {name} of shape {one.shape}; expected "
                    f"{expected.get(name, 'as many inputs as weights')}."
                )
    return x, y, found


def whole(x: Any, y: Any = None, *, finite: bool = True) -> tuple[Batch, str]:
    """Read all of x and y; without y, what `fit` would take for both.

    Returns
    -------
    (Batch, str)
        Inputs, labels and weights; what of the data was taken, where that is not all.
    """
    if y is not None:
        return read(x, y, finite=finite), ""
    if isinstance(x, (tuple, list)) and len(x) in (2, 3):
        return read(*x, finite=finite), ""
    batches = batches_of(x, finite=finite)
    return joined(list(batches.begin())), batches.note


def _length(y: Any) -> int | None:
    """Give the number of labels, where that is plain."""
    first = next(iter(y.values()), None) if isinstance(y, Mapping) else y
    return (
        None if getattr(first, "shape", None) == () or not isinstance(first, Sized) else len(first)
    )


def _tree(name: str, value: Any, size: int | None, finite: bool = True) -> Tree:
    """Read a tree of arrays; a list of arrays is several of them, unless there is one an input."""
    if isinstance(value, Mapping):
        if not value:
            raise ValueError(f"{name} is {{}}; expected arrays by their names.")
        return {key: _tree(f"{name}[{key!r}]", one, size, finite) for key, one in value.items()}
    if isinstance(value, (list, tuple)) and _are_arrays(value) and _several(value, size):
        return tuple(_tree(f"{name}[{k}]", one, size, finite) for k, one in enumerate(value))
    return _array(name, value, finite)


def _are_arrays(value: Any) -> bool:
    return bool(value) and all(
        isinstance(one, Mapping) or len(getattr(one, "shape", ())) > 0 for one in value
    )


def _several(value: Any, size: int | None) -> bool:
    """Tell whether arrays in a list are several inputs; a list of N images is one."""
    lengths = {len(one) for one in value if not isinstance(one, Mapping)}
    return len(value) != size or lengths == {size}


def _array(name: str, value: Any, finite: bool) -> Any:
    """Read one array, shape (N, ...); doubles become single floats, as in Keras."""
    kinds = "biuf" if name == "sample_weight" else "biufUSO"
    found = validate.read(name, value, kinds, validate.NUMBERS)
    if name.startswith("y"):
        refuse_names(name, found)
    if not found.ndim and found.dtype.kind == "O":
        raise TypeError(
            f"{name} is {validate.quoted(value)}; expected an array of numbers or text."
        )
    if not found.ndim or 0 in found.shape:
        raise ValueError(f"{name} has the shape {found.shape}; expected (N, ...), N at least 1.")
    if found.dtype.kind in "USO":
        if not isinstance(found.reshape(-1)[0], (str, bytes)):
            raise TypeError(f"{name} is {validate.quoted(value)}; expected numbers or text.")
        return found
    if found.dtype.kind == "b":
        found = found.astype(np.float32 if name.startswith("x") else np.int64)
    elif found.dtype == np.float64 and name.startswith("x"):
        found = found.astype(np.float32)
    if finite and name.startswith("x") and (where := not_finite(found)):
        first = found[~np.isfinite(found)][0]
        raise ValueError(f"{name} holds {first}: {where}; expected finite numbers.")
    return validate.array(name, found, finite=finite)


def not_finite(x: Any, called: str = "inputs") -> str:
    """Say how many inputs hold NaN or infinity, and of a table in which columns; else nothing."""
    if x.dtype.kind != "f":
        return ""
    size = max(1, _PART // max(int(np.prod(x.shape[1:])), 1))
    found = [~np.isfinite(x[first : first + size]) for first in range(0, len(x), size)]
    rows = sum(int(part.reshape(len(part), -1).any(axis=1).sum()) for part in found)
    said = f"{rows} of {len(x)} {called} hold NaN or infinity"
    if not rows or x.ndim != 2:
        return said if rows else ""
    columns = np.flatnonzero(np.any([part.any(axis=0) for part in found], axis=0))
    more = ", ..." if len(columns) > _LISTED else ""
    listed = f"column{'s' * (len(columns) > 1)} {', '.join(map(str, columns[:_LISTED]))}{more}"
    return f"{said}, in {listed}"


def flat(tree: Tree) -> list[Any]:
    """List the arrays of a tree."""
    if isinstance(tree, Mapping):
        return [one for key in tree for one in flat(tree[key])]
    if isinstance(tree, tuple):
        return [one for part in tree for one in flat(part)]
    return [] if tree is None else [tree]


def mapped(function: Callable[..., Any], *trees: Tree) -> Tree:
    """Apply a function to the arrays of trees of one form, place by place."""
    first = trees[0]
    if isinstance(first, Mapping):
        return {key: mapped(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, tuple):
        return tuple(mapped(function, *parts) for parts in zip(*trees, strict=True))
    return None if first is None else function(*trees)


def are_images(x: Tree) -> bool:
    """Tell whether inputs have the form of images: sides and channels, or two equal sides."""
    return all(
        (one.ndim == 4 and one.shape[-1] in (1, 3, 4))
        or (one.ndim == 3 and one.shape[1] == one.shape[2] >= _SIDE)
        for one in flat(x)
    )


def size_of(tree: Tree) -> int:
    """Give the number of inputs in a tree of arrays."""
    return len(flat(tree)[0])


def rows_of(batch: Any, rows: IntArray) -> Any:
    """Take some inputs of a batch, with their labels and weights."""
    return mapped(lambda one: one[rows], batch)


def joined(batches: list[Batch]) -> Batch:
    """Put batches one behind the other.

    Raises
    ------
    ValueError
        If they have different forms, as sequences that are padded batch by batch have.
    """
    try:
        return mapped(lambda *parts: np.concatenate(parts), *batches)  # type: ignore[no-any-return]
    except (ValueError, KeyError, AttributeError) as error:
        shapes = sorted({str(one.shape[1:]) for batch in batches for one in flat(batch[0])})
        raise ValueError(
            f"batches have inputs of different forms, such as {', '.join(shapes[:3])}; expected "
            "one shape: pad them all to the same length."
        ) from error
