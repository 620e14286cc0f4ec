"""Recorded runs of a panel: each of its variants, trained once, as the live panel would show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossacc import figures, lessons
from lossacc.claims.experiment import Experiment, Value
from lossacc.claims.fingerprint import digest
from lossacc.figures.draw.picture import Picture, written
from lossacc.figures.words import main_set, said
from lossacc.lab import html_pictures, html_texts, status_text
from lossacc.lab.featured import featured
from lossacc.lab.findings import findings_of
from lossacc.lab.run_history import HistoryEntry, RunHistory
from lossacc.lab.snapshot import Snapshot, earlier_lines
from lossacc.lab.task import Request, Task
from lossacc.runs.run import Run
from lossacc.support.types import Seed


@dataclass(frozen=True)
class Panel:
    """What a cell's panel trains.

    Parameters
    ----------
    experiment, arm, seed
        Of which experiment, the variant at which it starts, and its seed.
    variants
        The names of the arms to choose from.
    moved
        The knobs that stand elsewhere than the arms have them.
    """

    experiment: str
    arm: str
    seed: Seed
    variants: tuple[str, ...]
    moved: Mapping[str, Value]

    @staticmethod
    def of(told: Mapping[str, Any]) -> Panel:
        """Read what a panel's static view says of itself; see `lossacc.lab.static_view`."""
        return Panel(**{**told, "variants": tuple(told["variants"])})

    @property
    def name(self) -> str:
        """The name of its record, which panels share that train the same."""
        moved = f"-{digest(dict(self.moved))}" if self.moved else ""
        return f"{self.experiment}-{self.seed}{moved}"


def together(panels: Sequence[Panel]) -> Panel:
    """Give the panel that has the variants of all of some that share a record."""
    first = panels[0]
    every = dict.fromkeys(name for one in panels for name in one.variants)
    return Panel(first.experiment, first.arm, first.seed, tuple(every), first.moved)


def record(panel: Panel) -> dict[str, Any]:
    """Train every variant of a panel, and give what is shown of each.

    Returns
    -------
    dict
        Variant to its run: see `_shown`. Texts and HTML alone, to be written as JSON.
    """
    experiment = lessons.experiment(panel.experiment)
    history = RunHistory()
    moved: dict[str, Any] = dict(panel.moved)
    for name in panel.variants:
        settings = experiment.settings(name, **moved)
        run = experiment.run(name, seed=panel.seed, **moved)
        history.add(run, settings, panel.seed)
    entries = dict(zip(panel.variants, history.entries, strict=True))
    return {name: _shown(experiment, history, entries, name) for name in panel.variants}


def _shown(
    experiment: Experiment, history: RunHistory, entries: Mapping[str, HistoryEntry], name: str
) -> dict[str, Any]:
    """Give what is shown of one variant: pictures, sentences, tables, and what is claimed.

    The run of the base stands beside it as a faint line, as in the live panel.
    """
    entry, base = entries[name], entries["base"]
    task, run = Task(entry.knobs, entry.seed), history.run(entry.number)
    beside = () if entry is base else earlier_lines(experiment, [base], task)
    snapshot = Snapshot(
        number=entry.number, task=task, asked=task, run=run, ended=True, earlier=beside
    )
    view = featured(experiment).views[0]
    judged = findings_of(experiment, history, Request((task,)), [entry])
    return {
        "found": f"{said(run, main_set(run, None))}.",
        "beside": f"The faint lines are the variant “{beside[0].name}”." if beside else "",
        "verdicts": dict(_verdicts(experiment, run)),
        "curves": html_pictures.curves(snapshot),
        "plane": html_pictures.plane(snapshot),
        "view": {"name": view, "html": html_pictures.view(snapshot, view)},
        "claims": html_texts.claims(judged),
        "tables": [_table("Loss and accuracy", figures.curves(run))],
    }


def _verdicts(experiment: Experiment, run: Run) -> Iterator[tuple[str, str]]:
    """Give what is said to each prediction, and to none: it came true, or what happened."""
    prediction = experiment.prediction
    if prediction is None:
        return
    for says in ("", *(outcome.says for outcome in prediction.outcomes)):
        yield says, status_text.verdict(prediction, says, run)


def _table(caption: str, picture: Picture) -> dict[str, Any]:
    """Give the numbers of a picture as texts."""
    rows = [[written(cell) for cell in row] for row in picture.table.rows]
    return {"caption": caption, "columns": [*map(written, picture.table.columns)], "rows": rows}
