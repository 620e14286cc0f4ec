"""Tables: CSV files, bars and blanks between columns, fastai, what a notebook shows as a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossacc.runs.logs.literals import long_form, place_of
from lossacc.runs.logs.names import meaning
from lossacc.runs.logs.numbers import cell, decimal_sign, empty
from lossacc.runs.logs.rows import LogError, Reading, Row

_DIVIDERS = (",", ";", "\t", "|", "  ", " ")
_HINT = re.compile(
    r"(?i)loss|acc|epoch|cost|value|\u640d\u5931|\u635f\u5931|perte|verlust|p[e\u00e9]rdida"
)
_VALUE = re.compile(r"[:=] ?[-+]?\d")  # then it is a line of numbers with names
_RULE = re.compile(r"[\s|+=\-:_\u2500-\u257f]*")
_CLOCK = re.compile(r"\d+:\d\d(?::\d\d)?(?:\.\d+)?")
_NUMERIC = re.compile(r"[-+]?(?:\d[\d.,]*|\.\d+)(?:[eE][-+]?\d+)?\s?%?")
_TWO_WORDS = re.compile(r"(?i)\b(train\w*|valid\w*|val\.?|test|eval\w*|mini-batch) (loss|acc\w*)\b")
_OF_ALL = re.compile(r"/\d+$")  # "3/100"
_RUN_METRIC = re.compile(r"(.+) - ([^-]+?)(?:__(?:MIN|MAX))?")
_WIDEST = 2000  # columns


@dataclass(slots=True)
class Shape:
    """How a table is laid out: what divides its columns, their names, a column of row numbers."""

    divider: str
    names: list[str]
    indexed: bool = False


def split(line: str, divider: str) -> list[str]:
    """Cut a line into cells."""
    if divider in (",", ";") and '"' in line:
        try:
            return next(csv.reader([line], delimiter=divider))
        except (csv.Error, StopIteration):
            return line.split(divider)
    if divider == "|":
        line = line.strip().strip("|")
    if divider == "  ":
        return re.split(r"\s{2,}|\t", line.strip())
    if divider == " ":
        return line.strip().strip("[]").split()
    return [one.strip() for one in line.rstrip("\n").split(divider)]


def read_tables(
    numbered: Sequence[tuple[int, str]], decimal: str | None, columns: Mapping[str, str] | None
) -> Reading | None:
    """Read the tables of a log; None where it has none.

    Raises
    ------
    LogError
        If it is a table of numbers without names, and `columns` does not say what they are.
    """
    reading = Reading("a table")
    at = 0
    while at < len(numbered):
        shape, after = _header(numbered, at)
        if shape is None:
            at += 1
            continue
        at = _body(numbered, after, shape, decimal, reading)
    if any(len(row.values) for row in reading.rows):
        return reading
    return _headless(numbered, decimal, columns)


def _header(numbered: Sequence[tuple[int, str]], at: int) -> tuple[Shape | None, int]:
    """Tell whether the columns of a table are named here."""
    line = numbered[at][1]
    if len(line) > 40 * _WIDEST or not _HINT.search(line) or _VALUE.search(line):
        return None, at
    after = _next(numbered, at + 1)
    if after is None:
        return None, at
    below = numbered[after][1]
    if (second := _second_header(line, below)) is not None:
        line = second
        after = _next(numbered, after + 1)
        if after is None:
            return None, at
        below = numbered[after][1]
    for divider in _DIVIDERS:
        if (divider.strip() and divider not in line) or (divider == "\t" and "\t" not in line):
            continue
        for named in (line, _TWO_WORDS.sub(r"\1_\2", line)):
            shape = _fitting(split(named, divider), split(below, divider), divider)
            if shape is not None:
                return shape, after
    return None, at


def _next(numbered: Sequence[tuple[int, str]], at: int) -> int | None:
    """Find the next line that is no rule and not empty, close by."""
    for here in range(at, min(at + 4, len(numbered))):
        if not _RULE.fullmatch(numbered[here][1][:500]):
            return here
    return None


def _second_header(line: str, below: str) -> str | None:
    """Join a name that goes over two lines, cell by cell, as MATLAB prints it."""
    if "|" not in line or any(character.isdigit() for character in below):
        return None
    first, second = split(line, "|"), split(below, "|")
    if len(first) != len(second) or len(first) < 2:
        return None
    return "|".join(f"{a} {b}".strip() for a, b in zip(first, second, strict=True))


def _fitting(names: list[str], cells: list[str], divider: str) -> Shape | None:
    """Tell whether names and the first row fit each other."""
    if not 2 <= len(names) <= _WIDEST or any(_NUMERIC.fullmatch(name) for name in names):
        return None
    if any(len(name) > 120 or "=" in name or "{" in name for name in names):
        return None
    known = [meaning(name).quantity for name in names]
    long = long_form(names) is not None or "value" in [name.lower() for name in names]
    if not ("loss" in known or "accuracy" in known or long):
        return None
    indexed = len(cells) == len(names) + 1 and divider in (" ", "  ") and cells[0].isdecimal()
    if len(cells) != len(names) and not indexed:
        return None
    fit = sum(bool(_NUMERIC.fullmatch(one.strip())) or empty(one) or one.lower() == "nan"
              or bool(_CLOCK.fullmatch(one)) for one in cells)  # fmt: skip
    if fit < 2 or (fit < len(cells) - 2 and not long and fit < len(cells) / 2):
        return None
    return Shape(divider, [*_unique(names)], indexed)


def _unique(names: Sequence[str]) -> list[str]:
    """Give every column a name of its own."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        name = name.strip().strip('"') or f"column {number}"
        found.append(name if name not in found else f"{name} ({number})")
    return found


def _body(
    numbered: Sequence[tuple[int, str]],
    at: int,
    shape: Shape,
    decimal: str | None,
    reading: Reading,
) -> int:
    """Read the rows below a header; give the place behind them."""
    lines = []
    width = len(shape.names) + shape.indexed
    while at < len(numbered):
        number, line = numbered[at]
        if not line.strip() or (len(line) < 500 and _RULE.fullmatch(line) and "," not in line):
            at += 1
            continue
        cells = split(line, shape.divider)
        if cells == shape.names:
            at += 1
            continue
        if len(cells) != width or not _a_row(cells):
            break
        lines.append((number, cells))
        at += 1
    sign = _decimals(lines, shape, decimal)
    _rows(lines, shape, sign, reading)
    return at


def _a_row(cells: Sequence[str]) -> bool:
    return any(_NUMERIC.fullmatch(one.strip()) or one.strip().lower() in ("nan", "inf", "-inf")
               for one in cells)  # fmt: skip


def _decimals(lines: Sequence[tuple[int, list[str]]], shape: Shape, decimal: str | None) -> str:
    if shape.divider == ",":
        quoted = [one for _, cells in lines[:200] for one in cells if "," in one]
        return decimal_sign(quoted, decimal) if quoted else "."
    texts = (one for _, cells in lines[:2000] for one in cells if _NUMERIC.fullmatch(one))
    return decimal_sign(texts, decimal)


def _rows(
    lines: Sequence[tuple[int, list[str]]], shape: Shape, sign: str, reading: Reading
) -> None:
    """Turn cells into rows, by the kind of table."""
    names = shape.names
    if shape.indexed:
        names = ["(row)", *names]
    places = {n: place for n, name in enumerate(names) if (place := place_of(name))}
    if (keyed := long_form(names)) is not None:
        reading.rows += _long_rows(lines, names, keyed, places, sign)
        reading.format = "a table with one number a row"
        return
    reading.format = _kind(names, shape.divider)
    if _validates(names):
        reading.convention = "validation"
    prefixed = _prefixes(names)
    for number, cells in lines:
        row = _row(cells, names, places, sign, number)
        reading.rows += _by_prefix(row, prefixed) if prefixed else [row]


def _kind(names: Sequence[str], divider: str) -> str:
    small = {name.lower() for name in names}
    if divider == "," and {"epoch", "step"} <= small:
        return "a CSV file as Lightning writes it"
    if divider == ",":
        return "a CSV file"
    return "a table"


def _validates(names: Sequence[str]) -> bool:
    """Tell tables of fastai and Hugging Face, whose metrics without a set are validation's."""
    loss = [meaning(name).on for name in names if meaning(name).quantity == "loss"]
    bare = [name for name in names if meaning(name).quantity == "accuracy"]
    own = "train" in loss and "validation" in loss and not any(meaning(one).on for one in bare)
    small = [name.lower().replace("_", " ") for name in names]
    return own and ("valid loss" in small or "validation loss" in small or "val loss" in small)


def _row(
    cells: Sequence[str], names: Sequence[str], places: Mapping[int, str], sign: str, line: int
) -> Row:
    row = Row({}, line=line, sparse=True)
    percent = set()
    for n, text in enumerate(cells):
        found = cell(_OF_ALL.sub("", text) if n in places else text, sign)
        if found is None or (n == 0 and names[0] == "(row)"):
            continue
        place = places.get(n)
        if place == "epoch" and row.epoch is None:
            row.epoch = found[0]
        elif place == "step" and row.step is None:
            row.step = found[0]
        elif place is None:
            row.values[names[n]] = found[0]
            percent |= {names[n]} if found[1] else set()
    row.percent = frozenset(percent)
    return row


def _long_rows(
    lines: Sequence[tuple[int, list[str]]],
    names: Sequence[str],
    keyed: tuple[str, str],
    places: Mapping[int, str],
    sign: str,
) -> list[Row]:
    key, value = names.index(keyed[0]), names.index(keyed[1])
    run = next((n for n, name in enumerate(names) if name.lower().startswith("run")), None)
    rows = []
    for number, cells in lines:
        found = cell(cells[value], sign)
        if found is None:
            continue
        row = Row({cells[key]: found[0]}, line=number, keyed=True)
        row.run = cells[run] if run is not None else ""
        for n, place in places.items():
            at = cell(cells[n], sign)
            if at is not None:
                setattr(row, place, at[0])
        rows.append(row)
    return rows


def _prefixes(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Find "run - metric", as Weights & Biases names the columns of several runs."""
    found = {name: _RUN_METRIC.fullmatch(name) for name in names}
    return {
        name: (match[1], match[2]) for name, match in found.items()
        if match and not name.endswith(("__MIN", "__MAX"))
        and not meaning(match[1]).quantity
    }  # fmt: skip


def _by_prefix(row: Row, prefixed: Mapping[str, tuple[str, str]]) -> list[Row]:
    """Part a row into one for each run."""
    parts: dict[str, dict[str, float]] = {}
    for name, value in row.values.items():
        if name in prefixed:
            run, metric = prefixed[name]
            parts.setdefault(run, {})[metric] = value
    return [
        Row(values, row.percent, row.epoch, row.step, line=row.line, run=run, keyed=True)
        for run, values in parts.items()
    ]


def _headless(
    numbered: Sequence[tuple[int, str]], decimal: str | None, columns: Mapping[str, str] | None
) -> Reading | None:
    """Read rows of numbers without names, where the caller says what they are."""
    some = [(number, line) for number, line in numbered if line.strip()]
    if not some:
        return None
    for divider in _DIVIDERS:
        widths = {len(split(line, divider)) for _, line in some[:50]}
        if len(widths) != 1 or widths == {0} or (widths == {1} and divider != " "):
            continue
        cells = [(number, split(line, divider)) for number, line in some]
        if not all(_NUMERIC.fullmatch(one.strip()) for _, row in cells[:50] for one in row):
            continue
        shape = Shape(divider, [f"column {n}" for n in range(1, len(cells[0][1]) + 1)])
        if not columns:
            first = ", ".join(cells[0][1][:8])
            raise LogError(
                f"the numbers have no names; the first row is {first}. Say columns="
                '{"epoch": "column 1", "train_loss": "column 2"} or the like'
            )
        reading = Reading("a table without names")
        whole = [(number, row) for number, row in cells if len(row) == len(shape.names)]
        _rows(whole, shape, _decimals(whole, shape, decimal), reading)
        return reading
    return None
