"""A site of one small notebook, whose panel trains a fake: no kernel, and no TensorFlow."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from lossacc import lessons
from lossacc.commands.site import build as building
from lossacc.lab.static_view import RECORD
from tests.lab.fakes import experiment

NAME = "07_three_boxes"  # one of the series, so that the verdicts have a page to go to
STILL = "<p>still</p><figure><svg role='img' aria-label='Its curves.'></svg></figure>"
PANEL = {"experiment": "fake", "seed": 1, "variants": ["base", "fast", "large"], "moved": {}}
FIGURE = '<figure><svg role="img" aria-label="A curve."><text>ln 2</text></svg></figure>'
HEAD = """# Three boxes

> “What is in them?”

**Time:** about 20 minutes for the core, and 30 for the rest. See [this](#1.-A-box)."""
CASES = f"""| what you see | notebook, section |
|---|---|
| Nothing moves | [07, 1]({NAME}.ipynb#1.-A-box) |"""
FOLDED = (
    "<details>\n<summary>The claim</summary>\n\n**It holds.**\n\n| n |\n|---|\n| 1 |\n\n</details>"
)
COLOUR = "It turns <green> & stays."  # what an experiment says is text, whatever is in it


def output(**data: object) -> nbformat.NotebookNode:
    kinds = {"html": "text/html", "plain": "text/plain", "panel": RECORD}
    bundle = {kinds[name]: value for name, value in data.items()}
    return v4.new_output("execute_result", bundle)


def executed_notebook() -> nbformat.NotebookNode:
    """Every kind of cell that a lesson has, with its outputs."""

    def code(source: str, *outputs: nbformat.NotebookNode, **ours: str) -> nbformat.NotebookNode:
        return v4.new_code_cell(source, outputs=list(outputs), metadata={"lossacc": ours})

    table = "<table><thead><tr><th>what</th></tr></thead><tbody><tr><td>a</td></tr></tbody></table>"
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell(HEAD),
            v4.new_markdown_cell(CASES),
            v4.new_markdown_cell("## 1. A box\n\n### Run\n\n$$\\text{loss} \\ge \\ln 2$$"),
            code(
                "Lab('fake')",
                output(html=STILL, plain="x", panel=PANEL | {"arm": "base"}),
            ),
            code("ask('a')", output(html="<ul><li>A. Yes.</li></ul>", plain="A"), question="a"),
            code("print('2 < 3')", v4.new_output("stream", text="2 < 3\n")),
            code("figure", output(html=FIGURE, plain="A curve.")),
            code("results", output(html=table, plain="what")),
            v4.new_markdown_cell(FOLDED),
            v4.new_markdown_cell("## 2. Another\n\n### Run\n\n[one](01_two_rulers.ipynb#9.-Low)"),
            code("# Solution\nanswer = 3", solution="b"),
            code(
                "Lab('fake', arm='fast')", output(html="", plain="", panel=PANEL | {"arm": "fast"})
            ),
        ]
    )


def small_site(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Write it."""
    fake = experiment(question=COLOUR)
    real = lessons.experiment
    patch.setattr(lessons, "experiment", lambda name: fake if name == "fake" else real(name))
    asked = building.questions_page  # its links lead to sections that this notebook has not
    patch.setattr(building, "questions_page", lambda pages: asked(()))
    patch.setattr(building, "executed", lambda path, kept_in: executed_notebook())
    building.build([Path(f"{NAME}.ipynb")], folder, None, lambda line: None)
    return folder
