"""The lessons: a folder each, named as its notebook, with its experiments, questions and results.

Front door: `experiment`. The folders are found by looking: a new lesson is a new folder and a
notebook, and no list of names is kept anywhere.
"""

from __future__ import annotations

from lossacc.lessons.registry import (
    Lesson,
    check_folder,
    claim,
    commit,
    commit_elsewhere,
    elsewhere,
    evidence,
    experiment,
    experiments,
    lessons,
    measured,
    names,
    pages,
    recorded,
    results,
    verdict,
    verify,
)

__all__ = [
    "Lesson",
    "check_folder",
    "claim",
    "commit",
    "commit_elsewhere",
    "elsewhere",
    "evidence",
    "experiment",
    "experiments",
    "lessons",
    "measured",
    "names",
    "pages",
    "recorded",
    "results",
    "verdict",
    "verify",
]
