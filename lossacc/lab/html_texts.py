"""The texts of a panel as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lossacc.claims.experiment import Experiment, Knob
from lossacc.lab.events import Fault, TrainingProgress
from lossacc.lab.findings import Findings, JudgedClaim
from lossacc.lab.state import BusyQuestion
from lossacc.support.text import plain


def text(words: str) -> str:
    """Write words as HTML; a number keeps its unit on its line."""
    return escape(words).replace(" %", "\u00a0%").replace(" nats", "\u00a0nats")


def heading(experiment: Experiment) -> str:
    """Title and question, in one line where there is room."""
    return f"<h3>{text(experiment.title)}</h3> <span>{text(experiment.question)}</span>"


def asks(experiment: Experiment) -> str:
    """Ask for a prediction."""
    question = experiment.prediction.asks if experiment.prediction else ""
    return f"<strong>Predict, if you like:</strong> {text(question)}"


def outcomes(experiment: Experiment) -> str:
    """Write each outcome in full. The page shows the one that is pointed at, focused or chosen."""
    said = experiment.prediction.outcomes if experiment.prediction else ()
    return "".join(f"<span>{text(outcome.says)} </span>" for outcome in said)


def means_of(knob: Knob) -> str:
    """Say what a knob does, with its name in code where that is another than its label."""
    return knob.means if knob.name == knob.label else f"{knob.name}: {knob.means}"


def means(knob: Knob) -> str:
    """Say it where it is seen only beside the knob."""
    return f'<p class="lossacc-means">{text(means_of(knob))}</p>'


def variant(experiment: Experiment, name: str) -> str:
    """Say what the chosen variant is."""
    says = experiment.arm(name).says if name else "The knobs stand at no variant."
    return f'<p class="lossacc-means">{text(says)}</p>'


def status(words: str, *, stale: bool = False) -> str:
    """Write the line that screen readers read out when it changes.

    Parameters
    ----------
    words
        What it says.
    stale
        Whether that is that the picture is older than the knobs.
    """
    kind = ' class="lossacc-stale-words"' if stale else ""
    return f'<div role="status" aria-live="polite"{kind}>{text(words)}</div>'


def progress(reached: TrainingProgress | None, waiting: bool) -> str:
    """Draw the thin line, with the time left."""
    if reached is None:
        return '<progress aria-label="Training progress"></progress>' if waiting else ""
    bar = f'max="{reached.of}" value="{reached.done}"'
    return (
        f'<progress aria-label="Training progress" {bar}></progress>'
        f"<span>{text(reached.words)}</span>"
    )


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


def finding(words: str) -> str:
    """Say what was found."""
    return f"<strong>Found:</strong> {text(words)}" if words else ""


def verdict(found: Findings | None, partings: Sequence[str] = ()) -> str:
    """Say what became of the prediction, and where the run parts from what was drawn."""
    if found is None:
        return ""
    return " ".join(map(text, [found.verdict, *partings]))


def claims(found: Findings | None) -> str:
    """List the claims that cover the settings, and whether they hold here, folded."""
    if found is None:
        return _fold("What is claimed of these settings", small("It is judged after a run."))
    if not found.whole:
        return _fold(
            "The run was stopped: no claim is judged",
            small("Predictions and claims speak of whole runs."),
        )
    if not found.claims:
        return _fold("No claim covers these knob settings", small("Most variants have some."))
    listed = "".join(f"<li>{_claim(one)}</li>" for one in found.claims)
    return _fold(f"What is claimed of these settings: {_count(found.claims)}", f"<ul>{listed}</ul>")


def _count(claims: Sequence[JudgedClaim]) -> str:
    """Count the verdicts: "2 hold, 1 waits for another run"."""
    words: dict[bool | None, tuple[str, str]] = {
        True: ("holds", "hold"),
        False: ("does not hold", "do not hold"),
        None: ("waits for another run", "wait for another run"),
    }
    counts = {held: sum(one.held is held for one in claims) for held in words}
    return ", ".join(f"{n} {words[held][n > 1]}" for held, n in counts.items() if n)


def code(line: str) -> str:
    """Write the line of code that makes this panel, folded, to be copied."""
    return _fold("This panel as code", f"<code>{escape(line)}</code>")


def _fold(summary: str, inner: str) -> str:
    return f"<details><summary>{text(summary)}</summary>{inner}</details>"


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


def note(words: str, *, wrong: bool = False) -> str:
    """Say what came of a press; screen readers read it out.

    Parameters
    ----------
    words
        What it says.
    wrong
        Whether that is why nothing came of it.
    """
    if wrong:
        return f'<p class="lossacc-warn" role="alert">{text(words)}</p>'
    return f'<p role="status">{text(words)}</p>'


def small(words: str) -> str:
    """Write in small letters."""
    return f'<p class="lossacc-small">{text(words)}</p>'
