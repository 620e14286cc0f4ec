"""`python -m tests.benchmarks.clinic.score FOLDER [FILE.json]`: what the clinic makes of the runs.

Each run is diagnosed twice: as a Run, and as the log of it. The truth is the fault that was
put there. Thresholds were chosen on the part "tune" alone; the part "held out" has other networks,
data and other seeds.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lossacc.checks.clinic.diagnose import diagnose
from lossacc.runs.curves import Curves, Record
from lossacc.runs.run import Run

HEALTHY, UNDECIDED = "healthy", "cannot tell"
_NUMBERS = ("runs", "causes in a cannot tell")
_RIGHT, _HELD, _RISE, _LOST = 0.85, 0.8, 1.25, 0.03


def is_healthy(run: Run) -> bool:
    """Say by numbers alone, fixed before any threshold was, whether a sound training is healthy.

    Of the training examples 85 % are right at the end and of the validation examples 80 %; the
    validation loss ends within a quarter above its lowest (and .05), the validation accuracy
    within three points of its best.
    """
    held = run.scores("validation")
    loss, right = held.loss[1:], held.accuracy[1:]
    near = loss[-1] <= _RISE * loss.min() + 0.05 and right[-1] >= right.max() - _LOST
    return bool(run.train.accuracy[-1] >= _RIGHT and right[-1] >= _HELD and near)


def printed_only(run: Run) -> Curves:
    """Give what a log of the run holds: four columns, and K, which its owner knows."""
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    columns = [np.asarray(run.printed[name])[1:] for name in names]
    return Curves(run.epochs[1:].astype(float), *columns).with_marks(classes=run.train.classes)


@dataclass(frozen=True)
class Answer:
    """What was answered to one run.

    Parameters
    ----------
    truth
        The fault that was put there.
    ranking
        The causes, the likeliest first.
    level
        Those that were said to come first together.
    """

    truth: str
    ranking: tuple[str, ...]
    level: tuple[str, ...]

    @property
    def first(self) -> str:
        """The likeliest cause; "cannot tell" where nothing was seen of any."""
        return self.ranking[0] if self.level else UNDECIDED

    def among(self, count: int) -> bool:
        """Whether the truth is among the first so many; first, only of what was seen."""
        return self.truth in (self.ranking[:count] if count > 1 else (self.first,))

    @property
    def undecided(self) -> bool:
        """Whether the answer was that it cannot be told."""
        return len(self.level) != 1

    @property
    def served(self) -> bool:
        """Whether the truth is among the first three, or in what cannot be told apart."""
        return self.among(3) or self.truth in self.level


def answer(truth: str, record: Record) -> Answer:
    """Diagnose one record."""
    found = diagnose(record)
    return Answer(truth, tuple(one.cause for one in found.candidates), found.level)


def cases(folder: Path) -> Iterator[tuple[dict[str, Any], Run]]:
    """Give every run of a folder with its plan."""
    for path in sorted(folder.glob("*.json")):
        run = path.with_suffix(".npz")
        if run.exists():
            yield json.loads(path.read_text()), Run.load(run)


def summary(answers: list[Answer]) -> dict[str, Any]:
    """Give the figures of one level of evidence as JSON values."""
    if not answers:
        return {"runs": 0, "each": {}, "confusion": {}}
    share = lambda some: round(float(np.mean(list(some))), 4)  # noqa: E731
    truths = sorted({one.truth for one in answers})
    each = {truth: [one for one in answers if one.truth == truth] for truth in truths}
    return {
        "runs": len(answers),
        "first": share(one.among(1) for one in answers),
        "first two": share(one.among(2) for one in answers),
        "first three": share(one.among(3) for one in answers),
        "right cannot tell": share(one.undecided and one.truth in one.level for one in answers),
        "first three or a right cannot tell": share(one.served for one in answers),
        "abstained": share(one.undecided for one in answers),
        "causes in a cannot tell": round(
            float(np.mean([len(one.level) for one in answers if one.undecided] or [0])), 2
        ),
        "healthy called healthy": share(one.first == HEALTHY for one in each.get(HEALTHY, answers)),
        "faults called healthy": share(
            one.first == HEALTHY for one in answers if one.truth != HEALTHY
        ),
        "each": {
            truth: {"runs": len(own), "first": share(one.among(1) for one in own),
                    "served": share(one.served for one in own)}
            for truth, own in each.items()
        },
        "confusion": {truth: Counter(one.first for one in own) for truth, own in each.items()},
    }  # fmt: skip


def of_two(found: list[tuple[str, str, Answer]]) -> dict[str, Any]:
    """Give how often one of two causes came first, and both were among the first three."""
    pairs = [({one, two}, told) for one, two, told in found]
    return {
        "runs": len(pairs),
        "one first": sum(told.first in own for own, told in pairs),
        "both among the first two": sum(own <= set(told.ranking[:2]) for own, told in pairs),
        "both among the first three": sum(own <= set(told.ranking[:3]) for own, told in pairs),
    }


def measure(folder: Path) -> dict[str, Any]:
    """Diagnose every run of a folder on both levels of evidence."""
    full, bare, both, left, harmless = [], [], [], 0, 0
    for plan, run in cases(folder):
        if plan.get("also"):
            both.append((plan["cause"], plan["also"], answer(plan["cause"], run)))
            continue
        if plan["cause"] == HEALTHY and not is_healthy(run):
            left += 1
            continue
        if plan["cause"] == "rate too high" and is_healthy(run):
            harmless += 1
            continue
        full.append(answer(plan["cause"], run))
        bare.append(answer(plan["cause"], printed_only(run)))
    return {
        "sound trainings that did not come out healthy, left out": left,
        "rates too high that did no harm by the same numbers, left out": harmless,
        **({"two causes at once, with a Run": of_two(both)} if both else {}),
        "with a Run": summary(full),
        "printed numbers alone": summary(bare),
    }


def show(found: dict[str, Any]) -> None:
    """Print the figures and, for each cause, what else was named."""
    print(found.get("two causes at once, with a Run", ""))
    for title in ("with a Run", "printed numbers alone"):
        told = found[title]
        print(f"\n{title}")
        for name, value in told.items():
            if not isinstance(value, dict):
                print(f"  {name:36s} {value if name in _NUMBERS else format(value, '.1%')}")
        for cause, own in told["each"].items():
            others = Counter(told["confusion"][cause])
            del others[cause]
            wrong = ", ".join(f"{name} {n}" for name, n in others.most_common(4))
            rates = f"{own['first']:6.0%} {own['served']:6.0%}"
            print(f"    {cause:24s} {own['runs']:3d} {rates}  {wrong}")


if __name__ == "__main__":
    result = measure(Path(sys.argv[1]))
    show(result)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(result, indent=1, sort_keys=True) + "\n")
