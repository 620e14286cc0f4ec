"""What the commands take: each refuses with a sentence, before anything is trained."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from lossacc.support.files import check_writable, make_folder
from lossacc.support.names import named

DATA = "a data set, or a folder of folders"
_WHOLE = re.compile(r"-?[0-9]{1,18}")  # no other digits, which some systems type


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence."""

    commands: Any  # what its subparsers are, for the one that has some

    def error(self, message: str) -> NoReturn:
        """Raise it as a ValueError."""
        message = message.replace("\n", "\\n")  # one that was given
        raise ValueError(f"{message}; `{self.prog} --help` says what there is")


def check_command(word: str, commands: Any) -> None:
    """Refuse a command that there is not; ValueError with the one that was meant."""
    if not word.startswith("-"):
        named("command", word, commands.choices)


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Give what reads a whole number from `least` to `most`."""
    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"

    def read(text: str) -> int:
        number = int(text) if _WHOLE.fullmatch(text) else None
        if number is None or number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"got {text!r}; expected {expected}")
        return number

    return read


def text(what: str) -> Callable[[str], str]:
    """Give what reads a text that is not empty."""

    def read(given: str) -> str:
        if not given.strip() or "\0" in given:
            raise argparse.ArgumentTypeError(f"got {given!r}; expected {what}")
        return given

    return read


def place(what: str) -> Callable[[str], Path]:
    """Give what reads a path."""
    read = text(what)
    return lambda given: Path(read(given))


def pair(text: str) -> tuple[int, int]:
    """Read a:b; what a and b may be is not checked here."""
    numbers = text.split(":")
    if len(numbers) != 2 or not all(_WHOLE.fullmatch(one) for one in numbers):
        raise argparse.ArgumentTypeError(f"got {text!r}; expected a:b with a < b, such as 0:20")
    return int(numbers[0]), int(numbers[1])


def add_form(parser: argparse.ArgumentParser) -> None:
    """Add what says what a folder's images are made; `lossacc.claims.task.check_form` checks it."""
    parser.add_argument(
        "--size",
        type=whole(1),
        metavar="SIDE",
        help="with a folder: make its images so many pixels high and wide (default: as many as "
        "the experiment says)",
    )
    parser.add_argument(
        "--channels",
        type=whole(1),
        metavar="1|3",
        help="with a folder: read its images in grey or in colour (default: as the experiment "
        "says); a folder in colour keeps the settings for photographs",
    )


def check_file(path: Path, option: str) -> None:
    """Refuse a file that could not be written, before it takes hours to have something for it.

    Raises
    ------
    OSError
        If it is a folder, or its folder is none or takes no file.
    """
    with _for(option):
        check_writable(path)


def check_folder(path: Path, option: str) -> None:
    """Make a folder if need be; refuse one that takes no file, as `check_file` does."""
    with _for(option):
        check_writable(make_folder(path) / "a file")


def folder_to_keep(path: Path, what: str) -> Path | None:
    """Give a folder in which something is kept; None, and a line, where nothing can be.

    Parameters
    ----------
    path, what
        The folder, which may not be there yet, and what it is for.
    """
    try:
        check_folder(path, what)
    except OSError as error:
        print(f"lossacc: nothing is kept, as this is not possible: {error}", file=sys.stderr)
        return None
    return path


@contextmanager
def _for(option: str) -> Iterator[None]:
    """Say for which option it was that a path would not do."""
    try:
        yield
    except OSError as error:
        raise OSError(f"{option}: {error}") from None
