"""What a panel says, in words: where the training stands, how it ended, what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from lossacc.analysis.ledger import Ledger
from lossacc.claims.experiment import Experiment, Prediction
from lossacc.claims.gate import Turn
from lossacc.figures.words import ROLE, main_set
from lossacc.lab.snapshot import Snapshot
from lossacc.lab.task import Task, differing
from lossacc.lab.warmup import is_warm
from lossacc.runs.run import Run
from lossacc.support.text import nats, percent

STOPPING = "Stopping."
NOTHING_YET = "Nothing is trained yet. Press Run."
FAILED = "The training failed. What was finished is kept."
GONE = "The thread of the training was killed, or this process was forked from the one that trains."
# What raises these says in its own words what is wrong.
_WORDS = (ValueError, TypeError, OSError, RuntimeError, ImportError)


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


def fault(error: BaseException) -> str:
    """Say what went wrong, in the error's own sentence where it has one."""
    words, kind = _words(error), type(error).__name__
    if not words:
        words = f"the training was ended by {kind}"
    elif not isinstance(error, _WORDS):
        words = f"the training was ended by {kind}: {words}"
    words = words[0].upper() + words[1:]
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _words(error: BaseException) -> str:
    """Give the first line of what an error says; empty where it says nothing, or cannot."""
    try:
        return str(error).strip().split("\n")[0]
    except Exception:
        return ""


def progress(run: Run, left: float | None) -> str:
    """Say where a training stands, and about how long it will take.

    Parameters
    ----------
    run
        As far as it has come.
    left
        The seconds left, where that is known.
    """
    words = f"{run.unit} {run.epochs[-1]} of {run.total_epochs}"
    if not left:
        return words
    return f"{words}, about {left:.0f} s left" if left >= 1 else f"{words}, under 1 s left"


def standing(run: Run) -> str:
    """Say what loss and accuracy are now, for those who do not see the curves."""
    on = main_set(run, None)
    scores = run.scores(on)
    where = f"{run.unit.capitalize()} {run.epochs[-1]} of {run.total_epochs}"
    loss, accuracy = nats(float(scores.loss[-1])), percent(float(scores.accuracy[-1]))
    return f"{where}: {ROLE[on]} loss {loss}, accuracy {accuracy}."


def resting(run: Run) -> str:
    """Say how a training stands that rests after an epoch."""
    return f"{standing(run)} Step and Run go on."


def chosen(variant: str, *, asks: bool) -> str:
    """Say that a variant is set, and what is to be done before it is trained."""
    return f"“{variant}” is set. {_next(asks)}"


def _next(asks: bool) -> str:
    """Say what is to be done before the settings are trained."""
    return "Predict, then press Run." if asks else "Press Run."


def no_run(late: float | None = None) -> str:
    """Say that a training was stopped before its first point; `late` as in `ending`."""
    if late is None:
        return "Stopped before the first point, so there is no run."
    return (
        f"After {late:g} s, its limit, it had not come to a first point: this computer is busy. "
        "Press Run again."
    )


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
    return f"Run {number} is done: {last} of {run.total_epochs}."


def stale(experiment: Experiment, shown: Task, asked: Task, *, asks: bool = False) -> str:
    """Say where the picture and the knobs disagree; empty where they agree.

    Parameters
    ----------
    experiment
        Whose knobs they are.
    shown, asked
        What was trained, and what the knobs ask for.
    asks
        Whether a prediction is asked for first.
    """
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
        return f"The picture shows {label} {was}; the knob says {now}. {_next(asks)}"
    if len(pairs) > 2:
        return f"The picture is of another run: {len(pairs)} settings differ. {_next(asks)}"
    shows = ", ".join(f"{label} {was}" for label, was, _ in pairs)
    says = ", ".join(f"{label} {now}" for label, _, now in pairs)
    return f"The picture shows {shows}; the knobs say {says}. {_next(asks)}"


def verdict(prediction: Prediction, predicted: str, run: Run) -> str:
    """Say whether a prediction came true, in the run's own numbers.

    Parameters
    ----------
    prediction, predicted
        What was asked, and the option that was chosen; empty for none.
    run
        A whole one.
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


def sign_words(ledger: Ledger) -> str:
    """Say with which probability coin tosses would split the images that changed sides so."""
    gained, lost = ledger.counts["newly right"], ledger.counts["newly wrong"]
    if not gained + lost:
        return "No image changed sides."
    odds = f"= {ledger.sign_test:.2g}" if ledger.sign_test >= 0.001 else "< 0.001"
    return f"Coin tosses would split as unevenly with p {odds}."


def caption(snapshot: Snapshot) -> str:
    """Say which runs the picture shows, beside the one drawn in full."""
    name = f", {snapshot.name}" if snapshot.name else ""
    words = [f"Run {snapshot.number}{name}, seed {snapshot.task.seed}."]
    if snapshot.seeds:
        words.append(f"The band holds this and {len(snapshot.seeds)} other seeds.")
    if snapshot.earlier:
        words.append(f"Faint: {'; '.join(line.told for line in snapshot.earlier)}.")
    if snapshot.hidden:
        runs = "run is" if snapshot.hidden == 1 else "runs are"
        words.append(f"{snapshot.hidden} earlier {runs} not drawn.")
    return " ".join(words)
