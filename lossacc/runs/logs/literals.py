"""JSON and printed dicts: `History.history`, Hugging Face's logs, JSON lines, exports."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lossacc.runs.logs.names import meaning
from lossacc.runs.logs.numbers import cell
from lossacc.runs.logs.rows import Reading, Row

_DEEPEST = 6
_START = re.compile(r"\{\s*['\"]")
_ASSIGNED = re.compile(r"([^\W\d][\w ]{0,40}?)'?\"? ?[:=] ?\[")
_TOKEN = re.compile(
    r"\s*(?:(?P<open>[\[{(])|(?P<close>[\]})])|(?P<mark>[,:])"
    r"|'(?P<single>[^'\\\n]{0,500})'|\"(?P<double>[^\"\\\n]{0,500})\""
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|NaN|inf|Infinity)\b)"
    r"|(?P<word>None|null|True|true|False|false)\b"
    r"|(?P<call>[A-Za-z_][\w.]{0,60}\()|(?P<setting>[a-z]{1,12}=[\w.'<>]{1,40}))"
)
_SUMMARY = ("train_runtime", "train_samples_per_second")
_KEYS, _VALUES = ("key", "metric", "tag", "name", "variable"), ("value", "metric_value")
_RUN_KEYS = ("run_id", "run_uuid", "run", "run_name", "runid")
_CLOCKS = ("timestamp", "_timestamp", "wall_time", "wall time", "time", "elapsed", "_runtime")


class _BrokenError(Exception):
    """What was begun as a literal is none."""


def whole(text: str) -> Any | None:
    """Read a text that is one piece of JSON; None where it is not."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start not in ("{", "["):
        return None
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def notebook_text(given: Any) -> str | None:
    """Give what the cells of a notebook's file have printed; None where it is no notebook."""
    if not isinstance(given, dict) or not isinstance(given.get("cells"), list):
        return None
    texts = []
    for one in given["cells"]:
        for output in one.get("outputs", []) if isinstance(one, dict) else []:
            texts += _output_texts(output) if isinstance(output, dict) else []
    return "\n".join(texts)


def _output_texts(output: Mapping[str, Any]) -> list[str]:
    held = output.get("text")
    if held is None and isinstance(data := output.get("data"), dict):
        page = data.get("text/html")
        held = page if "<td" in _joined(page) else data.get("text/plain")
    return [_joined(held)] if held else []


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(map(str, text or ()))


def of_object(given: Any) -> Reading:
    """Turn a decoded piece of JSON, or a history, into rows."""
    reading = Reading("JSON")
    if isinstance(given, dict) and isinstance(log := given.get("log_history"), list):
        reading.format = "trainer_state.json of Hugging Face"
        given = log
    if isinstance(given, dict) and isinstance(log := given.get("metrics"), list):
        given = log
    if isinstance(given, dict) and len(given) == 1:
        (only,) = given.values()
        given = only if isinstance(only, dict | list) and _holds_more(only) else given
    if isinstance(given, dict):
        _of_dict(given, reading)
    elif isinstance(given, list):
        _of_list(given, reading)
    return reading


def _holds_more(only: Any) -> bool:
    return isinstance(only, dict) or bool(only and isinstance(only[0], dict | list))


def _of_dict(given: Mapping[str, Any], reading: Reading) -> None:
    """Take a dict of lists, of dicts, or of numbers."""
    if isinstance(given.get("columns"), list) and isinstance(given.get("data"), list):
        heads = [str(name) for name in given["columns"]]
        records = [dict(zip(heads, row, strict=False)) for row in given["data"]
                   if isinstance(row, list)]  # fmt: skip
        _of_list(records, reading)
        return
    flat = dict(_flat(given))
    lists = {name: values for name, values in flat.items() if isinstance(values, list)}
    if not lists:
        _of_list([given], reading)
        return
    groups = _by_run(lists)
    for run, columns in groups.items():
        reading.rows += _columns(columns, run)
    reading.format = "History.history" if reading.format == "JSON" else reading.format
    if not any(place_of(name) for name in lists):
        reading.notes.append("the lists number no epochs: counted from 1")


def _flat(given: Mapping[Any, Any], ahead: str = "", deep: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every list and number of nested dicts, under the names that lead there."""
    for key, value in given.items():
        name = f"{ahead} {key}".strip()
        if isinstance(value, Mapping) and value and all(_digits(one) for one in value):
            ordered = sorted(value.items(), key=lambda pair: float(pair[0]))
            yield name, [one for _, one in ordered]
        elif isinstance(value, Mapping):
            if deep < _DEEPEST:
                yield from _flat(value, name, deep + 1)
        elif hasattr(value, "tolist"):
            yield name, value.tolist()
        else:
            yield name, list(value) if isinstance(value, tuple) else value


def _digits(key: Any) -> bool:
    return isinstance(key, int) or (isinstance(key, str) and key.isdecimal() and len(key) < 16)


def _by_run(lists: Mapping[str, list[Any]]) -> dict[str, dict[str, list[Any]]]:
    """Part columns by a first word that names no set: the runs of "fold 1 loss", "fold 2 loss"."""
    groups: dict[str, dict[str, list[Any]]] = {}
    for name, values in lists.items():
        ahead, _, last = name.rpartition(" ")
        run = "" if not ahead or meaning(ahead).on or meaning(ahead).quantity else ahead
        groups.setdefault(run, {})[last if run else name] = values
    return groups


def _columns(columns: Mapping[str, list[Any]], run: str) -> Iterator[Row]:
    length = max(map(len, columns.values()), default=0)
    places = next((values for name, values in columns.items() if place_of(name) == "epoch"), None)
    for row in range(length):
        values = {}
        for name, column in columns.items():
            number = _number(column[row]) if row < len(column) else None
            if number is not None and not place_of(name):
                values[name] = number[0]
        at = _number(places[row]) if places and row < len(places) else (row + 1.0, False)
        if values and at:
            yield Row(values, epoch=at[0], run=run)


def place_of(name: str) -> str:
    """Tell whether a column counts epochs or steps; "" where neither."""
    what = meaning(name)
    if name.lower().strip("_") in ("epoch", "step", "global_step", "iteration", "iter"):
        return what.quantity or "step"
    return what.quantity if what.quantity in ("epoch", "step") and not what.extra else ""


def _number(value: Any) -> tuple[float, bool] | None:
    """Give a JSON value as a number, and whether it bears "%"; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return cell(value)
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    try:
        return (float(value), False) if isinstance(value, int | float) else None
    except OverflowError:
        return (math.inf if value > 0 else -math.inf), False


def _of_list(given: Sequence[Any], reading: Reading) -> None:
    """Take a list of records, of histories, or of TensorBoard's triples."""
    if given and all(isinstance(one, list) and len(one) == 3 for one in given):
        for one in given:
            step, value = _number(one[1]), _number(one[2])
            if step and value:
                reading.rows.append(Row({"value": value[0]}, step=step[0]))
        reading.format = "scalars of TensorBoard as JSON"
        return
    records = [one for one in given if isinstance(one, dict)]
    histories = [one for one in records if any(isinstance(v, list) for v in one.values())]
    if histories and len(histories) == len(records):
        for number, one in enumerate(histories, 1):
            lists = {name: v for name, v in _flat(one) if isinstance(v, list)}
            reading.rows += _columns(lists, f"{number}" if len(histories) > 1 else "")
        return
    if records and (keyed := long_form(records[0])):
        reading.rows += _long(records, keyed)
        return
    add_records(records, reading)


def add_records(records: Sequence[Mapping[Any, Any]], reading: Reading, line: int = 0) -> None:
    """Add a row for each record of named numbers; sums over a training are put aside."""
    for one in records:
        if any(key in one for key in _SUMMARY):
            reading.notes.append("totals of a whole training (train_runtime ...) were left out")
            continue
        if (row := _record(one, line)) is not None:
            reading.rows.append(row)
    reading.notes = list(dict.fromkeys(reading.notes))


def _record(one: Mapping[Any, Any], line: int) -> Row | None:
    values: dict[str, float] = {}
    percent = set()
    places: dict[str, float] = {}
    for name, value in _flat(one):
        found = _number(value)
        if found is None or name.lower() in _CLOCKS:
            continue
        place = place_of(name)
        if place:
            places.setdefault(place, found[0])
            continue
        values[name] = found[0]
        if found[1]:
            percent.add(name)
    if not values:
        return None
    return Row(values, frozenset(percent), places.get("epoch"), places.get("step"), line=line,
               sparse=True)  # fmt: skip


def long_form(names: Mapping[str, Any] | Sequence[str]) -> tuple[str, str] | None:
    """Find the two columns of a long table: the one with names, the one with values."""
    small = {str(name).lower(): str(name) for name in names}
    key = next((small[one] for one in _KEYS if one in small), None)
    value = next((small[one] for one in _VALUES if one in small), None)
    return (key, value) if key is not None and value is not None else None


def _long(records: Sequence[Mapping[str, Any]], keyed: tuple[str, str]) -> Iterator[Row]:
    """Take records of one number each, as MLflow gives them."""
    for one in records:
        value = _number(one.get(keyed[1]))
        places = {p: n[0] for k, v in one.items() if (p := place_of(str(k))) and (n := _number(v))}
        if value is None or not isinstance(one.get(keyed[0]), str):
            continue
        run = next((str(one[key]) for key in one if str(key).lower() in _RUN_KEYS), "")
        yield Row({one[keyed[0]]: value[0]}, epoch=places.get("epoch"), step=places.get("step"),
                  run=run, keyed=True)  # fmt: skip


def read_dicts(text: str) -> Reading | None:
    """Read the dicts that stand in a text, each on a line or over several."""
    reading = Reading("printed dicts")
    at, line, counted = 0, 1, 0
    while found := _START.search(text, at):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        try:
            given, at = _literal(text, found.start(), 0)
        except _BrokenError:
            at = found.end()
            continue
        if isinstance(given, dict):
            _add_printed(given, reading, line)
    if not reading.rows:
        _add_assigned(text, reading)
    return reading if any(_known(row) for row in reading.rows) else None


def _add_assigned(text: str, reading: Reading) -> None:
    """Take lists that stand behind their names, as in "val_losses = [.6, .5]"."""
    lists: dict[str, list[float]] = {}
    for found in _ASSIGNED.finditer(text):
        try:
            given, _ = _literal(text, found.end() - 1, 0)
        except _BrokenError:
            continue
        if len(given) > 1 and all(isinstance(one, float) for one in given):
            lists[found[1]] = given
    if lists:
        _of_dict(lists, reading)


def _add_printed(given: dict[Any, Any], reading: Reading, line: int) -> None:
    part = Reading("")
    if any(isinstance(value, list | dict) for value in given.values()):
        of = of_object(given)
        part.rows, part.notes = of.rows, of.notes
        reading.format = of.format if of.format == "History.history" else reading.format
    else:
        add_records([given], part, line)
    reading.rows += [row for row in part.rows if _known(row)]
    reading.notes = list(dict.fromkeys([*reading.notes, *part.notes]))


def _known(row: Row) -> bool:
    return any(meaning(name).quantity in ("loss", "accuracy") for name in row.values)


def _literal(text: str, at: int, deep: int) -> tuple[Any, int]:
    """Read one value of Python's or JSON's notation; nothing is ever evaluated."""
    token = _TOKEN.match(text, at)
    if not token or deep > _DEEPEST:
        raise _BrokenError
    kind = token.lastgroup
    if kind == "open":
        return _container(text, token.end(), token["open"], deep)
    if kind == "call":
        return _call(text, token.end(), deep)
    if kind in ("single", "double"):
        return token[kind], token.end()
    if kind == "number":
        return float(token["number"]), token.end()
    if kind == "word":
        return {"T": True, "t": True, "F": False, "f": False}.get(token["word"][0]), token.end()
    raise _BrokenError


def _call(text: str, at: int, deep: int) -> tuple[Any, int]:
    """Read what stands in brackets behind a name, as in `array([...], dtype=float32)`."""
    items, at = _container(text, at, "(", deep)
    return (items[0] if len(items) == 1 else items), at


def _container(text: str, at: int, opened: str, deep: int) -> tuple[Any, int]:
    ends = {"[": "]", "{": "}", "(": ")"}[opened]
    items: list[Any] = []
    names: list[Any] = []
    while True:
        token = _TOKEN.match(text, at)
        if not token:
            raise _BrokenError
        if token["close"]:
            if token["close"] != ends or len(names) > len(items):
                raise _BrokenError
            at = token.end()
            break
        if token["mark"] == "," or token["setting"]:
            at = token.end()
            continue
        value, at = _literal(text, at, deep + 1)
        if opened == "{" and len(names) == len(items):
            names.append(value)
            colon = _TOKEN.match(text, at)
            if not isinstance(value, str | float) or not colon or colon["mark"] != ":":
                raise _BrokenError
            at = colon.end()
        else:
            items.append(value)
    return (dict(zip(map(_key, names), items, strict=True)) if opened == "{" else items), at


def _key(name: str | float) -> str:
    return name if isinstance(name, str) else f"{name:g}"
