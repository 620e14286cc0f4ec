from __future__ import annotations

import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lossacc.figures.draw.place import beside, clear_ticks, rows, spread
from lossacc.figures.draw.text import Text, overlap, text_width, wrap

places = st.lists(st.floats(-50, 250), min_size=1, max_size=10)
words = st.text(st.characters(min_codepoint=33, max_codepoint=400), min_size=1, max_size=12)


@given(places)
def test_spread_keeps_a_gap_the_order_and_the_limits(wanted):
    found = spread(wanted, 18, 0, 200)
    order = np.argsort(wanted, kind="stable")
    ranked = [found[n] for n in order]
    assert all(two - one >= 18 - 1e-6 for one, two in pairwise(ranked))
    assert min(found) >= -1e-6
    assert max(found) <= 200 + 1e-6


@given(st.lists(st.integers(0, 10), min_size=1, max_size=10, unique=True))
def test_spread_leaves_alone_what_is_clear(steps):
    wanted = [20.0 * step for step in steps]
    assert spread(wanted, 18, 0, 200) == wanted


def test_spread_moves_two_that_collide_by_the_same_distance():
    assert spread([100, 104], 18, 0, 200) == pytest.approx([93, 111])


def test_spread_begins_at_the_top_where_there_is_no_room():
    assert spread([5, 5, 5], 18, 0, 20) == [0, 18, 36]


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(1, 80)), min_size=1, max_size=8))
def test_rows_never_let_two_spans_of_one_row_touch(spans):
    ends = [(left, left + width) for left, width in spans]
    chosen = rows(ends)
    for (one, row), (two, other) in combinations(zip(ends, chosen, strict=True), 2):
        assert row != other or one[1] < two[0] or two[1] < one[0]


def test_a_label_avoids_the_curve_that_passes_its_point():
    path = np.stack([np.linspace(0, 200, 200), np.full(200, 100.0)], axis=1)
    label = beside(Text(100, 100, "epoch 0"), (0, 0, 200, 200), [], path)
    left, top, right, bottom = label.box
    assert not ((path[:, 1] > top) & (path[:, 1] < bottom)).any()
    assert left >= 0
    assert right <= 200


def test_ticks_that_would_touch_are_left_out():
    ticks = [Text(10.0 * n, 0, "100000", anchor="middle") for n in range(12)]
    kept = clear_ticks(ticks)
    assert 1 < len(kept) < 12
    assert not any(overlap(one.box, two.box) for one, two in combinations(kept, 2))


@given(st.lists(words, max_size=12), st.integers(40, 400))
@example(["000", "%"], 40)  # a number and its sign are one word, here one that is too long
def test_wrap_keeps_every_word_and_the_width(parts, width):
    text = " ".join(parts)
    lines = wrap(text, 14, width)
    assert " ".join(lines).split() == text.split()
    breakable = [line for line in lines if re.search(r" (?!%)", line)]
    assert all(text_width(line, 14) <= width for line in breakable)


def test_wrap_leaves_a_per_cent_sign_with_its_number():
    for width in range(60, 400, 20):
        lines = wrap("accuracy falls from 76 % to 66 % and stays at 66 %, all in all", 14, width)
        assert not any(line.startswith("%") for line in lines)


def test_the_width_of_a_text_is_at_least_what_matplotlib_needs():
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    for text in ("validation", "ln 10 = 2.30", "no run can be here", "Loss rises by 0.490 WMW iil"):
        for weight in ("normal", "bold"):
            font = FontProperties(family="DejaVu Sans", weight=weight)
            needed = TextPath((0, 0), text, size=14, prop=font).get_extents().width
            assert needed <= text_width(text, 14, weight == "bold") <= needed * 1.2 + 5
