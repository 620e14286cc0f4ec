"""After a change of the code: a few seeds trained again, set against what was kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lossacc.claims.evidence import Both, SeedEvidence
from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.fingerprint import JUDGES, fingerprint, versions
from lossacc.claims.judge import judged
from lossacc.claims.report import Report
from lossacc.support.text import plain

FEW = 3  # seeds are trained again where nobody says how many
_SPREADS = 3.0  # standard deviations over the seeds: a number that moves further is another one

Moves = Iterator[tuple[str, float, float, float]]


def few_of(kept: Sequence[SeedEvidence]) -> list[int]:
    """Choose the first, the last and the middle one of the seeds that were kept."""
    at = np.linspace(0, len(kept) - 1, min(FEW, len(kept))).round().astype(int)
    return [kept[n].seed for n in at]


def disagreements(
    experiment: Experiment, kept: Sequence[SeedEvidence], again: Sequence[SeedEvidence]
) -> tuple[str, ...]:
    """List what came out otherwise: another verdict, or a number far from what it was.

    Parameters
    ----------
    experiment
        By whose rules both are judged.
    kept
        The evidence of all the seeds that were measured.
    again
        The evidence of some of these, trained again.
    """
    before = {one.seed: one for one in kept}
    said = [
        f"{experiment.name}/{claim.name}, seed {one.seed}: {which}"
        for one in again
        for claim in experiment.claims
        for which in _turned(claim, before[one.seed].claims[claim.name], one.claims[claim.name])
    ]
    said += [
        f"{name}: {plain(old)} is now {plain(new)}"
        for name, old, new, spread in _moves(experiment, kept, again)
        if abs(new - old) > _SPREADS * spread
    ]
    return tuple(said)


def confirmed(
    experiment: Experiment,
    report: Report,
    kept: Sequence[SeedEvidence],
    again: Sequence[SeedEvidence],
) -> Report:
    """Give the report with the fingerprint of today's code, and what confirmed it."""
    moved = [
        abs(new - old) / max(abs(new), abs(old))
        for _, old, new, _ in _moves(experiment, kept, again)
        if new != old
    ]
    record = {
        "seeds": [one.seed for one in again],
        "versions": versions(),
        "largest relative difference": float(f"{max(moved, default=0.0):.3g}"),
    }
    anew = judged_anew(experiment, report, kept)
    return replace(anew, fingerprint=fingerprint(experiment), confirmed=record)


def judged_anew(experiment: Experiment, report: Report, kept: Sequence[SeedEvidence]) -> Report:
    """Judge the kept evidence by today's rules; what was measured by other code still says so."""
    now, before = fingerprint(experiment), report.fingerprint
    parts = {
        name: now[name] if name.startswith(JUDGES) else before[name]
        for name in now
        if name.startswith(JUDGES) or name in before
    }
    return judged(
        experiment,
        kept,
        report.data,
        seconds=report.seconds,
        environment=report.environment,
        fingerprint=parts,
        confirmed=report.confirmed,
    )


def _turned(claim: Claim, before: Both, now: Both) -> list[str]:
    """Say which verdict turned."""
    words = ("claim", "control")
    turned = [claim.rule.holds(a) != claim.rule.holds(b) for a, b in zip(before, now, strict=True)]
    return [
        f"the {word} has another verdict" for word, one in zip(words, turned, strict=True) if one
    ]


def _moves(
    experiment: Experiment, kept: Sequence[SeedEvidence], again: Sequence[SeedEvidence]
) -> Moves:
    """Give each effect and gain that was measured twice: what it is, before, now, its spread."""
    for claim in experiment.claims:
        effects = {one.seed: one.claims[claim.name][0][claim.effect] for one in kept}
        now = {one.seed: one.claims[claim.name][0][claim.effect] for one in again}
        yield from _pairs(f"{experiment.name}/{claim.name}, {claim.effect}", effects, now)
    for name in again[0].gains:
        gains = {one.seed: one.gains[name] for one in kept}
        yield from _pairs(name, gains, {one.seed: one.gains[name] for one in again})


def _pairs(name: str, kept: Mapping[int, float], now: Mapping[int, float]) -> Moves:
    spread = float(np.std(list(kept.values())))
    for seed, new in now.items():
        yield f"{name}, seed {seed}", kept[seed], new, spread
