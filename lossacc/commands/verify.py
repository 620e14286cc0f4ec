"""`lossacc verify`, `lossacc results`, `lossacc verdicts`: measure, keep, confirm, show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.support.arithmetic import ARITHMETICS, OWN

if TYPE_CHECKING:
    from lossacc.claims.experiment import Experiment
    from lossacc.claims.measure import Found, How
    from lossacc.claims.report import Report

_SEEDS = "0:20"


def add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three commands."""
    verify = commands.add_parser(
        "verify",
        help="measure every claim over seeds",
        description="Train every arm that the claims read, on many seeds, and judge the claims. "
        "Ends with 1 where a claim or a remedy is refuted. What is finished is kept: after Ctrl+C "
        "the same command goes on from there.",
    )
    verify.add_argument("names", nargs="*", metavar="NAME", help="experiments (default: all)")
    verify.add_argument("--seeds", help=f"a:b, from a up to, not including, b (default: {_SEEDS})")
    verify.add_argument("--data", help="a data set, or a folder of folders (default: their own)")
    verify.add_argument("--jobs", type=int, help="processes side by side (default: the cores)")
    verify.add_argument(
        "--arithmetic",
        default=OWN,
        metavar="NAME",
        help=f"compute as another processor would: {', '.join(ARITHMETICS)} (default: {OWN})",
    )
    verify.add_argument("--fresh", action="store_true", help="train again what is kept")
    verify.add_argument("--json", type=Path, help="write the report here")
    verify.add_argument(
        "--commit", action="store_true", help="write results and pages beside the lessons"
    )
    instead = verify.add_mutually_exclusive_group()
    instead.add_argument(
        "--judge", action="store_true", help="judge the committed evidence by today's rules"
    )
    instead.add_argument(
        "--confirm",
        action="store_true",
        help="after a change of the code: train a few committed seeds again (default: three) and, "
        "where all verdicts agree, write that the results stand",
    )
    verify.set_defaults(does=_verify)
    results = commands.add_parser("results", help="print what was measured and committed")
    results.add_argument("names", nargs="*", metavar="NAME", help="experiments (default: all)")
    results.set_defaults(does=_results)
    verdicts = commands.add_parser("verdicts", help="what people are told: right, wrong, measured")
    verdicts.set_defaults(does=_verdicts)


def _verify(given: argparse.Namespace) -> int:
    from lossacc import lessons
    from lossacc.claims.measure import Interrupted

    chosen = lessons.experiments(given.names or None)
    if given.judge:
        return _judge(chosen, given.commit)
    try:
        return _confirm(chosen, given) if given.confirm else _measure(chosen, given)
    except Interrupted as cut:
        if cut.done:
            print(_report(chosen, cut.found, _how(given)))
        print(
            f"lossacc: interrupted; {cut.done} of {cut.of} are done and kept, and the same command "
            "goes on from there",
            file=sys.stderr,
        )
        return 130


def _measure(chosen: Sequence[Experiment], given: argparse.Namespace) -> int:
    """Measure, print, and write what is to be written."""
    from lossacc import lessons
    from lossacc.claims.verify import report

    seeds, how = _seeds(given.seeds or _SEEDS), _how(given)
    if given.commit and (given.data or given.arithmetic != OWN):
        raise ValueError(
            "got --commit with other data or arithmetic; expected the experiments' own"
        )
    found = _trained(chosen, seeds, how)
    for one in chosen if given.commit else ():
        lessons.commit(one.name, report(one, found[one.name], how), found[one.name])
    whole = _report(chosen, found, how)
    print(whole)
    if given.json is not None:
        whole.save(given.json)
    return 1 if whole.refuted else 0


def _judge(chosen: Sequence[Experiment], write: bool) -> int:
    """Judge the committed evidence by today's rules."""
    from lossacc import lessons
    from lossacc.claims.confirm import judged_anew
    from lossacc.claims.judge import joined

    reports = [
        judged_anew(one, lessons.results(one.name), lessons.evidence(one.name)) for one in chosen
    ]
    for one, report in zip(chosen, reports, strict=True):
        if write:
            lessons.commit(one.name, report)
    whole = joined(reports)
    print(whole)
    return 1 if whole.refuted else 0


def _confirm(chosen: Sequence[Experiment], given: argparse.Namespace) -> int:
    """Train a few committed seeds again; write that the results stand where they do."""
    return max(_confirm_one(one, given) for one in chosen)


def _confirm_one(experiment: Experiment, given: argparse.Namespace) -> int:
    from dataclasses import replace

    from lossacc import lessons
    from lossacc.claims.confirm import confirmed, disagreements, few_of

    name = experiment.name
    report, kept = lessons.results(name), lessons.evidence(name)
    seeds = _seeds(given.seeds) if given.seeds else few_of(kept)
    if strange := sorted(set(seeds) - {one.seed for one in kept}):
        raise ValueError(f"got the seeds {strange}; expected some of those that are committed")
    again = _trained([experiment], seeds, replace(_how(given), fresh=True))[name]
    if said := disagreements(experiment, kept, again):
        print(f"{name}: the results do not stand\n  " + "\n  ".join(said))
        return 1
    anew = confirmed(experiment, report, kept, again)
    lessons.commit(name, anew)
    print(f"{name}: {anew.confirmation}")
    return 0


def _trained(chosen: Sequence[Experiment], seeds: Sequence[int], how: How) -> Found:
    """Train with a bar that shows how long it will take yet."""
    from dataclasses import replace

    from lossacc.claims.measure import measure
    from lossacc.commands.progress import progress

    with progress("seeds") as tell:
        return measure(chosen, seeds, replace(how, on_seed=tell))


def _report(chosen: Sequence[Experiment], found: Found, how: How) -> Report:
    """Make one report of what there is."""
    from lossacc.claims.judge import joined
    from lossacc.claims.verify import report

    return joined([report(one, found[one.name], how) for one in chosen if found[one.name]])


def _how(given: argparse.Namespace) -> How:
    from lossacc.claims import cache
    from lossacc.claims.measure import How

    return How(
        data=given.data,
        jobs=given.jobs,
        arithmetic=given.arithmetic,
        cache=cache.user_folder(),
        fresh=given.fresh,
    )


def _seeds(text: str) -> range:
    first, colon, last = text.partition(":")
    if not (colon and first.isdigit() and last.isdigit() and int(first) < int(last)):
        raise ValueError(f"got --seeds {text!r}; expected a:b with a < b, such as 0:20")
    return range(int(first), int(last))


def _results(given: argparse.Namespace) -> int:
    from lossacc import lessons

    for one in lessons.measured(*given.names):
        print(f"{one.experiment.title} ({one.experiment.name})\n\n{one.report}\n")
    return 0


def _verdicts(given: argparse.Namespace) -> int:
    from lossacc import lessons
    from lossacc.claims.pages import verdicts_text

    print(verdicts_text(lessons.measured()))
    return 0
