"""Two rows an epoch with the same names: a training and its validation, printed alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lossacc.runs.logs.names import meaning
from lossacc.runs.logs.rows import LogError, Row

Pair = tuple[Row, Row]


def paired(rows: list[Row], steps: str | None) -> tuple[list[Row], list[str]]:
    """Name the second row of each epoch as validation's, where the log shows that it is.

    It shows it by how many examples or batches each row speaks of: 391 of the one, 79 of the other.

    Raises
    ------
    LogError
        If the rows may as well be two steps of one set, or `steps` is "pair" and there are no
        pairs.
    """
    pairs = None if steps in ("last", "mean") else _pairs(rows)
    if pairs is None or not (steps == "pair" or _evident(pairs) or _both_kinds(pairs)):
        if steps == "pair":
            raise LogError('steps="pair" is for two rows an epoch with the same names, and no set')
        return rows, []
    if steps is None and not _evident(pairs):
        raise LogError(_question(pairs))
    for number, (first, second) in enumerate(pairs, 1):
        for row in (first, second):
            row.epoch, row.done = number if row.epoch is None else row.epoch, None
        second.values = {f"validation {name}": one for name, one in second.values.items()}
        second.percent = frozenset(f"validation {name}" for name in second.percent)
    return rows, ["of two rows an epoch the second was taken as the validation's"]


def _pairs(rows: Sequence[Row]) -> list[Pair] | None:
    """Put rows together two by two; None where they are no pairs."""
    if len(rows) < 4 or any(row.step is not None or row.keyed or row.sparse for row in rows):
        return None
    if all(row.epoch is None for row in rows):
        groups = [list(rows[n : n + 2]) for n in range(0, len(rows), 2)]
        numbered = False
    else:
        groups = [list(group) for _, group in groupby(rows, key=lambda row: (row.run, row.epoch))]
        numbered = all(row.epoch is not None for row in rows)
    pairs = [(group[0], group[1]) for group in groups if len(group) == 2]
    alike = len(pairs) == len(groups) and all(_alike(*pair) for pair in pairs)
    return pairs if alike and (numbered or _evident(pairs)) else None


def _alike(first: Row, second: Row) -> bool:
    """Tell whether two rows have the same names, none of a set, and are no steps of one bar."""
    steps = first.done and second.done and first.done[1] == second.done[1]
    known = [meaning(name) for name in first.values]
    return (
        first.values.keys() == second.values.keys()
        and not any(what.on for what in known)
        and any(what.quantity in ("loss", "accuracy") for what in known)
        and not (steps and first.done != second.done)
    )


def _evident(pairs: Sequence[Pair]) -> bool:
    """Tell whether the first rows all speak of so many, and the second ones of so many others."""
    sizes = {(first.done or (0, 0))[1:] + (second.done or (0, 0))[1:] for first, second in pairs}
    return len(sizes) == 1 and 0 not in (one := sizes.pop()) and one[0] != one[1]


def _both_kinds(pairs: Sequence[Pair]) -> bool:
    """Tell whether loss and accuracy are printed twice: of steps one prints the loss alone."""
    return {"loss", "accuracy"} <= {meaning(name).quantity for name in pairs[0][0].values}


def _question(pairs: Sequence[Pair]) -> str:
    named = " and ".join(map(repr, list(pairs[0][0].values)[:3]))
    return (
        f"each of the {len(pairs)} epochs has two rows of {named}: training and validation, or two "
        'steps of the training? Say steps="pair" for the first, or steps="last"'
    )
