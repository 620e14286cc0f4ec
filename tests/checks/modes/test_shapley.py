"""Shapley's value, against its definition; and how a gap is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.checks.modes.gap import ModeGap, headline
from lossacc.checks.modes.shapley import PARTS, Split, mean_split, shares, subsets
from tests.checks.modes.oracle import shapley

NAMES = ("a", "b", "c", "d")
values = st.integers(0, 4).flatmap(
    lambda n: st.lists(st.floats(-1e3, 1e3), min_size=2**n, max_size=2**n)
)


def game(numbers):
    switches = NAMES[: len(numbers).bit_length() - 1]
    return switches, dict(zip(subsets(switches), numbers, strict=True))


@given(values)
def test_is_the_mean_over_all_orders(numbers):
    switches, value = game(numbers)
    expected = shapley(lambda on: value[on], switches)
    assert shares(value, switches) == pytest.approx(expected, abs=1e-9)


@given(values)
def test_adds_up(numbers):
    switches, value = game(numbers)
    total = value[frozenset(switches)] - value[frozenset()]
    assert sum(shares(value, switches).values()) == pytest.approx(total, abs=1e-9)


@given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4))
def test_a_switch_that_changes_nothing_gets_exactly_nothing(numbers):
    _, value = game(numbers)
    idle = {on | more: v for on, v in value.items() for more in (frozenset(), frozenset({"c"}))}
    assert shares(idle, ("a", "b", "c"))["c"] == 0.0


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3))
def test_where_switches_do_not_mix_each_gets_what_it_does_alone(each):
    alone = dict(zip(NAMES, each, strict=False))
    value = {on: sum(alone[name] for name in on) for on in subsets(NAMES[:3])}
    assert shares(value, NAMES[:3]) == pytest.approx(alone, abs=1e-9)


def split(printed=1.0, **parts):
    parts = dict.fromkeys(PARTS, 0.0) | {name.replace("_", " "): v for name, v in parts.items()}
    rest = 0.25
    switched = {frozenset({p}): rest + parts[p] for p in PARTS[:2] if parts[p]}
    return Split(rest, 0.75, printed, parts, {frozenset(): rest, **switched})


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"dropout": 0.4, "lag": 0.1}, "What fit prints is 0.5 more than evaluation mode gives. "
         "Most of it is dropout +0.4; then lag +0.1."),
        ({"batch statistics": -0.5}, "What fit prints is 0.5 less than evaluation mode gives. "
         "Most of it is batch statistics -0.5."),
        ({"dropout": 0.2, "lag": 0.2, "penalty": 0.1}, "What fit prints is 0.5 more than "
         "evaluation mode gives. It has several parts: dropout +0.2, lag +0.2, penalty +0.1."),
        ({"dropout": 0.5, "batch statistics": -0.4}, "What fit prints is 0.1 more than evaluation "
         "mode gives, as parts work against each other: dropout +0.5, batch statistics -0.4."),
        ({"dropout": 0.001}, "There is no gap to speak of: no part reaches 0.01."),
        ({"dropout": float("nan")}, "The gap is not finite: the loss is NaN or infinite in one of "
         "the modes."),
    ],
)  # fmt: skip
def test_the_headline_names_the_largest_part(parts, said):
    assert headline("fit prints", sum(parts.values()), parts) == said


def test_shows_itself_as_text_and_as_tables():
    gap = ModeGap(split(dropout=0.5, lag=0.25), split(), 0.03, False, 40, 8, 5)
    text = str(gap)
    assert text == repr(gap)
    assert text.startswith(
        "What fit prints is 0.75 more than evaluation mode gives. "
        "Most of it is dropout +0.5; then lag +0.25.\n"
    )
    assert "luck alone moves the training loss, and so the lag, by 0.03" in text
    assert "40 examples in batches of 8, mean of 5 draws" in text
    assert "batch statistics" not in text  # a part that is exactly 0
    page = gap._repr_html_()
    assert page.count("<table>") == 2
    assert "evaluation mode, without penalties" in page
    assert "What training mode gives" in str(
        ModeGap(split(None, lag=1.0), None, None, False, 40, 8, 1)
    )
    assert "the lag is that of one epoch more" in str(ModeGap(split(), None, None, True, 40, 8, 1))
    assert "What each does depends" not in text


def test_tells_when_the_parts_depend_on_each_other():
    one = split(dropout=2.0, batch_statistics=-1.5)
    mixed = Split(one.evaluation, one.training, one.printed, one.parts,
                  {frozenset(): 0.25, frozenset({"dropout"}): 6.25})  # fmt: skip
    said = ModeGap(mixed, None, None, False, 40, 8, 1).headline
    assert said.endswith("by itself, with the others off: dropout +6.")


def test_the_mean_of_splits_adds_up():
    mean = mean_split([split(dropout=0.5, lag=0.25), split(2.0, dropout=1.0, lag=0.75)])
    assert mean.printed == 1.5
    assert mean.parts["dropout"] == 0.75
    assert sum(mean.parts.values()) == pytest.approx(np.mean([0.75, 1.75]))
    assert mean.alone == {"dropout": 0.75}
