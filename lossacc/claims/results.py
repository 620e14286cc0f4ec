"""What was measured and committed: the reports of `lossacc verify`, and runs of whole recipes."""

from __future__ import annotations

from pathlib import Path

from lossacc.claims.report import Report
from lossacc.runs.run import Run

__all__ = ["load", "recorded"]


def load(folder: Path, name: str) -> Report:
    """Give the committed report of one experiment, from the folder of its lesson's results.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    """
    path = folder / f"{name}.json"
    if not path.exists():
        raise FileNotFoundError(f"there are no results of {name!r}; run: lossacc verify {name}")
    return Report.load(path)


def recorded(folder: Path, name: str) -> Run | None:
    """Give the recorded run of a whole recipe; where there is none, say how to make it.

    Parameters
    ----------
    folder
        Where it lies.
    name
        Recipe and data set, such as "three-boxes-cifar10".
    """
    path = folder / f"{name}.npz"
    if path.exists():
        return Run.load(path)
    recipe, _, data = name.rpartition("-")
    print(
        f"No run of {name} was recorded yet. It takes hours on a GPU and days without: lossacc "
        f"recipe {recipe} --data {data}. Then copy its {name}.npz to {path.parent}."
    )
    return None
