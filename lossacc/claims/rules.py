"""Rules as data: a rule judges evidence, prints its own words, and says by how much it was kept.

A rule is made of conditions on named numbers:

>>> rule = all_of(at_least("rise of the loss", 0.05), below("gain in accuracy", 0))
>>> rule.holds({"rise of the loss": 0.2, "gain in accuracy": -0.04})
True
>>> print(rule)
rise of the loss at least 0.05, and gain in accuracy below 0

A bound may itself be read from the evidence: `above("rise with a temperature", times(0.5, "rise of
the loss"))`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lossacc.support.text import MINUS

Evidence = Mapping[str, float]


@dataclass(frozen=True)
class Quantity:
    """A number that is read from the evidence.

    Parameters
    ----------
    words
        What it is called.
    names
        The entries of the evidence that it reads; none where it reads all of them.
    of
        From the evidence to the number.
    """

    words: str
    names: frozenset[str]
    of: Callable[[Evidence], float]


Of = str | Quantity
Bound = float | str | Quantity


def value(name: str) -> Quantity:
    """Give an entry of the evidence."""
    return Quantity(name, frozenset({name}), lambda found: found[name])


def size(of: Of) -> Quantity:
    """Give the size of a number, whatever its sign."""
    read = _read(of)
    return Quantity(f"the size of {read.words}", read.names, lambda found: abs(read.of(found)))


def difference(of: Of, less: Of) -> Quantity:
    """Give the first number less the second."""
    one, two = _read(of), _read(less)
    words = f"{one.words} less {two.words}"
    return Quantity(words, one.names | two.names, lambda found: one.of(found) - two.of(found))


def times(factor: float, of: Of) -> Quantity:
    """Give so many times a number."""
    read = _read(of)
    words = f"{_number(factor)} times {read.words}"
    return Quantity(words, read.names, lambda found: factor * read.of(found))


def plus(of: Of, more: float) -> Quantity:
    """Give a number with so much added."""
    read = _read(of)
    words = f"{read.words} plus {_number(more)}"
    return Quantity(words, read.names, lambda found: read.of(found) + more)


def least(*of: Of) -> Quantity:
    """Give the least of some numbers; of all that there are where none is named."""
    return _among(min, "the least", of)


def most(*of: Of) -> Quantity:
    """Give the largest of some numbers; of all that there are where none is named."""
    return _among(max, "the largest", of)


def _among(pick: Callable[..., float], words: str, of: tuple[Of, ...]) -> Quantity:
    if not of:
        return Quantity(f"{words} of all", frozenset(), lambda found: pick(found.values()))
    read = [_read(one) for one in of]
    named = frozenset().union(*(one.names for one in read))
    listed = ", ".join(one.words for one in read)
    return Quantity(
        f"{words} of {listed}", named, lambda found: pick(one.of(found) for one in read)
    )


def _read(of: Of) -> Quantity:
    return value(of) if isinstance(of, str) else of


def _number(number: float) -> str:
    return f"{number:.6g}".replace("-", MINUS)


@dataclass(frozen=True)
class Rule:
    """One condition, or several that must all be kept, or one of several.

    Parameters
    ----------
    words
        The rule in words, made of its own numbers.
    names
        The entries of the evidence that it reads; none where it reads all of them.
    room
        From the evidence to how far the rule is kept, as a share of the larger of what was found
        and the bound: above 0 it holds with room, below 0 it fails by that; infinite where it asks
        for equal numbers and they are.
    holds
        From the evidence to the verdict.
    """

    words: str
    names: frozenset[str]
    room: Callable[[Evidence], float]
    holds: Callable[[Evidence], bool]

    def __str__(self) -> str:
        """Give the words."""
        return self.words

    __repr__ = __str__


def at_least(of: Of, bound: Bound) -> Rule:
    """Ask for a number not below a bound."""
    return _condition(of, "at least", operator.ge, 1, bound)


def above(of: Of, bound: Bound) -> Rule:
    """Ask for a number above a bound."""
    return _condition(of, "above", operator.gt, 1, bound)


def at_most(of: Of, bound: Bound) -> Rule:
    """Ask for a number not above a bound."""
    return _condition(of, "at most", operator.le, -1, bound)


def below(of: Of, bound: Bound) -> Rule:
    """Ask for a number below a bound."""
    return _condition(of, "below", operator.lt, -1, bound)


def equal(of: Of, bound: Bound, *, within: float = 0.0) -> Rule:
    """Ask for a number that is the bound, or within so much of it."""
    read, other = _read(of), _bound(bound)

    def off(found: Evidence) -> float:
        return abs(read.of(found) - other.of(found))

    def room(found: Evidence) -> float:
        if within:
            return 1 - off(found) / within
        return -off(found) if off(found) else math.inf  # what is equal cannot be kept more closely

    near = f" within {_number(within)}" if within else ""
    return Rule(
        f"{read.words} equal to {other.words}{near}",
        read.names | other.names,
        room,
        lambda found: off(found) <= within,
    )


def _condition(
    of: Of, words: str, compare: Callable[[float, float], bool], sign: int, bound: Bound
) -> Rule:
    read, other = _read(of), _bound(bound)

    def room(found: Evidence) -> float:
        one, two = read.of(found), other.of(found)
        return sign * (one - two) / max(abs(one), abs(two), 1e-12)

    return Rule(
        f"{read.words} {words} {other.words}",
        read.names | other.names,
        room,
        lambda found: bool(compare(read.of(found), other.of(found))),
    )


def _bound(bound: Bound) -> Quantity:
    if isinstance(bound, str | Quantity):
        return _read(bound)
    return Quantity(_number(bound), frozenset(), lambda found: bound)


def all_of(*rules: Rule) -> Rule:
    """Ask for every one of some rules."""
    return _joined(", and ", min, all, rules)


def any_of(*rules: Rule) -> Rule:
    """Ask for one of some rules at least."""
    return _joined(", or ", max, any, rules)


def _joined(
    between: str,
    pick: Callable[..., float],
    join: Callable[..., bool],
    rules: tuple[Rule, ...],
) -> Rule:
    return Rule(
        between.join(rule.words for rule in rules),
        frozenset().union(*(rule.names for rule in rules)),
        lambda found: pick(rule.room(found) for rule in rules),
        lambda found: join(rule.holds(found) for rule in rules),
    )
