"""No kind of model and data ends in a raw error, and what each gets is in the table."""

from __future__ import annotations

import pytest

from tests.training.any_training import PAGE, ROWS, page


def test_the_table_has_many_rows_and_most_of_them_work():
    text = PAGE.read_text(encoding="utf-8")
    refused = text.count("Recorder: ValueError") + text.count("Recorder: TypeError")
    assert len(ROWS) >= 70
    for tool in ("Recorder", "audit", "mode_gap"):
        assert text.count(f"  {tool}: ") == len(ROWS)
    assert refused < len(ROWS) / 2


@pytest.mark.slow
def test_every_row_is_what_comes_of_it():
    """`python -m tests.training.any_training` writes it."""
    assert page() == PAGE.read_text(encoding="utf-8")
