"""What a panel shows of an experiment at first sight: its lesson says so, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from lossacc import lessons
from lossacc.claims.experiment import Experiment
from lossacc.support.validate import one_of, texts

MOST_KNOBS = 4
VIEWS = ("ledger", "losses", "images")


@dataclass(frozen=True)
class Featured:
    """What is in sight; everything else is in a fold.

    Parameters
    ----------
    knobs
        The names of the knobs, four at most.
    variants
        The names of the arms to choose from, the base first.
    words
        Each outcome of the prediction in a few words; empty where there is no prediction.
    views
        What stands beside the plane, the first one open.
    """

    knobs: tuple[str, ...]
    variants: tuple[str, ...]
    words: tuple[str, ...] = ()
    views: tuple[str, ...] = VIEWS

    def with_arm(self, arm: str) -> Featured:
        """Give the same with one more variant, where it is not there yet."""
        if arm in self.variants:
            return self
        return replace(self, variants=(*self.variants, arm))


def featured(
    experiment: Experiment,
    *,
    knobs: Sequence[str] | None = None,
    variants: Sequence[str] | None = None,
) -> Featured:
    """Give what a panel shows: what was asked for, and otherwise what the lesson has chosen.

    Raises
    ------
    TypeError, ValueError
        If there is no such knob or arm, or there are more than four knobs.
    """
    told = _of_lesson(experiment.name)
    known = [knob.name for knob in experiment.knobs]
    arms = [arm.name for arm in experiment.arms]
    shown = _names("knobs", knobs, known)
    if shown is None:
        shown = [name for name in told.get("knobs", known) if name in known][:MOST_KNOBS]
    elif len(shown) > MOST_KNOBS:
        raise ValueError(f"knobs names {len(shown)}; expected {MOST_KNOBS} at most")
    chosen = _names("variants", variants, arms)
    if chosen is None:
        chosen = [name for name in told.get("variants", arms) if name in arms]
    return Featured(
        tuple(shown),
        tuple(dict.fromkeys(["base", *chosen])),
        _words(experiment, told.get("words", ())),
        tuple(told.get("views", VIEWS)),
    )


def _words(experiment: Experiment, told: Sequence[str]) -> tuple[str, ...]:
    """Give the short words; of an experiment without any, the outcomes themselves."""
    if experiment.prediction is None:
        return ()
    whole = [outcome.says for outcome in experiment.prediction.outcomes]
    return tuple(told) if len(told) == len(whole) else tuple(whole)


def _names(name: str, given: Any, known: Sequence[str]) -> list[str] | None:
    """Read a list of names; None stays None."""
    if given is None:
        return None
    return list(dict.fromkeys(one_of(f"one of {name}", one, known) for one in texts(name, given)))


def _of_lesson(name: str) -> dict[str, Any]:
    """Read what the experiment's lesson has chosen; nothing for one of no lesson."""
    for lesson in lessons.lessons():
        if name in lesson.experiments:
            file = files(lessons.__name__).joinpath(lesson.name, "panel.toml")
            if file.is_file():
                found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
                return dict(found.get(name, {}))
    return {}
