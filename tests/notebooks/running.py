"""Run a notebook as a learner would, with no network, and say what it took."""

from __future__ import annotations

import copy
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import v4

from tests.notebooks.rules import Notebook, lossacc_metadata

NO_NETWORK = '''\
"""Refuse every connection that leaves this machine. Python imports this before anything else."""
import socket

def _refuse(host):
    raise OSError(f"this test has no network, and something asked for {host!r}")

def _guarded(method):
    def call(self, *arguments):
        address = arguments[-1]
        local = not isinstance(address, tuple) or address[0] in ("127.0.0.1", "::1", "localhost")
        return method(self, *arguments) if local else _refuse(address[0])
    return call

for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _guarded(getattr(socket.socket, _name)))

_getaddrinfo = socket.getaddrinfo

def _lookup(host, *arguments, **named):
    if host in (None, "", "127.0.0.1", "::1", "localhost", "0.0.0.0"):
        return _getaddrinfo(host, *arguments, **named)
    return _refuse(host)

socket.getaddrinfo = _lookup
'''
# Not resource.getrusage: its peak includes that of the process from which a kernel was forked.
PEAK = """\
def _peak():
    with open("/proc/self/status") as status:
        return next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(_peak())
"""


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs, the seconds that it took, and its kernel's largest memory."""

    notebook: Notebook
    seconds: float
    peak_mb: float | None  # None where the system does not say it as Linux does


def read(path: Path) -> Notebook:
    """Read a notebook and check that it is a valid one."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def solved(notebook: Notebook) -> Notebook:
    """Put each solution in the place of its exercise."""
    notebook = copy.deepcopy(notebook)
    answers = {
        lossacc_metadata(cell)["solution"]: cell
        for cell in notebook.cells
        if "solution" in lossacc_metadata(cell) and cell.cell_type == "code"
    }
    for cell in notebook.cells:
        name = lossacc_metadata(cell).get("exercise")
        if name in answers and cell.cell_type == "code":
            cell.source = answers[name].source
    notebook.cells = [c for c in notebook.cells if not any(c is a for a in answers.values())]
    return notebook


def run(notebook: Notebook, folder: Path, guard: Path, *, limit: int = 120) -> Executed:
    """Run all cells in a fresh kernel.

    `folder` is where the notebook lies, `guard` an empty folder for the module that blocks the
    network. An error does not stop the run: `rules.complaints` lists it.
    """
    (guard / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    measured = copy.deepcopy(notebook)
    asks = sys.platform == "linux"
    if asks:
        measured.cells.append(v4.new_code_cell(PEAK))
    client = NotebookClient(
        measured,
        timeout=limit,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    path = os.pathsep.join([str(guard), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    began = time.monotonic()
    client.execute(env={**os.environ, "PYTHONPATH": path})
    seconds = time.monotonic() - began
    peak = _said(measured.cells.pop()) if asks else None
    return Executed(measured, seconds, None if peak is None else float(peak) / 1024)


def _said(cell: Any) -> str:
    """What a cell printed."""
    return "".join(output.get("text", "") for output in cell.outputs)
