"""The page `.github/ACCESSIBILITY.md`, written from what was found."""

from __future__ import annotations

import os
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from tests.browser.measured_site import weights
from tests.figures.draw.colour_vision import SEEN, nearest, strokes_apart

SCHEMES = ("light", "dark")
# What JupyterLab's own style breaks, in everybody's notebooks: links in a text that are told by
# their colour alone, and the colours of code, whose classes are CodeMirror's.
THEIRS = ("link-in-text-block,", 'class="\u037c')
FAMILIES = {
    "training, validation, penalty": ["training", "validation", "penalty"],
    "runs that are compared": [f"variant {n}" for n in range(1, 6)],
    "bars of the ledger": ["stayed right", "stayed wrong", "newly right", "newly wrong"],
    "boxes around a stretch": ["red box", "green box", "blue box"],
}


@dataclass(frozen=True)
class Row:
    """What was found in one thing, under one scheme.

    Parameters
    ----------
    kind, name, scheme
        "site", "slides" or "notebook"; which; "light" or "dark".
    serious
        Violations that axe calls serious or critical.
    lesser
        The rules that the others break, each with how often.
    paint, loaded
        Milliseconds to the first paint, and until all is loaded; of a page of the site alone.
    runs
        How many recorded runs were chosen by keyboard; of a page of the site alone.
    """

    kind: str
    name: str
    scheme: str
    serious: list[str]
    lesser: dict[str, int] = field(default_factory=dict)
    paint: float = 0.0
    loaded: float = 0.0
    runs: int = 0

    @property
    def ours(self) -> list[str]:
        """The serious violations without those of JupyterLab's own style."""
        theirs = THEIRS if self.kind == "notebook" else ()
        return [one for one in self.serious if not any(mark in one for mark in theirs)]


def report(rows: list[Row], site: Path, notebooks: Sequence[str]) -> str:
    """Write the page; it names what was not looked at, of all notebooks."""
    seen = {row.name for row in rows}
    unseen = [name for name in notebooks if name not in seen]
    lines = [
        "# Accessibility, as measured",
        "",
        "`python -m tests.browser.accessibility SITE KIT` writes this page. axe-core looks at",
        "what we show, as it stands in a real browser: texts and outputs of every notebook in",
        "JupyterLab, with panels and questions live; every slide; every page of the site.",
        "",
        "| what | how many | serious, light | serious, dark | lesser rules that are broken |",
        "|---|---|---|---|---|",
        *(_line(kind, rows) for kind in dict.fromkeys(row.kind for row in rows)),
        "",
        *(f"- {row.name}, {row.scheme}: {one}" for row in rows for one in row.ours),
        "",
        *(f"Not looked at yet: {name}" for name in [", ".join(unseen)] if unseen),
        "",
        f"Not counted: {sum(len(row.serious) - len(row.ours) for row in rows)} places in",
        "notebooks, light and dark, where JupyterLab's own style breaks a rule in everybody's: it",
        "tells links in a text by their colour alone, and writes comments in code too pale. On the",
        "site, and in what we show ourselves, links are underlined and code is darker.",
        "",
        *_site([row for row in rows if row.kind == "site"], site),
        "",
        "## Colours",
        "",
        "The two of each family that lie nearest: CIE 1976 distance of their colours, as seen by",
        "most, by people with the three kinds of colour blindness (Machado and others 2009), and",
        "in grey, where it is the difference in lightness. From 2 or 3 on a difference is seen,",
        "from about 10 at a glance. Where colours fail, strokes tell: the last column is the share",
        "of the way on which only one of two lines has ink, at the least favourable shift.",
        "",
        f"| family | {' | '.join(SEEN)} | strokes |",
        f"|---|{'---|' * (len(SEEN) + 1)}",
        *(_colours(name, roles) for name, roles in FAMILIES.items()),
        "",
        "Bars stand in places with their names beside them, and boxes carry their name.",
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _line(kind: str, rows: list[Row]) -> str:
    own = [row for row in rows if row.kind == kind]
    serious = [sum(len(row.ours) for row in own if row.scheme == scheme) for scheme in SCHEMES]
    lesser = sum((Counter(row.lesser) for row in own), Counter[str]())
    told = ", ".join(f"{rule} ({count})" for rule, count in sorted(lesser.items())) or "none"
    return f"| {kind} | {len({row.name for row in own})} | {serious[0]} | {serious[1]} | {told} |"


def _site(rows: list[Row], site: Path) -> Iterator[str]:
    """Say what the site weighs, how soon it shows, and what was chosen by keyboard."""
    yield from ("## The site", "", "| what | files | MB | MB compressed |", "|---|---|---|---|")
    found = weights(site)
    for kind, sizes in {
        **found,
        "together": [one for many in found.values() for one in many],
    }.items():
        plain, packed = (sum(column) / 1e6 for column in zip(*sizes, strict=True))
        yield f"| {kind} | {len(sizes)} | {plain:.2f} | {packed:.2f} |"
    runs = sum(row.runs for row in rows if row.scheme == SCHEMES[0])
    paints = [row.paint for row in rows]
    yield from (
        "",
        f"{runs} times, on each panel each variant once, a recorded run was chosen and shown by",
        "keyboard alone, light and dark. No page asked for anything but the site's own files.",
        f"From the disk, beside a load of {os.getloadavg()[0]:.0f}, a first paint came after",
        f"{statistics.median(paints):.0f} ms at the median and {max(paints):.0f} ms at most.",
        "",
        "| page | kB | compressed | first paint | all loaded |",
        "|---|---|---|---|---|",
    )
    largest = max(site.glob("*.html"), key=lambda path: path.stat().st_size)
    yield from (_page(name, rows, site) for name in dict.fromkeys(("index", largest.stem)))


def _page(name: str, rows: list[Row], site: Path) -> str:
    own = [row for row in rows if row.name == name]
    plain, packed = weights(site, f"{name}.html")["pages"][0]
    paint, loaded = max(row.paint for row in own), max(row.loaded for row in own)
    sizes = f"{plain / 1e3:.0f} | {packed / 1e3:.0f}"
    return f"| `{name}.html` | {sizes} | {paint:.0f} ms | {loaded:.0f} ms |"


def _colours(name: str, roles: list[str]) -> str:
    found = " | ".join(f"{nearest(roles, eyes)[0]:.0f}" for eyes in SEEN)
    least = min(strokes_apart(*pair) for pair in combinations(roles, 2))
    return f"| {name} | {found} | {f'{least:.0%}' if least else 'all solid'} |"
