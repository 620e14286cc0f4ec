"""Run a notebook as it stands, with still panels, away from its own folder."""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVarTuple

from lossacc.support.frontend import VARIABLE
from lossacc.support.kernels import own_channels
from lossacc.support.text import first_line

Ts = TypeVarTuple("Ts")
_SECONDS = 600  # a cell may take; on a busy machine a lesson's longest takes one


class _Loop(asyncio.SelectorEventLoop):
    """A loop in which Ctrl+C is Python's: nbclient's own handlers end in traces of its insides."""

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Refuse, as a loop does that is not in the main thread; nbclient goes on without."""
        raise RuntimeError(f"got a handler of signal {sig}; expected none in this loop")


def execute(notebook: Path, variables: Mapping[str, str] | None = None) -> Any:
    """Run a notebook with still panels, and give it with its outputs.

    It runs in an empty folder, so that it neither reads a learner's answers nor leaves a file. What
    its kernel says beside the cells' outputs is only shown where the kernel died or took too long.

    Parameters
    ----------
    notebook
        The file. It stays as it is.
    variables
        Environment variables of its kernel, beside those of this process.

    Raises
    ------
    ValueError
        If a cell of it fails or takes too long, or the kernel dies or does not start.
    KeyboardInterrupt
        After Ctrl+C, when its kernel has ended.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    found = nbformat.read(notebook, as_version=4)
    with (
        tempfile.TemporaryDirectory(prefix="lossacc-run-") as folder,
        tempfile.TemporaryFile() as heard,
        own_channels() as config,
    ):
        client = NotebookClient(
            found,
            timeout=_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            config=config,
        )
        env = {**os.environ, VARIABLE: "still", **(variables or {})}
        try:
            _run(client, env=env, stdout=heard, stderr=heard)
        except CellExecutionError as error:
            told = f"{error.ename}: {error.evalue}"
            raise ValueError(f"{notebook.name} cannot be run: {told}") from None
        except (CellTimeoutError, RuntimeError) as error:  # it does not start, or it dies
            heard.seek(0)
            sys.stderr.write(heard.read().decode("utf-8", "replace"))
            raise ValueError(f"{notebook.name} cannot be run: {first_line(error)}") from None
        finally:  # nbclient would clean up at our own end, where no kernel started
            atexit.unregister(client._cleanup_kernel)
    return found


def _run(client: Any, **kernel: Any) -> None:
    """Run a client's notebook, in a loop of its own; where one runs here, nbclient has another."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(_executed(client, **kernel))
    else:
        client.execute(**kernel)


async def _executed(client: Any, **kernel: Any) -> None:
    """Run a client's notebook; where Ctrl+C ends this, its kernel is ended before it is told."""
    from nbclient.exceptions import DeadKernelError

    try:
        await client.async_execute(**kernel)
    except DeadKernelError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # nbclient takes our end for the kernel's
            raise asyncio.CancelledError from None
        raise
