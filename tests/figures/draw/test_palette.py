"""The colours of runs that are compared: seen on both grounds, and told apart by everybody."""

from __future__ import annotations

from itertools import combinations

import pytest

from lossacc.figures.draw import ROLES, style
from lossacc.figures.draw.palette import variant
from tests.figures.draw.colour_vision import SEEN, apart, nearest, strokes_apart

VARIANTS = [variant(n, 9) for n in range(5)]
SETS = ["training", "validation"]
COLOURED = [eyes for eyes in SEEN if eyes != "in grey"]


@pytest.mark.parametrize("eyes", COLOURED)
def test_any_two_variants_are_told_apart_by_colour(eyes: str) -> None:
    assert nearest(VARIANTS, eyes)[0] > 20


def test_no_variant_is_taken_for_a_set() -> None:
    for eyes in ("by most", "protan", "deutan"):
        assert min(apart(one, each, eyes) for one in VARIANTS for each in SETS) > 15


def test_and_by_their_dashes_where_there_is_no_colour() -> None:
    all_of_them = [role for role in ROLES if role.startswith("variant")]
    assert len({style(role).dash for role in all_of_them}) == len(all_of_them) == 5


@pytest.mark.parametrize("roles", [VARIANTS, [*SETS, "penalty"]], ids=["variants", "sets"])
def test_in_grey_their_strokes_tell_any_two_lines_apart(roles: list[str]) -> None:
    """On a quarter of the way only one of them has ink, wherever the strokes begin."""
    assert min(strokes_apart(*pair) for pair in combinations(roles, 2)) > 0.25


def test_runs_take_the_variants_in_turn_and_one_alone_is_drawn_in_full() -> None:
    assert [variant(n, 7)[-1] for n in range(7)] == list("1234512")
    assert style(variant(0, 1)).dash == ()
