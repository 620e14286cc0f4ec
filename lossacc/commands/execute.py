"""Run a notebook as it stands, with still panels, away from its own folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossacc.support.frontend import VARIABLE
from lossacc.support.text import first_line

_SECONDS = 600  # a cell may take; on a busy machine a lesson's longest takes one


def execute(notebook: Path, variables: Mapping[str, str] | None = None) -> Any:
    """Run a notebook with still panels, and give it with its outputs.

    It runs in an empty folder, so that it neither reads a learner's answers nor leaves a file.

    Parameters
    ----------
    notebook
        The file. It stays as it is.
    variables
        Environment variables of its kernel, beside those of this process.

    Raises
    ------
    ValueError
        If a cell of it fails or takes too long, or the kernel dies.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    found = nbformat.read(notebook, as_version=4)
    with tempfile.TemporaryDirectory(prefix="lossacc-run-") as folder:
        place = {"metadata": {"path": folder}}
        client = NotebookClient(found, timeout=_SECONDS, kernel_name="python3", resources=place)
        try:
            client.execute(env={**os.environ, VARIABLE: "still", **(variables or {})})
        except CellExecutionError as error:
            told = f"{error.ename}: {error.evalue}"
            raise ValueError(f"{notebook.name} cannot be run: {told}") from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise ValueError(f"{notebook.name} cannot be run: {first_line(error)}") from None
    return found
