from __future__ import annotations

from pathlib import Path

import pytest

from lossacc.quiz import store
from lossacc.quiz.questions import Choice, FreeText, Option

TIE = Choice(
    "tie",
    "What does <it> do?",
    (
        Option("A", "It falls & stays.", "No: it *rises*."),
        Option("B", "It rises.", "By `ln 2`."),
        Option("C", "Neither.", "It did <i>move</i>."),
    ),
    right="B",
)
OWN = FreeText("own", "Why <both>?", "Since **confidence** was taken back.")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the answers of one test, and nothing to tell from the one before."""
    monkeypatch.setattr(store, "_FOLDER", tmp_path)
    store.news()
    return tmp_path
