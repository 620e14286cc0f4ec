"""What a lesson asks again: its key, and everything else that the question says."""

from __future__ import annotations

from lossacc.quiz.again import variants
from lossacc.quiz.questions import Choice


def asked(name: str) -> Choice:
    """The variant of this name."""
    (found,) = (one.question for one in variants() if one.question.name == name)
    assert isinstance(found, Choice)
    return found


def key(name: str) -> str:
    """What the right option says."""
    option = asked(name).option(asked(name).right)
    assert option is not None
    return option.says


def said(name: str) -> str:
    """All options and replies."""
    return " ".join(f"{one.says} {one.reply}" for one in asked(name).options)
