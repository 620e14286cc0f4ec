"""What a learner asks for: trainings, and what they are called beside each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from lossacc.claims.experiment import Arm, Experiment, Settings, Value
from lossacc.lab.sketch import Sketch
from lossacc.support.types import Seed


@dataclass(frozen=True)
class Task:
    """One training: every knob's value, and the seed."""

    knobs: Settings
    seed: Seed


@dataclass(frozen=True)
class Request:
    """What one click asks for.

    Parameters
    ----------
    tasks
        The trainings, in order.
    kind
        "run": one training; "arm": the last one is set beside the base; "seeds": the same
        settings with several seeds.
    predicted
        What the learner predicted; empty for nothing.
    sketches
        The curves that the learner drew: of the last training, or of all seeds.
    """

    tasks: tuple[Task, ...]
    kind: Literal["run", "arm", "seeds"] = "run"
    predicted: str = ""
    sketches: tuple[Sketch, ...] = ()


def arm_of(experiment: Experiment, knobs: Settings) -> Arm | None:
    """Give the arm that has just these settings, if there is one."""
    found = (arm for arm in experiment.arms if experiment.settings(arm.name) == dict(knobs))
    return next(found, None)


def differing(experiment: Experiment, knobs: Settings, other: Settings) -> tuple[str, ...]:
    """Name the knobs that stand elsewhere, in their order."""
    return tuple(knob.name for knob in experiment.knobs if knobs[knob.name] != other[knob.name])


def name_of(experiment: Experiment, one: Task, beside: Task) -> str:
    """Name a run by what sets it apart from another: its arm, or the knobs that differ; its seed.

    Returns
    -------
    str
        "clipped" beside another arm; elsewhere "clip 0.1, seed 2". Empty if nothing differs.
    """
    moved = differing(experiment, one.knobs, beside.knobs)
    words = [f"{name} {one.knobs[name]}" for name in moved]
    arm = arm_of(experiment, one.knobs)
    if moved and arm is not None and arm_of(experiment, beside.knobs) is not None:
        words = [arm.name]
    if one.seed != beside.seed:
        words.append(f"seed {one.seed}")
    return ", ".join(words)


def line_of(experiment: Experiment, task: Task) -> str:
    """Write the code of a panel: the arm that is nearest, the knobs that differ from it, the seed.

    Returns
    -------
    str
        For example `Lab("nine-against-one", arm="one by one", learning_rate=1.0, seed=4)`.
    """
    arms = [arm.name for arm in experiment.arms]
    moved = {name: differing(experiment, task.knobs, experiment.settings(name)) for name in arms}
    arm = min(arms, key=lambda name: (len(moved[name]), arms.index(name)))
    parts = [f'"{experiment.name}"']
    parts += [] if arm == arms[0] else [f"arm={_literal(arm)}"]
    parts += [f"{name}={_literal(task.knobs[name])}" for name in moved[arm]]
    return f"Lab({', '.join([*parts, f'seed={task.seed}'])})"


def _literal(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
