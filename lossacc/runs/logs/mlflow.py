"""MLflow's metric files: a file a metric, and in each line when, what, and at which step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lossacc.runs.logs.rows import LogError, Reading, Row

_LINE = re.compile(r"(\d{10,16}) ([-+.\deE]{1,40}|nan|NaN|-?inf|-?Infinity) (-?\d{1,15})")
_LARGEST = 1 << 26  # bytes


def is_metric(text: str) -> bool:
    """Tell whether a text begins as a metric file does."""
    first = text[:200].splitlines()
    return bool(first and _LINE.fullmatch(first[0].strip()))


def metric_files(folder: Path) -> list[Path]:
    """List the metric files of a run, or of several, below a folder."""
    files = [*folder.glob("*"), *folder.glob("metrics/**/*"), *folder.glob("*/metrics/**/*"),
             *folder.glob("*/*/metrics/**/*")]  # fmt: skip
    return sorted({file for file in files if file.is_file() and _holds_metric(file)})


def _holds_metric(file: Path) -> bool:
    with file.open("rb") as opened:
        return is_metric(opened.read(200).decode("latin-1"))


def of_metric(text: str, name: str) -> Reading:
    """Read one metric file; its name is the metric's."""
    return Reading("a metric file of MLflow", list(_rows(text, name or "value", "")))


def of_files(folder: Path, files: Sequence[Path]) -> Reading:
    """Read the metric files of a folder; what lies above `metrics` names the run."""
    reading = Reading("metrics of MLflow")
    for file in files:
        if file.stat().st_size > _LARGEST:
            raise LogError(f"{str(file)!r} has more than {_LARGEST >> 20} MB")
        parts = file.relative_to(folder).parts
        cut = parts.index("metrics") if "metrics" in parts else 0
        run, name = "/".join(parts[:cut]), "/".join(parts[cut + ("metrics" in parts) :])
        text = file.read_text(encoding="utf-8", errors="replace")
        reading.rows += _rows(text, name, run)
    return reading


def _rows(text: str, name: str, run: str) -> Iterator[Row]:
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if not found:
            continue
        try:
            value = float(found[2])
        except ValueError:
            continue
        yield Row({name: value}, step=float(found[3]), run=run, keyed=True)
