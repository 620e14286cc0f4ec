"""How far something is, and how long it will take yet; on a terminal only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator


def on_terminal() -> bool:
    """Tell whether somebody watches: where the output goes to a file, nothing is drawn."""
    return sys.stderr.isatty()


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar while something is done.

    Parameters
    ----------
    what
        What is counted, in a word: "seeds".

    Yields
    ------
    Callable
        To be told how much is done, and of how much where that is known.
    """
    if not on_terminal():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    # A seed may take minutes: the time left is read off the last hour, not the last half minute.
    bars = Progress(*columns, *times, console=Console(stderr=True), speed_estimate_period=3600)
    with bars as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
