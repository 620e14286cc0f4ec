"""The runs of a panel: the newest in memory, the others in files, and an outline of each."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from lossacc.claims.experiment import Settings
from lossacc.runs.run import Run
from lossacc.support.types import FloatArray, IntArray, Seed

IN_MEMORY = 2


@dataclass(frozen=True, eq=False)
class OutlineScores:
    """Loss and accuracy of one set of examples, without the logits behind them."""

    size: int
    classes: int
    loss: FloatArray
    accuracy: FloatArray


@dataclass(frozen=True, eq=False)
class Outline:
    """As much of a run as a faint line needs: a few kilobytes instead of some megabytes."""

    epochs: IntArray
    unit: str
    main: str
    by_set: Mapping[str, OutlineScores]

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets of examples."""
        return tuple(self.by_set)

    def scores(self, on: str) -> OutlineScores:
        """Give the scores of one set."""
        return self.by_set[on]


def outline(run: Run) -> Outline:
    """Draw the outline of a run."""
    parts = {on: run.scores(on) for on in run.sets}
    by_set = {
        on: OutlineScores(one.size, one.classes, one.loss, one.accuracy)
        for on, one in parts.items()
        if one.size
    }
    return Outline(run.epochs, run.unit, run.main, by_set)


@dataclass(frozen=True, eq=False)
class HistoryEntry:
    """One run of a panel.

    Parameters
    ----------
    number
        Counted from 1.
    knobs, seed
        What it was trained with.
    outline
        Its curves.
    whole
        Whether it went to its last epoch.
    """

    number: int
    knobs: Settings
    seed: Seed
    outline: Outline
    whole: bool

    def matches(self, knobs: Settings, seed: Seed) -> bool:
        """Tell whether it was trained with these knobs and this seed."""
        return dict(self.knobs) == dict(knobs) and self.seed == seed


class RunHistory(Sequence[Run]):
    """The runs of a panel, oldest first. What is not in memory is read from its file when asked.

    Any thread may use it.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.renew_locks()
        self._entries: list[HistoryEntry] = []
        self._held: dict[int, Run] = {}
        self._names: dict[int, str] = {}
        self._put_away = 0
        self._folder: Path | None = None

    def renew_locks(self) -> None:
        """Take locks that nobody holds: in a forked process, those who held them are gone."""
        self._lock, self._tidying = threading.RLock(), threading.Lock()

    @property
    def entries(self) -> tuple[HistoryEntry, ...]:
        """What is known of each run, oldest first."""
        with self._lock:
            return tuple(self._entries)

    @property
    def in_view(self) -> tuple[HistoryEntry, ...]:
        """Those that were not put away, oldest first."""
        with self._lock:
            return tuple(self._entries[self._put_away :])

    @property
    def given_names(self) -> dict[int, str]:
        """What the learner has called some of them, by their numbers."""
        with self._lock:
            return dict(self._names)

    def call(self, number: int, name: str) -> None:
        """Give a run a name."""
        with self._lock:
            self._names[number] = name

    def put_away(self) -> None:
        """Take all runs so far out of view. They are kept."""
        with self._lock:
            self._put_away = len(self._entries)

    def add(self, run: Run, knobs: Settings, seed: Seed) -> HistoryEntry:
        """Keep a run."""
        with self._lock:
            whole = "stopped" not in run.settings
            entry = HistoryEntry(len(self._entries) + 1, dict(knobs), seed, outline(run), whole)
            self._held[entry.number] = run
            self._entries.append(entry)
            return entry

    def find(self, knobs: Settings, seed: Seed) -> HistoryEntry | None:
        """Give the newest whole run with these knobs and this seed, if there is one."""
        found = (e for e in reversed(self.entries) if e.whole and e.matches(knobs, seed))
        return next(found, None)

    def run(self, number: int) -> Run:
        """Give a run by its number."""
        with self._lock:
            return self._held[number] if number in self._held else Run.load(self._path(number))

    def tidy(self) -> None:
        """Write all but the newest runs to files, and let go of them."""
        with self._tidying:  # beside the lock: nobody shall wait while a file is written
            for number in self._too_many():
                try:
                    self._held[number].save(self._path(number))
                except Exception:  # no room on the disk, say: better kept in memory than lost
                    continue
                with self._lock:
                    del self._held[number]

    def _too_many(self) -> list[int]:
        with self._lock:
            return sorted(self._held)[:-IN_MEMORY]

    def _path(self, number: int) -> Path:
        """Give the file of a run, in a folder that goes when the history does."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="lossacc-lab-"))
                weakref.finalize(self, _remove, self._folder, os.getpid())
            return self._folder / f"{number}.npz"

    def __len__(self) -> int:
        """Give the number of runs."""
        return len(self.entries)

    @overload
    def __getitem__(self, at: int) -> Run: ...

    @overload
    def __getitem__(self, at: slice) -> list[Run]: ...

    def __getitem__(self, at: int | slice) -> Run | list[Run]:
        """Give a run, or several; negative places count from the newest."""
        chosen = self.entries[at]
        return self.run(chosen.number) if isinstance(chosen, HistoryEntry) else [
            self.run(entry.number) for entry in chosen
        ]  # fmt: skip

    def __repr__(self) -> str:
        """Say how many there are."""
        return f"{len(self)} run{'' if len(self) == 1 else 's'}"


def _remove(folder: Path, maker: int) -> None:
    """Remove a folder, in the process that made it: a forked one leaves it to that one."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
