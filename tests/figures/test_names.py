"""Names of any kind in every public figure: drawn by both renderers, seen, and told apart."""

from __future__ import annotations

import io
import unicodedata
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from lossacc import figures
from lossacc.analysis.calibration import reliability
from lossacc.analysis.label_conflicts import find_conflicts
from lossacc.analysis.ledger import ledger
from lossacc.analysis.weight_norms import KERNEL_NORM
from lossacc.data import Examples
from lossacc.figures.draw import figure, show, svg
from lossacc.figures.draw.fonts import Fonts, fonts_for
from lossacc.losses.logit_slice import along_bias
from lossacc.support.text import shown_names
from tests.figures.test_mode_gap import ALL, gap_of
from tests.made_runs import random_scores, run_of, staged

RUN = replace(
    run_of(random_scores(0, 6, 30, 6), random_scores(1, 6, 30, 6), rate=[np.nan] + [0.1] * 5),
    printed={"loss": np.linspace(2, 1, 6), KERNEL_NORM: np.linspace(8, 4, 6)},
)
PHASES = staged(0.8, 0.8, 0.9, 0.78, 0.7, 0.82)
IMAGES = np.zeros((30, 4, 4, 1), np.float32)
# Sixes of names: signs of markup and formulas, what is hidden, what is long, scripts of the world.
HOSTILE = {
    "markup": ("$\\frac$", "$x^2$", "\\alpha", "<b>bold</b>", "</text></svg>", "a & b\"'"),
    "control": ("\x00", "\x1b[31mred", "a\tb\nc\x7f\x85", "\ufffe", "\uffff", "\U0001ffff"),
    "halves": ("\ud800", "\udfff", "caf\udce9", "a\u2028b", "c\u2029d", "e\x0bf"),
    "direction": ("\u202eabc", "\u2067x", "a\u200fb", "cat", "cat\u200b", "\ufeffcat"),
    "long": ("W" * 10_000, "W" * 9_999 + "V", "word " * 2_000, "", " ", "\u00a0"),
    "scripts": ("\u732b", "\u05db\u05dc\u05d1", "\u0643\u0644\u0628", "e\u0301\u0302",
                "\u0915\u0941\u0924\u094d\u0924\u093e", "\U0001f431\u200d\U0001f409"),
    "signs": ("_", "_nolegend_", "%", "100 %", "%s {0}", "caf\u00e9"),
}  # fmt: skip


def runs_named(names):
    return dict(zip(names, (RUN,) * 6, strict=True))


def conflicting(names):
    labels = np.array(names)[np.arange(30) % 6]
    return find_conflicts(IMAGES, labels)


FIGURES = {
    "boxed_curves": lambda names: figures.boxed_curves(PHASES),
    "boxed_ledgers": lambda names: figures.boxed_ledgers(PHASES),
    "boxed_plane": lambda names: figures.boxed_plane(PHASES),
    "class_curves": lambda names: figures.class_curves(RUN, names=names),
    "compare": lambda names: figures.compare(runs_named(names)),
    "conflicts": lambda names: figures.conflicts(conflicting(names)),
    "confusion_picture": lambda names: figures.confusion_picture(RUN, names=names),
    "curves": lambda names: figures.curves(RUN, earlier=runs_named(names), name=names[0]),
    "examples": lambda names: figures.examples(Examples(IMAGES, np.arange(30) % 6, names)),
    "kernel_curves": lambda names: figures.kernel_curves(runs_named(names)),
    "ledger_picture": lambda names: figures.ledger_picture(ledger(RUN, 0, 5)),
    "losses": lambda names: figures.losses(RUN, -1, Examples(IMAGES, np.arange(30) % 6, names)),
    "mode_picture": lambda names: figures.mode_picture(gap_of(0.5, ALL)),
    "objective": lambda names: figures.objective(RUN, lines=dict.fromkeys(names, 1.0)),
    "penalty_picture": lambda names: figures.penalty_picture(RUN),
    "plane": lambda names: figures.plane(RUN, earlier=runs_named(names), name=names[0]),
    "reliability_picture": lambda names: figures.reliability_picture(
        dict.fromkeys(names, reliability(RUN.train, -1))
    ),
    "steps": lambda names: figures.steps(RUN),
    "stretches": lambda names: figures.stretches(runs_named(names), (1, 5), since=0),
    "surface": lambda names: figures.surface(along_bias(RUN.train, places=11)),
    "two_rulers": lambda names: figures.two_rulers([0.9, 0.5]),
}  # fmt: skip
NAMED = {"class_curves", "compare", "confusion_picture", "curves", "kernel_curves", "plane",
         "reliability_picture", "stretches"}  # fmt: skip


TAKE_NAMES = NAMED | {"conflicts", "examples", "losses", "objective"}


def test_every_public_figure_is_here():
    assert set(FIGURES) == set(figures.__all__)


def seen(text):
    """Whether nothing in a text is hidden, moves its neighbours or breaks a file."""
    return all(
        unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")
        and c not in "\u202e\u2067\u200f\u200b\ufeff"
        for c in text
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name in FIGURES for kind in (HOSTILE if name in TAKE_NAMES else ("markup",))],
)
def test_both_renderers_draw_it(name, kind, monkeypatch):
    monkeypatch.setattr(
        show, "_SHARP", 0.25
    )  # a small image is drawn as a large one is, and quicker
    picture = FIGURES[name](HOSTILE[kind])
    drawn = ElementTree.fromstring(svg(picture))
    texts = [node.text or "" for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert all(
        map(
            seen,
            [*texts, drawn.get("aria-label"), repr(picture), *picture.table.text().split("\n")],
        )
    )
    assert all(text in drawn.get("aria-label") for text in [picture.title])
    if name in NAMED:
        told = (
            " ".join(texts)
            + " ".join(str(cell) for row in picture.table.rows for cell in row)
            + " ".join(picture.table.columns)
        )
        for one in shown_names(HOSTILE[kind]):
            assert one.split()[0] in told
    assert float(drawn.get("height")) < 1500
    shown_in_cell = picture._repr_mimebundle_()
    ElementTree.fromstring(shown_in_cell["text/html"])
    shown_in_cell["text/plain"].encode()
    width, height = Image.open(io.BytesIO(shown_in_cell["image/png"])).size
    assert 4 * width == pytest.approx(int(drawn.get("width")), abs=4)
    if kind != "scripts":  # numbers in place of letters that no font here has may need more room
        assert 4 * height == pytest.approx(int(drawn.get("height")), abs=4)


@pytest.mark.parametrize("name", FIGURES)
def test_a_settings_file_of_matplotlib_changes_no_letter(name):
    import matplotlib

    picture = FIGURES[name](HOSTILE["markup"])
    with matplotlib.rc_context({"text.usetex": True, "text.parse_math": True}):
        sheet = figure(picture)
        sheet.draw_without_rendering()
    for text in sheet.findobj(Text):
        assert not (text.get_text() and (text.get_parse_math() or text.get_usetex()))


def test_letters_that_no_font_has_are_written_by_their_numbers():
    fonts = Fonts(lacking=frozenset("\u732b\u72ac"))
    assert fonts.written("\u732b, cat") == "\\u732b, cat"
    told = fonts.written(FIGURES["compare"](("\u732b", "\u72ac", "a", "b", "c", "d")))
    assert [line.label for line in told.panels[0].marks][:3] == ["\\u732b", "\\u72ac", "a"]
    assert fonts.written("cat") == "cat"
    assert fonts_for(["cat", "\u00e9", "\u03b1"]) == Fonts()
    found = fonts_for(["\u732b"])
    assert len(found.families) > 1 or found.lacking == frozenset("\u732b")
