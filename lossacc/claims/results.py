"""What was measured and committed: the reports of `lossacc verify`, and runs of whole recipes."""

from __future__ import annotations

from importlib.resources import as_file, files

from lossacc.runs.run import Run
from lossacc.claims.report import Report

__all__ = ["load", "recorded"]


def load(name: str) -> Report:
    """Give the committed report of one experiment.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    """
    with as_file(files("lossacc.claims.results").joinpath(f"{name}.json")) as path:
        if not path.exists():
            raise FileNotFoundError(f"there are no results of {name!r}; run: lossacc verify {name}")
        return Report.load(path)


def recorded(name: str) -> Run | None:
    """Give the recorded run of a whole recipe; where there is none, say how to make it.

    Parameters
    ----------
    name
        Recipe and data set, such as "three-boxes-cifar10".
    """
    with as_file(files("lossacc.claims.results").joinpath(f"{name}.npz")) as path:
        if path.exists():
            return Run.load(path)
        recipe, _, data = name.rpartition("-")
        print(
            f"No run of {name} was recorded yet. It takes hours on a GPU and days without: lossacc "
            f"recipe {recipe} --data {data}. Then copy its {name}.npz to {path.parent}."
        )
        return None
