"""What a panel says, in words: where the training stands, how it ended, what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lossacc.analysis.ledger import Ledger
from lossacc.claims.experiment import Claim, Experiment, Prediction
from lossacc.claims.gate import Turn
from lossacc.claims.rules import Evidence
from lossacc.figures.words import ROLE, main_set
from lossacc.lab.run_history import Entry, Shelf
from lossacc.lab.snapshot import Scene, Task, differing
from lossacc.lab.warmup import is_warm
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent

STOPPING = "Stopping."
NOTHING_YET = "Nothing is trained yet. Press Run."
NO_RUN = "Stopped before the first point, so there is no run."
FAILED = "The training failed. What was finished is kept."


def preparing() -> str:
    """Say what is done before the first point."""
    return "Getting ready." if is_warm() else "Starting TensorFlow. This takes some seconds, once."


def waiting(holder: Turn) -> str:
    """Say for whom a training waits: a panel, or a cell."""
    who = "a cell" if holder.owner is None else f"the panel “{holder.name}”"
    return f"Waiting until {who} has trained."


def put_away(runs: int) -> str:
    """Say what Reset did."""
    if not runs:
        return NOTHING_YET
    kept = "1 run" if runs == 1 else f"{runs} runs"
    return f"The picture is clear. lab.runs still has {kept}."


def fault(error: Exception) -> str:
    """Say what went wrong, in the error's own sentence."""
    words = str(error).strip().split("\n")[0] or type(error).__name__
    words = words[0].upper() + words[1:]
    return words if words.endswith((".", "!", "?")) else f"{words}."


def total_epochs(run: Run) -> int:
    """Give the last epoch that a run is to have."""
    return int(run.settings.get("epochs", run.epochs[-1]))


def progress(run: Run, left: float | None) -> str:
    """Say where a training stands, and about how long it will take.

    Parameters
    ----------
    run
        As far as it has come.
    left
        The seconds left, where that is known.
    """
    words = f"{run.unit} {run.epochs[-1]} of {total_epochs(run)}"
    if not left:
        return words
    return f"{words}, about {left:.0f} s left" if left >= 1 else f"{words}, under 1 s left"


def standing(run: Run) -> str:
    """Say what loss and accuracy are now, for those who do not see the curves."""
    on = main_set(run, None)
    scores = run.scores(on)
    where = f"{run.unit.capitalize()} {run.epochs[-1]} of {total_epochs(run)}"
    loss, accuracy = nats(float(scores.loss[-1])), percent(float(scores.accuracy[-1]))
    return f"{where}: {ROLE[on]} loss {loss}, accuracy {accuracy}."


def ending(run: Run, number: int, *, late: float | None = None) -> str:
    """Say how a run ended.

    Parameters
    ----------
    run, number
        The run, and its number in the panel.
    late
        The limit in seconds, where it ran into it.
    """
    last = f"{run.unit} {run.epochs[-1]}"
    if late is not None:
        return f"Run {number} was stopped after {late:g} s, its limit, at {last}. It is kept."
    if "stopped" in run.settings:
        return f"Run {number} was stopped at {last}. It is kept as far as it came."
    return f"Run {number} is done: {last} of {total_epochs(run)}."


def stale(experiment: Experiment, shown: Task, asked: Task) -> str:
    """Say where the picture and the knobs disagree; empty where they agree."""
    pairs = [
        (experiment.knob(name).label, shown.knobs[name], asked.knobs[name])
        for name in differing(experiment, shown.knobs, asked.knobs)
    ]
    if shown.seed != asked.seed:
        pairs.append(("seed", shown.seed, asked.seed))
    if not pairs:
        return ""
    if len(pairs) == 1:
        label, was, now = pairs[0]
        return f"The picture shows {label} {was}; the knob says {now}. Press Run."
    shows = ", ".join(f"{label} {was}" for label, was, _ in pairs)
    says = ", ".join(f"{label} {now}" for label, _, now in pairs)
    return f"The picture shows {shows}; the knobs say {says}. Press Run."


def verdict(prediction: Prediction, predicted: str, run: Run) -> str:
    """Say whether a prediction came true, in the run's own numbers.

    Parameters
    ----------
    prediction, predicted
        What was asked, and the option that was chosen; empty for none.
    run
        Whole, or as far as it came.
    """
    outcome, measured = prediction.outcome(run), prediction.measured(run)
    if not predicted:
        return f"What happened: {outcome.says} {measured}"
    yours = f"You predicted “{_bare(predicted)}”"
    if predicted == outcome.says:
        return f"{yours}: right. {measured}"
    return f"{yours}: not this time. It was “{_bare(outcome.says)}”. {measured}"


def _bare(sentence: str) -> str:
    return sentence.removesuffix(".")


def tally(prediction: Prediction, predicted: str, runs: Sequence[Run]) -> str:
    """Say in how many of several runs a prediction came true, or how they came out."""
    came = [prediction.outcome(run).says for run in runs]
    if predicted:
        return f"With {came.count(predicted)} of {len(came)} seeds it came as you predicted."
    counts = [f"{came.count(says)} “{_bare(says)}”" for says in dict.fromkeys(came)]
    return f"Of {len(came)} seeds: {', '.join(counts)}."


@dataclass(frozen=True)
class Judged:
    """A claim that speaks of a run.

    Parameters
    ----------
    claim
        The claim.
    missing
        The arms that it reads and that have not been run yet.
    held, evidence
        The verdict and its numbers; None while an arm is missing.
    """

    claim: Claim
    missing: tuple[str, ...]
    held: bool | None = None
    evidence: Evidence | None = None


def judged(experiment: Experiment, shelf: Shelf, entry: Entry) -> tuple[Judged, ...]:
    """Judge the claims that cover a run: those that read an arm with just its settings.

    The other arms that a claim reads are taken from the shelf, with the same seed.
    """
    return tuple(
        _judge(experiment, claim, shelf, entry)
        for claim in experiment.claims
        if any(entry.knobs == experiment.settings(arm) for arm in claim.reads)
    )


def _judge(experiment: Experiment, claim: Claim, shelf: Shelf, entry: Entry) -> Judged:
    found = {arm: shelf.find(experiment.settings(arm), entry.seed) for arm in claim.reads}
    missing = tuple(arm for arm, one in found.items() if one is None)
    if missing:
        return Judged(claim, missing)
    runs = {arm: shelf.run(one.number) for arm, one in found.items() if one is not None}
    return Judged(claim, (), *claim.judge(runs))


def sign_words(ledger: Ledger) -> str:
    """Say what the odds are that the change in accuracy is noise."""
    gained, lost = ledger.counts["newly right"], ledger.counts["newly wrong"]
    if not gained + lost:
        return "No image changed sides."
    odds = f"{ledger.sign_test:.2g}" if ledger.sign_test >= 0.001 else "under 0.001"
    return (
        f"{gained + lost} images changed sides: {gained} newly right, {lost} newly wrong. If each "
        f"had tossed a coin, a split as uneven as this would have a probability of {odds}."
    )


def caption(scene: Scene) -> str:
    """Say which runs the picture shows, beside the one drawn in full."""
    name = f", {scene.name}" if scene.name else ""
    words = [f"Run {scene.number}{name}, seed {scene.task.seed}."]
    if scene.seeds:
        words.append(f"The band holds this and {len(scene.seeds)} other seeds.")
    if scene.earlier:
        words.append(f"Faint: {'; '.join(line.told for line in scene.earlier)}.")
    if scene.hidden:
        runs = "run is" if scene.hidden == 1 else "runs are"
        words.append(f"{scene.hidden} earlier {runs} not drawn.")
    return " ".join(words)
