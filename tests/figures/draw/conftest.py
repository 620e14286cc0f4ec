from __future__ import annotations

import numpy as np
import pytest

from lossacc.figures.draw import (
    Area,
    Bars,
    Line,
    Note,
    Panel,
    Picture,
    Points,
    Reference,
    Table,
    Thumbnails,
    axis,
)


@pytest.fixture
def everything() -> Picture:
    """A picture with every kind of mark, and signs that markup must escape."""
    x = np.arange(10.0)
    line = Line(x, x * 10, "validation", "a < b & c", band=(x * 9, x * 11))
    gap = Line(x, np.where(x == 4, np.nan, 50 - x), "training", "$x^2$ & 'd'", arrows=True)
    points = Points(x[:2], x[:2] * 20, "validation", ("start <1>", "end"), hollow=True)
    area = Area(x, 0 * x, x, "forbidden")
    first = Panel(
        axis('epoch "n"', x),
        axis("loss, nats", x * 11),
        (line, gap, points, area),
        (Reference(30.0, "ln 2 = 0.693"), Reference(3.0, "base rate", "x")),
        (Note(1.0, 90.0, "a note"),),
    )
    left = np.array([0.0, 2.0])
    bars = Bars(left, left + 1, 0 * left, left + 3, "newly right", "right", ("3 of", "5 of"))
    hollow = Bars(left + 1, left + 2, 0 * left, left + 1, "newly wrong", "wrong", hollow=True)
    second = Panel(axis("images", left + 2), axis("count", [0.0, 6.0]), (bars, hollow))
    images = (np.eye(8), np.zeros((8, 8, 3)))
    third = Thumbnails("worst <of> all", images, (("told 8", "said 3"), ("told 1", "said 7")))
    table = Table(("epoch", "a & b"), ((0, 1.5), (1, 2.5)))
    return Picture('Loss < 1 & "more"', "The curve > all", (first, second, third), table, width=900)
