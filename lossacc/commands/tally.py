"""`lossacc tally`: how a room voted, before and after it discussed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lossacc.commands.arguments import place

if TYPE_CHECKING:
    from lossacc.commands.arguments import Parser
    from lossacc.quiz.tally import Tally

_WIDTH = 64  # letters of an option in the table


def add_tally(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the others."""
    tally = commands.add_parser(
        "tally",
        help="how a room voted: the bars of the first vote against the second",
        description="Count the votes in the learners' my_answers.json, in sub-folders or under "
        "any names that end in .json. Numbers only: no name is read or told.",
    )
    tally.add_argument("folder", type=place("a folder"), help="where the files of answers are")
    tally.add_argument("--question", metavar="NAME", help="one question only")
    tally.add_argument(
        "--save", type=Path, metavar="FIGURE", help="its bars, as .png, .svg or .pdf"
    )
    tally.add_argument("--key", action="store_true", help="tell which option is right")
    tally.set_defaults(does=_tally)


def _tally(given: argparse.Namespace) -> int:
    from lossacc.commands.figure import check_figure
    from lossacc.quiz.tally import tally

    check_figure(given.save)
    room = tally(given.folder)
    print(room)
    wanted = _wanted(room.tallies, given.question)
    for one in wanted:
        print(f"\n{_table(one, key=given.key)}")
    if given.save is not None:
        if len(wanted) != 1:
            raise ValueError(
                f"got --save and {len(wanted)} questions; expected one: say --question NAME"
            )
        wanted[0].picture(key=given.key).save(given.save)
        print(f"\nSaved {given.save}")
    return 0


def _wanted(tallies: tuple[Tally, ...], name: str | None) -> list[Tally]:
    """Give the tallies to tell: all, or that of one question."""
    if name is None:
        return list(tallies)
    found = [one for one in tallies if one.question.name == name]
    if not found:
        listed = ", ".join(f'"{one.question.name}"' for one in tallies) or "none"
        raise ValueError(f"there are no votes on {name!r}; there are votes on {listed}")
    return found


def _table(tally: Tally, *, key: bool) -> str:
    """Write the votes on one question in aligned columns."""
    from lossacc.quiz.markup import as_text

    lines = [f"{tally.question.name}: {as_text(tally.question.asks)}", "  first  second"]
    for option, first, second in zip(tally.question.shown.values(), *tally.votes, strict=True):
        told = " (the key)" * (key and option.key == tally.question.right)
        says = as_text(tally.question.said(option))
        says = says if len(says) <= _WIDTH else f"{says[: _WIDTH - 1]}…"
        lines.append(f"  {first:5}  {second:6}  {says}{told}")
    return "\n".join(lines)
