"""How far two colours lie apart for people who see them otherwise, and in grey."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from lossacc.figures.draw import style

_GREY = [0.2126729, 0.7151522, 0.0721750]  # what a colour weighs in the luminance
# Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB.
SEEN = {
    "by most": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
    "in grey": [_GREY, _GREY, _GREY],
}  # fmt: skip
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], _GREY,
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


def nearest(roles: Iterable[str], eyes: str) -> tuple[float, str, str]:
    """The two of some roles that lie nearest to each other, and how far that is."""
    return min((apart(*pair, eyes), *pair) for pair in combinations(roles, 2))


def ink(dash: tuple[float, ...], length: int = 2048) -> np.ndarray:
    """Whether a line has ink at each quarter of a pixel."""
    if not dash:
        return np.ones(length, bool)
    places = np.arange(length) / 4 % sum(dash)
    return np.searchsorted(np.cumsum(dash), places, side="right") % 2 == 0


def strokes_apart(one: str, other: str) -> float:
    """The share of its way on which of two lines only one has ink, however they are shifted."""
    first, second = ink(style(one).dash), ink(style(other).dash)
    return min(float(np.mean(first != np.roll(second, shift))) for shift in range(256))
