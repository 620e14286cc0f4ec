"""Numbers as a reader sees them."""

import pytest

from lossacc.support.text import Sheet, interval, plain


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (4.5e-13, "4.5e-13"),
        (-2e-5, "-2.0e-05"),
        (0.5, "0.5"),
        (12345, "1.2e+04"),
    ],
)
def test_a_tiny_number_is_not_nothing(value, shown):
    assert plain(value) == shown


def test_an_interval_stands_behind_its_mean_where_there_is_one():
    assert interval(0.5, 0.25, 0.75) == "0.5 [0.25, 0.75]"
    assert interval(0.5, None, None) == "0.5"


def test_a_bar_in_a_cell_ends_no_column():
    assert "| a \\| b |" in Sheet(("one",), (("a | b",),)).markdown()
