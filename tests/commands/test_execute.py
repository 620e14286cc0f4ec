"""A notebook that cannot be run ends in a sentence, whatever stopped it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from lossacc.commands import execute as module
from lossacc.commands.execute import execute


def written(folder: Path, source: str) -> Path:
    """Write a notebook of one cell."""
    path = folder / "01_small.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source)]), path)
    return path


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import time; time.sleep(60)", "A cell timed out while it was being executed"),
        ("import os; os._exit(1)", "Kernel died"),
    ],
    ids=["raises", "takes too long", "dies"],
)
def test_what_stops_a_notebook_is_said(
    source: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 1)
    with pytest.raises(ValueError, match=rf"^01_small\.ipynb cannot be run: {said}"):
        execute(written(tmp_path, source))


def test_a_kernel_that_does_not_start_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os\nos.write(2, b'no')\nos._exit(1)")
    with pytest.raises(ValueError, match=r"^01_small\.ipynb cannot be run: Kernel died before"):
        execute(written(tmp_path, "1 + 2"), {"PYTHONPATH": str(tmp_path)})
    assert capfd.readouterr().err.endswith("no")


def test_it_runs_where_a_loop_of_events_runs(tmp_path: Path) -> None:
    async def within() -> str:
        return str(execute(written(tmp_path, "1 + 2")).cells[0].outputs[0].data["text/plain"])

    with ThreadPoolExecutor(1) as pool:  # in this thread one of a browser may run
        assert pool.submit(lambda: asyncio.run(within())).result() == "3"


def test_what_a_kernel_says_is_shown_only_where_it_dies(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    says = "import os\nos.write(2, b'out of everything')"
    execute(written(tmp_path, says))
    assert capfd.readouterr() == ("", "")
    with pytest.raises(ValueError, match="Kernel died"):
        execute(written(tmp_path, f"{says}\nos._exit(1)"))
    assert "out of everything" in capfd.readouterr().err
