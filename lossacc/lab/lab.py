"""`Lab`: the panel of an experiment, as a notebook shows it.

A cell that runs again shows a new panel. It takes the place of the one that the cell showed before,
and takes over its runs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, cast

from lossacc import lessons
from lossacc.claims.experiment import Experiment, Value
from lossacc.claims.task import images, suited
from lossacc.data import Examples
from lossacc.figures.draw import Picture
from lossacc.lab import static_view, status_text
from lossacc.lab.controller import Controller
from lossacc.lab.export import comparison
from lossacc.lab.featured import featured
from lossacc.lab.run_names import names_of
from lossacc.lab.state import MOST_SEED, Activity
from lossacc.lab.stored_prediction import recall
from lossacc.lab.task import Task, line_of
from lossacc.lab.warmup import rehearse
from lossacc.lab.worker import Worker
from lossacc.runs.run import Run
from lossacc.support.cells import shows
from lossacc.support.frontend import is_live
from lossacc.support.types import Seed
from lossacc.support.validate import instance, number, one_of, whole_number

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
        Decides the images, the weights and the order; at most 2147483647.
    data
        The images, or the folder that they lie in, with a sub-folder for each class: its pictures
        are made 16x16, and the knobs stand as they do on photographs where they are in colour. By
        default the experiment's own.
    limit
        Seconds that one training may take.
    knobs, variants
        The names of the knobs (four at most) and of the arms that are in sight; by default those
        that the lesson has chosen. The other knobs are in a fold.
    **settings
        Knobs that stand elsewhere than the arm has them: `learning_rate=0.3`.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If there is no such experiment, arm, knob or value, or a number makes no sense; or if a
        folder holds too few pictures for this experiment.
    OSError
        If there is no such folder.

    Examples
    --------
    >>> lab = Lab("nine-against-one")
    >>> lab
    >>> lab.run.train.loss[-1]
    >>> lab.compare("base", "clipped").save("clipped.svg")
    """

    def __init__(
        self,
        experiment: str | Experiment,
        *,
        arm: str = "base",
        seed: Seed = 1,
        data: Examples | str | os.PathLike[str] | None = None,
        limit: float = 60.0,
        knobs: Sequence[str] | None = None,
        variants: Sequence[str] | None = None,
        **settings: Value,
    ) -> None:
        """Check what was asked for; nothing is trained or shown yet."""
        if isinstance(data, str | os.PathLike):
            experiment = _check(experiment, arm, seed, None, limit)
            experiment = suited(experiment, os.fspath(data))
            data = _pictures(experiment, os.fspath(data))
        experiment = _check(experiment, arm, seed, data, limit)
        self._featured = featured(experiment, knobs=knobs, variants=variants).with_arm(arm)
        self._arm, self._settings = arm, experiment.settings(arm, **settings)
        self._moved = {name: self._settings[name] for name in settings}
        self._controller = Controller(
            experiment,
            knobs=self._settings,
            seed=int(seed),
            data=data,
            limit=float(limit),
        )
        self._panel: Any = None
        self._rehearsal: Worker | None = None
        self._static_view: dict[str, Any] | None = None

    @property
    def experiment(self) -> Experiment:
        """What the panel trains."""
        return self._controller.experiment

    @property
    def state(self) -> Activity:
        """What it does: "idle", "waiting", "training", "resting" or "stopping"."""
        with self._controller.lock:  # what it shows agrees with what it says
            self._controller.look()
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
        self._numbers()
        return self.runs[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """What its runs are called, oldest first: by their settings, or as you have named them."""
        return tuple(names_of(self.experiment, self._controller.history).values())

    def named(self, name: str) -> Run:
        """Give the run of a name: `lab.named("clipped").save("clipped.npz")`.

        Raises
        ------
        TypeError, ValueError
            If no run is called so.
        """
        return self._controller.history.run(self._number(name))

    def rename(self, name: str, to: str) -> None:
        """Call a run something else, here and in the panel.

        Parameters
        ----------
        name, to
            What it is called, and what it is to be called: 1 to 40 letters.

        Raises
        ------
        TypeError, ValueError
            If no run is called so, or it cannot have that name.
        """
        self._controller.call_run(self._number(name), to)

    def compare(self, *names: str) -> Picture:
        """Show loss and accuracy of several runs, with a caption; `.save("runs.svg")` keeps it.

        Parameters
        ----------
        *names
            What they are called; none: all of them.

        Raises
        ------
        TypeError, ValueError
            If no run is called so, or there is none yet.
        """
        numbers = [self._number(name) for name in names or self._numbers()]
        return comparison(self.experiment, self._controller.history, numbers)

    def _number(self, name: str) -> int:
        numbers = self._numbers()
        return numbers[one_of("name", name, numbers)]

    def _numbers(self) -> dict[str, int]:
        """Give the number of each run by its name; refuse where there is none."""
        if not self.runs:
            raise ValueError("this panel has no run yet; press Run in it first")
        return {name: number for number, name in enumerate(self.names, 1)}

    @property
    def code(self) -> str:
        """The line of code that makes a panel with these settings, seed and variant."""
        state = self._controller.state
        return line_of(self.experiment, state.asked)

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
        mine, its = self.experiment, other.experiment
        same = (mine.name, mine.knobs, mine.prediction) == (its.name, its.knobs, its.prediction)
        return same and self._controller.data is other._controller.data

    def __repr__(self) -> str:
        """Name the experiment."""
        return f"Lab({self.experiment.name!r})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the panel, live where it can be."""
        if not is_live():
            return self._still()
        if find_spec("anywidget") is None:
            return static_view.told(static_view.WANTING, self._still())
        return self._live()

    def _live(self) -> dict[str, Any]:
        former = shows(self)
        if former is not None and self._panel is None:
            self._controller.adopt(former._controller)
        if self._panel is None:
            from lossacc.lab.widgets import PanelWidgets

            recall(self._controller)
            self._panel = PanelWidgets(self._controller, self._featured)
            self._controller.on_ask = self._rehearse
            self._rehearse(self._controller.state.asked)
        bundle: dict[str, Any] = self._panel.root._repr_mimebundle_()
        return {**bundle, "text/plain": repr(self), "text/html": static_view.MOVED}

    def _rehearse(self, task: Task) -> None:
        """Get ready, while the learner thinks, for what the knobs ask for."""
        found = partial(self._controller.note_axes, task)
        self._rehearsal = rehearse(self.experiment, task, self._controller.data, found)

    def _still(self) -> dict[str, Any]:
        """Train the arm once, here and now, and show its picture."""
        controller, seed = self._controller, self._controller.state.seed
        if self._static_view is None:
            try:
                run = self.experiment.run(
                    self._arm, seed=seed, data=controller.data, hooks=None, **self._settings
                )
            except Exception as error:
                return static_view.refusal(self.experiment, status_text.fault(error))
            controller.history.add(run, self._settings, seed)
            self._static_view = static_view.still(self.experiment, self._arm, run)
            if controller.data is None:  # nobody else has images that somebody brought
                self._static_view |= static_view.record(
                    self.experiment, self._arm, seed, self._featured.variants, self._moved
                )
        return self._static_view


def _pictures(experiment: Experiment, folder: str) -> Examples:
    """Load a folder; where its pictures are too few, say which experiments they are enough for."""
    data = images(experiment, folder)
    try:
        experiment.check_data(data)
    except ValueError as error:
        fit = [one.name for one in lessons.experiments() if one.takes(data)]
        raise ValueError(f"{error}. These experiments can use them: {', '.join(fit)}.") from None
    return data


def _check(experiment: Any, arm: Any, seed: Any, data: Any, limit: Any) -> Experiment:
    """Refuse what is no experiment, arm, seed, data or time; give the experiment."""
    if isinstance(experiment, str):
        experiment = lessons.experiment(one_of("experiment", experiment, lessons.names()))
    instance("experiment", experiment, Experiment, "an experiment or its name")
    one_of("arm", arm, [one.name for one in experiment.arms])
    whole_number("seed", seed, least=0, most=MOST_SEED)
    if data is not None:
        instance("data", data, Examples, "a lossacc.Examples")
    number("limit", limit, above=0, infinite=True)
    return cast(Experiment, experiment)
