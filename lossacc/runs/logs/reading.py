"""`lossacc.read_log`: the front door. It finds out what a log is, and has it read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from lossacc.runs.curves import ROLES, Curves
from lossacc.runs.logs import literals, mlflow, tables, tensorboard
from lossacc.runs.logs.columns import as_curves
from lossacc.runs.logs.lines import read_lines
from lossacc.runs.logs.merging import Steps, chosen, runs
from lossacc.runs.logs.rows import LogError, Reading
from lossacc.runs.logs.text import cleaned, decoded, lines, without_steps
from lossacc.support.validate import instance, one_of, quoted, truth, whole_number

_LIMIT = 1 << 28  # bytes
_ENOUGH = 20  # rows: what has so many is no summary beside the log
_PATH = 4096  # characters: longer texts are no path
_PATH_LIKE = re.compile(r"[\w./\\:~-]{1,300}\.[A-Za-z]{2,8}")  # one word that ends as a file does


def read_log(
    text_or_file: str | bytes | Path | Mapping[str, Any],
    *,
    run: int | None = None,
    columns: Mapping[str, str] | None = None,
    steps: Steps | None = None,
    percent: bool | None = None,
    decimal: str | None = None,
) -> Curves:
    """Read what was printed or logged of a training, by whatever framework.

    It reads progress lines of Keras, `History.history` and its JSON, CSV files (CSVLogger,
    Lightning, Weights & Biases, MLflow), printed dicts and `trainer_state.json` of Hugging Face,
    tables of fastai, event files of TensorBoard, metric files of MLflow, JSON lines, notebooks, and
    lines of one's own. It shows what it understood; where two readings are possible it asks, and an
    argument answers.

    Parameters
    ----------
    text_or_file
        The log itself, or the path of its file; a folder for TensorBoard and MLflow; or the dict
        that `model.fit(...).history` is.
    run
        Which of several runs in one log, counted from 1; None takes the longest.
    columns
        Which column is what: {"validation_loss": "eval/nll"}, with train_loss, train_accuracy,
        validation_loss, validation_accuracy, epoch or step as keys.
    steps
        What to take where an epoch has several values of one name: "last" (the default) or "mean".
        "pair": of two rows an epoch with the same names the first is training, the second
        validation.
    percent
        Whether accuracies are in per cent; None finds out.
    decimal
        "." or ",", what stands before the decimals; None finds out.

    Returns
    -------
    Curves
        It prints itself with what was understood, assumed, asked and left out.

    Raises
    ------
    FileNotFoundError
        If a path is given and there is no such file.
    LogError
        A ValueError: if there is nothing to read, or an argument must say which reading is meant.

    Examples
    --------
    >>> lossacc.read_log("Epoch 3: train loss 0.41 acc 85.2% | val 0.55 80.1").validation_accuracy
    array([0.801])
    """
    _check(run, columns, steps, percent, decimal)
    source, reading = _reading(text_or_file, columns, steps, decimal)
    if not reading.rows:
        raise LogError(_nothing(source, reading))
    _renamed_places(reading, columns)
    found = runs(reading, steps)
    one, told = chosen(found, run)
    return as_curves(
        one,
        source=source,
        format=reading.format,
        convention=reading.convention,
        columns={role: name for role, name in (columns or {}).items() if role in ROLES},
        percent=percent,
        notes=[*told, *reading.notes],
        unread=reading.unread,
    )


def _check(run: Any, columns: Any, steps: Any, percent: Any, decimal: Any) -> None:
    """Refuse arguments of another kind."""
    if run is not None:
        whole_number("run", run, least=1)
    if steps is not None:
        one_of("steps", steps, get_args(Steps))
    if decimal is not None:
        one_of("decimal", decimal, (".", ","))
    if percent is not None:
        truth("percent", percent)
    if columns is not None and not isinstance(columns, Mapping):
        raise TypeError(f"columns is {quoted(columns)}; expected a dict.")
    for role, name in (columns or {}).items():
        one_of("a key of columns", role, (*ROLES, "epoch", "step"))
        instance(f"columns[{role!r}]", name, str, "the name of a column")


def _reading(
    given: Any, columns: Mapping[str, str] | None, steps: Steps | None, decimal: str | None
) -> tuple[str, Reading]:
    """Read what was given, whatever it is."""
    if isinstance(given, Mapping):
        return "a dict", literals.of_object(dict(given))
    if hasattr(given, "history") and isinstance(given.history, Mapping):
        return "a History", literals.of_object(dict(given.history))
    if isinstance(given, bytes):
        return "bytes", _of_bytes(given, "", columns, steps, decimal)
    if isinstance(given, Path) or (isinstance(given, str) and _is_path(given)):
        path = Path(given)
        return path.name or str(path), _of_path(path, columns, steps, decimal)
    if not isinstance(given, str):
        raise TypeError(f"the log is {quoted(given)}; expected its text, or a path.")
    if _PATH_LIKE.fullmatch(given):
        raise FileNotFoundError(f"there is no file {given!r}.")
    return "text", of_text(given, columns, steps, decimal)


def _is_path(text: str) -> bool:
    """Tell whether a text names a file that is there."""
    if not text or len(text) > _PATH or "\n" in text or "\x00" in text:
        return False
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def _of_path(
    path: Path, columns: Mapping[str, str] | None, steps: Steps | None, decimal: str | None
) -> Reading:
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise LogError(f"{str(path)!r} is no ordinary file; expected a log")
    size = path.stat().st_size
    if size > _LIMIT:
        raise LogError(f"{str(path)!r} has {size >> 20} MB; expected {_LIMIT >> 20} at most")
    return _of_bytes(path.read_bytes(), path.name, columns, steps, decimal)


def _of_folder(path: Path) -> Reading:
    """Read a folder of TensorBoard's event files, or one of MLflow's metrics."""
    events = sorted(file for file in path.rglob("*tfevents*") if file.is_file())[:1000]
    if events:
        return tensorboard.of_files(path, events)
    metrics = mlflow.metric_files(path)
    if metrics:
        return mlflow.of_files(path, metrics)
    raise LogError(
        f"the folder {str(path)!r} holds neither event files of TensorBoard nor metrics of MLflow"
    )


def _of_bytes(
    data: bytes,
    name: str,
    columns: Mapping[str, str] | None,
    steps: Steps | None,
    decimal: str | None,
) -> Reading:
    if tensorboard.is_events(data):
        return tensorboard.of_bytes(data)
    text = decoded(data)
    if mlflow.is_metric(text):
        return mlflow.of_metric(text, name)
    return of_text(text, columns, steps, decimal)


def of_text(
    text: str, columns: Mapping[str, str] | None, steps: Steps | None, decimal: str | None
) -> Reading:
    """Read a text: as a literal, else as tables, else as lines with dicts among them."""
    whole = literals.whole(text)
    if whole is not None:
        if (pasted := literals.notebook_text(whole)) is not None:
            return of_text(pasted, columns, steps, decimal)
        return literals.of_object(whole)
    if mlflow.is_metric(text):
        return mlflow.of_metric(text, "")
    text = cleaned(text)
    numbered, overwritten = list(lines(text)), 0
    if steps != "mean":
        numbered, overwritten = without_steps(numbered)
    best = tables.read_tables(numbered, decimal, columns)
    if best is not None and len(best.rows) >= _ENOUGH:
        return best
    if "{" in text or "[" in text:
        printed = literals.read_dicts("\n".join(line for _, line in numbered))
        best = printed if best is None or (printed and _fuller(printed, best)) else best
    if best is not None and len(best.rows) >= _ENOUGH:
        return best
    plain = read_lines(numbered, decimal, overwritten)
    return plain if best is None or _fuller(plain, best) else best


def _fuller(one: Reading, other: Reading) -> bool:
    """Tell whether a reading has more epochs than another, which may be a summary's."""
    return _places(one) > max(1, _places(other))


def _places(reading: Reading) -> int:
    return len({(row.epoch, row.step) for row in reading.rows} - {(None, None)})


def _renamed_places(reading: Reading, columns: Mapping[str, str] | None) -> None:
    """Take the places of rows from the columns that the caller names."""
    for role in ("epoch", "step"):
        name = (columns or {}).get(role)
        if name is None:
            continue
        if not any(name in row.values for row in reading.rows):
            known = dict.fromkeys(one for row in reading.rows[:100] for one in row.values)
            raise LogError(
                f"there is no column {name!r}; this log has {', '.join(map(repr, known))}"
            )
        for row in reading.rows:
            row.epoch = row.values.pop(name, None) if role == "epoch" else None
            if role == "step":
                row.step = row.values.pop(name, None)


def _nothing(source: str, reading: Reading) -> str:
    if reading.unread:
        number, text = reading.unread[0]
        return (
            f"{source} has no line with a loss or an accuracy by its name; the first line with "
            f"numbers is line {number}: {text[:100]!r}"
        )
    return f"{source} holds no numbers of a training; expected a log, or the path of one"
