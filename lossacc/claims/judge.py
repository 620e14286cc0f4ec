"""From the evidence of many seeds to a report: today's rules, without any training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossacc.analysis.stats import mean_interval
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Claim, Experiment, Remedy
from lossacc.claims.fingerprint import remedy_name
from lossacc.claims.gains import Gain
from lossacc.claims.report import Report, Row
from lossacc.support.types import FloatArray


def judged(
    experiment: Experiment,
    found: Sequence[SeedEvidence],
    data: str,
    **told: Any,
) -> Report:
    """Judge an experiment on the evidence of some seeds.

    Parameters
    ----------
    experiment
        Whose claims and remedies to judge, by the rules that they have now.
    found
        The evidence, a seed each; at least one.
    data
        On what it was measured.
    **told
        More fields of the report.

    Raises
    ------
    ValueError
        If a claim, a remedy or a number that a rule reads is not in the evidence.
    """
    rows = tuple(_row(experiment, claim, found) for claim in experiment.claims)
    gains = tuple(_gain(experiment, remedy, found) for remedy in experiment.remedies)
    seeds = [one.seed for one in found]
    told.setdefault("environment", dict(found[0].environment))
    told.setdefault("seconds", sum(one.seconds for one in found))
    return Report(rows, (min(seeds), max(seeds) + 1), data, gains=gains, **told)


def joined(reports: Sequence[Report]) -> Report:
    """Make one report of those of several experiments; fingerprints stay behind."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        tuple(row for one in reports for row in one.rows),
        (min(one.seeds[0] for one in reports), max(one.seeds[1] for one in reports)),
        " and ".join(sorted({one.data for one in reports})),
        sum(one.seconds for one in reports),
        reports[0].environment,
        tuple(gain for one in reports for gain in one.gains),
        failed=tuple(said for one in reports for said in one.failed),
    )


def _row(experiment: Experiment, claim: Claim, found: Sequence[SeedEvidence]) -> Row:
    """Sum up one claim over the seeds."""
    both = [_of(one.claims, claim.name, "claim") for one in found]
    try:
        held, control = (sum(claim.rule.holds(one[n]) for one in both) for n in (0, 1))
        room = min(claim.rule.room(evidence) for evidence, _ in both)
        effects = np.array([evidence[claim.effect] for evidence, _ in both])
    except KeyError as error:
        raise ValueError(
            f"{experiment.name}/{claim.name}: the kept evidence has no number {error}; "
            "its rule reads another one by now, so it must be measured anew"
        ) from None
    spread = _summary(effects)
    counts = (len(both), held, control)
    id = f"{experiment.name}/{claim.name}"
    kept = room if math.isfinite(room) else None
    return Row(id, claim.sentence, *counts, claim.effect, *spread, room=kept)


def _gain(experiment: Experiment, remedy: Remedy, found: Sequence[SeedEvidence]) -> Gain:
    """Sum up one remedy over the seeds."""
    gains = np.array([_of(one.gains, remedy_name(remedy), "remedy") for one in found])
    says = remedy.says or experiment.arm(remedy.arm).says
    told = (f"{experiment.name}/{remedy.arm}", says, remedy.measures, len(found))
    return Gain(*told, *_summary(gains), remedy.bound, remedy.verdict)


def _of(measured: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in measured:
        raise ValueError(f"no evidence of the {kind} {name!r} is kept; it must be measured anew")
    return measured[name]


def _summary(effects: FloatArray) -> tuple[float, Any, Any, float, float]:
    """Give mean, interval, least and most."""
    low, high = mean_interval(effects) if len(effects) > 1 else (None, None)
    return float(effects.mean()), low, high, float(effects.min()), float(effects.max())
