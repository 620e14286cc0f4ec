"""What is said of a run that has ended: the learner's prediction, and the claims that cover it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.rules import Evidence
from lossacc.lab import status_text
from lossacc.lab.run_history import HistoryEntry, RunHistory
from lossacc.lab.task import Request


@dataclass(frozen=True)
class JudgedClaim:
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


@dataclass(frozen=True)
class Findings:
    """What is said of a run that has ended.

    Parameters
    ----------
    verdict
        On the prediction.
    claims
        Those that cover the settings.
    whole
        Whether the run went to its last epoch; predictions and claims speak of no other.
    """

    verdict: str = ""
    claims: tuple[JudgedClaim, ...] = ()
    whole: bool = True


def findings_of(
    experiment: Experiment, history: RunHistory, request: Request, done: Sequence[HistoryEntry]
) -> Findings:
    """Judge the prediction, and the claims that cover the last run.

    Parameters
    ----------
    experiment, history
        What the panel trains, and all its runs.
    request, done
        What was asked for, and the runs that came of it so far, oldest first: one or more.
    """
    entry = done[-1]
    claims = judged(experiment, history, entry) if entry.whole else ()
    return Findings(_verdict(experiment, history, request, done), claims, entry.whole)


def _verdict(
    experiment: Experiment, history: RunHistory, request: Request, done: Sequence[HistoryEntry]
) -> str:
    prediction, predicted = experiment.prediction, request.predicted
    runs = [history.run(entry.number) for entry in done if entry.whole]
    told = []
    if prediction is not None and done[-1].whole:
        told.append(status_text.verdict(prediction, predicted, runs[-1]))
    if prediction is not None and request.kind == "seeds" and len(runs) > 1:
        told.append(status_text.tally(prediction, predicted, runs))
    return " ".join(told)


def judged(
    experiment: Experiment, history: RunHistory, entry: HistoryEntry
) -> tuple[JudgedClaim, ...]:
    """Judge the claims that cover a run: those that read an arm with just its settings.

    The other arms that a claim reads are taken from the panel's runs, with the same seed.
    """
    return tuple(
        _judge(experiment, claim, history, entry)
        for claim in experiment.claims
        if any(entry.knobs == experiment.settings(arm) for arm in claim.reads)
    )


def _judge(
    experiment: Experiment, claim: Claim, history: RunHistory, entry: HistoryEntry
) -> JudgedClaim:
    found = {arm: history.find(experiment.settings(arm), entry.seed) for arm in claim.reads}
    missing = tuple(arm for arm, one in found.items() if one is None)
    if missing:
        return JudgedClaim(claim, missing)
    runs = {arm: history.run(one.number) for arm, one in found.items() if one is not None}
    return JudgedClaim(claim, (), *claim.judge(runs))
