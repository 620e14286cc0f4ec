"""A rule judges, prints its words, and says by how much it was kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.claims.rules import (
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    difference,
    equal,
    least,
    most,
    plus,
    size,
    times,
)
from lossacc.support.text import MINUS

FOUND = {"a": 2.0, "b": 1.0, "c": -4.0}


@pytest.mark.parametrize(
    ("rule", "holds", "words", "room"),
    [
        (at_least("a", 2), True, "a at least 2", 0.0),
        (above("a", 2), False, "a above 2", 0.0),
        (at_most("b", 2), True, "b at most 2", 0.5),
        (below("a", "b"), False, "a below b", -0.5),
        (equal("a", 2), True, "a equal to 2", math.inf),
        (equal("a", "b"), False, "a equal to b", -1.0),
        (equal("a", 2.5, within=1), True, "a equal to 2.5 within 1", 0.5),
        (above(size("c"), 3), True, "the size of c above 3", 0.25),
        (at_least(difference("a", "c"), 5), True, "a less c at least 5", 1 / 6),
        (below(times(2, "b"), plus("a", 2)), True, "2 times b below a plus 2", 0.5),
        (below(least(), -3), True, f"the least of all below {MINUS}3", 0.25),
        (below(most("a", "b"), 4), True, "the largest of a, b below 4", 0.5),
    ],
)
def test_a_condition(rule, holds, words, room):
    assert rule.holds(FOUND) is holds
    assert str(rule) == words
    assert rule.room(FOUND) == pytest.approx(room)
    assert rule.names <= set(FOUND)


def test_rules_are_joined():
    both, one = (join(at_least("a", 1), below("b", 0.5)) for join in (all_of, any_of))
    assert (both.holds(FOUND), one.holds(FOUND)) == (False, True)
    assert str(both) == "a at least 1, and b below 0.5"
    assert str(one) == "a at least 1, or b below 0.5"
    assert (both.room(FOUND), one.room(FOUND)) == (-0.5, 0.5)
    assert both.names == {"a", "b"}


@given(st.floats(-9, 9), st.floats(-9, 9))
def test_room_has_the_sign_of_the_verdict(a, b):
    for rule in (at_least("a", "b"), above("a", "b"), at_most("a", "b"), equal("a", "b")):
        room, holds = rule.room({"a": a, "b": b}), rule.holds({"a": a, "b": b})
        assert room >= 0 if holds else room <= 0
