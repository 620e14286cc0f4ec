"""Eight learners on a hub, all at once: what they take, and how long they wait.

    python -m tests.hub.load [--learners N] [--json FILE]

Half of them stop a training and run again; the others restart the kernel, close the page, or lose
the kernel. `LOSSACC_HUB` names a folder in which hub and proxy stay installed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.hub import usage
from tests.hub.learners import HABITS, Day, day
from tests.hub.running import FOLDER, installed, running_hub
from tests.hub.usage import Usage

MIB = 2**20


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Parameters
    ----------
    days
        Of each learner.
    memory
        Each learner's most, in MiB; the hub and its proxy have a line of their own.
    together
        The most of all at one moment, in MiB.
    seconds
        Of the processor, of each.
    load
        Before and after.
    """

    days: list[Day]
    memory: dict[str, int]
    together: int
    seconds: dict[str, float]
    load: tuple[str, str]


def measured(folder: Path, count: int) -> Measured:
    """Let so many learners work at once."""
    names = [f"learner{n}" for n in range(1, count + 1)]
    # Every other one presses Stop; the rest meet one mishap each, in turns.
    habits = [HABITS[0] if n % 2 else HABITS[1 + n // 2 % 3] for n in range(count)]
    environment = installed(Path(os.environ.get(FOLDER, folder / "environment")))
    before, together = usage.load(), threading.Barrier(count)
    with (
        running_hub(environment, folder, names) as hub,
        Usage(hub.process) as took,
        ThreadPoolExecutor(count) as pool,
    ):
        jobs = [
            pool.submit(day, hub, name, habit, together)
            for name, habit in zip(names, habits, strict=True)
        ]
        days = [job.result() for job in jobs]
    memory = {who: most // MIB for who, most in took.most.items()}
    seconds = {who: round(spent, 1) for who, spent in took.seconds.items()}
    return Measured(days, memory, took.most_together // MIB, seconds, (before, usage.load()))


def table(found: Measured) -> str:
    """Write the figures as lines."""
    clicks = [click for one in found.days for click in one.clicks]
    stops = [one.stopped for one in found.days if one.stopped is not None]
    lost = [(one.learner, key) for one in found.days for key in lost_answers(one)]
    worked = [one for one in found.days if len(one.work) == 2]
    given = sum(len(one.given) for one in found.days)
    lines = [
        f"load before and after: {found.load[0]}; {found.load[1]}",
        f"from the click to the open notebook: {_spread([one.starts for one in found.days])}",
        f"all cells of the lesson: {_spread([one.runs_all for one in found.days])}",
        f"from Run to the first picture: {_spread([first for first, _ in clicks])}",
        f"from Run to the end: {_spread([end for _, end in clicks])}",
        f"from Stop to the end: {_spread(stops)}",
        *(
            f"the processor's seconds of {what}: {_spread([one.work[what] for one in worked])}"
            for what in ("all cells", "a training")
        ),
        f"trainings that ran into their limit: {sum(one.given_up for one in found.days)}",
        f"answers lost: {len(lost)} of {given} {lost or ''}",
        f"the most memory of all together: {found.together} MiB",
        *(f"{who}: {most} MiB, {found.seconds[who]} s" for who, most in found.memory.items()),
        *(f"{one.learner} ({one.habit}): {fault}" for one in found.days for fault in one.faults),
    ]
    return "\n".join(lines)


def lost_answers(one: Day) -> list[str]:
    """The answers that a learner gave and that are not in the file, by their keys."""
    return [key for key, answer in one.given.items() if one.kept.get(key) != answer]


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"{seconds}"
    late = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return f"median {statistics.median(seconds):.1f} s, 95th percentile {late:.1f} s"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=8)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lossacc-hub-") as folder:
        found = measured(Path(folder), given.learners)
    print(table(found), flush=True)
    if given.json:
        given.json.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
