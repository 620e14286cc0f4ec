"""Measure the claims: one on one seed, or all of them on many seeds side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.fingerprint import fingerprint
from lossacc.claims.judge import joined, judged
from lossacc.claims.measure import How, measure
from lossacc.claims.report import Report, Verdict
from lossacc.runs.run import Run


def verdict(id: str, claim: Claim, runs: Mapping[str, Run]) -> Verdict:
    """Judge a claim on runs that are at hand: arm to run, for every arm that it reads."""
    held, evidence = claim.judge(runs)
    return Verdict(id, claim.sentence, claim.measured, str(claim.rule), held, evidence)


def verify(experiments: Sequence[Experiment], seeds: tuple[int, int], **how: Any) -> Report:
    """Measure every claim of some experiments over seeds.

    Parameters
    ----------
    experiments
        What to measure.
    seeds
        From the first up to, not including, the second.
    **how
        The fields of `lossacc.claims.measure.How`: data, jobs, arithmetic, on_seed, cache, fresh.

    Raises
    ------
    ValueError
        If the seeds are none, the data do not suit, or this processor cannot compute so.
    """
    first, last = seeds
    if not 0 <= first < last:
        raise ValueError(f"got seeds {first}:{last}; expected a:b with 0 <= a < b")
    found = measure(experiments, range(first, last), How(**how))
    return joined([report(one, found[one.name], How(**how)) for one in experiments])


def report(experiment: Experiment, found: Sequence[SeedEvidence], how: How) -> Report:
    """Judge what was measured just now, with the fingerprint of the code that measured it."""
    return judged(
        experiment,
        found,
        how.data or experiment.data,
        environment={**found[0].environment, "jobs": how.processes},
        fingerprint=fingerprint(experiment),
    )
