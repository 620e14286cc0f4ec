"""TensorBoard's event files: records of TFRecord, each a protocol buffer, read without either.

A record is its length (8 bytes), a checksum of that (4), the data, a checksum of the data (4). The
data is an `Event`: step = field 2, summary = 5. A summary holds values (1): tag = 1, and the number
as `simple_value` = 2 or as a tensor = 8, whose type is field 1, whose bytes are field 4 and whose
lists of floats, doubles and integers are the fields 5, 6, 7 and 10.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from lossacc.runs.logs.names import set_in
from lossacc.runs.logs.rows import LogError, Reading, Row

_HEAD, _TAIL = 12, 4
_FORMAT = "an event file of TensorBoard"
# TensorFlow's numbers of types, and how Python's struct calls them.
_TYPES = {1: "f", 2: "d", 3: "i", 9: "q", 19: "e"}
_LARGEST = 1 << 20  # bytes of an event that is read; images and graphs are passed over
_Field = tuple[int, int, int | bytes]


def is_events(data: bytes) -> bool:
    """Tell whether bytes begin as an event file does."""
    return len(data) > 16 and b"brain.Event:" in data[:64] and data[4:8] == b"\0\0\0\0"


def of_bytes(data: bytes) -> Reading:
    """Read one event file."""
    rows, notes = _rows(data, "", "")
    return _reading(rows, notes)


def of_files(folder: Path, files: Sequence[Path]) -> Reading:
    """Read the event files of a folder; a folder called train or validation names the set."""
    rows: list[Row] = []
    notes: list[str] = []
    for file in files:
        inside = file.parent.relative_to(folder).parts
        sets = [part for part in inside if set_in(part)]
        run = "/".join(part for part in inside if part not in sets)
        found, told = _rows(file.read_bytes(), sets[-1] if sets else "", run)
        rows += found
        notes += told
    return _reading(rows, notes)


def _reading(rows: list[Row], notes: list[str]) -> Reading:
    if not rows:
        raise LogError("the event file of TensorBoard holds no scalars")
    told = [] if all(row.epoch is None for row in rows) else ["its steps were taken as epochs"]
    return Reading(_FORMAT, rows, [*dict.fromkeys(notes), *told])


def _rows(data: bytes, on: str, run: str) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    notes: list[str] = []
    for event in _records(data):
        if event is None:
            notes.append("an event file is cut short: its last record was left out")
            break
        try:
            rows += _scalars(event, on, run)
        except (ValueError, IndexError, struct.error):
            notes.append("an event that is damaged was left out")
    return rows, notes


def _records(data: bytes) -> Iterator[bytes | None]:
    """Give the data of each record; None at the end of a file that is cut short."""
    at = 0
    while at < len(data):
        if at + _HEAD > len(data):
            yield None
            return
        (length,) = struct.unpack_from("<Q", data, at)
        end = at + _HEAD + length
        if end + _TAIL > len(data):
            yield None
            return
        if length <= _LARGEST:
            yield data[at + _HEAD : end]
        at = end + _TAIL


def _fields(data: bytes) -> Iterator[_Field]:
    """Give the fields of a message: number, kind, and value."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, kind, value
            continue
        size, at = _varint(data, at) if kind == 2 else ({1: 8, 5: 4}.get(kind, -1), at)
        if size < 0 or at + size > len(data):
            raise ValueError("a field that does not fit its message")
        yield key >> 3, kind, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise ValueError("a number that does not end")


def _scalars(event: bytes, on: str, run: str) -> Iterator[Row]:
    step = 0
    values: list[bytes] = []
    for number, _, value in _fields(event):
        if number == 2 and isinstance(value, int):
            step = value if value < 1 << 63 else value - (1 << 64)
        elif number == 5 and isinstance(value, bytes):
            values += [one for n, _, one in _fields(value) if n == 1 and isinstance(one, bytes)]
    for value in values:
        tag, scalar = _scalar(value)
        if tag and scalar is not None:
            name = f"{on}/{tag}" if on and not set_in(tag) else tag
            row = Row({name: scalar}, step=float(step), run=run, keyed=True)
            # Keras' callback counts epochs in what it calls epoch_loss.
            row.epoch = row.step if tag.startswith("epoch_") else None
            yield row


def _scalar(value: bytes) -> tuple[str, float | None]:
    tag, scalar = "", None
    for number, kind, one in _fields(value):
        if not isinstance(one, bytes):
            continue
        if number == 1:
            tag = one.decode("utf-8", errors="replace")[:200]
        elif number == 2 and kind == 5:
            scalar = float(struct.unpack("<f", one)[0])
        elif number == 8:
            scalar = _tensor(one)
    return tag, scalar


def _tensor(data: bytes) -> float | None:
    """Give the number of a tensor that holds one; None for any other."""
    held = {number: (kind, value) for number, kind, value in _fields(data)}
    kind = held.get(1, (0, 0))[1]
    code = _TYPES.get(kind) if isinstance(kind, int) else None
    if code is None:
        return None
    size = struct.calcsize(code)
    raw = held.get(4, (0, b""))[1]
    if isinstance(raw, bytes) and len(raw) == size:
        return float(struct.unpack(f"<{code}", raw)[0])
    listed = held.get({"f": 5, "d": 6, "i": 7, "q": 10}.get(code, 0))
    if listed is None:
        return None
    if isinstance(listed[1], int):
        return float(listed[1])
    if code in "fd" and len(listed[1]) == size:
        return float(struct.unpack(f"<{code}", listed[1])[0])
    return float(_varint(listed[1], 0)[0]) if code in "iq" and listed[1] else None
