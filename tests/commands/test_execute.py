"""A notebook that cannot be run ends in a sentence, whatever stopped it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from lossacc.commands import execute as module
from lossacc.commands.execute import execute


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
    notebook = tmp_path / "01_small.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source)]), notebook)
    monkeypatch.setattr(module, "_SECONDS", 1)
    with pytest.raises(ValueError, match=rf"^01_small\.ipynb cannot be run: {said}"):
        execute(notebook)
