"""The page of names that are kept stable: `python -m tests.packaging.api` writes it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import lossacc
from tests.notebooks.rules import DOORS
from tests.project import ROOT

PAGE = ROOT / ".github" / "API.md"
HEAD = """\
# Names that are kept stable

What stands here keeps its name and its meaning: a notebook imports from nowhere else, but for its
own lesson's folder. Everything below these names may move. Written by `python -m
tests.packaging.api` from the package itself.
"""


def page() -> str:
    """The whole page: `lossacc` itself, then the rooms that one may enter."""
    tables = [_table("lossacc", lossacc)]
    tables += [
        _table(f"lossacc.{name}", importlib.import_module(f"lossacc.{name}")) for name in DOORS
    ]
    return "\n".join([HEAD, *tables])


def _table(name: str, module: ModuleType) -> str:
    rows = (f"| {cells} |" for cells in _rows(module, sorted(module.__all__, key=str.lower)))
    return "\n".join([f"## `{name}`\n", "| name | what it is | room |", "|---|---|---|", *rows, ""])


def _rows(module: ModuleType, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = getattr(module, name)
        yield f"`{name}` | {_first_sentence(value)} | `{_room(value)}`"


def _first_sentence(value: Any) -> str:
    """The first paragraph of a docstring, in one line."""
    told = inspect.getdoc(value) or ""
    return " ".join(told.partition("\n\n")[0].split()).replace("|", r"\|")


def _room(value: Any) -> str:
    home = value.__name__ if inspect.ismodule(value) else value.__module__
    return str(home).split(".")[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
