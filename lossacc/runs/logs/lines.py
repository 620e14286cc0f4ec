"""Free lines: progress bars of Keras, prints of one's own, loggers: numbers beside their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lossacc.runs.logs.names import meaning, set_in
from lossacc.runs.logs.numbers import decimal_sign
from lossacc.runs.logs.rows import Reading, Row
from lossacc.runs.logs.scan import Scan, finished, scan

_ASIDE = re.compile(
    r"improved from|did not improve|not improved|saving (?:the )?model|restoring model|"
    r"early ?stopping|reducing learning rate|learningratescheduler|^\s*best\b|model saved",
    re.I,
)
_EPOCH = re.compile(
    r"(?i)\bepoch\s+\d+\s?/\s?\d+|\bepoch \d+:|\b(?:after|in|at|by) epoch \d+\b(?!\s?[:/])"
)
_COUNTED = re.compile("\u7b2c\\s*(\\d+)\\s*(?:\u8f6e|\u8f2a|\u56de\u5408|\u6b21|\u4e2a|\u671f)")
_BOTH = re.compile(
    r"(?i)(?:(\w+) ?\((train\w*) ?/ ?(val\w*|test\w*)\)|(train\w*) ?/ ?(val\w*|test\w*) (\w+))"
    r"\s*[:=]?\s*([-+\d.eE]{1,30}%?) ?/ ?([-+\d.eE]{1,30}%?)(?!\w)"
)
_PAIR = re.compile(
    r"^\s*\[ ?(\d{1,9}), *(\d{1,9})\](?= *\w)"
)  # epoch and step of PyTorch's tutorial
_OF_SET = re.compile(r"(?i)epoch\((train|val|test)\) ?\[(\d{1,9})\]")  # as OpenMMLab writes it
_OF_MODEL = re.compile(r"^\s*(Train): (\d{1,9}) (?=\[ *\d+/\d+)")  # as timm writes it
_BEHIND = re.compile(r"(?<![\d.,:])(?:[:=] ?|\s)(\d+[.,]\d+)(?![\d.,:/]*\d)")
_SAMPLE = 200_000  # characters that are looked at to find the decimal sign


def read_lines(
    numbered: Iterable[tuple[int, str]], decimal: str | None, overwritten: int = 0
) -> Reading:
    """Read free lines.

    Parameters
    ----------
    numbered
        Line numbers and lines.
    decimal
        "." or ","; None: found out.
    overwritten
        How many steps of progress bars were passed over on the way here.
    """
    pieces = list(_pieces(numbered))
    sample, size = [], 0
    for _, line in pieces:
        sample.append(line)
        size += len(line)
        if size > _SAMPLE:
            break
    texts = (text for line in sample for text in _BEHIND.findall(line))
    sign = decimal_sign(texts, decimal)
    reader = _Reader(sign)
    reader.overwritten = overwritten
    for number, line in pieces:
        reader.take(number, line)
    return reader.result()


def _pieces(numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Cut lines in which several epochs run together."""
    for number, line in numbered:
        if line.count("poch") < 2:
            yield number, line
            continue
        starts = [found.start() for found in _EPOCH.finditer(line)]
        for start, end in pairwise([0, *(start for start in starts if start), len(line)]):
            yield number, line[start:end]


def _both(found: re.Match[str]) -> str:
    """Write "loss (train/val): .5/.6" as two numbers with names."""
    name, first, second = found[1] or found[6], found[2] or found[4], found[3] or found[5]
    return f" {first} {name}: {found[7]} {second} {name}: {found[8]} "


class _Reader:
    """Where a reading of free lines stands."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal
        self.reading = Reading("lines of numbers with names")
        self.epoch: float | None = None
        self.step: float | None = None
        self.block = self.last = ""
        self.fits = 0  # how often a header says an epoch again that has had its numbers
        self.filled = False
        self.overwritten = 0
        self.unnamed = 0
        self.notes: set[str] = set()
        self.bars = False

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if _ASIDE.search(line):
            return
        line = line.replace("Saving dict for", "evaluation,")  # as TensorFlow's Estimator tells it
        line = _PAIR.sub(r" epoch \1 step \2 ", line) if line.lstrip()[:1] == "[" else line
        line = _OF_SET.sub(r"\1 epoch \2 ", line) if "poch(" in line else line
        line = _OF_MODEL.sub(r"\1 epoch \2 ", line) if "rain:" in line else line
        if "/" in line and "rain" in line:
            line = _BOTH.sub(_both, line)
        line = _COUNTED.sub(r" epoch \1 ", line) if "\u7b2c" in line else line
        found = scan(line, self.decimal)
        self._move(found)
        total = line.lstrip().startswith("*") and self.last
        values, percent = finished(found, self.last if total else self.block, self.notes)
        if total:  # the mean over the lines above, where each of them gives its own so far
            values = {f"{name} (mean)": value for name, value in values.items()}
            percent = frozenset(f"{name} (mean)" for name in percent)
        self.last = next((on for name in values if (on := meaning(name).on)), "") or self.last
        known = [meaning(name).quantity in ("loss", "accuracy") for name in values]
        if any(known) or (values and (found.epoch is not None or found.done)):
            self._keep(found, values, percent, number)
        elif values or (found.unnamed and found.step is None):
            self.reading.unread.append((number, line.strip()[:200]))
        elif found.epoch is None and len(line) < 60:
            self.block = set_in(line) or self.block

    def _move(self, found: Scan) -> None:
        """Follow what the line says of its place."""
        if found.epoch is not None:
            header = found.of and not found.items
            if header and found.epoch == self.epoch and self.filled:
                self.fits += 1
            if header or found.epoch != self.epoch:
                self.block, self.filled = "", False
            if found.epoch != self.epoch:
                self.step = None
            self.epoch = found.epoch
        if found.step is not None:
            self.step = found.step

    def _keep(
        self, found: Scan, values: dict[str, float], percent: frozenset[str], number: int
    ) -> None:
        self.filled = True
        self.bars = self.bars or bool(found.done and not found.of)
        self.unnamed += found.unnamed
        run = f"#{self.fits}" if self.fits else ""
        row = Row(values, percent, self.epoch, self.step, found.done, number, run)
        row.own = found.epoch is not None
        self.reading.rows.append(row)

    def result(self) -> Reading:
        """Give what was read, with what was assumed on the way."""
        notes = sorted(self.notes)
        if self.unnamed:
            notes.append(f"{self.unnamed} numbers without a name were left out")
        if self.decimal == ",":
            notes.append("decimals were read behind a comma")
        if self.overwritten:
            notes.append(
                f"{self.overwritten} step lines were passed over for the last one of their epoch"
            )
        self.reading.notes = notes
        return self.reading
