"""A kernel's channels: files of its own, where the system has such and names are short enough."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.channels import HBChannel
from nbformat import v4

from lossacc.commands.execute import execute
from lossacc.support.kernels import own_channels

WHERE = """
from ipykernel.connect import get_connection_info
print(get_connection_info(unpack=True)["transport"])
"""


def transport(folder: Path) -> str:
    """Ask a kernel how one speaks with it."""
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(WHERE)]), folder / "01_where.ipynb")
    return str(execute(folder / "01_where.ipynb").cells[0].outputs[0].text).strip()


def test_a_kernel_takes_no_port_where_the_system_has_files_for_it(tmp_path: Path) -> None:
    assert transport(tmp_path) == ("tcp" if os.name == "nt" else "ipc")


def test_where_their_names_would_be_too_long_there_are_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert transport(tmp_path) == "tcp"


def test_all_its_channels_live_in_the_thread_that_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jupyter's heart beat, a thread of its own, may come between when the rest is taken down."""
    begun: list[str] = []
    monkeypatch.setattr(HBChannel, "start", lambda channel: begun.append("a heart beat"))
    transport(tmp_path)
    assert begun == []


def test_nothing_of_it_is_left() -> None:
    before = set(Path(tempfile.gettempdir()).glob("lossacc-kernel-*"))
    with own_channels() as config:
        made = set(Path(tempfile.gettempdir()).glob("lossacc-kernel-*")) - before
        assert made
        if os.name != "nt":
            assert Path(config.ConnectionFileMixin.connection_file).parent in made
    assert not any(folder.exists() for folder in made)
