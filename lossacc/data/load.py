"""One name for every source of images: what a `--data` option accepts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from lossacc.data.corrupt import few, only_classes
from lossacc.data.digits import load_digits
from lossacc.data.examples import Examples, checked_channels
from lossacc.data.glyphs import glyphs
from lossacc.data.image_folder import folder_path, load_folder
from lossacc.data.keras_sets import KERAS_SETS, load_keras
from lossacc.support.validate import generator, quoted, whole_number

DATA_NAMES = ("digits", "glyphs", *KERAS_SETS)
_GLYPHS = 2000


def load(
    name: str | os.PathLike[str],
    *,
    n: int | None = None,
    classes: int | str | Sequence[int | str] | None = None,
    size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    seed: int = 0,
) -> Examples:
    """Return the examples of a name or of a folder.

    Parameters
    ----------
    name
        "digits", "glyphs", "mnist", "fashion_mnist", "cifar10", "cifar100" (of
        these four the training part), or the path of a folder that has one
        sub-folder for each class. A name wins over a folder of that name: write
        "./digits" for the folder.
    n
        How many examples, as evenly over the classes as possible. None: all
        there are, and 2000 glyphs.
    classes
        How many classes (the first ones), or which, by name or number; for
        glyphs also the characters as one text. None: all, and 10 for glyphs.
    size
        The side of the images in pixels, or (H, W). Glyphs are drawn and folders
        resized to it; other sets must have it already.
    channels
        1 or 3. Glyphs and folders are made so; other sets must be so already.
    seed
        Decides which examples are kept, and how glyphs are drawn.

    Raises
    ------
    FileNotFoundError
        If `name` is neither a data set nor a folder.
    TypeError, ValueError
        If the set has not what is asked for.
    """
    height_width = _checked_size(size)
    checked_channels(channels)
    generator(seed, "load")  # refused before anything is read
    if n is not None:
        whole_number("n", n, least=1)
    name = folder_path("name", name) if not isinstance(name, str) else name
    if name == "glyphs":
        return _glyphs(n, classes, height_width, channels, seed)
    examples = _named(name, height_width, channels)
    _check_shape(examples, height_width, channels)
    if classes is not None and not isinstance(classes, (str, list, tuple, range, np.ndarray)):
        classes = range(_checked_number(classes, examples))
    if classes is not None:
        examples = only_classes(examples, [classes] if isinstance(classes, str) else classes)
    return examples if n is None else few(examples, n, seed)


def _named(
    name: str | os.PathLike[str], size: tuple[int, int] | None, channels: int | None
) -> Examples:
    """Return a set by name, whole, or a folder."""
    if name == "digits":
        return load_digits()
    if name in KERAS_SETS:
        return load_keras(str(name))[0]
    if not os.path.exists(folder_path("name", name)):
        raise FileNotFoundError(
            f"There is no data set or folder {quoted(os.fspath(name))}; expected "
            f"{', '.join(DATA_NAMES)}, or the path of a folder with one sub-folder for each class."
        )
    return load_folder(name, size=size, channels=channels)


def _glyphs(
    n: int | None,
    classes: Any,
    size: tuple[int, int] | None,
    channels: int | None,
    seed: int,
) -> Examples:
    """Return rendered glyphs by the settings of `load`."""
    if isinstance(classes, (list, tuple, np.ndarray)):
        classes = "".join(str(character) for character in classes)
    if size is not None and size[0] != size[1]:
        raise ValueError(
            f"size is {quoted(size)}; expected a square, as glyphs are drawn in squares."
        )
    return glyphs(
        _GLYPHS if n is None else n,
        classes=10 if classes is None else classes,
        size=16 if size is None else size[0],
        channels=1 if channels is None else channels,
        seed=seed,
    )


def _check_shape(examples: Examples, size: tuple[int, int] | None, channels: int | None) -> None:
    """Refuse a set whose images are not as asked for."""
    height, width, found = examples.shape
    if size is not None and tuple(size) != (height, width):
        raise ValueError(
            f"size is {quoted(size)}, but the images of {examples.source} are ({height}, {width}); "
            "only glyphs and folders come in any size."
        )
    if channels is not None and channels != found:
        raise ValueError(
            f"channels is {channels}, but the images of {examples.source} have {found}; only "
            "glyphs and folders come in either."
        )


def _checked_number(classes: Any, examples: Examples) -> int:
    """Return the number of classes, or refuse one that the set does not have."""
    if not 2 <= whole_number("classes", classes, least=0) <= examples.classes:
        raise ValueError(
            f"classes is {quoted(classes)}, but {examples.source} has {examples.classes}; expected "
            f"2 to {examples.classes}."
        )
    return int(classes)


def _checked_size(size: int | tuple[int, int] | None) -> tuple[int, int] | None:
    """Return (H, W), where a size was given, or refuse it."""
    if size is None:
        return None
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"size is {quoted(size)}; expected a side, or (height, width), in pixels.")
    height, width = (whole_number("size", side, least=1) for side in sides)
    return height, width
