"""The table of printed against recorded: every number, and why it differs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossacc.checks.run.printed_table import printed_table
from tests.checks.run.test_printed import NAN, printing, sound
from tests.made_runs import run_of


def why(run, name):
    return [row[-1] for row in printed_table(run).rows if row[1] == name]


def test_each_number_stands_beside_what_was_recorded() -> None:
    run = sound()
    rows = printed_table(run).rows
    assert len(rows) == 4 * 5
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    for epoch, name, printed, recorded, off, _ in rows:
        on = run.validation if name.startswith("val_") else run.train
        column = on.loss if name.endswith("loss") else on.accuracy
        assert recorded == column[int(epoch)]
        assert printed == run.printed[name][int(epoch)]
        assert off == printed - recorded


def test_why_they_differ() -> None:
    run = sound()
    assert set(why(run, "val_loss")) == {"agrees"}
    assert set(why(run, "loss")) <= {"lag", "agrees"}
    assert set(why(printing(run, loss=run.printed["loss"] + 3), "loss")) == {
        "lag, dropout or augmentation"
    }
    heavy = printing(run, val_loss=run.printed["val_loss"] * 9)
    assert set(why(heavy, "val_loss")) == {"weights, another loss, or other examples"}
    other = printing(run, val_accuracy=np.append(NAN, np.full(5, 0.999)))
    assert "not explained" in why(other, "val_accuracy")


def test_it_shows_itself() -> None:
    run = printing(sound(), auc=np.linspace(0, 1, 6))
    shown = printed_table(run)
    assert str(shown).splitlines()[1].split() == [
        "epoch", "number", "printed", "recorded", "difference", "why",
    ]  # fmt: skip
    assert len(str(shown).splitlines()) == 1 + 1 + 20 + 1
    assert "Nothing like it was recorded: auc." in str(shown)
    assert shown._repr_html_().count("<tr>") == 21
    nothing = printed_table(replace(run_of(run.train), printed={}))
    assert str(nothing) == "Nothing was printed of which the same was recorded."
