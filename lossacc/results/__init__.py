"""What `lossacc verify` found on the development seeds, committed with versions and machine."""

from __future__ import annotations

from importlib.resources import as_file, files

from lossacc.verdicts import Report

__all__ = ["load"]


def load(name: str) -> Report:
    """Give the committed report of one experiment.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    """
    with as_file(files("lossacc.results").joinpath(f"{name}.json")) as path:
        if not path.exists():
            raise FileNotFoundError(f"there are no results of {name!r}; run: lossacc verify {name}")
        return Report.load(path)
