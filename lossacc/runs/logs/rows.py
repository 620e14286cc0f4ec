"""What every format is turned into first: rows of named numbers, each with its place in the log."""

from __future__ import annotations

from dataclasses import dataclass, field


class LogError(ValueError):
    """A log that cannot be read, or that has two readings; the sentence says what would help."""

    def __init__(self, sentence: str) -> None:
        """Take the sentence, and end it."""
        super().__init__(sentence if sentence.endswith((".", "?")) else f"{sentence}.")


@dataclass(slots=True)
class Row:
    """Named numbers that the log gives together.

    Parameters
    ----------
    values
        Column name to number, as printed; "%" is taken off.
    percent
        The names whose number bore a "%".
    epoch, step
        What the row says of its place; None where it says nothing.
    done
        Of how many steps of the epoch the row speaks, and how many there are; 0 where unknown.
    line
        The number of its line, from 1; 0 where there are no lines.
    run
        The name of its run, where the format has one.
    sparse
        Whether NaN stands for "nothing here", as in tables.
    keyed
        Whether the order of rows says nothing: each is placed by its own number.
    own
        Whether the line itself says the epoch, and not one before it.
    """

    values: dict[str, float]
    percent: frozenset[str] = frozenset()
    epoch: float | None = None
    step: float | None = None
    done: tuple[int, int] | None = None
    line: int = 0
    run: str = ""
    sparse: bool = False
    keyed: bool = False
    own: bool = False


@dataclass(slots=True)
class Reading:
    """What one format made of a log.

    Parameters
    ----------
    format
        What the log was taken to be, in a phrase.
    rows
        In the order of the log.
    notes
        What was assumed.
    unread
        Lines that were not understood: number and text.
    convention
        Whose habit decides of which set an accuracy without a set is: "validation" in tables as
        fastai and Hugging Face show them, else empty.
    """

    format: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    convention: str = ""
