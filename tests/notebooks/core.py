"""How long a notebook takes, counted: its core, which a room has time for, and the rest of it.

The core ends at the heading `END`. A notebook without that heading is all core. Counted are the
words of the text and of everything that its questions say, the questions and exercises themselves,
and, where the notebook was run, the seconds that its cells took.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from lossacc.quiz import question_tables
from lossacc.quiz.questions import FreeText
from tests.notebooks.rules import Cell, Notebook, lossacc_metadata, words_in

END = "## In your own training"
TOLD = re.compile(r"\*\*Time:\*\* about (\d+) minutes(?: for the core, and (\d+) for the rest)?\.")
WORDS_A_MINUTE = 200
MINUTES_A_QUESTION = 0.5
WORDS_AT_MOST = 3000
QUESTIONS_AT_MOST = 8
MINUTES_AT_MOST = 45
PANEL_WITHIN = 1 / 3  # of the words of the core
ROUNDED_TO = 5  # minutes, upwards

Says = Callable[[str], str]  # what a question says besides what it asks: its options and replies


@dataclass(frozen=True)
class Counted:
    """What some cells hold."""

    words: int
    questions: int
    seconds: float

    @property
    def minutes(self) -> float:
        """To read them, to answer, and to wait."""
        reading = self.words / WORDS_A_MINUTE
        return reading + self.questions * MINUTES_A_QUESTION + self.seconds / 60

    @property
    def told(self) -> int:
        """The minutes as a notebook tells them."""
        return math.ceil(self.minutes / ROUNDED_TO) * ROUNDED_TO


def replies(name: str) -> str:
    """What a question of the series says besides what it asks."""
    question = question_tables.question(name)
    if isinstance(question, FreeText):
        return question.model
    return "\n".join(f"{option.says}\n{option.reply}" for option in question.options)


def of(cells: Sequence[Cell], says: Says) -> Counted:
    """Count some cells; seconds are those of cells that were run."""
    asked = [ours for cell in cells if (ours := lossacc_metadata(cell)) and _is_code(cell)]
    questions = [ours["question"] for ours in asked if "question" in ours]
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return Counted(
        words=sum(map(words_in, texts)) + sum(words_in(says(name)) for name in questions),
        questions=len(questions) + sum("exercise" in ours for ours in asked),
        seconds=sum(map(_seconds, cells)),
    )


def parts(notebook: Notebook) -> tuple[list[Cell], list[Cell]]:
    """The core, and the rest."""
    core = list(takewhile(lambda cell: not _ends(cell), notebook.cells))
    return core, notebook.cells[len(core) :]


def core(notebook: Notebook, says: Says) -> list[str]:
    """A core is short, has few questions and soon a panel, and its minutes are those it tells."""
    cells, rest = parts(notebook)
    counted = of(cells, says)
    limits = [
        ("words", counted.words, WORDS_AT_MOST),
        ("questions", counted.questions, QUESTIONS_AT_MOST),
        ("minutes", math.ceil(counted.minutes), MINUTES_AT_MOST),
    ]
    faults = [
        f"the core has {count} {name}; at most {most}"
        for name, count, most in limits
        if count > most
    ]
    return faults + _late_panel(cells, says) + _untold(cells, counted, of(rest, says))


def _late_panel(cells: Sequence[Cell], says: Says) -> list[str]:
    before = list(takewhile(lambda cell: not (_is_code(cell) and "Lab(" in cell.source), cells))
    if len(before) == len(cells):
        return ["the core has no panel"]
    share = of(before, says).words / of(cells, says).words
    return [f"the first panel comes after {share:.0%} of the core"] if share > PANEL_WITHIN else []


def _untold(cells: Sequence[Cell], counted: Counted, rest: Counted) -> list[str]:
    """The title tells the minutes, rounded up."""
    found = TOLD.search(cells[0].source) if cells else None
    told = [int(minutes) for minutes in found.groups() if minutes] if found else []
    expected = [each.told for each in (counted, rest) if each.words]
    return [] if told == expected else [f"the title tells {told} minutes; counted {expected}"]


def _ends(cell: Cell) -> bool:
    return cell.cell_type == "markdown" and END in cell.source.splitlines()


def _is_code(cell: Cell) -> bool:
    return bool(cell.cell_type == "code")


def _seconds(cell: Cell) -> float:
    """What a cell took, as the client that ran it noted; 0 where it was not run."""
    noted = cell.metadata.get("execution", {})
    begin, end = noted.get("iopub.execute_input"), noted.get("shell.execute_reply")
    if not (begin and end):
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
