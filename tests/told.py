"""What tests of lessons read to hold a text: a row of the remedies."""

from __future__ import annotations

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
