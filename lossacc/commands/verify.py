"""`lossacc verify`, `lossacc results`, `lossacc verdicts`: measure, keep, confirm, show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossacc.commands.arguments import (
    DATA,
    Parser,
    add_form,
    check_file,
    folder_to_keep,
    pair,
    place,
    text,
    whole,
)
from lossacc.support.arithmetic import ARITHMETICS, OWN

if TYPE_CHECKING:
    from lossacc.claims.experiment import Experiment
    from lossacc.claims.measure import Found, How
    from lossacc.claims.report import Report

_SEEDS = (0, 20)


def add_verify(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the three commands."""
    verify = commands.add_parser(
        "verify",
        help="measure every claim over seeds",
        description="Train every arm that the claims read, on many seeds, and judge the claims. "
        "Ends with 1 where a claim or a remedy is refuted, or a training failed. What is finished "
        "is kept: after Ctrl+C the same command goes on from there.",
    )
    verify.add_argument("names", nargs="*", metavar="NAME", help="experiments (default: all)")
    verify.add_argument(
        "--seeds", type=pair, help="a:b, from a up to, not including, b (default: 0:20)"
    )
    verify.add_argument(
        "--data", type=text(DATA), help="a data set, or a folder of folders (default: their own)"
    )
    add_form(verify)
    verify.add_argument("--jobs", type=whole(1), help="processes side by side (default: the cores)")
    verify.add_argument(
        "--cluster",
        type=text("a scheduler's address"),
        metavar="ADDRESS",
        help="train on the workers of a Dask scheduler, such as tcp://10.0.0.5:8786; the extra "
        "`cluster` brings Dask, which runs whatever it is sent: only one that you trust",
    )
    verify.add_argument(
        "--arithmetic",
        default=OWN,
        metavar="NAME",
        help=f"compute as another processor would: {', '.join(ARITHMETICS)} (default: {OWN})",
    )
    verify.add_argument("--fresh", action="store_true", help="train again what is kept")
    verify.add_argument("--json", type=place("a file"), help="write the report here")
    verify.add_argument(
        "--commit", action="store_true", help="write results and pages beside the lessons"
    )
    verify.add_argument(
        "--commit-as",
        type=text("a word for these images"),
        metavar="IMAGES",
        help="with --data: write what holds on these images beside the lessons, under this word",
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
    from lossacc.claims.verify import NothingMeasured, reports

    chosen = lessons.experiments(given.names or None)
    _check(given)
    try:
        if given.judge:
            return _judge(chosen, given)
        return _confirm(chosen, given) if given.confirm else _measure(chosen, given)
    except NothingMeasured as error:
        print(f"lossacc: {error}", file=sys.stderr)
        return 1
    except Interrupted as cut:
        if cut.done:
            print(reports(chosen, cut.found, _how(given)))
        print(
            f"lossacc: interrupted; {cut.done} of {cut.of} are done and kept, and the same command "
            "goes on from there",
            file=sys.stderr,
        )
        return 130


def _check(given: argparse.Namespace) -> None:
    """Refuse what does not go together, and outputs that could not be written."""
    from lossacc import lessons

    formed = given.size is not None or given.channels is not None
    other = given.data is not None or given.arithmetic != OWN or formed
    if given.commit and other:
        raise ValueError(
            "got --commit with other data or arithmetic; expected the experiments' own"
        )
    if given.commit_as is not None and (given.data is None or not given.commit_as.isalpha()):
        raise ValueError(
            f"got --commit-as {given.commit_as!r}; expected one word, in letters, with --data"
        )
    if given.commit_as is not None and formed:
        raise ValueError(
            "got --commit-as with --size or --channels; expected it without: what stands beside a "
            "lesson is measured on images as its experiment says"
        )
    for mode, options in _UNREAD.items():
        if getattr(given, mode):
            _refuse(f"--{mode}", [name for name in options if getattr(given, name)])
    if given.judge and other:
        raise ValueError("got --judge with other data or arithmetic; it trains nothing")
    if given.json is not None:
        check_file(given.json, "--json")
    if given.commit or given.confirm or given.commit_as:
        for name in given.names or lessons.names():
            lessons.check_folder(name)


_UNREAD = {
    "judge": ("seeds", "jobs", "cluster", "fresh", "commit_as"),
    "confirm": ("data", "size", "channels", "json", "commit_as"),
}


def _refuse(mode: str, options: list[str]) -> None:
    if options:
        given = ", ".join(f"--{name.replace('_', '-')}" for name in options)
        raise ValueError(f"got {mode} with {given}, which it does not read; expected it without")


def _measure(chosen: Sequence[Experiment], given: argparse.Namespace) -> int:
    """Measure, write what is to be written, and print."""
    from dataclasses import replace

    from lossacc import lessons
    from lossacc.claims.verify import report, reports, seed_range

    seeds, how = seed_range(*(given.seeds or _SEEDS)), _how(given)
    found = _trained(chosen, seeds, how)
    for one in chosen if given.commit else ():
        if found.failures(one.name):
            print(f"lossacc: {one.name} is not committed, as not all was measured", file=sys.stderr)
        else:
            lessons.commit(one.name, report(one, found, how), found[one.name])
    for one in chosen if given.commit_as else ():
        if not found.failures(one.name):
            there = report(how.suited(one), found, how)
            lessons.commit_elsewhere(one.name, replace(there, data=given.commit_as))
    return _told(reports(chosen, found, how), given)


def _told(whole: Report, given: argparse.Namespace) -> int:
    """Write and print a report; 1 where something is refuted, or was not measured."""
    if given.json is not None:
        whole.save(given.json)
    print(whole)
    return 1 if whole.refuted or whole.failed else 0


def _judge(chosen: Sequence[Experiment], given: argparse.Namespace) -> int:
    """Judge the committed evidence by today's rules."""
    from lossacc import lessons
    from lossacc.claims.confirm import judged_anew
    from lossacc.claims.judge import joined

    reports = [
        judged_anew(one, lessons.results(one.name), lessons.evidence(one.name)) for one in chosen
    ]
    for one, report in zip(chosen, reports, strict=True):
        if given.commit:
            lessons.commit(one.name, report)
    return _told(joined(reports), given)


def _confirm(chosen: Sequence[Experiment], given: argparse.Namespace) -> int:
    """Train a few committed seeds again; write that the results stand where they do."""
    return max(_confirm_one(one, given) for one in chosen)


def _confirm_one(experiment: Experiment, given: argparse.Namespace) -> int:
    from dataclasses import replace

    from lossacc import lessons
    from lossacc.claims.confirm import confirmed, disagreements, few_of
    from lossacc.claims.verify import seed_range

    name = experiment.name
    report, kept = lessons.results(name), lessons.evidence(name)
    seeds = seed_range(*given.seeds) if given.seeds else few_of(kept)
    if strange := sorted(set(seeds) - {one.seed for one in kept}):
        raise ValueError(f"got the seeds {strange}; expected some of those that are committed")
    found = _trained([experiment], seeds, replace(_how(given), fresh=True))
    again = found[name]
    if said := found.failures(name):
        print(f"{name}: not all could be trained again\n  " + "\n  ".join(said))
        return 1
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


def _how(given: argparse.Namespace) -> How:
    from lossacc.claims import cache
    from lossacc.claims.measure import How

    return How(
        data=given.data,
        size=given.size,
        channels=given.channels,
        jobs=given.jobs,
        arithmetic=given.arithmetic,
        cache=folder_to_keep(cache.user_folder(), "what is finished"),
        fresh=given.fresh,
        cluster=given.cluster,
    )


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
