"""A learner's answers, kept in one small JSON file, so that a restart of the kernel loses nothing.

The file is `my_answers.json` in the folder where the kernel was started, beside the notebook: a
plain table from key to JSON value that anyone may read, edit or delete. A number that is too large
for a computer is kept as the text that it was.

Two kernels may write at once. Each takes a lock file, reads, adds its answer and puts a whole new
file in place of the old one, so that neither loses what the other wrote and a crash leaves no half
of a file. The limit: a lock older than two seconds is taken for one that a crash left behind, and
whoever waits longer than that for a lock, or works in a folder where none can be made, goes on
without; then, of two answers given in the same instant, one may be lost. So is a lock that is dated
later than now, which a clock that was set leaves behind.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lossacc.support.files import write_whole
from lossacc.support.json_text import parsed

NAME = "my_answers.json"
_STALE, _PAUSE = 2.0, 0.01  # seconds
_DIGITS = 4000  # that a whole number may have; Python reads and writes 4300


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return Path()


_FOLDER = _here()  # read once: a cell may go to another folder
_guard = threading.Lock()
_unwritten: dict[Path, dict[str, Any]] = {}  # what could not be written: kept until the kernel ends
_news: list[str] = []
_said: set[str] = set()


def keep(key: str, value: Any) -> None:
    """Keep an answer.

    Where the file cannot be written, the answer is kept until the kernel ends, and `news`
    says so once.

    Parameters
    ----------
    key
        What was asked, as "lab/both-fall".
    value
        The answer, a JSON value.

    Raises
    ------
    TypeError, ValueError
        If the key is no text, or the value is not JSON.
    """
    if not isinstance(key, str):
        raise TypeError(f"got the key {key!r:.60}; expected a text")
    value = _as_json(value)
    file = _file()
    with _guard, _lock(file):
        waiting = _unwritten.setdefault(file, {})
        waiting[key] = value
        try:
            _write(file, _read(file) | waiting)
        except OSError:
            _tell(
                f"Your answers cannot be saved: {file} cannot be written. "
                "They last until the kernel stops."
            )
        else:
            waiting.clear()


def kept(key: str) -> Any:
    """Give the answer that was kept under a key; None where there is none."""
    return answers().get(key)


def answers() -> dict[str, Any]:
    """Give every answer that was kept, by its key."""
    file = _file()
    with _guard, _lock(file):
        try:
            written = _read(file)
        except OSError:
            written = {}
        return written | _unwritten.get(file, {})


def news() -> str:
    """Give what a learner should be told about the file, each sentence once; "" if nothing."""
    with _guard:
        told = " ".join(_news)
        _news.clear()
    return told


def _tell(sentence: str) -> None:
    if sentence not in _said:
        _said.add(sentence)
        _news.append(sentence)


def _as_json(value: Any) -> Any:
    """Give a value as it will be read, or refuse it."""
    try:
        return parsed(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        kind = type(error) if isinstance(error, TypeError) else ValueError
        raise kind(f"got an answer that is no JSON value, but {type(value).__name__}") from error


def folder() -> Path:
    """Give the folder beside the notebook, in which the answers are kept."""
    return _FOLDER.absolute()


def _file() -> Path:
    return _FOLDER / NAME


def _read(file: Path) -> dict[str, Any]:
    """Read the answers. A damaged file is set aside; where there is none, there are no answers."""
    if file.exists() and not file.is_file():
        raise OSError(f"{file} is no file")
    try:
        answers = parsed(
            file.read_bytes(),
            parse_float=lambda text: float(text) if math.isfinite(float(text)) else text,
            parse_int=lambda text: int(text) if len(text) <= _DIGITS else text,
            parse_constant=str,
        )
    except FileNotFoundError:
        return {}
    except ValueError:
        answers = None
    if isinstance(answers, dict):
        return answers
    _set_aside(file)
    return {}


def _set_aside(file: Path) -> None:
    """Rename a file that is no table of answers, so that nothing in it is lost."""
    aside = _free_name(file)
    try:
        file.rename(aside)
    except OSError:
        _tell(f"{NAME} cannot be read: it is no table of answers. It was left as it is.")
    else:
        _tell(
            f"{NAME} could not be read, so it was renamed {aside.name}. Nothing in it was lost. "
            "Answers are kept in a new file from here on."
        )


def _free_name(file: Path) -> Path:
    """Give the first of my_answers.damaged-1.json, -2, ... that does not exist."""
    number = 1
    while (aside := file.with_suffix(f".damaged-{number}.json")).exists():
        number += 1
    return aside


def _write(file: Path, answers: dict[str, Any]) -> None:
    """Put a whole new file in place of the old one."""
    text = json.dumps(answers, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    write_whole(file, text + "\n")


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Keep other kernels out, as far as a lock file can."""
    lock = file.with_name(f".{file.name}.lock")
    locked = _take(lock)
    try:
        yield
    finally:
        if locked:
            lock.unlink(missing_ok=True)


def _take(lock: Path) -> bool:
    """Make the lock file; False where the folder does not allow it, or another holds on to it."""
    give_up = time.monotonic() + _STALE
    while time.monotonic() < give_up:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            _remove_if_stale(lock)
            time.sleep(_PAUSE)
        except OSError:
            return False
        else:
            return True
    return False


def _remove_if_stale(lock: Path) -> None:
    with contextlib.suppress(OSError):
        if abs(time.time() - lock.stat().st_mtime) > _STALE:
            lock.unlink()
