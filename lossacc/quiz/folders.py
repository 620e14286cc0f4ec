"""Find the folders of the lessons by looking, so that nothing here knows a lesson by name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable


def folders_with(file: str) -> Sequence[Traversable]:
    """Give the folders of the lessons that hold a file of this name, by name."""
    folders = sorted(files("lossacc").joinpath("lessons").iterdir(), key=lambda one: one.name)
    return [folder for folder in folders if folder.joinpath(file).is_file()]
