"""A figure calls the examples of a run what they are: pixels are no images."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest

from lossacc import figures
from lossacc.analysis.ledger import ledger
from lossacc.analysis.weight_norms import KERNEL_NORM
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.made_runs import RATES, run_of, run_of_curves


def trained(example):
    """A run of 41 epochs with two rate cuts, whose loss falls and rises, an objective beside it."""
    losses = np.concatenate([np.linspace(0.9, 0.4, 11), np.linspace(0.6, 1.2, 30)])
    run = run_of_curves(losses, np.linspace(0.5, 0.6, 41), RATES)
    labels = np.arange(200) % 2
    logits = run.train.logits.copy()
    logits[:, labels == 1] = logits[:, labels == 1, ::-1]
    scores = Scores(logits, labels)
    norms = np.append(np.nan, np.linspace(2, 1, 40))
    made = run_of(scores, scores, rate=[np.nan, *RATES], penalty=np.linspace(0.1, 0.5, 41),
                  gradient=norms, objective=losses)  # fmt: skip
    printed = {"loss": np.append(np.nan, losses[1:]), KERNEL_NORM: np.linspace(1, 2, 41)}
    made = replace(made, printed=printed)
    return made.with_settings(example=example)


DRAWN = {
    "boxed_curves": figures.boxed_curves,
    "boxed_ledgers": figures.boxed_ledgers,
    "boxed_plane": figures.boxed_plane,
    "class_curves": figures.class_curves,
    "compare": lambda run: figures.compare({"a": run, "b": run}),
    "confusion_picture": figures.confusion_picture,
    "curves": figures.curves,
    "kernel_curves": lambda run: figures.kernel_curves({"a": run, "b": run}),
    "ledger_picture": lambda run: figures.ledger_picture(ledger(run, 1, 40)),
    "losses": figures.losses,
    "objective": figures.objective,
    "penalty_picture": figures.penalty_picture,
    "plane": figures.plane,
    "steps": figures.steps,
    "stretches": lambda run: figures.stretches({"a": run, "b": run}, over=(11, 40)),
}
# Of Scores' parts or of images, and not of a run's examples.
APART = {
    "conflicts", "examples", "mode_picture", "reliability_picture", "surface", "two_rulers",
}  # fmt: skip


def words(picture):
    """All that a picture says."""
    axes = [getattr(panel, one).label for panel in picture.panels for one in "xy"
            if hasattr(panel, "x")]  # fmt: skip
    return " ".join([picture.title, picture.alt, *picture.table.columns, *axes])


def test_every_figure_is_looked_at() -> None:
    assert set(figures.__all__) == set(DRAWN) | APART
    for name in set(DRAWN) | APART:
        taken = next(iter(inspect.signature(getattr(figures, name)).parameters))
        assert (taken in {"run", "runs", "ledger"}) == (name in DRAWN), name


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("example", ["pixel", "step", "answer", "example"])
def test_no_figure_says_images_of_what_are_none(name, example) -> None:
    said = words(DRAWN[name](trained(example)))
    assert "image" not in said
    if name in {"losses", "ledger_picture", "confusion_picture", "plane"}:
        assert f"{example}s" in said


def test_images_are_called_so() -> None:
    run = trained("image")
    assert isinstance(run, Run)
    assert "images" in words(figures.losses(run))
    assert "All 200 pixels get one answer" in str(
        replace(trained("pixel").base_rate(), given=200, answer=0)
    )
