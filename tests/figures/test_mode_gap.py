"""The picture of the gap between both modes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from lossacc.checks.modes import PARTS, ModeGap, Split
from lossacc.figures import mode_picture
from lossacc.figures.draw import Bars, figure, svg
from lossacc.figures.draw.layout import layout


def split_of(evaluation, parts, printed=True):
    full = {part: parts.get(part, 0.0) for part in PARTS}
    training = evaluation + sum(value for part, value in full.items() if part != "lag")
    last = training + full["lag"] if printed else None
    return Split(evaluation, training, last, full, {})


def gap_of(evaluation, parts, printed=True, accuracy=(0.9, 0.7, 0.65)):
    shares = accuracy and Split(*accuracy, dict.fromkeys(PARTS, 0.0), {})
    loss = split_of(evaluation, parts, printed)
    return ModeGap(loss, shares, None, False, 288, 32, 1)


ALL = {"dropout": 0.3, "batch statistics": -0.1, "augmentation": 0.4, "penalty": 0.25, "lag": 0.12}


def bars(picture, panel=0):
    return [mark for mark in picture.panels[panel].marks if isinstance(mark, Bars)]


def test_what_was_measured_on_need_not_be_images() -> None:
    gap = gap_of(0.5, {"dropout": 0.3})
    assert "the same examples" in mode_picture(gap).alt
    assert "image" not in mode_picture(gap).alt + str(gap)


def test_the_title_says_where_the_printed_loss_lies_and_by_what() -> None:
    title = mode_picture(gap_of(0.5, ALL)).title
    assert title == (
        "The printed loss lies 0.970 above evaluation mode by augmentation (+0.400) and "
        "dropout (+0.300)"
    )
    below = mode_picture(gap_of(1.8, {"batch statistics": -0.5}, printed=False)).title
    assert below == (
        "Training mode lies 0.500 below evaluation mode by batch statistics (\u22120.500)"
    )
    both = {"batch statistics": -0.5, "dropout": 0.3, "lag": 0.01}
    assert mode_picture(gap_of(1.8, both)).title.endswith(
        "below evaluation mode by batch statistics (\u22120.500), against dropout (+0.300)"
    )
    cancel = mode_picture(gap_of(1.8, {"batch statistics": -0.5, "dropout": 0.5})).title
    assert cancel == (
        "The printed loss and evaluation mode are alike: 1.80, as dropout (+0.500) and batch "
        "statistics (\u22120.500) cancel"
    )
    many = dict.fromkeys(("dropout", "augmentation", "other", "penalty"), 0.3)
    title = mode_picture(gap_of(1.8, {**many, "batch statistics": -1.0})).title
    assert "above evaluation mode by penalty (+0.300) and other (+0.300), against batch" in title
    alike = mode_picture(gap_of(1.8, {"lag": 0.004})).title
    assert alike == "The printed loss and evaluation mode are alike: 1.80"


def test_each_part_begins_where_the_one_above_ends_and_the_numbers_begin_at_0() -> None:
    drawn = bars(mode_picture(gap_of(0.5, ALL)))
    ends = [(float(bar.x0[0]), float(bar.x1[0])) for bar in drawn]
    assert ends[0] == (0, 0.5)
    assert ends[-1] == (0, pytest.approx(1.47))
    middle = ends[1:5]
    for (_, end), (start, _) in zip([ends[0], *middle], middle, strict=False):
        assert start == pytest.approx(end)
    assert ends[5] == (0, pytest.approx(1.35))  # training mode
    assert ends[6] == (pytest.approx(1.35), pytest.approx(1.47))  # the lag


def test_parts_of_nothing_and_what_was_not_printed_are_left_out() -> None:
    picture = mode_picture(gap_of(0.5, {"dropout": 0.2}, printed=False))
    assert [row[0] for row in picture.table.rows] == [
        "evaluation mode",
        "dropout",
        "training mode",
    ]
    assert len(mode_picture(gap_of(0.5, ALL, accuracy=None)).panels) == 1


def test_the_accuracies_stand_beside_their_losses() -> None:
    picture = mode_picture(gap_of(0.5, ALL))
    left, right = bars(picture), bars(picture, 1)
    assert [float(bar.x1[0]) for bar in right] == pytest.approx([90, 70, 65])
    heights = [float(bar.y0[0]) for bar in left]
    assert [float(bar.y0[0]) for bar in right] == [heights[0], heights[5], heights[7]]


@given(
    st.floats(0, 20),
    st.fixed_dictionaries({part: st.floats(-5, 5) for part in PARTS}),
    st.booleans(),
)
@settings(max_examples=40)
def test_any_gap_can_be_drawn_and_its_texts_stay_inside(evaluation, parts, printed) -> None:
    picture = mode_picture(gap_of(evaluation, parts, printed))
    assert layout(picture, picture.width)
    assert svg(picture).startswith("<svg")
    assert picture.alt.endswith(".")


def test_matplotlib_writes_every_number_and_name() -> None:
    picture = mode_picture(gap_of(0.5, ALL))
    sheet = figure(picture)
    sheet.draw_without_rendering()
    written = {text.get_text() for text in sheet.findobj(Text)}
    numbers = {text for panel in (0, 1) for bar in bars(picture, panel) for text in bar.texts}
    names = {tick.text for panel in picture.panels for tick in panel.y.ticks}
    assert len(numbers) == 11
    assert numbers | names <= written


def test_a_loss_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="is not finite; expected numbers that can be drawn"):
        mode_picture(gap_of(math.nan, {}))
