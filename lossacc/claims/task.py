"""One experiment on one seed: what it comes to, or why it came to nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from lossacc.claims.cache import Cache
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Experiment
from lossacc.data import Examples, load
from lossacc.data.examples import checked_channels
from lossacc.data.image_folder import images_in_colour
from lossacc.data.load import DATA_NAMES
from lossacc.support.types import Seed
from lossacc.support.validate import whole_number
from lossacc.training.train import TrainingError

_PHOTOGRAPHS = ("cifar10", "cifar100")  # of the data sets by name
_LONGEST = 300  # characters of a reason
SIDES = (8, 256)  # the digits' side, on which every experiment runs; more takes hours
_SAID = (ValueError, OSError, TrainingError)  # their sentences say enough
_FULL = ("MemoryError", "ResourceExhaustedError")  # by name: TensorFlow need not have started


@dataclass(frozen=True, eq=False)
class Task:
    """An experiment to be trained on one seed.

    Parameters
    ----------
    experiment, seed
        What to train.
    data
        A data set's name, or a folder.
    cache
        Where it is kept.
    """

    experiment: Experiment
    seed: Seed
    data: str
    cache: Cache


@dataclass(frozen=True)
class Failure:
    """A task that came to nothing.

    Parameters
    ----------
    experiment, seed
        Which one.
    arm
        What it trained when it failed; empty where it trained nothing.
    reason
        Why, in words.
    """

    experiment: str
    seed: Seed
    arm: str
    reason: str

    def __str__(self) -> str:
        """Name the task, and say why."""
        arm = f", arm {self.arm!r}" if self.arm else ""
        return f"{self.experiment}, seed {self.seed}{arm}: {self.reason}"


def attempted(task: Task, on_arm: Callable[[str], None] | None = None) -> SeedEvidence | Failure:
    """Train every arm that the claims read, once, and read the evidence; name what fails.

    Parameters
    ----------
    task
        What to do.
    on_arm
        Told the name of each arm before it is trained, and an empty one before the evidence is
        read.
    """
    experiment, at = task.experiment, ""
    try:
        begun, runs = time.perf_counter(), {}
        examples = images(experiment, task.data)
        for at in (*experiment.arms_read(), ""):
            if on_arm is not None:
                on_arm(at)
            if at:
                runs[at] = experiment.run(at, seed=task.seed, data=examples)
        return SeedEvidence.of(experiment, task.seed, runs, time.perf_counter() - begun)
    except (Exception, SystemExit) as error:
        return Failure(experiment.name, task.seed, at, reason(error))


def reason(error: BaseException) -> str:
    """Give an error in one line."""
    kind = type(error).__name__
    if kind in _FULL or type(error.__cause__).__name__ in _FULL:
        return "out of memory"
    line = next((line for line in str(error).splitlines() if line.strip()), "")[:_LONGEST]
    return line if line and isinstance(error, _SAID) else f"{kind}: {line}".removesuffix(": ")


def suited(
    experiment: Experiment, data: str, size: int | None = None, channels: int | None = None
) -> Experiment:
    """Give an experiment as it stands on what `--data` names: images in colour are photographs.

    They are photographs in grey too, where `channels` makes them so. Where a folder holds too few
    for the settings that were found on photographs, the experiment stands as it is on its own data.

    Parameters
    ----------
    size, channels
        What a folder's images are made, where it is not what the experiment says.
    """
    there = experiment.on_photographs()
    enough = Path(data).is_dir() and images_in_colour(data) >= there.examples
    if not enough and data not in _PHOTOGRAPHS:
        there = experiment
    if size is None and channels is None:
        return there
    return replace(there, side=size or there.side, channels=channels or there.channels)


def check_form(data: str | None, size: int | None, channels: int | None) -> None:
    """Refuse a size or channels that no images can have, or that are not for these to have.

    Raises
    ------
    TypeError, ValueError
        If one of them is none, or `data` names no folder.
    """
    if size is not None:
        whole_number("size", size, least=SIDES[0], most=SIDES[1])
    checked_channels(channels)
    if formed("", size, channels) and (data is None or data in DATA_NAMES):
        given = "no data" if data is None else f"data={data!r}, which comes as it is"
        asked = f"size={size} and channels={channels}"
        raise ValueError(f"got {asked} with {given}; expected a folder with them")


def formed(data: str, size: int | None, channels: int | None) -> str:
    """Name data with what its images are made, where that was asked for: "mine, 24x24 in grey"."""
    asked = [] if size is None else [f"{size}x{size}"]
    asked += [] if channels is None else ["in grey" if channels == 1 else "in colour"]
    return f"{data}, {' '.join(asked)}" if asked else data


def images(experiment: Experiment, data: str) -> Examples:
    """Load what `--data` names for an experiment, which says what a folder's images are made.

    The same set is the same object, until a file comes into the folder or goes.

    Parameters
    ----------
    experiment
        As `suited` gives it.
    data
        A data set's name, or the path of a folder with one sub-folder a class.
    """
    return _loaded(data, experiment.side, experiment.channels, _stamp(Path(data)))


@lru_cache(maxsize=2)
def _loaded(data: str, side: int, channels: int, stamp: tuple[int, ...]) -> Examples:
    return load(data, size=side, channels=channels) if stamp else load(data)


def _stamp(folder: Path) -> tuple[int, ...]:
    """Give when files last came into a folder and its classes, or went; empty where it is none."""
    if not folder.is_dir():
        return ()
    inside = sorted(one for one in folder.iterdir() if one.is_dir())
    return tuple(one.stat().st_mtime_ns for one in (folder, *inside))
