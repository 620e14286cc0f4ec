"""The names of curves that end before the right edge, and the texts beside bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.figures.draw import Bars, Line, Panel, Picture, Points, axis
from lossacc.figures.draw.layout import layout
from lossacc.figures.draw.names import at_edge, early_names, edge_names
from lossacc.figures.draw.plot_area import Placed
from lossacc.figures.draw.text import Text, overlap

ACROSS = axis("epoch", [0, 60], low=0, high=60)
UPWARDS = axis("loss, nats", [0, 4], low=0, high=4)


def line(rows, level, label, **settings) -> Line:
    x = np.arange(float(rows))
    return Line(x, np.full(rows, float(level)), "validation", label, **settings)


def placed(*marks, width=500) -> Placed:
    panel = Panel(ACROSS, UPWARDS, marks)
    return layout(Picture("t", "a", (panel,), width=width)).panels[0]


def text(where: Placed, words: str) -> Text:
    return next(one for one in where.texts if one.text == words)


def test_a_curve_is_named_where_it_ends():
    panel = Panel(ACROSS, UPWARDS, (line(61, 1, "base"), line(13, 2, "clipped"), line(9, 3, "")))
    assert [name.text for name in edge_names(panel)] == ["base"]
    assert [name.text for name in early_names(panel)] == ["clipped"]


def test_a_curve_that_is_lost_on_its_way_is_named_there():
    lost = line(61, 1, "lost")
    lost.y[20:] = np.nan
    panel = Panel(ACROSS, UPWARDS, (lost, replace(lost, y=lost.y * np.nan, label="nothing")))
    assert [name.at for name in early_names(panel)] == [(19.0, 1.0)]
    assert [(name.text, name.at) for name in edge_names(panel)] == [("nothing", None)]


def test_a_curve_without_a_point_has_a_name_and_no_line_to_it():
    where = placed(replace(line(61, 1, "nothing"), y=np.full(61, np.nan)))
    assert text(where, "nothing").x > where.frame[2]
    assert where.leaders == ()


@given(st.integers(1, 61), st.floats(0, 4))
def test_no_line_to_a_name_crosses_the_panel(rows, level):
    """It stays within a tenth of the panel, or outside."""
    where = placed(line(rows, level, "clipped"), line(61, 2, "base", faint=True))
    left, _, right, _ = where.frame
    for leader in where.leaders:
        assert min(leader.x1, right) - leader.x0 <= 0.15 * (right - left) + 1


def test_curves_that_end_together_are_named_in_their_order_and_tied():
    where = placed(line(13, 2.0, "upper"), line(13, 1.9, "lower"), line(61, 1, "base"))
    upper, lower = text(where, "upper"), text(where, "lower")
    assert upper.x == lower.x
    assert lower.y - upper.y >= 18 - 1e-6
    ties = [tie for tie in where.leaders if tie.x1 < where.frame[2]]
    assert sorted(tie.y1 for tie in ties) == pytest.approx([upper.y, lower.y])
    assert [tie.x0 for tie in ties] == pytest.approx([where.x(12.0)] * 2)


def test_curves_that_end_together_near_the_names_at_the_edge_are_not_covered_by_their_names():
    where = placed(line(50, 2.0, "one of the two"), line(50, 1.9, "the other one"), width=300)
    upper, lower = (text(where, words).box for words in ("one of the two", "the other one"))
    assert max(upper[2], lower[2]) <= where.frame[2]
    assert upper[3] < where.y(2.0)
    assert where.y(1.9) < lower[1]


def test_names_in_a_panel_stand_out_from_curves_and_faint_ones_are_pale():
    where = placed(line(13, 2, "clipped"), line(30, 3, "base", faint=True), line(61, 1, "edge"))
    assert text(where, "clipped").halo
    assert text(where, "base").pale
    assert not text(where, "clipped").pale
    assert not text(where, "edge").halo


def test_a_name_avoids_the_labels_of_points():
    end = Points(np.array([30.0]), np.array([2.0]), "validation", ("epoch 30",))
    where = placed(line(31, 2, "clipped"), end)
    assert overlap(text(where, "epoch 30").box, text(where, "clipped").box) == 0


def test_at_the_edge_every_name_has_its_line():
    where = placed(line(61, 1, "one"), line(61, 1.05, "two"))
    texts, leaders = at_edge(where)
    assert abs(texts[0].y - texts[1].y) >= 18 - 1e-6
    assert [leader.y1 for leader in leaders] == [one.y for one in texts]


def bar(start, end, width=500) -> Placed:
    one = [np.array([value]) for value in (start, end, 0.5, 1.5)]
    marks = (
        Line(np.zeros(2), np.array([0.0, 4.0]), "reference", dash=()),
        Bars(*one, "stayed wrong", texts=("+0.123",), texts_at="beside"),
    )
    panel = Panel(axis("change", [], low=-10.0, high=10.0), UPWARDS, marks)
    return layout(Picture("t", "a", (panel,), width=width)).panels[0]


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        *[(0, 4, True), (0, -4, False), (-2, 3, True), (3, -2, False), (8, 6, False)],
        *[(-8, -6, True), (9, 10, True), (-9, -10, False)],
        # The other end, rather than across the line at zero.
        *[(1.0, 0.8, True), (-1.0, -0.8, False)],
    ],
)
def test_a_bars_text_stands_where_the_bar_points_to(start, end, right):
    where = bar(start, end)
    box = text(where, "+0.123").box
    assert box[0] >= where.x(max(start, end)) if right else box[2] <= where.x(min(start, end))


@given(st.floats(-10, 10), st.floats(-10, 10), st.integers(200, 900))
def test_a_bars_text_never_crosses_the_line_at_zero_or_leaves(start, end, width):
    where = bar(start, end, width)
    left, _, right, _ = text(where, "+0.123").box
    assert not left < where.x(0.0) < right
    assert 0 <= left < right <= width
