"""What tests of lessons read to hold a text: a row of the remedies, a key of a question."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from lossacc import lessons
from lossacc.claims.report import Gain


def remedy(experiment: str, begins: str, measures: str) -> Gain:
    """The row of an experiment's remedies of which both texts begin like this."""
    (found,) = (
        one
        for one in lessons.results(experiment).gains
        if one.says.startswith(begins) and one.measures.startswith(measures)
    )
    return found


def key_asked_again(lesson: str, name: str) -> str:
    """What the right option of a question says that `again.toml` of a lesson asks again."""
    text = files(f"lossacc.lessons.{lesson}").joinpath("again.toml").read_text(encoding="utf-8")
    (entry,) = (one for one in tomllib.loads(text)["question"] if one["name"] == name)
    return str(entry[entry["right"]]["says"])
