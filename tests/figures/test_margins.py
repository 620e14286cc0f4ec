"""One example against both rulers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.figures import two_rulers
from lossacc.figures.draw import Line, Points, figure, svg
from lossacc.figures.draw.layout import layout

SIX = (0.99, 0.90, 0.51, 0.49, 0.10, 0.01)


def marks(kind, panel):
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def test_the_title_says_what_both_rulers_do() -> None:
    assert two_rulers(SIX).title == (
        "As p sinks from 0.99 to 0.01 the loss climbs from 0.010 to 4.61, "
        "while the count drops once"
    )
    assert two_rulers([0.9, 0.6]).title.endswith("while the count stays")


@given(st.lists(st.floats(0.001, 0.999), min_size=2, max_size=9))
@settings(max_examples=40)
def test_the_dots_lie_on_the_curves(probabilities: list[float]) -> None:
    loss, count = two_rulers(probabilities).panels
    (dots,), (curve,) = marks(Points, loss), marks(Line, loss)
    p = np.array(sorted(probabilities, reverse=True))
    assert dots.y == pytest.approx([-math.log(one) for one in p])
    assert 1 / (1 + np.exp(-dots.x)) == pytest.approx(p)
    assert curve.y == pytest.approx([math.log(1 + math.exp(-m)) for m in curve.x])
    assert curve.x[0] <= dots.x.min()
    assert curve.x[-1] >= dots.x.max()
    assert curve.y.max() <= loss.y.high
    assert marks(Points, count)[0].y.tolist() == [float(one > 0.5) for one in p]


def test_the_numbers_are_in_the_table() -> None:
    rows = two_rulers(SIX).table.rows
    assert [row[0] for row in rows] == pytest.approx(SIX)
    assert [row[3] for row in rows] == [1, 1, 1, 0, 0, 0]


def test_both_renderers_draw_it() -> None:
    picture = two_rulers(SIX)
    assert "counts as right" in svg(picture)
    figure(picture).draw_without_rendering()
    assert layout(picture, picture.width)
