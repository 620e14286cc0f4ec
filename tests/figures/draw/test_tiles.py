from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.figures.draw import Panel, Picture, Thumbnails, Tick, axis
from lossacc.figures.draw.axes import Axis
from lossacc.figures.draw.layout import layout


def thumbnails(count, words="label 8") -> Thumbnails:
    return Thumbnails("Images", tuple(np.zeros((8, 8)) for _ in range(count)), ((words,),) * count)


@given(st.integers(1, 12), st.integers(200, 900), st.sampled_from(["8", "label 8, told 3"]))
def test_images_stand_in_rows_as_even_as_can_be_and_stay_inside(count, width, words):
    picture = Picture("t", "a", (thumbnails(count, words),), width=width)
    tiles = layout(picture).panels[0].tiles
    rows = [[tile for tile in tiles if tile.top == top] for top in sorted({t.top for t in tiles})]
    assert sum(map(len, rows)) == count
    assert len({len(row) for row in rows[:-1]}) <= 1
    assert len(rows[0]) - len(rows[-1]) < len(rows)
    assert max(tile.left + tile.size for tile in tiles) <= width


def named(label, names) -> Panel:
    ticks = tuple(Tick(float(n), name) for n, name in enumerate(names))
    return Panel(axis("images", [0, 9]), Axis(label, -0.5, len(names) - 0.5, ticks, grid=False), ())


@pytest.mark.parametrize(("width", "times"), [(900, 1), (400, 2)])
def test_rows_are_named_once_where_panels_stand_side_by_side(width, times):
    names = ("stayed right", "newly wrong")
    plan = layout(Picture("t", "a", (named("one", names), named("two", names))), width)
    for name in names:
        assert [text.text for text in plan.texts()].count(name) == times


def test_other_names_are_kept():
    plan = layout(Picture("t", "a", (named("one", ("a", "b")), named("two", ("c",)))), 900)
    assert {"a", "b", "c"} <= {text.text for text in plan.texts()}


def test_headings_that_would_touch_stand_one_below_the_other():
    long = "a heading that needs a good deal of the width"
    plan = layout(Picture("t", "a", (named(long, ("a",)), named(long, ("b",)))), 560)
    tops = [placed.frame[1] for placed in plan.panels]
    assert tops[0] < tops[1]
