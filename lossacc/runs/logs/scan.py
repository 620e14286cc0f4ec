"""One free line: its numbers, each with the name before it and the set that the words name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from lossacc.runs.logs.names import aside, meaning, set_in
from lossacc.runs.logs.numbers import parsed

_TOKEN = re.compile(
    r"(?<![\w.#@])(?<!top-)(?<!Top-)(?:"
    r"(?P<skip>\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?!\d)|\d+:\d\d(?::\d\d)?(?:[.,]\d+)?|\d+(?:\.\d+){2,}"
    r"|\d+%(?=\|))"
    r"|(?P<k>\d{1,18}) ?/ ?(?P<n>\d{1,18}|Unknown|\?)(?![\w.])"
    r"|(?P<number>[-+]?(?:\d[\d.,]{0,40}(?:[eE][-+]?\d+)?|[.]\d+(?:[eE][-+]?\d+)?|nan|NaN|NAN|inf|Inf"
    r"|INF|infinity))(?!\w|[.,]\d) ?(?P<percent>%?))"
)
_UNIT = re.compile(
    r" ?(?:s|secs?|seconds?|ms|mins?|minutes?|h|hours?|\w+/s(?:ec)?|samples?|images?|examples?"
    r"|[KMGkmg]i?B|params?|epochs?|steps?|batch(?:es)?)\b"
)
_CUT = re.compile(
    r"[|;:=,\t()\[\]{}<>'\"]|\s[-\u2013\u2014]+\s|\s\s+|(?<=[a-z]{4})[.!?]\s(?=[A-Z])"
)
_PROSE = re.compile(r"^(?:and|with|but|then|while) |\s(?:is|was|were|reached)$")
_TOOK = re.compile(r"^[\d.]+[a-zA-Z/]{1,8}\s+")  # a duration ahead of the name
_OF_MANY = re.compile(r" (?:\w+ )?(?:images|samples|examples|sentences|patches)\b")
_AHEAD = 400  # characters before a number in which its name is looked for
_FILE = re.compile(r"\.(?:cpp|cc|py|cu|c|h|lua|go|js|ts|rs|java)$")  # and its line


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
    name = _PROSE.sub("", _TOOK.sub("", name))
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
        end, named = token.end(), label(text[-_AHEAD:])
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
    elif size and found.items and _counts(found.items[-1], part / size):
        found.done = (size, size)  # "85.00% (425/500)": of how many, and no step
    elif found.done is None and (part <= size or not size):
        found.done = (part, size)


def _counts(item: Item, share: float) -> bool:
    """Tell whether a fraction says once more what the accuracy before it says."""
    value = item.value / 100 if item.percent or item.value > 1 else item.value
    return meaning(item.name).quantity == "accuracy" and abs(value - share) < 0.01


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
