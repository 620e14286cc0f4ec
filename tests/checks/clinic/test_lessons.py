"""Where a cause sends its reader, there is such a heading."""

from __future__ import annotations

import json

from lossacc.checks.clinic.causes import causes
from tests.project import ROOT


def test_each_section_is_a_heading_of_its_notebook() -> None:
    for cause in causes().values():
        (file,) = (ROOT / "notebooks").glob(f"{cause.lesson:02d}_*.ipynb")
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        assert f"# {cause.section}\n" in f"{text}\n", cause.name
