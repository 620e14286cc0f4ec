"""`Lab`: the panel of an experiment, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossacc import lessons
from lossacc.claims.experiment import Experiment
from lossacc.data import Examples
from lossacc.lab import cells, static_view
from lossacc.lab.job import State
from lossacc.lab.session import Session
from lossacc.lab.snapshot import Task
from lossacc.lab.state import remember
from lossacc.lab.warmup import rehearse
from lossacc.lab.worker import Job
from lossacc.runs.run import Run
from lossacc.support.frontend import is_live
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
        self._session = Session(experiment, arm=arm, seed=int(seed), data=data, limit=limit)
        self._panel: Any = None
        self._rehearsal: Job | None = None
        self._face: dict[str, Any] | None = None

    @property
    def experiment(self) -> Experiment:
        """What the panel trains."""
        return self._session.experiment

    @property
    def state(self) -> State:
        """What it does: "idle", "waiting", "training" or "stopping"."""
        with self._session.lock:  # what it shows agrees with what it says
            return self._session.state

    @property
    def runs(self) -> Sequence[Run]:
        """All its runs, oldest first, also those that were stopped."""
        return self._session.shelf

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
        self._session.stop()
        self._session.join(_PATIENCE)

    def close(self) -> None:
        """Stop what trains, and take the panel away. The runs stay."""
        self._session.stop()
        self._session.join(0.5)
        self._session.let_go()
        if self._rehearsal is not None:
            self._rehearsal.stop()
        if self._panel is not None:
            self._panel.close()
            self._panel = None

    def is_like(self, other: Lab) -> bool:
        """Tell whether another panel trains the same experiment on the same images."""
        mine, its = self._session, other._session
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
        former = cells.shows(self)
        if former is not None and self._panel is None:
            self._session.adopt(former._session)
        if self._panel is None:
            from lossacc.lab.widgets import Panel

            remember(self._session)
            self._panel = Panel(self._session)
            self._session.asks = self._rehearse
            self._rehearse(self._session.asked())
        bundle: dict[str, Any] = self._panel.root._repr_mimebundle_()
        return {**bundle, "text/plain": repr(self), "text/html": static_view.MOVED}

    def _rehearse(self, task: Task) -> None:
        """Get ready, while the learner thinks, for what the knobs ask for."""
        self._rehearsal = rehearse(self.experiment, task, self._session.data)

    def _still(self) -> dict[str, Any]:
        """Train the arm once, here and now, and show its picture."""
        session = self._session
        if self._face is None:
            try:
                run = self.experiment.run(self._arm, seed=session.seed, data=session.data)
            except ValueError as error:
                return static_view.refusal(self.experiment, str(error))
            session.shelf.add(run, self.experiment.settings(self._arm), session.seed)
            self._face = static_view.still(self.experiment, self._arm, run)
        return self._face


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
