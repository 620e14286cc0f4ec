"""`lossacc diagnose`, called as a person calls it."""

from __future__ import annotations

import pytest

from lossacc.commands.cli import main
from tests.checks.clinic.made import sound

LOG = "".join(
    f"Epoch {n}/4\n - 1s - loss: 2.3026 - acc: 0.1000 - val_loss: 2.3026 - val_acc: 0.1000\n"
    for n in (1, 2, 3, 4)
)


@pytest.fixture
def files(tmp_path):
    log = tmp_path / "train.log"
    log.write_text(LOG)
    return {"LOG": str(log), "RUN": str(sound().save(tmp_path / "run.npz")), "AT": str(tmp_path)}


def test_a_log_and_a_page(files, capsys):
    target = f"{files['AT']}/page.html"
    assert main(["diagnose", files["LOG"], "--classes", "10", "--html", target]) == 0
    said = capsys.readouterr().out
    assert said.startswith(("A loss without a slope.", "Cannot tell"))
    assert "It stands on printed numbers only" in said
    with open(target, encoding="utf-8") as page:
        assert page.read().startswith("<!doctype html>")


def test_a_saved_run(files, capsys):
    assert main(["diagnose", files["RUN"]]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Nothing wrong.")
    assert "which holds every example's outputs" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/nowhere/x.log"], "there is no file '/nowhere/x.log'"),
        (["/nowhere/x.npz"], "there is no file '/nowhere/x.npz'"),
        (["LOG", "--html", "x.htm"], "expected a name that ends in .html"),
        (["LOG", "--html", "/nowhere/x.html"], "there is no folder '/nowhere'"),
        (["RUN", "--classes", "5"], "got --classes 5; expected none: a saved run knows it"),
        (["RUN", "--percent", "yes"], "got --percent yes; expected none"),
        (["RUN", "--column", "epoch=n"], "got --column epoch=n; expected none"),
        (["RUN", "--steps", "last"], "got --steps last; expected none"),
        (["RUN", "--decimal", ","], "got --decimal ,; expected none"),
    ],
)
def test_a_slip_gets_a_sentence(words, said, files, capsys):
    assert main(["diagnose", *(files.get(word, word) for word in words)]) == 2
    assert said in capsys.readouterr().err
