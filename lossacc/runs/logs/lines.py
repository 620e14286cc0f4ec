"""Free lines: progress bars of Keras, prints of one's own, loggers: numbers beside their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, pairwise

from lossacc.runs.logs.names import aside, meaning, set_in
from lossacc.runs.logs.numbers import decimal_sign, parsed
from lossacc.runs.logs.rows import Reading, Row

_TOKEN = re.compile(
    r"(?<![\w.#@])(?:"
    r"(?P<skip>\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?!\d)|\d+:\d\d(?::\d\d)?(?:[.,]\d+)?|\d+(?:\.\d+){2,}"
    r"|\d+%(?=\|))"
    r"|(?P<k>\d+) ?/ ?(?P<n>\d+|Unknown|\?)(?![\w.])"
    r"|(?P<number>[-+]?(?:\d[\d.,]*(?:[eE][-+]?\d+)?|[.]\d+(?:[eE][-+]?\d+)?|nan|NaN|NAN|inf|Inf"
    r"|INF|infinity))(?!\w|[.,]\d) ?(?P<percent>%?))"
)
_UNIT = re.compile(
    r" ?(?:s|secs?|seconds?|ms|mins?|minutes?|h|hours?|\w+/s(?:ec)?|samples?|images?|examples?"
    r"|[KMGkmg]i?B|params?|epochs?|steps?|batch(?:es)?)\b"
)
_CUT = re.compile(r"[|;:,\t()\[\]{}<>'\"]|\s[-\u2013\u2014]+\s|\s\s+")
_ASIDE = re.compile(
    r"improved from|did not improve|not improved|saving (?:the )?model|restoring model|"
    r"early ?stopping|reducing learning rate|learningratescheduler|^\s*best\b|model saved",
    re.I,
)
_EPOCH = re.compile(r"(?i)\bepoch\s+\d+\s?/\s?\d+|\bepoch \d+:")
_COUNTED = re.compile("\u7b2c\\s*(\\d+)\\s*(?:\u8f6e|\u8f2a|\u56de\u5408|\u6b21|\u4e2a|\u671f)")
_BEHIND = re.compile(r"(?<![\d.,:])(?:[:=] ?|\s)(\d+[.,]\d+)(?![\d.,:/]*\d)")
_OF_MANY = re.compile(r" (?:\w+ )?(?:images|samples|examples|sentences|patches)\b")
_BOTH = re.compile(
    r"(?i)(?:(\w+) ?\((train\w*) ?/ ?(val\w*|test\w*)\)|(train\w*) ?/ ?(val\w*|test\w*) (\w+))"
    r"\s*[:=]?\s*([-+\d.eE]{1,30}%?) ?/ ?([-+\d.eE]{1,30}%?)(?!\w)"
)
_FILE = re.compile(r"\.(?:cpp|cc|py|cu|c|h|lua|go|js|ts|rs|java)$")  # and its line
_SAMPLE = 200_000  # characters that are looked at to find the decimal sign
_LONGEST = 20_000  # characters of a line that are read


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a number.

    Parameters
    ----------
    name
        Its name; empty where it has none.
    before
        The set that is named further ahead, as in "Test set: average loss".
    inside
        Whether the number stands directly behind an opening bracket.
    told
        Whether ":" or "=" stands between name and number.
    """

    name: str
    before: str
    inside: bool
    told: bool


@lru_cache(maxsize=1 << 15)
def label(text: str) -> Label:
    """Find the name in the text between the last number and this one."""
    bare = text.rstrip(" \t:=~>")
    told = ":" in text[len(bare) :] or "=" in text[len(bare) :]
    core = bare.rstrip(" \t([{-'\":=")
    if core.endswith(")"):
        core = re.sub(r"\(([^()]{0,30})\)$", r" \1", core[-300:])
    inside = "(" in bare[len(core) :]
    parts = _CUT.split(core[-300:])
    name = parts[-1].strip(" \t-*#:=>.\u2013\u2014\u2022\u2500\u2501\u2588")
    if len(name.split()) > 4 and not meaning(name).quantity:
        name = " ".join(name.split()[-2:])
    return Label(name[:60] if re.search(r"[^\W\d_]", name) else "", set_in(" ".join(parts[:-1])),
                 inside, told)  # fmt: skip


@dataclass(slots=True)
class Item:
    """A number of a line with its name, and the set that the words around it name."""

    name: str
    value: float
    percent: bool = False
    around: str = ""


@dataclass(slots=True)
class Scan:
    """What one line says."""

    items: list[Item] = field(default_factory=list)
    epoch: float | None = None
    of: bool = False  # "epoch 3/10": there is a total
    step: float | None = None
    done: tuple[int, int] | None = None
    unnamed: int = 0
    around: str = ""
    last: Item | None = None  # what the number before this one was taken for


def scan(line: str, decimal: str) -> Scan:
    """Read one line: its place, and its numbers by name."""
    found, end = Scan(), 0
    for token in _TOKEN.finditer(line):
        text = line[end : token.start()]
        if token["number"] and _OF_MANY.match(line, token.end("number")):
            continue  # "on the 10000 test images" belongs to a name
        end, named = token.end(), label(text)
        found.around = named.before or found.around
        if not token["number"] and _set_alone(named.name):
            found.around = meaning(named.name).on
        if token["skip"]:
            continue
        if token["k"]:
            _fraction(found, named, int(token["k"][:15]), token["n"])
        else:
            _number(found, named, token, line, decimal, text)
    return found


def _fraction(found: Scan, named: Label, part: int, whole: str) -> None:
    """Take "k/n": an epoch, an accuracy by count, or steps."""
    what = meaning(named.name)
    size = int(whole[:15]) if whole.isdigit() else 0
    if what.quantity == "epoch" and not what.extra:
        found.epoch, found.of = float(part), True
        found.around = what.on or found.around
    elif what.quantity == "accuracy" and size and part <= size:
        _add(found, Item(named.name, part / size), what.on)
    elif found.done is None and (part <= size or not size):
        found.done = (part, size)


def _number(
    found: Scan, named: Label, token: re.Match[str], line: str, decimal: str, text: str
) -> None:
    """Take a number: the epoch, a step, or a value with or without a name."""
    value, percent = parsed(token["number"].rstrip(".,"), decimal), bool(token["percent"])
    what, held = meaning(named.name), len(found.items)
    last, found.last = found.last, None
    if value is None or (named.inside and percent) or aside(named.name):
        return
    if _FILE.search(named.name):
        return
    if what.quantity in ("epoch", "step") and not what.extra and not percent:
        _place(found, named, what.quantity, value)
    elif not named.name:
        _nameless(found, named, value, percent, token, line, text, last)
    elif (
        what.quantity in ("loss", "accuracy")
        or (named.told and not _UNIT.match(line, token.end("number")))
        or (what.on and (not what.extra or found.epoch is not None))
    ):
        _add(found, Item(named.name, value, percent), what.on)
    if len(found.items) > held:
        found.last = found.items[-1]


def _place(found: Scan, named: Label, quantity: str, value: float) -> None:
    if quantity == "step":
        found.step = value if found.step is None else found.step
    elif found.epoch is None and not re.search(r"(?i)epochs", named.name):
        found.epoch = value
        found.around = meaning(named.name).on or found.around


def _nameless(
    found: Scan, named: Label, value: float, percent: bool, token: re.Match[str], line: str,
    text: str, last: Item | None,
) -> None:  # fmt: skip
    """Take a mean in brackets behind its value, "[7]" at the start, or a value by its position."""
    first = token.start() <= 1 and line[:1] == "[" and line[token.end() : token.end() + 1] == "]"
    plain = token["number"][0].isdigit()  # a sign would make it a change
    if named.inside and last is not None and text.strip() == "(" and found.done and plain:
        found.items.append(Item(f"{last.name} (mean)", value, last.percent, last.around))
    elif first and found.step is None:
        found.step = value
    elif found.items and _set_alone(found.items[-1].name) and text.strip(" ,/:=") == "":
        found.items.append(Item(found.items[-1].name, value, percent))
    else:
        found.unnamed += 1


def _set_alone(name: str) -> bool:
    """Tell whether a name is that of a set and of nothing else: "val"."""
    what = meaning(name)
    return bool(what.on) and not what.quantity and not what.extra


def _add(found: Scan, item: Item, on: str) -> None:
    """Keep a number; words that name a set hold for what comes behind them."""
    item.around = on or found.around
    if on and (" " in item.name or "_" not in item.name) and not _set_alone(item.name):
        found.around = on
    found.items.append(item)


def finished(found: Scan, block: str, notes: set[str]) -> tuple[dict[str, float], frozenset[str]]:
    """Give the line's numbers by name, the set that holds for each written into the name."""
    items = list(_by_position(found, notes))
    own: set[tuple[str, str]] = {
        (what.on, what.quantity) for one in items if (what := meaning(one.name)).on
    }
    values: dict[str, float] = {}
    percent = set()
    for item in items:
        name = _full_name(item, block, own, values, notes)
        if name in values:
            found.unnamed += 1
            continue
        values[name] = item.value
        if item.percent:
            percent.add(name)
    return values, frozenset(percent)


def _full_name(
    item: Item, block: str, own: set[tuple[str, str]], values: dict[str, float], notes: set[str]
) -> str:
    what = meaning(item.name)
    if what.on or what.quantity not in ("loss", "accuracy"):
        return item.name
    on = item.around or block
    if on and ((on, what.quantity) not in own or item.name in values):
        if len({one for one, _ in own}) > 1:
            notes.add(
                f"{item.name!r} stands behind numbers of the {on} set and was taken as {on}'s; "
                "`columns` can say otherwise"
            )
        return f"{on} {item.name}"
    return item.name


def _by_position(found: Scan, notes: set[str]) -> Iterator[Item]:
    """Give "val .55 80.1" the names of the group before it, where the numbers are as many."""
    named: list[Item] = []
    for on, group in groupby(found.items, key=lambda item: _set_alone(item.name) and item.name):
        items = list(group)
        like = [item for item in named if meaning(item.name).quantity in ("loss", "accuracy")]
        sets = {item.around for item in like}
        if on and len(items) == len(like) and len(sets) == 1:
            notes.add(
                f"numbers behind {on!r} have no names and were taken in the order of those "
                "before them"
            )
            for item, one in zip(items, like, strict=True):
                name = f"{on} {meaning(one.name).quantity}"
                yield Item(name, item.value, item.percent or one.percent, str(on))
        else:
            yield from items
            named += [] if on else items


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
        line = line[:_LONGEST] if len(line) > 50 * _LONGEST else line
        if line.count("poch") < 2 and len(line) < _LONGEST:
            yield number, line
            continue
        starts = [found.start() for found in _EPOCH.finditer(line)]
        cuts = [0, *(start for start in starts if start), len(line)]
        for start, end in pairwise(cuts):
            yield number, line[start : min(end, start + _LONGEST)]


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
