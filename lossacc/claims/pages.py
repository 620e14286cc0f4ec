"""The pages that are made of results: a lesson's tables, and what people are told, measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lossacc.claims.catalogue import Entry, entries
from lossacc.claims.experiment import Experiment
from lossacc.claims.report import Report, Row
from lossacc.support.text import Sheet, interval

_COLUMNS = ("what people are told", "verdict", "claim, and its effect [95 % interval]", "lesson")
_MADE = "<!-- Written by `lossacc verify --commit`; do not edit. -->"


@dataclass(frozen=True)
class Measured:
    """An experiment with its results.

    Parameters
    ----------
    notebook
        The name of the notebook that it belongs to, as "01_two_rulers".
    experiment, report
        The experiment, and what was committed for it.
    elsewhere
        What was found on other images, a report each.
    why
        Of claims that do not hold there, by the images and the claim's id: the reason in words.
    """

    notebook: str
    experiment: Experiment
    report: Report
    elsewhere: tuple[Report, ...] = ()
    why: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What one claim or remedy measured of a sentence.

    Parameters
    ----------
    notebook
        Of the lesson that measured it.
    id
        The claim's, or the experiment and the remedy's arm.
    words
        What was measured, as they follow the id.
    """

    notebook: str
    id: str
    words: str


@dataclass(frozen=True)
class Told:
    """A sentence that people are told, with all that was measured of it."""

    entry: Entry
    effects: tuple[Effect, ...]

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The notebooks that measured something of it, each once."""
        return tuple(dict.fromkeys(one.notebook for one in self.effects))


def told(measured: Sequence[Measured]) -> list[Told]:
    """Give every sentence of the catalogue with what was measured of it."""
    return [
        Told(entry, tuple(effect for one in measured for effect in _effects(entry, one)))
        for entry in entries()
    ]


def results_page(measured: Sequence[Measured]) -> str:
    """Write the page of one lesson's results in Markdown."""
    notebook = measured[0].notebook
    parts = [
        f"## {one.experiment.title} (`{one.experiment.name}`)\n\n"
        f"{one.report.markdown()}{_other(one)}"
        for one in measured
    ]
    head = (
        f"# What was measured: {heading(notebook)}\n\n{_MADE}\n\n"
        f"The lesson: [{notebook}.ipynb](../../../../notebooks/{notebook}.ipynb). A claim holds on "
        "a seed where its rule does; with the control it must fail. The room of the least seed is "
        "how far from the rule's bound the closest of all seeds came, as a share of the larger of "
        "the two. The evidence of every seed lies beside this page."
    )
    return "\n\n".join([head, *parts]) + "\n"


def _other(measured: Measured) -> str:
    """Write which claims hold on other images, and why one does not."""
    reports = measured.elsewhere
    if not reports:
        return ""
    columns = ("claim", measured.report.data, *(one.data for one in reports), "why not")
    rows = tuple(
        (each[0].sentence, *map(_held, each), " ".join(_reasons(measured, each[0].id)))
        for each in zip(measured.report.rows, *(one.rows for one in reports), strict=True)
    )
    seeds = " ".join(
        f"On {one.data}: seeds {one.seeds[0]} to {one.seeds[1] - 1}." for one in reports
    )
    return f"\n\n### On other images\n\n{Sheet(columns, rows).markdown()}\n\n{seeds}"


def _held(row: Row) -> str:
    control = f", its control {row.held_on_control}" if row.held_on_control else ""
    return f"{row.held} of {row.seeds}{control}"


def _reasons(measured: Measured, id: str) -> Iterator[str]:
    yield from (why[id] for why in measured.why.values() if id in why)


def verdicts_page(measured: Sequence[Measured]) -> str:
    """Write the page of what people are told in Markdown."""
    rows = tuple(_row(one) for one in told(measured))
    head = (
        f"# What people are told about loss and accuracy\n\n{_MADE}\n\n"
        "Each sentence was said to somebody who asked; the threads and papers are in "
        "`lossacc/claims/catalogue.toml`. Beside it stand the verdict and the effects that the "
        "lessons measured, as means over the seeds with their 95 % intervals."
    )
    return f"{head}\n\n{Sheet(_COLUMNS, rows).markdown()}\n"


def _row(one: Told) -> tuple[str, ...]:
    """Write one sentence with all that speaks to it."""
    entry = one.entry
    said = "<br>".join(f"`{effect.id}`{effect.words}" for effect in one.effects)
    lessons = "<br>".join(map(_link, one.notebooks))
    return f"{entry.id}: {entry.sentence}", entry.judgement, said or "not measured", lessons


def verdicts_text(measured: Sequence[Measured]) -> str:
    """Write what people are told as text, a paragraph a sentence."""
    return "\n\n".join("\n".join(_lines(one)) for one in told(measured))


def _lines(one: Told) -> Iterator[str]:
    """Write one sentence with all that speaks to it, line by line."""
    entry = one.entry
    yield f"{entry.id}  {entry.sentence}"
    yield f"  {entry.judgement.upper()}. {entry.why}"
    for effect in one.effects:
        yield f"  {effect.id}{effect.words} ({effect.notebook})"


def _effects(entry: Entry, measured: Measured) -> Iterator[Effect]:
    """Give what claims and remedies of one experiment measured of a sentence."""
    experiment, report = measured.experiment, measured.report
    ids = {
        f"{experiment.name}/{one.name}" for one in experiment.claims if entry.id in one.catalogue
    }
    for row in report.rows:
        if row.id in ids:
            words = f": {row.effect} {interval(row.mean, row.low, row.high)}"
            yield Effect(measured.notebook, row.id, words)
    for remedy, gain in zip(experiment.remedies, report.gains, strict=False):
        if entry.id in remedy.catalogue and gain.id == f"{experiment.name}/{remedy.arm}":
            than = "" if remedy.against == "base" else f", against {remedy.against}"
            size = interval(gain.mean, gain.low, gain.high)
            words = f"{than}: {gain.verdict}; {gain.measures} {size}"
            yield Effect(measured.notebook, gain.id, words)


def heading(notebook: str) -> str:
    """Write a notebook's name as a heading."""
    number, _, name = notebook.partition("_")
    return f"{number}, {name.replace('_', ' ')}"


def _link(notebook: str) -> str:
    return f"[{notebook.partition('_')[0]}](../../notebooks/{notebook}.ipynb)"
