"""Ctrl+C in `lossacc site` ends in one sentence, wherever it comes, and leaves no kernel behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat import v4

from tests.project import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no process can send Ctrl+C to another")
PROGRAM = """
import signal, sys
from pathlib import Path
from lossacc.commands.cli import main
from lossacc.commands.site import command, kept
home = Path(sys.argv[1])
command._series = lambda: sorted(home.glob("0*.ipynb"))
kept.user_folder = lambda: home / "kept"
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
sys.exit(main(["site", str(home / "site")]))
"""
BUSY = "import os, time\nopen({!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two notebooks: one that is done at once, and one that has begun when there is a file."""
    for name, source in (("00_quick", "1"), ("01_busy", BUSY.format(str(tmp_path / "pid")))):
        book = v4.new_notebook(cells=[v4.new_code_cell(source)])
        nbformat.write(book, tmp_path / f"{name}.ipynb")
    return tmp_path


@pytest.fixture
def site(home: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.wait()


def wait_for(told: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not told():
        assert time.monotonic() < end
        time.sleep(0.02)


def said(process: subprocess.Popen[str]) -> str:
    """Send Ctrl+C, and give what the process says until it ends."""
    kernels = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    _, alive = psutil.wait_procs(kernels, timeout=10)
    assert alive == []
    return err


def test_while_a_cell_runs(home: Path, site: subprocess.Popen[str]) -> None:
    pid = home / "pid"
    wait_for(lambda: pid.is_file() and pid.read_text() != "")
    assert said(site) == (
        "lossacc: interrupted; 1 of 2 notebooks are made and kept, "
        "and the same command goes on from there\n"
    )
    assert not psutil.pid_exists(int(pid.read_text()))
    assert len(list((home / "kept").glob("*.json"))) == 1


def test_while_a_kernel_starts(home: Path, site: subprocess.Popen[str]) -> None:
    wait_for(lambda: bool(psutil.Process(site.pid).children()))
    assert said(site) == (
        "lossacc: interrupted; 0 of 2 notebooks are made and kept, "
        "and the same command goes on from there\n"
    )


def test_where_nothing_can_be_kept(home: Path, site: subprocess.Popen[str]) -> None:
    (home / "kept").write_text("a file where the folder would be")
    pid = home / "pid"
    wait_for(lambda: pid.is_file() and pid.read_text() != "")
    first, second = said(site).splitlines()
    assert first.startswith("lossacc: nothing is kept, as this is not possible: what is made: ")
    assert second == "lossacc: interrupted; 1 of 2 notebooks were made, and nothing is kept"
