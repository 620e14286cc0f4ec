"""Collect garbage for sure, in a process that has other threads."""

from __future__ import annotations

import gc
import time
import weakref
from typing import Any

_LONG = 120  # seconds


def collect() -> None:
    """Collect what is garbage now.

    `gc.collect()` comes to nothing while another thread collects, and what that one collects was
    garbage before. So there must be two whole collections.

    Raises
    ------
    TimeoutError
        If another thread collects without end: what it is just letting go waits for something.
    """
    done, late = _collections() + 2, time.monotonic() + _LONG
    while _collections() < done:
        if time.monotonic() > late:
            raise TimeoutError(f"another thread has collected garbage for {_LONG} seconds")
        gc.collect()
        time.sleep(0.01)


def are_gone(*parts: weakref.ref[Any], seconds: float = 10) -> bool:
    """Tell whether nothing holds these; a thread that ends may hold its own a moment longer."""
    deadline = time.monotonic() + seconds
    while any(part() is not None for part in parts) and time.monotonic() < deadline:
        collect()
    return all(part() is None for part in parts)


def _collections() -> int:
    return int(gc.get_stats()[2]["collections"])
