"""The votes of a room: each option's share in the first vote, and beside it in the second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossacc.figures.draw import Axis, Bars, Panel, Picture, Table, Tick, axis
from lossacc.support.types import FloatArray

_BAR = 0.36  # of the room between two options
_TIMES = ("first vote", "second vote")


def vote_bars(
    name: str,
    letters: Sequence[str],
    votes: tuple[Sequence[int], Sequence[int]],
    right: str | None = None,
) -> Picture:
    """Show how a room voted before and after it discussed.

    Parameters
    ----------
    name
        The question's.
    letters
        Those of its options, as the page shows them.
    votes
        For each option its first votes, and its second ones.
    right
        The letter of the right option, to be told; None to keep it for later.

    Returns
    -------
    Picture
    """
    shares = [100 * np.array(count) / max(sum(count), 1) for count in votes]
    marks = tuple(_bars(shares, votes, which) for which in (0, 1) if sum(votes[which]))
    ticks = tuple(Tick(float(n), _named(letter, right)) for n, letter in enumerate(letters))
    across = Axis("option", -0.6, len(letters) - 0.4, ticks, grid=False)
    panel = Panel(across, axis("votes, %", [], low=0.0, high=100.0, count=6), marks)
    rows = tuple(zip(letters, *votes, strict=True))
    title = f"{name}: {_moved(letters, votes, right)}"
    alt = (
        f"Bars of the votes for {len(letters)} options, first and second vote. {title}. "
        + " ".join(f"{letter}: {first}, then {second}." for letter, first, second in rows)
    )
    return Picture(title, alt, (panel,), Table(("option", *_TIMES), rows), 720, 340)


def _bars(shares: Sequence[FloatArray], votes: Sequence[Sequence[int]], which: int) -> Bars:
    """Draw the bars of one vote: the first hollow and to the left, the second filled."""
    left = np.arange(len(shares[which])) + (which - 1) * _BAR
    low = np.zeros(len(left))
    texts = tuple(map(str, votes[which]))
    return Bars(
        left, left + _BAR, low, shares[which], "newly right", _TIMES[which], texts,
        hollow=which == 0,
    )  # fmt: skip


def _named(letter: str, right: str | None) -> str:
    return f"{letter}, the key" if letter == right else letter


def _moved(
    letters: Sequence[str], votes: tuple[Sequence[int], Sequence[int]], right: str | None
) -> str:
    """Say how one option fared: the key, or without it the one that most chose last."""
    last = votes[1] if sum(votes[1]) else votes[0]
    letter = right or letters[int(np.argmax(last))]
    place = letters.index(letter)
    told = [f"{count[place]} of {sum(count)}" for count in votes if sum(count)]
    return f"{letter} has {', then '.join(told)} votes" if told else "nobody has voted"
