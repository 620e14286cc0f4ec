"""The plane without a run: what no network can reach is shaded, and every way stays inside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossacc.figures.draw import Area, Line, Panel
from lossacc.figures.plane_map import plane_map


@pytest.mark.parametrize("paths", [False, True])
def test_the_shaded_part_is_the_bound(paths: bool) -> None:
    (panel,) = plane_map(paths=paths).panels
    assert isinstance(panel, Panel)
    (area,) = [mark for mark in panel.marks if isinstance(mark, Area)]
    assert area.high == pytest.approx((1 - area.x / 100) * math.log(2))
    for line in panel.references:
        assert math.exp(line.value) == pytest.approx(float(line.label.removeprefix("ln ")))


def test_every_way_is_named_and_stays_where_a_network_can_be() -> None:
    (panel,) = plane_map(paths=True).panels
    assert isinstance(panel, Panel)
    ways = [mark for mark in panel.marks if isinstance(mark, Line)]
    assert len(ways) == 8 == (len(panel.notes) - 1) / 2
    for way in ways:
        assert ((way.x >= 0) & (way.x <= 100) & (way.y < panel.y.high)).all()
        assert (way.y > (1 - way.x / 100) * np.log(2)).all()
    together = [way for way in ways if np.prod([np.diff(way.x), np.diff(way.y)]) > 0]
    assert {way.role for way in together} == {"stayed wrong"}
    assert len(together) == 2


@pytest.mark.parametrize("paths", [False, True])
def test_both_renderers_draw_it(paths: bool) -> None:
    picture = plane_map(paths=paths)
    assert picture.title in picture.svg()
    assert len(picture.figure().axes) == 1
    assert ("both fall" in picture.alt) == paths
