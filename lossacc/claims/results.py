"""What was measured and committed: the reports of `lossacc verify`, and runs of whole recipes.

Beside `NAME.json`, the report, lies `NAME.seeds.json`, the evidence that it was made of; and
`NAME.on-IMAGES.json` is what was found on other images than its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lossacc.claims import evidence
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.report import Report
from lossacc.runs.run import Run

T = TypeVar("T")

__all__ = ["load", "load_elsewhere", "load_evidence", "recorded", "save", "save_elsewhere"]


def load(folder: Path, name: str) -> Report:
    """Give the committed report of one experiment, from the folder of its lesson's results.

    Raises
    ------
    FileNotFoundError
        If nothing was committed for it.
    ValueError
        If the file is damaged.
    """
    path = folder / f"{name}.json"
    if not path.exists():
        raise FileNotFoundError(
            f"there are no results of {name!r}; run: lossacc verify {name} --commit"
        )
    return _read(path, Report.load)


def load_evidence(folder: Path, name: str) -> tuple[SeedEvidence, ...]:
    """Give the evidence behind that report, seed by seed.

    Raises
    ------
    FileNotFoundError
        If none was committed for it.
    ValueError
        If the file is damaged.
    """
    path = folder / f"{name}.seeds.json"
    if not path.exists():
        raise FileNotFoundError(
            f"there is no evidence seed by seed of {name!r}; run: lossacc verify {name} --commit"
        )
    return _read(path, evidence.load)


def _read(path: Path, load: Callable[[Path], T]) -> T:
    try:
        return load(path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{str(path)!r} is no file that lossacc verify --commit wrote, or is damaged"
        ) from error


def save(
    folder: Path, name: str, report: Report, found: Sequence[SeedEvidence] | None = None
) -> None:
    """Write a report and, where it is given, the evidence behind it."""
    folder.mkdir(exist_ok=True)
    if found is not None:
        evidence.save(folder / f"{name}.seeds.json", found)
    report.save(folder / f"{name}.json")


def save_elsewhere(folder: Path, name: str, report: Report) -> None:
    """Write what was found on other images; the report's `data` says on which."""
    folder.mkdir(exist_ok=True)
    report.save(folder / f"{name}.on-{report.data}.json")


def load_elsewhere(folder: Path, name: str) -> tuple[Report, ...]:
    """Give what was found on other images, by their names; none where nobody looked."""
    return tuple(_read(path, Report.load) for path in sorted(folder.glob(f"{name}.on-*.json")))


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
        f"recipe {recipe} --data {data}. Then copy its {name}.npz into this lesson's folder, "
        f"{'/'.join(folder.parts[-4:])}."
    )
    return None
