"""One scale for all images of a folder that are deeper than eight bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lossacc.data.image_file import Pixels

# Cameras give 8, 10, 12 or 14 bits in 16; above, any number of bits may be meant.
_USUAL_BITS = (8, 10, 12, 14, *range(16, 33))


@dataclass(frozen=True)
class Scale:
    """The number that is to be 1, the format's own, and a sentence about both."""

    one: float
    own: float | None
    said: str

    @property
    def is_a_guess(self) -> bool:
        """Whether the numbers of the files decided, and not the format or the caller."""
        return self.own is not None and self.one < self.own


def scale_of(deep: Mapping[Path, Pixels], white: float | None) -> Scale:
    """Find the scale of a folder's deep images.

    Parameters
    ----------
    deep
        The files that are deeper than eight bits, one at least.
    white
        The number that is to be 1, where the caller says it.

    Raises
    ------
    ValueError
        If the files are of different ranges and nothing is said, or one holds more than is to be 1.
    """
    owns = {read.white: file for file, read in deep.items()}
    if white is None and len(owns) > 1:
        first, second, *_ = (f"{str(file)!r} ({_range(own)})" for own, file in owns.items())
        raise ValueError(
            f"The files {first} and {second} have different ranges; expected "
            "one range of all that are deeper than 8 bits, or white=, the number that is to be 1."
        )
    own = next(iter(owns))
    highest = max(deep, key=lambda file: deep[file].largest)
    largest = deep[highest].largest
    one = _least(largest, own) if white is None else white
    if largest > one:
        raise ValueError(
            f"The file {str(highest)!r} holds {largest:.10g}; expected at most {one:.10g}, or "
            "a larger white=, the number that is to be 1."
        )
    said = f"1 is {one:.10g} in deep images, whose largest number is {largest:.10g}"
    return Scale(one, own if white is None else None, said)


def _least(largest: float, own: float | None) -> float:
    """Give the largest number of the fewest usual bits that hold all, at most the format's own."""
    if own is None:
        return 1.0
    return min(own, *(float(2**bits - 1) for bits in _USUAL_BITS if largest < 2**bits))


def _range(own: float | None) -> str:
    return "floating point" if own is None else f"0 to {own:.10g}"
