"""`lossacc site`: whole pages, their links, what is kept, and the command."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

import lossacc
from lossacc.claims import pages
from lossacc.claims.catalogue import entries
from lossacc.commands.cli import main
from lossacc.commands.site import command
from lossacc.commands.site.executed import executed
from lossacc.commands.site.kept import kept, package
from lossacc.commands.site.links import broken_links
from lossacc.commands.site.verdicts import HEADINGS
from lossacc.lessons import lessons, measured
from tests.commands.site.small_site import COLOUR, NAME, small_site
from tests.project import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return small_site(tmp_path_factory.mktemp("site"), patch)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_it_has_a_page_for_everything(site: Path) -> None:
    there = {path.stem for path in site.glob("*.html")}
    results = {f"results_{lesson.notebook}" for lesson in lessons() if lesson.number}
    others = {"index", "questions", "verdicts", "results", "search", NAME}
    assert others <= there
    assert there - results == others
    assert (site / "panels" / "fake-1.js").is_file()
    assert (site / "both-fall.seeds.json").is_file()


def test_no_link_is_broken_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert broken_links(site) == []
    for path in site.glob("*.html"):
        for tag in soup(path).find_all(["script", "link", "img", "iframe"]):
            assert not re.match("(https?:)?//", str(tag.get("src") or tag.get("href") or ""))


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a href="b.html">', ["a.html: b.html"]),
        ('<a href="#c">', ["a.html: #c"]),
        ('<a href="a.html#c?"><i id="c?">', []),
        ('<script src="https://x.y/z.js">', ["a.html: https://x.y/z.js"]),
        ('<a href="https://x.y/"><img src="data:,">', []),
    ],
)
def test_a_broken_link_is_told(html: str, told: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    assert broken_links(tmp_path) == told


def test_headings_go_down_one_step_at_a_time_and_ids_are_unique(site: Path) -> None:
    for path in site.glob("*.html"):
        page = soup(path)
        levels = [int(one.name[1]) for one in page.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name
        ids = [one["id"] for one in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), path.name


def test_every_picture_has_a_text(site: Path) -> None:
    for path in site.glob("*.html"):
        for one in soup(path).find_all("svg"):
            assert one.get("role") == "img"
            assert one.get("aria-label")
        assert all(one.get("alt") for one in soup(path).find_all("img"))


def test_a_lesson_is_there_to_be_read(site: Path) -> None:
    page = soup(site / f"{NAME}.html")
    assert "2 < 3" in page.get_text()
    assert "ask('a')" not in page.get_text()  # the question is there, not the cell that asks
    assert "A. Yes." in page.get_text()
    folded = page.find("details", class_="solution")
    assert folded is not None
    assert "answer = 3" in folded.get_text()
    assert not folded.has_attr("open")
    claim = next(one for one in page.find_all("details") if "The claim" in one.get_text())
    assert claim.strong is not None
    assert claim.table is not None
    panel, other = page.find_all(class_="panel")
    assert COLOUR in panel.get_text()
    assert panel.find("green") is None
    assert panel["data-record"] == other["data-record"] == "fake-1"
    checked = [one.find(checked=True)["value"] for one in (panel, other)]
    assert checked == ["base", "fast"]
    assert [one["data-says"] for one in panel.find_all(attrs={"name": "variant"})] == [
        "As it comes.",
        "Twice as fast.",
        "Larger.",
    ]


def test_the_start_page_lets_one_try_a_run_and_leads_on(site: Path) -> None:
    page = soup(site / "index.html")
    panel = page.find(class_="panel")
    assert panel is not None
    assert panel["data-record"] == "fake-1"
    picture = page.find("figure")
    assert picture is not None
    assert picture.find_parent(class_="panel") is None  # it is there before anything is chosen
    (lesson,) = page.select(".lessons > li")
    assert lesson.select("a")[0]["href"] == f"{NAME}.html"
    for told in ("about 20 minutes for the core, and 30 for the rest", "What is in them?"):
        assert told in lesson.get_text()
    assert [one["href"] for one in page.select("td a")] == [f"{NAME}.html#1.-A-box"]
    judged = [one for one in entries() if one.id.startswith("C") and one.verdict != "fact"]
    wrong = sum(one.verdict == "wrong" for one in judged)
    told = " ".join(page.get_text().split())
    assert f"Of {len(judged)} sentences that people are told" in told
    assert f"and {wrong} wrong" in told


def test_each_sentence_stands_under_its_verdict(site: Path) -> None:
    page = soup(site / "verdicts.html")
    for one in pages.told(measured()):
        entry = one.entry
        heading = page.find("h3", id=entry.id)
        assert heading is not None
        assert heading.get_text() == entry.sentence
        group = heading.find_previous("h2")
        assert group is not None
        assert group.get_text() == HEADINGS[entry.verdict]
        why, beside, *_ = heading.find_next_siblings()
        assert entry.why in why.get_text()
        assert entry.on in why.get_text()
        assert [one["href"] for one in beside.select("a[href^=http]")] == [
            one.url for one in entry.sources
        ]
        folded = heading.find_next_sibling(["details", "h3"])
        text = folded.get_text() if folded and folded.name == "details" else ""
        words = [f"{effect.id}{effect.words}" for effect in one.effects]
        assert text == "".join(["What was measured"] * bool(words) + words)
    assert "both-fall/training: fall of the accuracy" in page.select("#C05 ~ details")[0].get_text()


def test_the_records_and_the_index_are_small_scripts(site: Path) -> None:
    text = (site / "panels" / "fake-1.js").read_text(encoding="utf-8")
    name, runs = json.loads(f"[{text.removeprefix('lossaccRecord(').removesuffix(');' + chr(10))}]")
    assert name == "fake-1"
    assert list(runs) == ["base", "fast", "large"]
    assert len(text) < 60_000
    text = (site / "search_index.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("lossaccIndex(").removesuffix(");\n"))
    boxes = [one for one in index if one["url"].startswith(NAME)]
    assert [one["title"] for one in boxes] == [
        "Three boxes",
        "1. A box",
        "Run",
        "2. Another",
        "Run",
    ]
    assert len(text) < 200_000


def test_what_was_made_is_kept_until_something_is_different(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    folder = tmp_path / "new"
    assert [kept(folder, "a", make) for _ in range(3)] == [1, 1, 1]
    assert kept(folder, ["b"], make) == 2
    (first,) = [path for path in folder.iterdir() if path.read_text() == "1"]
    first.write_text("{")  # damaged
    assert kept(folder, "a", make) == 3
    assert [kept(None, "a", make) for _ in range(2)] == [4, 5]


def test_what_cannot_be_kept_is_made_and_given(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert kept(file, "a", lambda: 1) == kept(file / "below", "a", lambda: 1) == 1


def test_what_makes_it_decides_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the commands those that run a notebook or a training, and no other."""
    monkeypatch.setattr(lossacc, "__file__", str(tmp_path / "__init__.py"))
    changed = {}
    for name in ("lab/lab.py", "commands/execute.py", "commands/site/executed.py",
                 "commands/site/recorded.py", "commands/doctor.py"):  # fmt: skip
        before = package.__wrapped__()
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
        changed[name] = package.__wrapped__() != before
        assert (Path(executed.__code__.co_filename).parents[2] / name).exists() or "lab" in name
    assert [name for name, other in changed.items() if not other] == ["commands/doctor.py"]


def test_a_notebook_is_executed_once_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from lossacc import figures, toys\nfigures.plane(toys.as_run(*toys.ten_examples()))"
    wrote = "open('left', 'w').close()"
    cells = [v4.new_code_cell(source), v4.new_code_cell(wrote)]
    notebook = tmp_path / "01_small.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), notebook)
    found = executed(notebook, tmp_path / "kept")
    data = found.cells[0].outputs[0].data
    assert "<svg" in data["text/html"]
    assert "var(--jp-ui-font-color1" in data["text/html"]  # it follows the page's theme
    assert "image/png" not in data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_small.ipynb", "kept"]
    monkeypatch.setattr("lossacc.commands.site.executed.execute", None)
    assert executed(notebook, tmp_path / "kept") == found


def test_what_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "bs4" else object())
    assert main(["site", str(tmp_path / "site")]) == 2
    assert "bs4 is missing: pip install 'lossacc[cpu,site]'" in capsys.readouterr().err
    monkeypatch.undo()
    (tmp_path / "file").touch()
    assert main(["site", str(tmp_path / "file")]) == 2
    assert "there is a file of that name" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some ten minutes where nothing is kept yet."""
    assert main(["site", str(tmp_path)]) == 0
    assert "Wrote" in capsys.readouterr().out
    series = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    for notebook in series:
        page = soup(tmp_path / f"{notebook.stem}.html")
        assert "Traceback" not in page.get_text()
        assert len(page.find_all(class_="panel")) >= 1
    test_no_link_is_broken_and_nothing_is_loaded_from_elsewhere(tmp_path)
    test_headings_go_down_one_step_at_a_time_and_ids_are_unique(tmp_path)
    test_every_picture_has_a_text(tmp_path)
    sizes = {path.name: path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < 20e6
    assert max(size for name, size in sizes.items() if name.endswith(".html")) < 1e6
