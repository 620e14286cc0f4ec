"""Run a notebook as a learner would, with no network, and say what it took."""

from __future__ import annotations

import copy
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import v4

from lossacc.support.kernels import own_channels
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
# What the kernel took so far: processor seconds, and its peak of memory. The peak not by
# resource.getrusage: there it includes that of the process from which a kernel was forked.
TOOK = """\
import json, pathlib, time
_status = pathlib.Path("/proc/self/status")
_lines = _status.read_text().splitlines() if _status.exists() else []
_peak = [int(line.split()[1]) / 1024 for line in _lines if line.startswith("VmHWM")]
print(json.dumps([time.process_time(), *_peak]))
"""

# Thereafter, how fast the machine is just now, at what the lessons do: a small training, from the
# building of the network on. The clock is what a learner feels, but a machine that is shared with
# strangers may take half as long again from one quarter of an hour to the next.
SPEED = """\
import json, time
from statistics import median
from keras import losses, optimizers
from lossacc.data import load_digits, split
from lossacc.networks.cnn import initialise, small_cnn
from lossacc.training.train import train

def _trained():
    began = time.process_time(), time.monotonic()
    model = initialise(small_cnn(_known.shape, _known.classes), seed=0)
    model.compile(optimizers.SGD(0.05), losses.SparseCategoricalCrossentropy(from_logits=True))
    train(model, _known, _held_out, epochs=25)
    return time.process_time() - began[0], time.monotonic() - began[1]

_began = time.monotonic()
_known, _held_out = split(load_digits(), 400, 400, seed=0)
_each = [median(each) for each in zip(*(_trained() for _ in range(3)))]
print(json.dumps([*_each, time.monotonic() - _began]))
"""


@dataclass(frozen=True)
class Took:
    """What something took: processor seconds of its kernel, and seconds by the clock."""

    cpu: float
    clock: float


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs, and what its kernel took."""

    notebook: Notebook
    took: Took
    reference: Took  # of a small training, on that machine and just then
    peak_mb: float | None  # None where the system does not say it as Linux does
    verdicts: dict[str, str]  # what each exercise says to its solution


def read(path: Path) -> Notebook:
    """Read a notebook and check that it is a valid one."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def judged(notebook: Notebook) -> Notebook:
    """Put after each solution the exercise's own check of it, in a cell marked "judges".

    Run All runs exercise and solution anyway; so one run tells what both say.
    """
    notebook = copy.deepcopy(notebook)
    asked: dict[str, str] = {}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        ours = lossacc_metadata(cell)
        if cell.cell_type == "code" and "exercise" in ours:
            asked[ours["exercise"]] = _without_blanks(cell.source)
        if cell.cell_type == "code" and "solution" in ours:
            name = ours["solution"]
            cells.append(v4.new_code_cell(asked[name], metadata={"lossacc": {"judges": name}}))
    notebook.cells = cells
    return notebook


def _without_blanks(source: str) -> str:
    """Leave out the lines that a learner fills in."""
    return "\n".join(line for line in source.splitlines() if not line.endswith("= ..."))


def run(
    notebook: Notebook,
    folder: Path,
    guard: Path,
    *,
    limit: int = 240,
    variables: Mapping[str, str] | None = None,
    first: str = "",
    speed: str = SPEED,
) -> Executed:
    """Run all cells in a fresh kernel, with these environment variables besides.

    `first` is run before the first cell, and is left out of what is given back; `speed` behind the
    last.
    `folder` is where the notebook lies, `guard` an empty folder for the module that blocks the
    network. An error does not stop the run: `rules.complaints` lists it.
    """
    (guard / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    measured = judged(notebook)
    measured.cells.insert(0, v4.new_code_cell(first))
    measured.cells += [v4.new_code_cell(TOOK), v4.new_code_cell(speed)]
    path = os.pathsep.join([str(guard), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    with own_channels() as config:
        client = NotebookClient(
            measured,
            timeout=limit,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
            config=config,
        )
        began = time.monotonic()
        client.execute(env={**os.environ, "PYTHONPATH": path, **(variables or {})})
        clock = time.monotonic() - began
    *reference, asking = json.loads(_said(measured.cells.pop()))
    cpu, *peak = json.loads(_said(measured.cells.pop()))
    assert not measured.cells.pop(0).outputs
    took = Took(cpu, clock - asking)
    verdicts = _taken_out(measured)
    return Executed(measured, took, Took(*reference), peak[0] if peak else None, verdicts)


def _taken_out(notebook: Notebook) -> dict[str, str]:
    """Take the judging cells out of a notebook, and give what each of them said."""
    judges = [cell for cell in notebook.cells if "judges" in lossacc_metadata(cell)]
    notebook.cells = [cell for cell in notebook.cells if not any(cell is one for one in judges)]
    return {lossacc_metadata(cell)["judges"]: _said(cell) for cell in judges}


def said_of_claims(executed: Executed) -> list[tuple[str, str]]:
    """What each cell says of a claim: the cell's name, and "Holds: ..." or "Does not hold: ..."."""
    found = [(cell.id, _said(cell)) for cell in executed.notebook.cells if "outputs" in cell]
    return [
        (name, line)
        for name, text in found
        for line in re.findall(r"^(?:Holds|Does not hold): .*$", text, flags=re.M)
    ]


def _said(cell: Any) -> str:
    """What a cell printed, gave or raised."""
    return "".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "") or str(output)
        for output in cell.outputs
    )
