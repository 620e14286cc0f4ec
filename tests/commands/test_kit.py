"""`lossacc kit`: two pages to print, and slides that show a figure before its title."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from lossacc.commands.cli import main
from lossacc.commands.kit import command
from lossacc.commands.kit.pages import BOTH, GROUPS, LEDGER, handout, poster
from lossacc.commands.kit.slides import slides
from tests.notebooks.running import read
from tests.project import ROOT

WORKSHOPS = sorted((ROOT / "notebooks" / "workshops").glob("*.ipynb"))


def kind(slide_type: str) -> dict[str, object]:
    return {"slideshow": {"slide_type": slide_type}}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Two slides, with a vote, a figure and a fragment."""
    cells = [
        v4.new_markdown_cell("# A <room>\n\n**Vote.**", metadata=kind("slide")),
        v4.new_code_cell("hidden = 1", metadata=kind("skip")),
        v4.new_code_cell("from lossacc.quiz import vote\nvote('over the line')"),
        v4.new_code_cell(
            "from lossacc import figures, toys\nfigures.plane(toys.as_run(*toys.ten_examples()))",
            metadata=kind("subslide"),
        ),
        v4.new_markdown_cell("Read it.", metadata=kind("fragment")),
        v4.new_code_cell("print('2 < 3')"),
    ]
    path = tmp_path / "small.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def test_the_slides_of_a_notebook(notebook: Path) -> None:
    page = slides(notebook)
    first, second = re.findall(r"<section>(.*?)</section>", page, flags=re.S)
    assert "<title>A &lt;room&gt;</title>" in page
    assert "no longer counts" in first
    assert "This one" not in first  # a first vote has no reply
    assert "hidden = 1" not in page
    assert 'class="fragment"><strong>The training path goes down and left' in second
    assert second.index("<img") < second.index("The training path goes down and left", 3000)
    assert '<div class="fragment"><p>Read it.</p>' in second
    assert "<pre>2 &lt; 3" in second
    assert not re.findall(r"(?:src|href)=\"https?:", page)  # it needs no network


def test_a_notebook_that_fails_is_told(notebook: Path) -> None:
    broken = nbformat.read(notebook, as_version=4)
    broken.cells.append(v4.new_code_cell("1 / 0"))
    nbformat.write(broken, notebook)
    with pytest.raises(ValueError, match=r"small\.ipynb cannot be run: ZeroDivisionError"):
        slides(notebook)


@pytest.mark.parametrize("path", WORKSHOPS, ids=lambda path: path.stem)
def test_every_cell_of_a_workshop_has_its_place_among_the_slides(path: Path) -> None:
    kinds = [cell.metadata["slideshow"]["slide_type"] for cell in read(path).cells]
    assert set(kinds) == {"slide", "subslide", "fragment", "skip", "-"}
    assert kinds[0] == "slide"


def test_the_handout_is_one_page_to_fill_in() -> None:
    page = handout()
    assert tuple(page.get_size_inches()) == (8.27, 11.69)  # A4
    axes = [one for part in page.subfigs for one in part.axes]
    cells = [cell for one in axes for table in one.tables for cell in table.get_celld().values()]
    said = [cell.get_text().get_text() for cell in cells]
    assert {*GROUPS, *LEDGER} <= set(said)
    assert said.count("") == len(GROUPS) * (len(LEDGER) - 1) + sum(row.count("") for row in BOTH)
    page.canvas.draw()
    for cell in cells:  # no text runs out of its box
        box, text = cell.get_window_extent(), cell.get_text().get_window_extent()
        assert text.x1 <= box.x1, cell.get_text().get_text()


def test_both_are_written_as_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "kit"
    assert main(["kit", str(folder), "--print-only"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["handout.pdf", "poster.pdf"]
    for path in folder.iterdir():
        assert path.read_bytes().startswith(b"%PDF")
        assert len(re.findall(rb"/Type /Page\b", path.read_bytes())) == 1
    assert f"Wrote {folder / 'poster.pdf'}" in capsys.readouterr().out
    assert poster().axes


def test_without_workshops_or_nbconvert_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    assert main(["kit", str(tmp_path / "file"), "--print-only"]) == 2
    assert "there is a file of that name" in capsys.readouterr().err
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert main(["kit", str(tmp_path / "kit")]) == 2
    assert "pip install 'lossacc[lab]'" in capsys.readouterr().err
