"""Collect garbage for sure, in a process that has other threads."""

from __future__ import annotations

import gc
import sys
import threading
import time
import traceback
import weakref
from typing import Any

_LONG = 60  # seconds


def collect(generation: int = 2) -> None:
    """Collect what is garbage now; of generation 0 only what is young.

    `gc.collect()` comes to nothing while another thread collects, and what that one collects was
    garbage before. So there must be two collections.

    Raises
    ------
    TimeoutError
        If another thread collects without end: what it is just letting go waits for something.
    """
    done, late = _collections(generation) + 2, time.monotonic() + _LONG
    while _collections(generation) < done:
        if time.monotonic() > late:
            raise TimeoutError(f"another thread collects garbage without end:\n{_stacks()}")
        if gc.collect(generation) == 0:
            time.sleep(0)


def are_gone(*parts: weakref.ref[Any], seconds: float = 10) -> bool:
    """Tell whether nothing holds these; a thread that ends may hold its own a moment longer."""
    deadline = time.monotonic() + seconds
    while any(part() is not None for part in parts) and time.monotonic() < deadline:
        collect()
    return all(part() is None for part in parts)


def _collections(generation: int) -> int:
    return int(gc.get_stats()[generation]["collections"])


def _stacks() -> str:
    """Write where each thread stands."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return "\n".join(
        f"{names.get(number, number)}:\n{''.join(traceback.format_stack(frame))}"
        for number, frame in sys._current_frames().items()
    )
