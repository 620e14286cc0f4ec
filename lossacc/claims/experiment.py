"""The form that every phenomenon takes: knobs, arms, claims, and how to train it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from numbers import Real
from typing import Any, Protocol

from lossacc.claims.gate import GATE, Turn
from lossacc.claims.rules import Evidence, Rule
from lossacc.data import Examples, load
from lossacc.runs.run import Run
from lossacc.support.names import named
from lossacc.support.types import Seed
from lossacc.support.validate import whole_number
from lossacc.training.train import TrainingError, interrupts_pass

Value = str | int | float | bool
Settings = Mapping[str, Value]
LAST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Knob:
    """A setting that the learner may move.

    Parameters
    ----------
    name
        As it is written in code and on the command line.
    label
        What the panel shows: Keras' own word where it has one.
    means
        What it does, in one sentence.
    default, values
        Where it stands, and where it may stand.
    """

    name: str
    label: str
    means: str
    default: Value
    values: tuple[Value, ...]

    def read(self, given: Value) -> Value:
        """Give the knob's value for what was given, which may be text.

        Raises
        ------
        ValueError
            If the knob has no such value.
        """
        wanted = _as_number(given)
        for value in self.values:
            if str(given) == str(value) or (wanted is not None and wanted == _as_number(value)):
                return value
        listed = ", ".join(str(value) for value in self.values)
        raise ValueError(f"got {self.name}={given!r}; expected one of {listed}")

    def allowing(self, value: Value) -> Knob:
        """Give the same knob, which may stand on a value too."""
        return self if value in self.values else replace(self, values=(*self.values, value))

    def at(self, value: Value) -> Knob:
        """Give the same knob, which stands on a value at first."""
        return replace(self.allowing(value), default=value)


def _as_number(value: Any) -> float | None:
    """Read a number, which may be text, so that .1 and 1e-1 are one; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | Real):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Arm:
    """One way to run a phenomenon: the base, a remedy, a rival explanation or a control.

    Parameters
    ----------
    name, says
        Its name, and in one sentence what is done.
    settings
        The knobs that stand elsewhere than in the base.
    """

    name: str
    says: str
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence that runs can confirm or refute, with the rule fixed beforehand.

    Parameters
    ----------
    name
        Short; `experiment/name` is the claim's id.
    sentence
        What is claimed, as a lesson says it.
    catalogue
        The ids of what people were told that it speaks to.
    reads
        The arms whose runs the evidence reads, in the order in which it takes them.
    control
        The arms that stand in for `reads` and with which the claim must fail.
    evidence
        From those runs to named numbers.
    measured
        How they are measured, in words.
    rule
        From the numbers to the verdict; it prints its own words.
    effect
        The name of the number that `verify` reports with its interval.
    """

    name: str
    sentence: str
    catalogue: tuple[str, ...]
    reads: tuple[str, ...]
    control: tuple[str, ...]
    evidence: Callable[..., Evidence]
    measured: str
    rule: Rule
    effect: str

    def judge(self, runs: Mapping[str, Run], *, control: bool = False) -> tuple[bool, Evidence]:
        """Give the verdict and the numbers behind it.

        Parameters
        ----------
        runs
            Arm to run, for at least the arms that are read.
        control
            Whether to read the control arms instead.

        Raises
        ------
        ValueError
            If a run is missing, or is not whole.
        """
        names = self.control if control else self.reads
        found = self.evidence(*whole_runs(f"claim {self.name!r}", names, runs))
        return self.rule.holds(found), found


@dataclass(frozen=True)
class Remedy:
    """Something that people are told to do, as an arm, and how much better it makes a run.

    Parameters
    ----------
    arm, against
        The arm with the remedy, and the arm without it.
    catalogue
        The ids of what people were told that it speaks to.
    measures
        What is measured, with its unit: "balanced accuracy at the end, points".
    gain
        From the two runs, without and with, to the gain; above 0 is better.
    bound
        Fixed beforehand: a mean gain that lies within it, interval and all, is none.
    verdict
        What the lesson says of it: "helps", "does nothing" or "harms". `verify` measures whether
        the gain's interval bears it out; see `lossacc.claims.gains`.
    says
        What is done, where the sentence of the arm does not say it: a remedy that trains nothing.
    """

    arm: str
    catalogue: tuple[str, ...]
    measures: str
    gain: Callable[[Run, Run], float]
    bound: float
    verdict: str
    against: str = "base"
    says: str = ""

    def measure(self, runs: Mapping[str, Run]) -> float:
        """Give the gain on the runs of both arms; ValueError if one is missing or not whole."""
        names = (self.against, self.arm)
        return float(self.gain(*whole_runs(f"remedy {self.arm!r}", names, runs)))


def whole_runs(who: str, arms: Sequence[str], runs: Mapping[str, Run]) -> list[Run]:
    """Give the runs of some arms; nobody judges one that ended before its last epoch.

    Raises
    ------
    TypeError, ValueError
        If one is missing, or is not whole.
    """
    if not isinstance(runs, Mapping):
        raise TypeError(f"{who} reads runs by the names of their arms; got {type(runs).__name__}")
    for arm in arms:
        if not isinstance(runs.get(arm), Run):
            raise ValueError(f"{who} reads a run of arm {arm!r}; got {runs.get(arm)!r}")
        if "stopped" in runs[arm].settings:
            raise ValueError(
                f"{who} reads whole runs; the one of arm {arm!r} ended with {runs[arm].unit} "
                f"{runs[arm].epochs[-1]} ({runs[arm].settings['stopped']})"
            )
    return [runs[arm] for arm in arms]


@dataclass(frozen=True)
class Outcome:
    """One way that a run may turn out: its words, and whether a run turned out so."""

    says: str
    came: Callable[[Run], bool]


@dataclass(frozen=True)
class Prediction:
    """What a learner is asked before a run.

    Parameters
    ----------
    asks
        The question.
    outcomes
        The options. Of every run, at any knob settings, one comes true: the first that applies.
    measured
        From a run to one sentence, in the run's own numbers, that settles it.
    """

    asks: str
    outcomes: tuple[Outcome, ...]
    measured: Callable[[Run], str]

    def outcome(self, run: Run) -> Outcome:
        """Give the outcome of a run.

        Raises
        ------
        ValueError
            If none applies, which is a fault of the prediction.
        """
        for outcome in self.outcomes:
            if outcome.came(run):
                return outcome
        raise ValueError(f"no outcome of {self.asks!r} applies to this run; expected one")


class StoppedEarly(RuntimeError):
    """A training was stopped before it began to record: there is no run."""


@dataclass(frozen=True)
class Hooks:
    """What lets a panel into a training.

    Parameters
    ----------
    should_stop, on_epoch
        See `lossacc.training.train.train`.
    on_data
        Called before the training with the images that it learns from and, where there are any,
        those that it is validated on, in the order of the run.
    """

    should_stop: Callable[[], bool] | None = None
    on_epoch: Callable[[Run], None] | None = None
    on_data: Callable[[Examples, Examples | None], None] | None = None

    def stopped(self) -> bool:
        """Tell whether the training is to stop."""
        return self.should_stop is not None and self.should_stop()

    def told(self, **settings: Any) -> Callable[[Run], None] | None:
        """Give `on_epoch` for a training whose run gets more settings at its end."""
        on_epoch = self.on_epoch
        return None if on_epoch is None else lambda run: on_epoch(run.with_settings(**settings))

    def show(self, examples: Examples, held_out: Examples | None = None) -> None:
        """Pass the images on to whoever asked for them."""
        if self.on_data is not None:
            self.on_data(examples, held_out)


@dataclass(frozen=True)
class Photographs:
    """Where an experiment stands on photographs: they ask for more images, and for other steps.

    Found on photographs that no claim was judged on, at 30 seconds an arm at most.

    Parameters
    ----------
    knobs, arms
        The knobs that stand elsewhere, in every arm that does not move them; and in one arm.
    more
        Knobs that there are on photographs only.
    examples
        The fewest images, where they are more than elsewhere.
    side, channels
        What a folder's images are made.
    """

    knobs: Settings = field(default_factory=dict)
    arms: Mapping[str, Settings] = field(default_factory=dict)
    more: tuple[Knob, ...] = ()
    examples: int = 1
    side: int = 16
    channels: int = 3


class Trainer(Protocol):
    """Trains one phenomenon once."""

    def __call__(self, settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
        """Give the run."""
        ...


@dataclass(frozen=True)
class Experiment:
    """A phenomenon that can be run.

    Parameters
    ----------
    name, title, question
        Its name, a title, and what someone would ask who met it.
    knobs, arms, claims
        What may be moved, the named ways to run it, and what it shows.
    trains
        Trains it once.
    classes, examples
        The fewest classes and images that the data must have.
    prediction
        What a learner is asked before a run.
    remedies
        The arms that are judged by how much they help.
    data
        The name of the data set that it runs on where none is given; see `lossacc.data.load`.
    photographs
        Where it stands on photographs, where that was looked for.
    side, channels
        What a folder's images are made, so that a run takes seconds.
    """

    name: str
    title: str
    question: str
    knobs: tuple[Knob, ...]
    arms: tuple[Arm, ...]
    claims: tuple[Claim, ...]
    trains: Trainer
    classes: int
    examples: int
    prediction: Prediction | None = None
    remedies: tuple[Remedy, ...] = ()
    data: str = "digits"
    photographs: Photographs | None = None
    side: int = 16
    channels: int = 1

    def on_photographs(self) -> Experiment:
        """Give the same experiment as it stands on photographs; itself where nobody looked."""
        there = self.photographs
        if there is None:
            return self
        knobs = tuple(knob.at(there.knobs.get(knob.name, knob.default)) for knob in self.knobs)
        for settings in there.arms.values():
            knobs = tuple(knob.allowing(settings.get(knob.name, knob.default)) for knob in knobs)
        arms = (
            replace(arm, settings={**arm.settings, **there.arms.get(arm.name, {})})
            for arm in self.arms
        )
        return replace(
            self,
            knobs=(*knobs, *there.more),
            arms=tuple(arms),
            examples=max(self.examples, there.examples),
            side=there.side,
            channels=there.channels,
        )

    @property
    def module(self) -> str:
        """The module that declares it, as `EXPERIMENT`: what another process is told."""
        return self.trains.__module__

    def knob(self, name: str) -> Knob:
        """Give a knob by name; ValueError if there is none."""
        return named("knob", name, {knob.name: knob for knob in self.knobs})

    def arm(self, name: str) -> Arm:
        """Give an arm by name; ValueError if there is none."""
        return named("arm", name, {arm.name: arm for arm in self.arms})

    def claim(self, name: str) -> Claim:
        """Give a claim by name; ValueError if there is none."""
        return named("claim", name, {claim.name: claim for claim in self.claims})

    def settings(self, arm: str = "base", /, **knobs: Value) -> dict[str, Value]:
        """Give every knob's value: its default, moved by the arm, moved by hand.

        Raises
        ------
        ValueError
            If there is no such arm or knob, or a knob has no such value.
        """
        moved = {**self.arm(arm).settings, **knobs}
        read = {name: self.knob(name).read(value) for name, value in moved.items()}
        return {knob.name: knob.default for knob in self.knobs} | read

    def run(
        self,
        arm: str = "base",
        *,
        seed: Seed = 0,
        data: Examples | None = None,
        hooks: Hooks | None = None,
        **knobs: Value,
    ) -> Run:
        """Train one arm once; where another experiment is training, wait for it.

        Parameters
        ----------
        arm
            The name of an arm.
        seed
            Decides the images, the weights and the order.
        data
            The images to draw from; by default those that `data` names.
        hooks
            For a panel: a way to stop, and a call after each epoch. An interrupt passes through.
        **knobs
            Knobs to move.

        Returns
        -------
        Run
            Its settings name the experiment, the arm, the knobs, the seed and the data.

        Raises
        ------
        TypeError, ValueError
            If an arm, knob or value does not exist, the seed is none, or the data are none or too
            few.
        StoppedEarly
            If a hook stopped it before there was anything to record.
        TrainingError
            If it failed midway; it carries the run so far.
        """
        settings = self.settings(arm, **knobs)
        seed = whole_number("seed", seed, least=0, most=LAST_SEED)
        if not isinstance(hooks, Hooks | None):
            raise TypeError(f"hooks is {hooks!r}; expected Hooks.")
        images = _held(self.data) if data is None else data
        self.check_data(images)
        told: dict[str, Any] = {
            "experiment": self.name,
            "arm": arm,
            "seed": seed,
            "data": images.source,
        }
        told["knobs"] = dict(settings)
        try:
            run = self.train_alone(settings, images, seed, hooks or Hooks())
        except TrainingError as error:
            error.run = error.run.with_settings(**told)
            raise
        return run.with_settings(**told)

    def train_alone(self, settings: Settings, data: Examples, seed: Seed, hooks: Hooks) -> Run:
        """Train when no other experiment does; an interrupt passes through."""
        with interrupts_pass():
            return GATE.alone(Turn(self.title), lambda: self.trains(settings, data, seed, hooks))

    def check_data(self, data: Examples) -> None:
        """Refuse what is no data, or data that are too few, with a sentence.

        What else an arm needs of them, only drawing them tells; see `lossacc.claims.rehearsal`.
        """
        if not isinstance(data, Examples):
            raise TypeError(
                f"data is {data!r}; expected Examples, such as lossacc.glyphs(2000, seed=0) or "
                "lossacc.load_folder(path)."
            )
        if not self.takes(data):
            raise ValueError(
                f"{self.name} needs {self.examples} images of {self.classes} classes or more; "
                f"got {len(data)} of {int((data.counts > 0).sum())} ({data.source})"
            )

    def takes(self, data: Examples) -> bool:
        """Tell whether data have images and classes enough."""
        return len(data) >= self.examples and int((data.counts > 0).sum()) >= self.classes

    def arms_read(self) -> tuple[str, ...]:
        """List the arms that claims (controls included) and remedies read, as in `arms`."""
        read = {name for claim in self.claims for name in (*claim.reads, *claim.control)}
        read |= {name for one in self.remedies for name in (one.arm, one.against)}
        return tuple(arm.name for arm in self.arms if arm.name in read)


@cache
def _held(name: str) -> Examples:
    """Give a data set, always the same object, so that what was made of it can be found again."""
    return load(name)
