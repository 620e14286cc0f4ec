"""Find the folders of the lessons by looking, so that nothing here knows a lesson by name."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from lossacc.quiz.names import find


def folders_with(file: str) -> Sequence[Traversable]:
    """Give the folders of the lessons that hold a file of this name, by name."""
    folders = sorted(files("lossacc").joinpath("lessons").iterdir(), key=lambda one: one.name)
    return [folder for folder in folders if folder.joinpath(file).is_file()]


def number_of(lesson: object) -> int:
    """Give the number of a lesson's notebook.

    Raises
    ------
    TypeError, ValueError
        If there is no such lesson.
    """
    folder = find("lesson", lesson, {one.name: one for one in folders_with("__init__.py")})
    number: int = importlib.import_module(f"lossacc.lessons.{folder.name}").NUMBER
    return number
