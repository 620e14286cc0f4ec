"""What a panel shows where nothing is live: the picture of its arm, trained for real."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from lossacc import figures
from lossacc.claims.experiment import Experiment, Settings
from lossacc.figures.draw.show import mimebundle
from lossacc.runs.run import Run
from lossacc.support.types import Seed

RECORD = "application/vnd.lossacc.panel+json"
"""Under this type the bundle says what was trained, for pages that show recorded runs."""
MOVED = (
    "<p>This panel is live in a running notebook. To bring it back, start the kernel and run this "
    "cell.</p>"
)
WANTING = (
    "A live panel needs anywidget, which is not installed here: pip install anywidget, then "
    "restart the kernel and run this cell."
)


def still(experiment: Experiment, arm: str, run: Run) -> dict[str, Any]:
    """Give the static view: the question, the curves with their alt text and table, and the claim.

    Parameters
    ----------
    experiment, arm
        What was trained.
    run
        Its run.
    """
    lead = f"{experiment.title}: {experiment.question}"
    says = f"{arm}: {experiment.arm(arm).says}"
    measured = experiment.prediction.measured(run) if experiment.prediction else ""
    bundle = mimebundle(figures.curves(run, penalty=bool(run.penalty.any())))
    bundle["text/html"] = (
        f"<p><strong>{escape(experiment.title)}.</strong> {escape(experiment.question)}</p>"
        f"<p>{escape(says)} {escape(measured)}</p>{bundle['text/html']}"
    )
    bundle["text/plain"] = "\n".join([lead, says, measured, bundle["text/plain"]])
    return bundle


def record(
    experiment: Experiment, arm: str, seed: Seed, variants: Sequence[str], moved: Settings
) -> dict[str, Any]:
    """Say what a panel would train: its variants, at its seed, with the knobs that were moved."""
    told = {"experiment": experiment.name, "arm": arm, "seed": int(seed)}
    return {RECORD: {**told, "variants": list(variants), "moved": dict(moved)}}


def refusal(experiment: Experiment, why: str) -> dict[str, Any]:
    """Say why there is nothing to show."""
    words = f"{experiment.title}: {why}"
    return {"text/html": f'<p role="alert">{escape(words)}</p>', "text/plain": words}


def told(sentence: str, bundle: dict[str, Any]) -> dict[str, Any]:
    """Put a sentence above what is shown."""
    said = {
        "text/html": f"<p>{escape(sentence)}</p>{bundle['text/html']}",
        "text/plain": f"{sentence}\n{bundle['text/plain']}",
    }
    return bundle | said
