"""Write a file whole or not at all.

What is written goes into a new file beside the old one, which takes its place when it is whole. So
an error, an interrupt, a kill or a full disk leaves the old one, and a reader never sees half of a
file. Several may write the same file at once: each has a new file of its own, and the last one
counts. Of errors and interrupts nothing is left behind; a kill can leave the hidden new file, which
is removed when the same file is written an hour later.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

_DEAD = 3600.0  # seconds: whoever wrote nothing for so long was killed
_WHY = {
    "ENOENT": "there is no folder {folder!r}",
    "ENOTDIR": "{folder!r} is not a folder",
    "EEXIST": "there is a file of that name",
    "EISDIR": "it is a folder",
    "EACCES": "that is not allowed",
    "EPERM": "that is not allowed",
    "EROFS": "the disk is read-only",
    "ENOSPC": "the disk is full",
    "EDQUOT": "there is no more room for you on the disk",
    "EFBIG": "it would be larger than a file may be",
    "ENAMETOOLONG": "its name is too long",
}


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Put a new file in place of the old one in one step, so that a crash leaves no half of it.

    Parameters
    ----------
    path
        The file; its folder must exist.
    content
        What it is to hold. Text is written as UTF-8; half of a surrogate pair, which has none, is
        written as JSON spells it.

    Raises
    ------
    OSError
        If it cannot be written; the sentence says why. What was there before is there still.
    TypeError, ValueError
        If the path is none.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "backslashreplace")
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """Give a file to write, which takes the place of the old one where the block ends well.

    Parameters
    ----------
    path
        The file; its folder must exist. A link is followed.

    Raises
    ------
    OSError
        If it cannot be written; the sentence says why. What was there before is there still.
    TypeError, ValueError
        If the path is none.
    """
    path = as_path(path)
    with told(path):
        target, mode = _target(path)
        if mode is not None:
            _remove_left(target)
        with _beside(target) as (beside, file):
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the name and lose the content
            file.close()
            if mode is not None:
                beside.chmod(mode)
            os.replace(beside, target)


def check_writable(path: str | Path) -> Path:
    """Refuse a path to which no file could be written, before the work that is to go there.

    Parameters
    ----------
    path
        The file; its folder must exist. What it holds stays as it is.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    OSError
        If it cannot be written; the sentence says why.
    TypeError, ValueError
        If the path is none.
    """
    path = as_path(path)
    with told(path):
        target, _ = _target(path)
        _remove_left(target)
        with _beside(target) as (beside, _file):
            pass
        _remove(beside)
    return path


def make_folder(path: str | Path) -> Path:
    """Make a folder and those above it, where they are not there yet.

    Raises
    ------
    OSError
        If it cannot be made; the sentence says why.
    TypeError, ValueError
        If the path is none.
    """
    path = as_path(path)
    with told(path, "made"):
        path.mkdir(parents=True, exist_ok=True)
    return path


def as_path(path: str | Path) -> Path:
    """Give a path, or refuse what is none.

    Raises
    ------
    TypeError, ValueError
        If it is no text or path, is empty, or no file can have that name.
    """
    if not isinstance(path, (str, Path)):
        raise TypeError(f"got the path {path!r}; expected a text or a pathlib.Path")
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible or path == "":
        raise ValueError(f"got the path {str(path)!r}; expected the name of a file")
    return Path(path)


@contextmanager
def told(path: Path, done: str = "written") -> Iterator[None]:
    """Turn an error of the system into one that a sentence tells, of the same class.

    Parameters
    ----------
    path
        The file that is worked on inside.
    done
        What could not be done to it: "written", "made", "read".
    """
    try:
        yield
    except OSError as error:
        why = _WHY.get(errno.errorcode.get(error.errno or 0, ""), error.strerror or str(error))
        reason = why.format(folder=str(path.parent))
        sentence = type(error)(f"{str(path)!r} cannot be {done}: {reason}")
        sentence.errno = error.errno
        raise sentence from error


def _target(path: Path) -> tuple[Path, int | None]:
    """Give the file behind all links, and its permissions where it is there; else refuse it."""
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target, None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "")
    if not stat.S_ISREG(mode):  # such as /dev/null, which is not to become a file
        raise OSError("it is no ordinary file")
    os.close(os.open(target, os.O_WRONLY))  # refused where the old one may not be changed
    return target, stat.S_IMODE(mode)


@contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a new file in the folder of another; after an error or an interrupt it is gone."""
    beside = target.with_name(_hidden(target, token_hex(8)))
    try:
        with beside.open("xb") as file:
            yield beside, file
    except BaseException:
        _remove(beside)
        raise


def _hidden(target: Path, token: str) -> str:
    return f".{target.name[:20]}.{token}.part"


def _remove_left(target: Path) -> None:
    """Remove what writers of a file left that were killed."""
    for beside in target.parent.glob(_hidden(Path(escape(target.name[:20])), "*")):
        with suppress(OSError):
            if time.time() - beside.stat().st_mtime > _DEAD:
                beside.unlink()


def _remove(beside: Path) -> None:
    with suppress(OSError):
        beside.unlink()
