"""`Lab`: the panel of an experiment, as a notebook shows it.

A cell that runs again shows a new panel. It takes the place of the one that the cell showed before,
and takes over its runs.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lossacc import lessons
from lossacc.claims.experiment import Experiment
from lossacc.data import Examples
from lossacc.lab import static_view
from lossacc.lab.controller import Controller
from lossacc.lab.state import Activity
from lossacc.lab.stored_prediction import recall
from lossacc.lab.task import Task
from lossacc.lab.warmup import rehearse
from lossacc.lab.worker import Worker
from lossacc.runs.run import Run
from lossacc.support.frontend import cell_id, is_live, request
from lossacc.support.types import Seed

_PATIENCE = 5.0  # seconds that `stop` waits for a training to end


class Lab:
    """A panel to play with: knobs, a prediction, Run, and what comes of it.

    In JupyterLab and Notebook 7 it is live. Elsewhere (nbconvert, a script) it trains its arm once
    and shows the picture.

    Parameters
    ----------
    experiment
        Its name, or an `Experiment`.
    arm
        Where the knobs stand at first.
    seed
        Decides the images, the weights and the order.
    data
        The images; the built-in digits by default.
    limit
        Seconds that one training may take.

    Raises
    ------
    ValueError
        If there is no such experiment or arm, or a number makes no sense.

    Examples
    --------
    >>> lab = Lab("nine-against-one")
    >>> lab
    >>> lab.run.train.loss[-1]
    """

    def __init__(
        self,
        experiment: str | Experiment,
        *,
        arm: str = "base",
        seed: Seed = 1,
        data: Examples | None = None,
        limit: float = 60.0,
    ) -> None:
        """Check what was asked for; nothing is trained or shown yet."""
        if isinstance(experiment, str):
            experiment = lessons.experiment(experiment)
        _check(experiment, seed, data, limit)
        self._arm = arm
        self._controller = Controller(experiment, arm=arm, seed=int(seed), data=data, limit=limit)
        self._panel: Any = None
        self._rehearsal: Worker | None = None
        self._static_view: dict[str, Any] | None = None

    @property
    def experiment(self) -> Experiment:
        """What the panel trains."""
        return self._controller.experiment

    @property
    def state(self) -> Activity:
        """What it does: "idle", "waiting", "training" or "stopping"."""
        with self._controller.lock:  # what it shows agrees with what it says
            return self._controller.state.activity

    @property
    def runs(self) -> Sequence[Run]:
        """All its runs, oldest first, also those that were stopped."""
        return self._controller.history

    @property
    def run(self) -> Run:
        """The latest run.

        Raises
        ------
        ValueError
            If there is none yet.
        """
        if not self.runs:
            raise ValueError("this panel has no run yet; press Run in it first")
        return self.runs[-1]

    def stop(self) -> None:
        """Stop what trains, and wait until it has stopped."""
        self._controller.stop()
        self._controller.join(_PATIENCE)

    def close(self) -> None:
        """Stop what trains, and take the panel away. The runs stay."""
        self._controller.stop()
        self._controller.join(0.5)
        self._controller.let_go()
        if self._rehearsal is not None:
            self._rehearsal.stop()
        if self._panel is not None:
            self._panel.close()
            self._panel = None

    def is_like(self, other: Lab) -> bool:
        """Tell whether another panel trains the same experiment on the same images."""
        mine, its = self._controller, other._controller
        return mine.experiment.name == its.experiment.name and mine.data is its.data

    def __repr__(self) -> str:
        """Name the experiment."""
        return f"Lab({self.experiment.name!r})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the panel, live where it can be."""
        if not is_live():
            return self._still()
        return self._live()

    def _live(self) -> dict[str, Any]:
        former = _shows(self)
        if former is not None and self._panel is None:
            self._controller.adopt(former._controller)
        if self._panel is None:
            from lossacc.lab.widgets import PanelWidgets

            recall(self._controller)
            self._panel = PanelWidgets(self._controller)
            self._controller.on_ask = self._rehearse
            self._rehearse(self._controller.state.asked)
        bundle: dict[str, Any] = self._panel.root._repr_mimebundle_()
        return {**bundle, "text/plain": repr(self), "text/html": static_view.MOVED}

    def _rehearse(self, task: Task) -> None:
        """Get ready, while the learner thinks, for what the knobs ask for."""
        self._rehearsal = rehearse(self.experiment, task, self._controller.data)

    def _still(self) -> dict[str, Any]:
        """Train the arm once, here and now, and show its picture."""
        controller, seed = self._controller, self._controller.state.seed
        if self._static_view is None:
            try:
                run = self.experiment.run(self._arm, seed=seed, data=controller.data)
            except ValueError as error:
                return static_view.refusal(self.experiment, str(error))
            controller.history.add(run, self.experiment.settings(self._arm), seed)
            self._static_view = static_view.still(self.experiment, self._arm, run)
        return self._static_view


def _check(experiment: Any, seed: Any, data: Any, limit: Any) -> None:
    """Refuse what is no experiment, no seed, no data or no time."""
    if not isinstance(experiment, Experiment):
        raise ValueError(f"got {experiment!r}; expected an experiment or its name")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"got seed={seed!r}; expected a whole number, 0 or more")
    if data is not None and not isinstance(data, Examples):
        raise ValueError(f"got data of type {type(data).__name__}; expected lossacc.Examples")
    if not isinstance(limit, (int, float)) or not limit > 0:
        raise ValueError(f"got limit={limit!r}; expected seconds, more than 0")


@dataclass(eq=False)
class _Cell:
    """What a cell shows since it ran last.

    Parameters
    ----------
    execution
        The id of the request that ran it.
    labs
        The panels, in the order in which they were shown.
    former
        Those that it showed before, as far as none has taken their place yet.
    """

    execution: str
    labs: list[Lab] = field(default_factory=list)
    former: list[Lab] = field(default_factory=list)


_cells: dict[str, _Cell] = {}
_lock = threading.Lock()


def _shows(lab: Lab) -> Lab | None:
    """Note that the running cell shows a panel, so that those of its next run can replace it.

    All panels of the cell's last run that no cell shows any more are closed. A cell may show
    several, in one run of it.

    Returns
    -------
    Lab or None
        The closed one, of the same experiment and data, whose runs the panel may take over.
    """
    name, execution = _running()
    if not name:
        return None
    with _lock:
        cell, gone = _cells.get(name), []
        if cell is None or cell.execution != execution:
            gone = [] if cell is None else cell.labs
            cell = _cells[name] = _Cell(execution)
        cell.labs.append(lab)
        gone = [one for one in gone if not _is_shown(one)]
        cell.former += gone
        heir_of = next((one for one in cell.former if one.is_like(lab)), None)
        if heir_of is not None:
            cell.former.remove(heir_of)
    for one in gone:
        one.close()
    return heir_of


def _is_shown(lab: Lab) -> bool:
    return any(one is lab for cell in _cells.values() for one in cell.labs)


def _running() -> tuple[str, str]:
    """Give what tells the running cell, and this run of it, from all others; empty if unknown.

    A cell is known by its id, where the front end sends one, and by its text elsewhere.
    """
    asked = request()
    name = cell_id() or (asked.get("content") or {}).get("code") or ""
    return str(name), str((asked.get("header") or {}).get("msg_id", ""))
