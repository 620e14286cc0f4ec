"""Each rule lets a good notebook pass and finds the fault in a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from tests.notebooks import rules
from tests.project import words

PROSE = "The loss fell because the sure images grew surer, and no image changed sides. " * 4


def notebook(*cells: Any) -> rules.Notebook:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def text(source: str, **metadata: Any) -> Any:
    return v4.new_markdown_cell(source, metadata=metadata)


def code(source: str, *, outputs: Any = (), **metadata: Any) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)


def ours(**entries: Any) -> dict[str, Any]:
    return {"lossacc": entries}


PICTURE = v4.new_output("display_data", data={"image/png": "AAAA", "text/plain": "a picture"})
DRAWING = v4.new_output("display_data", data={"text/html": "<figure><img alt='x'></figure>"})
GOOD = notebook(
    text("# Two rulers\n\n" + PROSE),
    code("import lossacc\n\nlossacc.__name__"),
    text(PROSE + "See [the paper](https://example.org/a)."),
    code("answer = None", **ours(exercise="bound")),
    code("# Solution\nanswer = 1", jupyter={"source_hidden": True}, **ours(solution="bound")),
)

STATIC = {
    "left over": rules.left_over,
    "sizes": rules.sizes,
    "balance": rules.balance,
    "imports": rules.imports,
    "wording": rules.wording,
    "metadata": rules.metadata,
    "exercises": rules.exercises,
    "pictures": rules.unread_pictures,
    "complaints": rules.complaints,
}


@pytest.mark.parametrize("name", STATIC)
def test_a_good_notebook_passes(name: str) -> None:
    assert STATIC[name](GOOD) == []


def counted() -> Any:
    cell = code("1")
    cell.execution_count = 3
    return cell


SOLUTION, HIDDEN = "# Solution\n2", {"source_hidden": True}
ASKED = code("1", **ours(exercise="a"))
BAD = [
    ("left over", [code("1", outputs=[PICTURE])], "outputs"),
    ("left over", [counted()], "execution count"),
    ("left over", [code("1", execution={"iopub.execute_input": "now"})], "execution times"),
    ("sizes", [code("a = 1\n" * 13), code("1"), code("1")], "13 lines"),
    ("sizes", [code("a = 1\n" * 5), code("a = 1\n" * 5), code("1")], "median"),
    ("balance", [text("nine words are not enough for one line here"), code("1")], "9 words"),
    ("balance", [text("1 2 3 4 5 6 7 8 9 10 11"), code("1")], "0 words"),
    ("imports", [code("import matplotlib.pyplot as plt")], "matplotlib"),
    ("imports", [code("def f():\n    from ipywidgets import HTML")], "ipywidgets"),
    ("imports", [code("%matplotlib inline")], "not plain Python"),
    ("imports", [code("!pip install x")], "not plain Python"),
    ("wording", [text("as seed 007 shows")], "seed 007"),
    ("wording", [code("x = 1  # TODO")], "TODO"),
    ("metadata", [code("1", **ours(claim="a/b"))], "claim"),
    ("exercises", [code("1", **ours(exercise="a"))], "0 solutions"),
    ("exercises", [code(SOLUTION, jupyter=HIDDEN, **ours(solution="a"))], "not asked"),
    ("exercises", [ASKED, code(SOLUTION, **ours(solution="a"))], "plain"),
    ("exercises", [ASKED, code("2", jupyter=HIDDEN, **ours(solution="a"))], "begins with '2'"),
    (
        "exercises",
        [ASKED, code(f"{SOLUTION}\ncheck(2)", jupyter=HIDDEN, **ours(solution="a"))],
        "checks itself",
    ),
    ("pictures", [code("1", outputs=[PICTURE])], "no sentence"),
    ("pictures", [code("1", outputs=[DRAWING]), code("2"), text(PROSE)], "no sentence"),
    ("pictures", [code("1", outputs=[DRAWING]), text("## Explain")], "no sentence"),
    ("complaints", [code("1", outputs=[v4.new_output("error", ename="E", evalue="v")])], "raised"),
    (
        "complaints",
        [code("1", outputs=[v4.new_output("stream", name="stderr", text="W")])],
        "standard error: W",
    ),
]


@pytest.mark.parametrize(("name", "cells", "fault"), BAD, ids=words)
def test_a_fault_is_found(name: str, cells: list[Any], fault: str) -> None:
    found = STATIC[name](notebook(*cells))
    assert len(found) == 1
    assert fault in found[0]


def test_widget_state_and_another_kernel_are_faults() -> None:
    bad = notebook()
    bad.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    bad.metadata["kernelspec"]["name"] = "my-env"
    assert rules.left_over(bad) == ["the notebook stores widget state"]
    assert rules.metadata(bad) == ["the kernel is 'my-env'; expected 'python3'"]


def test_a_picture_that_is_read_passes() -> None:
    assert not rules.unread_pictures(notebook(code("1", outputs=[PICTURE]), text(PROSE)))


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("import lossacc\nlossacc.audit(model, x, y)", ""),
        ("from lossacc import audit, figures", ""),
        ("from lossacc.lab import Lab", ""),
        ("import numpy as np\nfrom keras import losses", ""),
        ("from lossacc.lessons.two_modes import toy", ""),
        ("from lossacc.lessons.two_modes.evidence import lag", ""),
        ("from lossacc.lessons.two_modes_more import lag", "lossacc.lessons.two_modes_more"),
        ("from lossacc.lessons.two_rulers import lag", "lossacc.lessons.two_rulers"),
        ("from lossacc import lessons", "lossacc.lessons"),
        ("from lossacc import *", "lossacc.*"),
        ("import lossacc\nlossacc.checks.audit(model, x, y)", "lossacc.checks"),
        ("def f():\n    import lossacc.runs.run as r", "lossacc.runs.run"),
        ("from lossacc.figures.draw import svg", "lossacc.figures.draw"),
    ],
    ids=words,
)
def test_doors(source: str, reached: str) -> None:
    found = rules.doors(notebook(code("1"), code(source)), "two_modes", ["audit", "Run"])
    assert found == ([f"code cell 1 reaches for {reached}"] if reached else [])


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("[a](https://example.org)", 0),
        ("[a](#explain)", 0),
        ("[a](02.ipynb#run)", 0),
        ("<https://example.org>", 0),
        ("[a](http://example.org)", 1),
        ("<http://example.org>", 1),
        ('<a href="http://example.org">a</a>', 1),
        ("[a](03.ipynb)", 1),
        ("![](https://example.org/a.png)", 1),
    ],
)
def test_links(source: str, faults: int, tmp_path: Path) -> None:
    (tmp_path / "02.ipynb").touch()
    assert len(rules.links(notebook(text(source)), tmp_path)) == faults


@pytest.mark.parametrize(
    ("source", "claim", "fault"),
    [
        ("It is so: accuracy settles\nat 90 %.", "nine/settles", ""),
        ("Accuracy settles near 90 %.", "nine/settles", "does not say"),
        ("accuracy settles at 90 %.", "nine/other", "does not exist"),
    ],
)
def test_claims(source: str, claim: str, fault: str) -> None:
    sentences = {"nine/settles": "accuracy settles at 90 %."}
    found = rules.claims(notebook(text(source, **ours(claims=[claim]))), sentences.__getitem__)
    assert fault in "".join(found)
    assert len(found) == bool(fault)


ASKS = text("A loss of `.7` is *low*.\nCompared with what?")


@pytest.mark.parametrize(
    ("above", "cell", "fault"),
    [
        (ASKS, code('ask("low")', **ours(question="low")), ""),
        (ASKS, code("ask('low')", **ours(question="low")), "nothing else"),
        (ASKS, code('ask("low")\n1', **ours(question="low")), "nothing else"),
        (ASKS, code('ask("low")'), "is to ask None"),
        (ASKS, code('ask("high")', **ours(question="high")), "no such question"),
        (text(PROSE), code('ask("low")', **ours(question="low")), "does not say: A loss of .7"),
    ],
)
def test_questions(above: Any, cell: Any, fault: str) -> None:
    def asks(name: str) -> str:
        if name != "low":
            raise ValueError(name)
        return "A loss of .7 is low. Compared with what?"

    found = rules.questions(notebook(above, cell), asks)
    assert fault in "".join(found)
    assert len(found) == bool(fault)


def test_a_question_with_nothing_above_it_is_a_fault() -> None:
    found = rules.questions(notebook(code('ask("low")', **ours(question="low"))), str)
    assert len(found) == 1


def test_an_exercise_that_says_nothing_is_a_fault() -> None:
    silent = notebook(code("x = None", **ours(exercise="a")))
    assert len(rules.silent_exercises(silent)) == 1
    kind = v4.new_output("stream", name="stdout", text="Fill in x.")
    assert not rules.silent_exercises(
        notebook(code("x = None", outputs=[kind], **ours(exercise="a")))
    )


AGAIN = code('ask_again("two")', **ours(again=True))
ASKED = code('ask("low")', **ours(question="low"))


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([AGAIN, ASKED], ""),
        ([code("from lossacc.quiz import ask, ask_again"), AGAIN], ""),
        ([ASKED], ""),
        ([ASKED, AGAIN], "has asked already"),
        ([AGAIN, code('ask_again("two")', **ours(again=True))], "2 cells ask again"),
        ([code('ask_again("two")')], "marked `again: true`"),
        ([code('ask_again("three")', **ours(again=True))], "is to be ask_again('two')"),
        ([code("1", **ours(again=True))], "is to be ask_again('two')"),
    ],
)
def test_asked_again(cells: list[Any], fault: str) -> None:
    found = rules.asked_again(notebook(*cells), "two")
    assert fault in "".join(found)
    assert len(found) == bool(fault)
