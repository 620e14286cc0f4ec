"""Write the site: every page, the recorded runs, the index of the search; then check its links."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lossacc import lessons
from lossacc.claims.pages import told
from lossacc.commands.site import recorded
from lossacc.commands.site.executed import executed
from lossacc.commands.site.front import front_page
from lossacc.commands.site.kept import kept
from lossacc.commands.site.links import broken_links
from lossacc.commands.site.pages import (
    TEMPLATES,
    evidence,
    filled,
    list_page,
    notebook_page,
    panels,
    questions_page,
    result_pages,
    whole,
)
from lossacc.commands.site.recorded import Panel
from lossacc.commands.site.tidy import Page, tidied
from lossacc.commands.site.verdicts import verdicts_page
from lossacc.lessons.registry import pages as texts_of_results
from lossacc.support.files import write_whole

STATIC = ("site.css", "site.js", "theme.js", "search.js")
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A step that may take minutes.

    Parameters
    ----------
    kind
        "notebooks" or "panels": what is made.
    done, of
        How many of the kind are made, and of how many.
    words
        What begins now; empty where all of the kind are made.
    """

    kind: str
    done: int
    of: int
    words: str


Say = Callable[[Step], None]


def build(notebooks: Sequence[Path], folder: Path, kept_in: Path | None, say: Say) -> None:
    """Write the site of some notebooks.

    Parameters
    ----------
    notebooks
        The files, in reading order.
    folder
        Where to write; it exists.
    kept_in
        Where what was executed and trained before is kept; None keeps nothing.
    say
        Called before each step that may take minutes, and after the last of each kind.

    Raises
    ------
    ValueError
        If a notebook cannot be run, or a link leads nowhere.
    OSError
        If a file cannot be written.
    """
    names = [path.stem for path in notebooks]
    series, found = [], []
    for path in _said(notebooks, "notebooks", lambda path: f"Executing {path.name}", say):
        notebook = executed(path, kept_in)
        series.append((notebook_page(path.stem, notebook, names), notebook))
        found += panels(notebook)
    _write_records(found, folder, kept_in, say)
    front = front_page(series)
    _write_pages(front, [page for page, _ in series], _measured(names), folder)
    for lesson in lessons.lessons():
        for name, content in evidence(lesson).items():
            write_whole(folder / name, content)
    for name in STATIC:
        shutil.copyfile(TEMPLATES / name, folder / name)
    if broken := broken_links(folder):
        raise ValueError(f"{len(broken)} links lead nowhere: {'; '.join(broken[:10])}")


def _write_records(found: Sequence[Panel], folder: Path, kept_in: Path | None, say: Say) -> None:
    """Train what the panels show, and write it beside the pages."""
    (folder / "panels").mkdir(exist_ok=True)
    records = [*shared(found).items()]
    for name, panel in _said(records, "panels", _training, say):
        what = ["record", panel.experiment, panel.seed, sorted(panel.variants), dict(panel.moved)]
        runs = kept(kept_in, what, partial(recorded.record, panel))
        write_whole(folder / "panels" / f"{name}.js", script("lossaccRecord", name, runs))


def _training(record: tuple[str, Panel]) -> str:
    panel = record[1]
    return f"Training {len(panel.variants)} variants of {panel.experiment}"


def _said(things: Sequence[T], kind: str, words: Callable[[T], str], say: Say) -> Iterator[T]:
    """Go through what takes minutes each, and say how far it is."""
    of = len(things)
    for done, thing in enumerate(things):
        say(Step(kind, done, of, words(thing)))
        yield thing
    say(Step(kind, of, of, ""))


def shared(found: Sequence[Panel]) -> dict[str, Panel]:
    """Give the panels to train, by the name of their record: several may share one."""
    by_name: defaultdict[str, list[Panel]] = defaultdict(list)
    for panel in found:
        by_name[panel.name].append(panel)
    return {name: recorded.together(panels) for name, panels in by_name.items()}


def script(function: str, *values: Any) -> str:
    """Write data as a script: a page opened from a disk may load nothing else."""
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in values]
    return f"{function}({','.join(texts)});\n"


def _measured(names: Sequence[str]) -> list[Page]:
    """Give the pages of the questions, of the verdicts and of the results."""
    texts = texts_of_results()
    pages = result_pages(texts, names)
    listed = list_page("results", pages=pages)
    verdicts = verdicts_page(told(lessons.measured()), names)
    return [questions_page(names), verdicts, listed, *pages]


def _write_pages(
    front: Page, series: Sequence[Page], measured: Sequence[Page], folder: Path
) -> None:
    beside = zip([None, *series], series, [*series[1:], None], strict=False)
    for before, page, after in beside:
        write_whole(folder / f"{page.name}.html", whole(page, before, after))
    for page in measured:
        write_whole(folder / f"{page.name}.html", whole(page))
    for page in (front, tidied("search", filled("search"), ())):
        write_whole(folder / f"{page.name}.html", whole(page))
    index = [*_index([*series, *measured])]
    write_whole(folder / "search_index.js", script("lossaccIndex", index))


def _index(pages: Sequence[Page]) -> Iterator[dict[str, str]]:
    """Give what the search knows: each section with its address."""
    for page in pages:
        for one in page.sections:
            url = f"{page.name}.html#{one.id}"
            yield {"page": page.title, "title": one.title, "url": url, "text": one.text}
