"""Collect garbage for sure, in a process that has other threads."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
import traceback
import weakref
from typing import Any

from tests.project import ROOT

_LONG = 20  # seconds
_ALONE = "LOSSACC_TEST_ALONE"


class CollectorIsHeld(Exception):
    """Another thread of this process collects without end: what it lets go waits for something."""


def collect() -> None:
    """Collect what is garbage now.

    `gc.collect()` comes to nothing while another thread collects, and what that one collects was
    garbage before. So there must be two whole collections.

    Raises
    ------
    CollectorIsHeld
        If there are none: then nothing is collected in this process any more.
    """
    done, late = _collections() + 2, time.monotonic() + _LONG
    while _collections() < done:
        if time.monotonic() > late:
            raise CollectorIsHeld(_stacks())
        gc.collect()
        time.sleep(0.01)


def are_gone(*parts: weakref.ref[Any], seconds: float = 10) -> bool:
    """Tell whether nothing holds these; a thread that ends may hold its own a moment longer."""
    deadline = time.monotonic() + seconds
    while any(part() is not None for part in parts) and time.monotonic() < deadline:
        collect()
    return all(part() is None for part in parts)


def run_alone(test: str, held: CollectorIsHeld, tell: int = 2) -> None:
    """Run a test in a process of its own, as a thread of an earlier one holds the collector here.

    Seen twice in five runs of all tests, and not yet which thread it is: so all of them are written
    to the file `tell`.
    """
    if _ALONE in os.environ:
        raise held
    os.write(
        tell, f"\n{test}: the collector is held, so in a process of its own:\n{held}\n".encode()
    )
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(
        command, cwd=ROOT, env=ours | {_ALONE: "1"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def _stacks() -> str:
    """Write where each thread stands."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return "\n".join(
        f"{names.get(number, number)}:\n{''.join(traceback.format_stack(frame))}"
        for number, frame in sys._current_frames().items()
    )
