"""`lossacc read`, called as a person calls it."""

from __future__ import annotations

import io
import sys

import pytest

from lossacc.commands.cli import main

LOG = "".join(
    f"Epoch {n}/4\n - 1s - loss: 2.303{n} - acc: 0.0978 - val_loss: 2.3033 - val_acc: 0.1000\n"
    for n in (1, 2, 3, 4)
)


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "train.log"
    file.write_text(LOG)
    return str(file)


def test_it_tells_what_it_understood_and_saves_figures(log, tmp_path, capsys):
    files = [tmp_path / "curves.png", tmp_path / "plane.svg"]
    words = ["--classes", "10", "--save", str(files[0]), "--plane", str(files[1])]
    assert main(["read", log, *words, "--examples", "10000"]) == 0
    said = capsys.readouterr().out
    assert "4 epochs (1 to 4) from train.log" in said
    assert "validation accuracy: 'val_acc'" in said
    assert "ln 10 = 2.3026" in said
    assert "on 10000 examples" in said
    assert files[0].read_bytes()[:4] == b"\x89PNG"
    assert files[1].read_text().startswith("<svg")


def test_it_reads_what_is_piped_in(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
    assert main(["read", "-"]) == 0
    assert "validation loss: 'val_loss'" in capsys.readouterr().out


def test_a_column_is_named(tmp_path, capsys):
    file = tmp_path / "x.csv"
    file.write_text("epoch,eval/nll,val_loss\n1,0.5,0.7\n2,0.4,0.6\n")
    assert main(["read", str(file), "--column", "validation_loss=eval/nll"]) == 0
    assert "validation loss: 'eval/nll'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/nowhere/x.log"], "there is no file '/nowhere/x.log'"),
        (["LOG", "--save", "x.gif"], "ends in .png, .svg or .pdf"),
        (["LOG", "--save", "/nowhere/x.png"], "there is no folder"),
        (["LOG", "--column", "loss"], "expected ROLE=NAME"),
        (["LOG", "--column", "x=loss"], 'expected one of "train_loss"'),
        (["LOG", "--run", "2"], "got run=2; this log holds 1"),
        (["LOG", "--classes", "1"], "classes is 1"),
        (["LOG", "--base-rate", "30"], "base_rate is 30"),
        (["LOG", "--examples", "0"], "examples is 0"),
    ],
)
def test_a_slip_is_answered_with_a_sentence(words, said, log, capsys):
    assert main(["read", *(log if word == "LOG" else word for word in words)]) == 2
    assert said in capsys.readouterr().err
