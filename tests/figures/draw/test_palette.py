"""The colours of runs that are compared: seen on both grounds, and told apart by everybody."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from lossacc.figures.draw import ROLES, style
from lossacc.figures.draw.palette import variant

VARIANTS = [variant(n, 9) for n in range(5)]
SETS = ["training", "validation"]

# Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB.
SEEN = {
    "by most": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* of a linear colour."""
    parts = XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, eyes: str) -> float:
    """How far two roles' colours lie apart, as seen by these eyes."""
    seen = [lab(np.array(SEEN[eyes]) @ linear(style(role).colour or "")) for role in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@pytest.mark.parametrize("eyes", SEEN)
def test_any_two_variants_are_told_apart_by_colour(eyes: str) -> None:
    least = 13 if eyes == "tritan" else 21  # the rarest kind, one person in ten thousand
    assert min(apart(*pair, eyes) for pair in combinations(VARIANTS, 2)) > least


def test_no_variant_is_taken_for_a_set() -> None:
    for eyes in ("by most", "protan", "deutan"):
        assert min(apart(one, each, eyes) for one in VARIANTS for each in SETS) > 15


def test_and_by_their_dashes_where_there_is_no_colour() -> None:
    all_of_them = [role for role in ROLES if role.startswith("variant")]
    assert len({style(role).dash for role in all_of_them}) == len(all_of_them) == 5


def test_runs_take_the_variants_in_turn_and_one_alone_is_drawn_in_full() -> None:
    assert [variant(n, 7)[-1] for n in range(7)] == list("1234512")
    assert style(variant(0, 1)).dash == ()
