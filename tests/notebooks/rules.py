"""The rules for a notebook. Each takes a notebook and lists, in sentences, what breaks the rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from pathlib import Path
from statistics import median
from typing import Any

Notebook = Any
Cell = Any
Rule = Callable[[Notebook], list[str]]

PLOTTING = {"matplotlib", "pylab", "seaborn", "plotly", "bokeh", "altair", "bqplot", "PIL"}
WIDGETS = {"ipywidgets", "anywidget", "traitlets"}
DOORS = ("figures", "lab", "quiz")  # the rooms that a notebook may enter, and no deeper
LINES_AT_MOST = 12
MEDIAN_AT_MOST = 4
WORDS_A_LINE = 10
KNOWN_KEYS = {"again", "claims", "exercise", "question", "solution"}
UNWANTED = re.compile(r"seed 0\d\d|/work/|/tmp/|\bTODO\b|\bFIXME\b|\bXXX\b|lorem ipsum", re.I)
LINK = re.compile(
    r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)|<(https?:[^>]+)>|\b(?:src|href)=[\"']([^\"']+)"
)


def code_cells(notebook: Notebook) -> list[Cell]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(source: str) -> str:
    """A text in markdown as a reader sees it: no marks, no link targets, no tags."""
    text = re.sub(r"<!--.*?-->", " ", source, flags=re.S)
    text = re.sub(r"(?s)```.*?```", " ", text)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    return re.sub(r"<[^>]+>|[#*_`>|\[\]]", " ", text)


def words(cell: Cell) -> int:
    """How many words a markdown cell has."""
    return words_in(cell.source)


def words_in(source: str) -> int:
    """How many words a text in markdown has; a number or a formula's sign is none."""
    return len(re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", prose(source)))


def lossacc_metadata(cell: Cell) -> dict[str, Any]:
    """What we wrote into a cell's metadata."""
    return dict(cell.metadata.get("lossacc", {}))


def left_over(notebook: Notebook) -> list[str]:
    """Outputs, execution counts and widget state: nobody sees the answer before predicting."""
    faults = ["the notebook stores widget state"] if "widgets" in notebook.metadata else []
    for place, cell in enumerate(notebook.cells):
        if cell.get("outputs"):
            faults.append(f"cell {place} stores outputs")
        if cell.get("execution_count") is not None:
            faults.append(f"cell {place} stores an execution count")
        if "execution" in cell.metadata:
            faults.append(f"cell {place} stores execution times")
    return faults


def sizes(notebook: Notebook) -> list[str]:
    """Cells are small."""
    lengths = [len(cell.source.strip().splitlines()) for cell in code_cells(notebook)]
    faults = [
        f"code cell {place} has {length} lines; at most {LINES_AT_MOST}"
        for place, length in enumerate(lengths)
        if length > LINES_AT_MOST
    ]
    if lengths and median(lengths) > MEDIAN_AT_MOST:
        faults.append(f"the median code cell has {median(lengths)} lines; at most {MEDIAN_AT_MOST}")
    return faults


def balance(notebook: Notebook) -> list[str]:
    """There is at least ten times as much to read as there is code."""
    lines = sum(bool(line.strip()) for c in code_cells(notebook) for line in c.source.splitlines())
    read = sum(words(cell) for cell in notebook.cells if cell.cell_type == "markdown")
    if read < WORDS_A_LINE * lines:
        return [f"{read} words to {lines} lines of code; at least {WORDS_A_LINE} words a line"]
    return []


def imports(notebook: Notebook) -> list[str]:
    """No plotting and no widget code in a notebook; no shell and no magic either."""
    faults = []
    for place, cell in enumerate(code_cells(notebook)):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            faults.append(f"code cell {place} is not plain Python: {error.msg}")
            continue
        found = {name.split(".")[0] for node in ast.walk(tree) for name in _imported(node)}
        faults += [
            f"code cell {place} imports {name}" for name in sorted(found & (PLOTTING | WIDGETS))
        ]
    return faults


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def doors(notebook: Notebook, lesson: str, public: Collection[str]) -> list[str]:
    """Of the package a notebook uses its public names, three rooms and its own lesson's folder.

    `lesson` is the name of that folder, `public` what `lossacc` itself offers.
    """
    own = f"lossacc.lessons.{lesson}"
    allowed = {"lossacc", *(f"lossacc.{name}" for name in (*DOORS, *public))}
    faults = []
    for place, cell in enumerate(code_cells(notebook)):
        used = {name for node in ast.walk(ast.parse(cell.source)) for name in _reached(node)}
        faults += [
            f"code cell {place} reaches for {name}"
            for name in sorted(used - allowed)
            if name != own and not name.startswith(f"{own}.")
        ]
    return faults


def _reached(node: ast.AST) -> list[str]:
    """The parts of the package that a piece of code names, as far as a rule must tell them."""
    if isinstance(node, ast.ImportFrom) and node.module == "lossacc":
        return [f"lossacc.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"lossacc.{node.attr}"] if node.value.id == "lossacc" else []
    return [name for name in _imported(node) if name.split(".")[0] == "lossacc"]


def links(notebook: Notebook, folder: Path) -> list[str]:
    """Links are https, or lead to a place in this notebook, or to a file beside it."""
    faults = []
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        for image, text, target, bare, tag in LINK.findall(cell.source):
            address = target or bare or tag
            if not _reachable(address, folder):
                faults.append(f"cell {place} links to {address}: neither https nor a file here")
            if image and not text.strip():
                faults.append(f"cell {place} shows {address} without an alt text")
    return faults


def _reachable(address: str, folder: Path) -> bool:
    if address.startswith(("https://", "#", "data:image/")):
        return True
    return "://" not in address and (folder / address.split("#")[0]).is_file()


def wording(notebook: Notebook) -> list[str]:
    """Nothing of the workshop floor is left in the text."""
    return [
        f"cell {place} says {match.group()!r}"
        for place, cell in enumerate(notebook.cells)
        for match in UNWANTED.finditer(cell.source)
    ]


def metadata(notebook: Notebook) -> list[str]:
    """What we write into a cell's metadata is one of a few things, and the kernel is `python3`."""
    name = notebook.metadata.get("kernelspec", {}).get("name")
    faults = [] if name == "python3" else [f"the kernel is {name!r}; expected 'python3'"]
    for place, cell in enumerate(notebook.cells):
        unknown = set(lossacc_metadata(cell)) - KNOWN_KEYS
        if unknown:
            faults.append(f"cell {place} has lossacc metadata {sorted(unknown)}")
    return faults


def claims(notebook: Notebook, sentence: Callable[[str], str]) -> list[str]:
    """A cell that names a claim says the claim's sentence, word for word.

    `sentence` gives the sentence of a claim such as "nine-against-one/settles", or raises KeyError.
    """
    faults = []
    for place, cell in enumerate(notebook.cells):
        text = " ".join(cell.source.split())
        for name in lossacc_metadata(cell).get("claims", []):
            try:
                wanted = " ".join(sentence(name).split())
            except KeyError:
                faults.append(f"cell {place} names a claim that does not exist: {name!r}")
                continue
            if wanted not in text:
                faults.append(f"cell {place} names {name!r} and does not say: {wanted}")
    return faults


def exercises(notebook: Notebook) -> list[str]:
    """Every exercise has one solution after it, folded away."""
    faults = []
    asked: list[str] = []
    for place, cell in enumerate(notebook.cells):
        ours = lossacc_metadata(cell)
        if "exercise" in ours:
            asked.append(ours["exercise"])
        if "solution" in ours:
            if ours["solution"] not in asked:
                faults.append(f"cell {place} solves {ours['solution']!r}, which was not asked")
            if not cell.metadata.get("jupyter", {}).get("source_hidden"):
                faults.append(f"cell {place} is a solution in plain sight")
            faults += _betrayed(place, cell)
    solved = [lossacc_metadata(cell).get("solution") for cell in code_cells(notebook)]
    faults += [
        f"exercise {name!r} has {solved.count(name)} solutions in code; expected one"
        for name in asked
        if solved.count(name) != 1
    ]
    return faults


def _betrayed(place: int, cell: Cell) -> list[str]:
    """JupyterLab shows the first line of a folded cell, and the output of one that was run."""
    if cell.cell_type != "code":
        return []
    faults = []
    if cell.source.splitlines()[0] != "# Solution":
        faults.append(f"cell {place} is a solution and begins with {cell.source.splitlines()[0]!r}")
    if "check(" in cell.source:
        faults.append(f"cell {place} is a solution and checks itself; its output would show")
    return faults


def questions(notebook: Notebook, asks: Callable[[str], str]) -> list[str]:
    """A question is asked by a cell of its own, right below the words that ask it.

    `asks` gives the words of a question, or raises ValueError.
    """
    faults = []
    above = [None, *notebook.cells]
    for place, (cell, before) in enumerate(zip(notebook.cells, above, strict=False)):
        name = lossacc_metadata(cell).get("question")
        if cell.cell_type != "code" or (name is None and "ask(" not in cell.source):
            continue
        if cell.source != f'ask("{name}")':
            faults.append(f"cell {place} is to ask {name!r} and nothing else; it has {cell.source}")
            continue
        try:
            wanted = asks(name)
        except ValueError:
            faults.append(f"cell {place} asks {name!r}, and there is no such question")
            continue
        if before is None or _unmarked(wanted) not in _unmarked(before.source):
            faults.append(f"cell {place} asks {name!r}, and the cell above does not say: {wanted}")
    return faults


def asked_again(notebook: Notebook, lesson: str) -> list[str]:
    """The questions from earlier notebooks stand once, in a cell of their own, before all others.

    `lesson` is the name of the notebook's folder.
    """
    faults = []
    asks = re.compile(r"^ask_again\(", re.M)
    first = len(notebook.cells)
    opened = 0
    for place, cell in enumerate(notebook.cells):
        ours = lossacc_metadata(cell)
        first = min(first, place) if {"question", "exercise"} & set(ours) else first
        if cell.cell_type != "code" or not ("again" in ours or asks.search(cell.source)):
            continue
        opened += 1
        if cell.source != f'ask_again("{lesson}")' or ours.get("again") is not True:
            faults.append(f"cell {place} is to be ask_again({lesson!r}), marked `again: true`")
        if place > first:
            faults.append(f"cell {place} asks again, and cell {first} has asked already")
    if opened > 1:
        faults.append(f"{opened} cells ask again; expected one")
    return faults


def _unmarked(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split())


def unread_pictures(executed: Notebook) -> list[str]:
    """After a picture comes a sentence that reads it. Takes the notebook with its outputs."""
    faults = []
    for place, cell in enumerate(executed.cells):
        shows = cell.cell_type == "code" and any(map(_is_picture, cell.outputs))
        if not shows and "![" not in cell.source:
            continue
        following = executed.cells[place + 1] if place + 1 < len(executed.cells) else None
        if following is None or following.cell_type != "markdown" or words(following) < 8:
            faults.append(f"cell {place} shows a picture, and no sentence after it reads it")
    return faults


def _is_picture(output: Any) -> bool:
    data = output.get("data", {})
    html = "".join(data.get("text/html", ""))
    return any(kind.startswith("image/") for kind in data) or "<img" in html or "<svg" in html


def complaints(executed: Notebook) -> list[str]:
    """What a learner would read as a failure: errors, warnings, anything on standard error."""
    faults = []
    for place, cell in enumerate(executed.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                faults.append(f"cell {place} raised {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                faults.append(f"cell {place} wrote to standard error: {output.text.strip()}")
    return faults


def silent_exercises(executed: Notebook) -> list[str]:
    """An exercise that was not filled in yet answers with a sentence."""
    return [
        f"cell {place}, an exercise not filled in, says nothing"
        for place, cell in enumerate(executed.cells)
        if "exercise" in lossacc_metadata(cell) and cell.cell_type == "code" and not cell.outputs
    ]
