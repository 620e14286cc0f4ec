"""What was measured seed by seed, kept so that a rule can be judged anew without any training.

A file `NAME.seeds.json` beside the results has, for every claim and for its control, a list for
each named number with one entry a seed, and such a list for every remedy's gain. Numbers have six
digits, and all that they have where six would turn a verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lossacc.claims.experiment import Claim, Experiment
from lossacc.claims.fingerprint import remedy_name
from lossacc.claims.rules import Evidence, Rule
from lossacc.runs.run import Run
from lossacc.support.files import write_whole

Both = tuple[Evidence, Evidence]
_DIGITS = 6


@dataclass(frozen=True)
class SeedEvidence:
    """What one experiment came to on one seed.

    Parameters
    ----------
    seed
        The seed.
    claims
        For each claim by name: the evidence, and that of its control.
    gains
        For each remedy, by `remedy_name`: the gain.
    seconds
        How long the trainings took.
    environment
        Versions, processor and threads of the runs.
    """

    seed: int
    claims: Mapping[str, Both]
    gains: Mapping[str, float]
    seconds: float = 0.0
    environment: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(
        experiment: Experiment, seed: int, runs: Mapping[str, Run], seconds: float = 0.0
    ) -> SeedEvidence:
        """Read the evidence of runs: arm to run, for every arm that claims and remedies read.

        Raises
        ------
        ValueError
            If a run is missing, or is not whole.
        """
        claims = {claim.name: _both(claim, runs) for claim in experiment.claims}
        gains = {remedy_name(one): _rounded(one.measure(runs)) for one in experiment.remedies}
        environment = dict(next(iter(runs.values())).environment)
        return SeedEvidence(seed, claims, gains, round(seconds, 3), environment)

    def json(self) -> dict[str, Any]:
        """Give it as JSON values."""
        claims = {name: [_texts(one) for one in both] for name, both in self.claims.items()}
        gains, environment = _texts(self.gains), dict(self.environment)
        told = {"seed": self.seed, "claims": claims, "gains": gains}
        return {**told, "seconds": self.seconds, "environment": environment}

    @staticmethod
    def from_json(told: Mapping[str, Any]) -> SeedEvidence:
        """Read it from what `json` gave."""
        claims = {name: (_numbers(a), _numbers(b)) for name, (a, b) in told["claims"].items()}
        gains, seconds = _numbers(told["gains"]), float(told["seconds"])
        return SeedEvidence(int(told["seed"]), claims, gains, seconds, told["environment"])


def _both(claim: Claim, runs: Mapping[str, Run]) -> Both:
    found = [claim.judge(runs, control=control)[1] for control in (False, True)]
    return _short(claim.rule, found[0]), _short(claim.rule, found[1])


def _short(rule: Rule, found: Evidence) -> Evidence:
    """Round evidence to six digits, unless that would turn the verdict."""
    whole = {name: float(value) for name, value in found.items()}
    short = {name: _rounded(value) for name, value in whole.items()}
    return short if rule.holds(short) == rule.holds(whole) else whole


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _text(value: float) -> float | str:
    """Write a number as JSON: one that is infinite, or none, as a text."""
    return value if abs(value) < float("inf") else str(value)


def _texts(numbers: Evidence) -> dict[str, float | str]:
    return {name: _text(value) for name, value in numbers.items()}


def _numbers(texts: Mapping[str, float | str]) -> dict[str, float]:
    return {name: float(value) for name, value in texts.items()}


def save(path: Path, found: Sequence[SeedEvidence]) -> None:
    """Write the evidence of an experiment's seeds as one file, a line a named number.

    Raises
    ------
    ValueError
        If the seeds do not have the same named numbers.
    """
    claims = {
        name: {
            which: _columns([one.claims[name][n] for one in found])
            for n, which in enumerate(("claim", "control"))
        }
        for name in found[0].claims
    }
    seeds = [one.seed for one in found]
    told = {"seeds": seeds, "claims": claims, "gains": _columns([one.gains for one in found])}
    text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False)
    lines = re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text)
    write_whole(path, lines + "\n")


def load(path: Path) -> tuple[SeedEvidence, ...]:
    """Read the evidence of an experiment's seeds from what `save` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    gains = _rows(told["gains"], len(told["seeds"]))
    claims = {
        name: list(
            zip(*(_rows(both[which], len(gains)) for which in ("claim", "control")), strict=True)
        )
        for name, both in told["claims"].items()
    }
    return tuple(
        SeedEvidence(seed, {name: claims[name][n] for name in claims}, gains[n])
        for n, seed in enumerate(told["seeds"])
    )


def _columns(found: Sequence[Evidence]) -> dict[str, list[float | str]]:
    """Turn evidence a seed into a list a number."""
    for one in found:
        if set(one) != set(found[0]):
            raise ValueError(
                f"one seed has the numbers {sorted(one)}; expected {sorted(found[0])}, as another"
            )
    return {name: [_text(one[name]) for one in found] for name in found[0]}


def _rows(columns: Mapping[str, Sequence[float | str]], seeds: int) -> list[dict[str, float]]:
    """Turn a list a number into evidence a seed."""
    return [{name: float(values[n]) for name, values in columns.items()} for n in range(seeds)]
