"""The counting of a core agrees with a count by hand, and each of its limits is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.notebooks import core
from tests.notebooks.test_rules import code, notebook, ours, text

TITLE = "# Two rulers\n\n**Time:** about {} minutes for the core, and {} for the rest."
PANEL = code('Lab("both-fall")')
REST = text(f"{core.END}\n\n" + "Measure it there. " * 100)


def said(name: str) -> str:
    """Ten words to every question."""
    return "Yes. No. " * 5


def lesson(*cells: Any, told: tuple[int, int] = (5, 5)) -> Any:
    """A title of twelve words, a panel, these cells, and a rest."""
    return notebook(text(TITLE.format(*told)), PANEL, *cells, REST)


def asked(count: int, **kind: str) -> Sequence[Any]:
    return [code("ask", **ours(**kind)) for _ in range(count)]


def test_what_is_counted_by_hand() -> None:
    took = {
        "iopub.execute_input": "2026-01-01T00:00:00",
        "shell.execute_reply": "2026-01-01T00:01:30",
    }
    cells = [
        text("It fell by .5 nats, and [why](https://example.org)?"),
        *asked(2, question="a"),
        *asked(1, exercise="b"),
        *asked(1, solution="b"),
        code("run()", execution=took),
    ]
    counted = core.of(cells, said)
    assert (counted.words, counted.questions, counted.seconds) == (6 + 20, 3, 90)
    assert counted.minutes == pytest.approx(26 / 200 + 1.5 + 1.5)
    assert counted.told == 5


def test_a_short_lesson_passes_and_so_does_one_that_is_all_core() -> None:
    assert not core.core(lesson(text("Read on. " * 50)), said)
    title = text("# Start\n\n**Time:** about 5 minutes.")
    assert not core.core(notebook(title, PANEL, text("Read on. " * 50)), said)


@pytest.mark.parametrize(
    ("cells", "told", "fault"),
    [
        ([text("word " * 3000)], (20, 5), "3012 words; at most 3000"),
        ([text("word " * 100), *asked(9, question="a")], (10, 5), "9 questions; at most 8"),
        ([text("word " * 100), *asked(4, question="a"), *asked(5, exercise="b")], (10, 5), "9 q"),
        ([text("word " * 100)], (10, 5), "tells [10, 5] minutes; counted [5, 5]"),
        ([text("word " * 100)], (5, 10), "tells [5, 10] minutes; counted [5, 5]"),
    ],
)
def test_each_limit_is_kept(cells: list[Any], told: tuple[int, int], fault: str) -> None:
    (found,) = core.core(lesson(*cells, told=told), said)
    assert fault in found


def test_minutes_have_a_limit_of_their_own() -> None:
    took = {
        "iopub.execute_input": "2026-01-01T00:00:00",
        "shell.execute_reply": "2026-01-01T00:45:00",
    }
    found = core.core(lesson(text("word " * 99), code("run()", execution=took), told=(50, 5)), said)
    assert found == ["the core has 46 minutes; at most 45"]


@pytest.mark.parametrize(("before", "late"), [(80, False), (120, True)])
def test_a_panel_stands_in_the_first_third(before: int, late: bool) -> None:
    title = text(TITLE.format(5, 5))
    cells = [title, text("word " * before), PANEL, text("word " * 200), REST]
    found = core.core(notebook(*cells), said)
    assert len(found) == late
    assert core.core(notebook(title, text("word " * 9), REST), said) == ["the core has no panel"]


def test_a_title_without_minutes_is_a_fault() -> None:
    found = core.core(notebook(text("# Two rulers"), PANEL, text("Read on. " * 50)), said)
    assert found == ["the title tells [] minutes; counted [5]"]
