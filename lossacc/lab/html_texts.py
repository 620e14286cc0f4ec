"""The texts of a panel as HTML."""

from __future__ import annotations

from html import escape

from lossacc.claims.experiment import Experiment, Knob
from lossacc.lab.events import Fault, TrainingProgress
from lossacc.lab.findings import Findings, JudgedClaim
from lossacc.lab.state import BusyQuestion
from lossacc.support.text import plain

SEED = '<p class="lossacc-small">Decides the images, the weights and the order.</p>'
ARMS = "<strong>The same with</strong>"


def text(words: str) -> str:
    """Write words as HTML; a number keeps its unit on its line."""
    return escape(words).replace(" %", "\u00a0%").replace(" nats", "\u00a0nats")


def asks(experiment: Experiment) -> str:
    """Ask for a prediction."""
    question = experiment.prediction.asks if experiment.prediction else ""
    return f"<h4>Predict, if you like</h4><p>{text(question)}</p>"


def predicted(says: str) -> str:
    """Write in one line what was predicted."""
    words = f"<strong>You predicted:</strong> {text(says)}" if says else "No prediction."
    return f"<p>{words}</p>"


def heading(experiment: Experiment) -> str:
    """Title and question."""
    return f"<h3>{text(experiment.title)}</h3><p>{text(experiment.question)}</p>"


def means(knob: Knob) -> str:
    """Say what a knob does, with its name in code where that is another than its label."""
    code = "" if knob.name == knob.label else f"<code>{text(knob.name)}</code>: "
    return f'<p class="lossacc-small">{code}{text(knob.means)}</p>'


def arms(experiment: Experiment) -> str:
    """Say what each arm is, folded."""
    listed = "".join(
        f"<li><strong>{text(arm.name)}</strong>: {text(arm.says)}</li>" for arm in experiment.arms
    )
    return f"<details><summary>What these are</summary><ul>{listed}</ul></details>"


def status(words: str) -> str:
    """Write the line that screen readers read out when it changes."""
    return f'<div role="status" aria-live="polite">{text(words)}</div>'


def progress(reached: TrainingProgress | None, waiting: bool) -> str:
    """Draw the bar, with the time left."""
    if reached is None:
        return '<progress aria-label="Training progress"></progress>' if waiting else ""
    bar = f'max="{reached.of}" value="{reached.done}"'
    return (
        f'<progress aria-label="Training progress" {bar}></progress> '
        f"<span>{text(reached.words)}</span>"
    )


def stale(words: str) -> str:
    """Say that the picture is older than the knobs."""
    return f'<p class="lossacc-warn">{text(words)}</p>' if words else ""


def question(asked: BusyQuestion | None) -> str:
    """Say that another panel is training."""
    if asked is None:
        return ""
    words = f"The panel “{asked.holder.name}” is training. One network is trained at a time."
    return f'<p class="lossacc-warn" role="alert">{text(words)}</p>'


def fault(found: Fault | None) -> str:
    """Say what went wrong, with the trace folded."""
    if found is None:
        return ""
    return (
        f'<div class="lossacc-warn" role="alert"><p>{text(found.sentence)}</p><details>'
        f"<summary>The details, for whoever mends it</summary><pre>{text(found.trace)}</pre>"
        "</details></div>"
    )


def verdict(found: Findings | None) -> str:
    """Say what became of the prediction."""
    if found is None or not found.verdict:
        return ""
    return f'<p class="lossacc-note">{text(found.verdict)}</p>'


def claims(found: Findings | None) -> str:
    """List the claims that cover the settings, and whether they hold here."""
    if found is None:
        return ""
    if not found.whole:
        return small(
            "The run was stopped. Predictions and claims speak of whole runs: none is judged."
        )
    if not found.claims:
        return small("No claim covers these knob settings.")
    listed = "".join(f"<li>{_claim(one)}</li>" for one in found.claims)
    return f"<h4>What is claimed of these settings</h4><ul>{listed}</ul>"


def _claim(one: JudgedClaim) -> str:
    sentence = text(one.claim.sentence)
    if one.held is None or one.evidence is None:
        arms = " and ".join(f"“{text(arm)}”" for arm in one.missing)
        return f"<strong>Not judged yet:</strong> {sentence} It needs {arms} with this seed too."
    numbers = ", ".join(f"{name} {plain(value)}" for name, value in one.evidence.items())
    word = "Holds" if one.held else "Does not hold"
    return (
        f"<strong>{word}:</strong> {sentence}"
        f"<details><summary>Measured, and the rule</summary>{text(numbers)}. "
        f"The rule, fixed beforehand: {text(str(one.claim.rule))}.</details>"
    )


def small(words: str) -> str:
    """Write in small letters."""
    return f'<p class="lossacc-small">{text(words)}</p>'
