"""Measure the claims: one on one seed, or all of them on many seeds side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

from lossacc.claims.experiment import LAST_SEED, Claim, Experiment
from lossacc.claims.fingerprint import fingerprint
from lossacc.claims.judge import joined, judged
from lossacc.claims.measure import Found, How, measure
from lossacc.claims.report import Report, Verdict
from lossacc.runs.run import Run

MOST_SEEDS = 10_000


class NothingMeasured(RuntimeError):
    """Every task failed: there is nothing to judge."""


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
        The fields of `lossacc.claims.measure.How`: data, size, channels, jobs, arithmetic, on_seed,
        cache, fresh, cluster.

    Returns
    -------
    Report
        Its `failed` names what could not be measured.

    Raises
    ------
    TypeError, ValueError
        If the seeds are none, the data do not suit, or this processor cannot compute so.
    NothingMeasured
        If every training failed.
    """
    if not isinstance(seeds, tuple | list) or len(seeds) != 2:
        raise TypeError(f"got seeds={seeds!r}; expected two whole numbers, such as (0, 20)")
    settings = How(**how)
    return reports(experiments, measure(experiments, seed_range(*seeds), settings), settings)


def seed_range(first: int, last: int) -> range:
    """Give the seeds from the first up to, not including, the last; refuse what are none."""
    whole = all(isinstance(one, Integral) and not isinstance(one, bool) for one in (first, last))
    if not whole or not 0 <= first < last <= LAST_SEED + 1 or last - first > MOST_SEEDS:
        raise ValueError(
            f"got seeds {first}:{last}; expected a:b with 0 <= a < b, of {MOST_SEEDS:,} seeds at "
            f"most, none above {LAST_SEED:,}"
        )
    return range(first, last)


def reports(experiments: Sequence[Experiment], found: Found, how: How) -> Report:
    """Make one report of what was measured.

    Raises
    ------
    NothingMeasured
        If nothing was.
    """
    each = [report(one, found, how) for one in experiments if found[one.name]]
    if not each:
        said = "; ".join(str(one) for one in found.failed) or "no seed is finished"
        raise NothingMeasured(f"nothing was measured: {said}")
    empty = (
        said for one in experiments if not found[one.name] for said in found.failures(one.name)
    )
    whole = joined(each)
    return replace(whole, failed=(*whole.failed, *empty))


def report(experiment: Experiment, found: Found, how: How) -> Report:
    """Judge what was measured just now, with the fingerprint of the code that measured it."""
    evidence = found[experiment.name]
    return judged(
        experiment,
        evidence,
        how.told_of(experiment),
        environment={
            **evidence[0].environment,
            "jobs": how.processes if how.cluster is None else "cluster",
        },
        fingerprint=fingerprint(experiment),
        failed=found.failures(experiment.name),
    )
