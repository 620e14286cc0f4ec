"""The table of bad input: calls, and the sentence that each must give.

`table.txt` has two lines for each: the call, in the names of `world`, and the error. Where a room
below words its refusals for itself, the sentence is `...`: any that `refusals` finds no fault with.
`python -m tests.bad_input.table` writes the sentences anew, for the eyes of whoever changed one.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.bad_input.refusals import ELSEWHERE, raised_in, refusal
from tests.bad_input.world import world

FILE = Path(__file__).with_name("table.txt")
ANY = "..."


class Row(NamedTuple):
    """A call, and the error that it must give, as `ValueError: seed is -1; ...`."""

    call: str
    error: str

    @property
    def name(self) -> str:
        """The callable's."""
        return self.call.partition("(")[0]


def rows() -> list[Row]:
    """Read the table."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [Row(*map(str.strip, pair)) for pair in zip(lines[::2], lines[1::2], strict=True)]


def said(error: Exception) -> str:
    """Write an error as the table has it."""
    return f"{type(error).__name__}: {error}"


def _written(call: str) -> str:
    error = refusal(call, world())
    return ANY if ELSEWHERE.search(raised_in(error)) else said(error)


if __name__ == "__main__":
    found = sorted({row.call for row in rows()})
    text = "".join(f"{call}\n    {_written(call)}\n" for call in found)
    FILE.write_text(text, encoding="utf-8")
