from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from lossacc.figures.draw.place import (
    Lines,
    beside,
    clear_ticks,
    covered,
    far_places,
    near_places,
    rows,
    spread,
)
from lossacc.figures.draw.text import Text, overlap, text_width, wrap

heights = st.lists(st.floats(-50, 250), min_size=1, max_size=10)
words = st.text(st.characters(min_codepoint=33, max_codepoint=400), min_size=1, max_size=12)


@given(heights)
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


FRAME = (0.0, 0.0, 336.0, 230.0)  # of a plane in a panel
spots = st.tuples(st.floats(0, FRAME[2]), st.floats(0, FRAME[3]))
paths = st.lists(spots, min_size=2, max_size=30).map(np.array)


def pieces(path):
    return np.concatenate([path[:-1], path[1:]], axis=1)


def crosses(box, piece):
    """Tell whether a piece of line has a point in a box, by cutting it at the box's edges."""
    start, end = piece[:2], piece[2:]
    with np.errstate(all="ignore"):
        cuts = [(edge - start[n % 2]) / (end - start)[n % 2] for n, edge in enumerate(box)]
    ends = sorted([0.0, 1.0, *(cut for cut in cuts if 0 < cut < 1)])
    middles = [start + (end - start) * (one + two) / 2 for one, two in pairwise(ends)]
    return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in middles)


def is_free(place, drawn, margin):
    left, top, right, bottom = place.box
    around = left - margin, top - margin, right + margin, bottom + margin
    return is_inside(place) and not any(crosses(around, piece) for piece in drawn)


def is_inside(place):
    left, top, right, bottom = place.box
    return left >= 0 and top >= 0 and right <= FRAME[2] and bottom <= FRAME[3]


@given(st.lists(paths, min_size=1, max_size=3), st.sampled_from(["epoch 30", "no decay, epoch 80"]))
@settings(max_examples=300)
def test_a_label_covers_no_path_where_a_place_is_free(drawn, words):
    lines = np.concatenate([pieces(path) for path in drawn])
    label = Text(*drawn[0][-1], words, 15, bold=True)
    held = beside(label, FRAME, [], Lines(lines))
    offered = [*offers(label)]
    if any(is_free(place, lines, 2.1) for place in offered):
        event("a place is free")
        assert is_free(held, lines, 1.9)
    else:
        event("no place is free")
        inside = [place for place in offered if is_inside(place)]
        assert crossed(held, lines) <= min(crossed(place, lines) for place in inside)


def offers(label):
    """Give every place that a label may go to."""
    for x, y, _ in [*near_places(label), *far_places(label, FRAME)]:
        yield replace(label, x=float(x), y=float(y))


def crossed(label, lines):
    return covered(np.array([label.box]), lines)[0]


@given(paths, st.integers(1, 30))
def test_every_place_leaves_the_point_to_be_seen(path, letters):
    x, y = path[-1]
    for place in offers(Text(x, y, "e" * letters, 15)):
        left, top, right, bottom = place.box
        assert not (left - 7 < x < right + 7 and top - 7 < y < bottom + 7)


def test_a_label_crosses_a_line_of_reference_rather_than_a_curve():
    across = [[0.0, y, 336.0, y] for y in range(0, 231, 6) if not 80 < y < 120]
    level = [[0.0, 100.0, 336.0, 100.0]]
    held = beside(Text(100, 100, "epoch 30"), FRAME, [], Lines(np.array(across), np.array(level)))
    assert (crossed(held, np.array(across)), crossed(held, np.array(level))) == (0, 1)


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
