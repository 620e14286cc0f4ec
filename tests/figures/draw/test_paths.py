from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.figures.draw.paths import arrowheads, pieces, straightened, thinned

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(st.lists(st.sampled_from([1.0, 2.0, np.nan, np.inf]), max_size=12))
def test_pieces_hold_every_finite_point_once_and_break_at_the_others(y):
    y = np.array(y)
    x = np.arange(len(y), dtype=float)
    found = list(pieces(x, y))
    kept = np.concatenate([part[0] for part in found]) if found else np.zeros(0)
    assert kept.tolist() == x[np.isfinite(y)].tolist()
    assert all((np.diff(part[0]) == 1).all() for part in found)


@given(values, st.integers(10, 60))
def test_thinning_keeps_the_ends_the_extremes_and_the_order(y, most):
    y = np.array(y)
    x = np.arange(len(y), dtype=float)
    kept_x, kept_y = thinned(x, y, most)
    assert (kept_y == y[kept_x.astype(int)]).all()
    assert (np.diff(kept_x) > 0).all()
    assert (kept_x[0], kept_x[-1]) == (0, len(y) - 1)
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    assert len(kept_x) <= max(2 * most, 4)


def test_arrowheads_point_along_the_path():
    heads = arrowheads(np.array([0.0, 100.0]), np.array([50.0, 50.0]))
    assert len(heads) == 4
    for tip, left, right in heads:
        assert tip[0] > left[0] == pytest.approx(right[0])
        assert tip[1] == pytest.approx(50)
    back = arrowheads(np.array([100.0, 0.0]), np.array([50.0, 50.0]))
    assert all(tip[0] < left[0] for tip, left, _ in back)


@pytest.mark.parametrize("points", [[], [3.0], [3.0, 4.0], [5.0, 5.0], [np.nan, np.nan]])
def test_a_path_that_hardly_moves_has_no_arrowheads(points):
    assert arrowheads(np.array(points), np.array(points)) == []


def distance(point, one, two):
    """From a point to a straight piece, by the textbook."""
    square = np.dot(two - one, two - one)  # 0 also where a piece is so short that it underflows
    share = np.clip(np.dot(point - one, two - one) / square, 0, 1) if square else 0.0
    return np.hypot(*(one + share * (two - one) - point))


points = st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=80)


@given(points, st.booleans())
def test_straightening_keeps_the_ends_and_stays_within_a_pixel(found, sort):
    xy = np.array(sorted(found) if sort else found)
    kept = np.stack(straightened(*xy.T), axis=1)
    assert (kept[[0, -1]] == xy[[0, -1]]).all()
    for point in xy:
        nearest = min((distance(point, *piece) for piece in pairwise(kept)), default=0.0)
        assert nearest <= 1 or len(kept) == 1


def test_a_straight_stretch_needs_few_points_and_a_spike_stays():
    x, y = np.arange(257.0), np.zeros(257)
    assert len(straightened(x, y)[0]) <= 257 / 16 + 2
    y[100] = 50.0
    assert 50.0 in straightened(x, y)[1]


def test_a_path_that_doubles_back_keeps_its_turns():
    x = np.array([0.0, 100.0, 40.0, 70.0, 0.0])
    assert straightened(x, np.zeros(5))[0].tolist() == x.tolist()
