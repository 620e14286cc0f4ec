"""The fit by hand, the page as it was made, and what it promises."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lossacc.figures.draw import Picture
from tests.benchmarks.growth import page
from tests.benchmarks.growth.axes import AXES, decades
from tests.benchmarks.growth.fit import exponent
from tests.benchmarks.growth.large import FIGURES, RECORDED, made

STEEPEST = 1.1  # what grows like this or less is proportional, to what this clock can tell


def test_of_a_power_law_the_exponent_is_exact() -> None:
    found = exponent([1, 10, 100], [3, 3 * 10**1.5, 3 * 10**3])
    assert found == pytest.approx((1.5, 1.5, 1.5))


def test_the_interval_is_students() -> None:
    """Residuals -d, 2d, -d around a slope of 1: their squares' sum 6 dd has one degree of freedom,
    and the 97.5 % quantile of Student's t with one is 12.706."""
    d = 0.01
    found = exponent(np.exp([-1, 0, 1]), np.exp([-1 - d, 2 * d, 1 - d]))
    reach = 12.706 * np.sqrt(6 * d * d / 2)
    assert found == pytest.approx((1, 1 - reach, 1 + reach), abs=1e-5)


def test_the_interval_covers_nineteen_of_twenty() -> None:
    random, sizes = np.random.default_rng(0), np.geomspace(1, 100, 7)
    noise = np.exp(random.normal(0, 0.1, (2000, 7)))
    found = [exponent(sizes, sizes * one) for one in noise]
    assert 0.94 < np.mean([one.low < 1 < one.high for one in found]) < 0.96


def test_everything_grows_over_two_orders_of_magnitude() -> None:
    assert decades(5) == (5, 11, 23, 50, 108, 232, 500)
    assert decades(1) == (1, 2, 5, 10, 22, 46, 100)
    for axis in AXES:
        sizes = told()[axis.name]["sizes"]
        assert sizes[-1] >= 100 * sizes[0], axis.name


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_the_page_can_be_drawn_of_a_small_run(name: str) -> None:
    picture = FIGURES[name](made(60, 30, 200))
    assert isinstance(picture, Picture)
    assert picture.svg().startswith("<svg")


def test_the_page_and_the_plot_are_made_of_the_numbers() -> None:
    kept = json.loads(page.JSON.read_text())
    assert page.PAGE.read_text() == page.page(kept)
    assert set(kept["measured"]) == {axis.name for axis in AXES} | {*RECORDED, "figures"}
    assert [one["figure"] for one in kept["measured"]["figures"]["figures"]] == list(FIGURES)
    assert "<svg" in page.plot(kept["measured"])


def test_nothing_grows_faster_than_its_size() -> None:
    steep = {axis.name: told()[axis.name]["upper"] for axis in AXES}
    assert {name: upper for name, upper in steep.items() if upper[0] > STEEPEST} == {}


def test_a_large_run_keeps_within_its_bytes() -> None:
    assert {name for name in RECORDED if told()[name]["run_mb"] > 500} == set()


def told() -> dict[str, dict[str, object]]:
    return dict(json.loads(page.JSON.read_text())["measured"])
