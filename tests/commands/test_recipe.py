"""`lossacc recipe`, called as a person calls it: killed, gone on with, refused."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossacc import lessons
from lossacc.claims import results
from lossacc.commands.cli import main
from lossacc.runs.run import Run
from tests.project import ROOT
from tests.recipe.small import network

WORDS = ["recipe", "three-boxes", "--data", "glyphs", "--limit", "60", "--batch-size", "16"]
PROGRAM = """
import sys
from lossacc.commands.cli import main
from lossacc.recipe import train
from tests.recipe.small import network
train.resnet18 = network
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    from lossacc.recipe import train

    monkeypatch.setattr(train, "resnet18", network)


def begun(folder, epochs):
    """The command in a process of its own."""
    words = [*WORDS, "--width", "4", "--epochs", str(epochs), "--out", str(folder)]
    command = [sys.executable, "-c", PROGRAM, *words]
    return words, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_killed_training_goes_on_and_ends(tmp_path, capsys):
    folder = tmp_path / "run"
    words, process = begun(folder, 20)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("epoch 2 of 20"):
            break
    process.kill()
    assert process.wait() != 0
    process.stdout.close()
    rows = sorted((folder / "epochs").iterdir())
    kept = {row: row.read_bytes() for row in rows[:3]}
    assert main(words) == 0
    said = capsys.readouterr().out
    done = int(re.search(r"^(\d+) of 20 epochs are in", said, flags=re.M)[1])
    assert 2 <= done < 20
    assert len(re.findall(r"^epoch \d+ of 20:", said, flags=re.M)) == 20 - done
    assert "newly right" in said  # the ledger
    assert all(row.read_bytes() == content for row, content in kept.items())
    run = Run.load(folder / "three-boxes-glyphs.npz")
    assert run.epochs.tolist() == list(range(21))
    assert np.isfinite(run.printed["val_loss"][1:]).all()
    assert (folder / "three-boxes-glyphs.png").read_bytes()[:4] == b"\x89PNG"
    home = re.search(r"Notebooks open the run from (.+): copy it there", said)[1]
    assert Path(home) == ROOT / "lossacc" / "lessons" / "three_boxes" / "results"


def test_ctrl_c_ends_it_with_a_sentence(tmp_path, capsys, monkeypatch):
    from lossacc.recipe.progress import Progress

    def interrupt(self, epoch, logs=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "on_epoch_end", interrupt)
    assert main([*WORDS, "--width", "4", "--epochs", "3", "--out", str(tmp_path / "run")]) == 130
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("Interrupted.")
    assert str(tmp_path / "run") in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recipe", "nothing"], "there is no recipe 'nothing'; expected three-boxes"),
        (
            ["recipe", "three-boxes", "--epochs", "0"],
            "got '0'; expected a whole number of at least 1",
        ),
        (["recipe", "three-boxes", "--data", "/nowhere"], "/nowhere"),
    ],
)
def test_bad_input_gets_a_sentence(words, said, capsys):
    assert main(words) == 2
    heard = capsys.readouterr().err
    assert said in heard
    assert len(heard.splitlines()) == 1


def test_a_run_that_was_recorded_is_given_and_else_how_to_make_it(tmp_path, capsys):
    assert lessons.recorded("three-boxes-stamps") is None
    told = capsys.readouterr().out
    assert "lossacc recipe three-boxes --data stamps." in told
    assert told.strip().endswith(" lossacc/lessons/three_boxes/results.")  # of no machine
    from tests.runs.test_joined import run

    run().save(tmp_path / "three-boxes-stamps.npz", half=True)
    found = results.recorded(tmp_path, "three-boxes-stamps")
    assert found is not None
    np.testing.assert_allclose(found.validation.loss, run().validation.loss, rtol=1e-3)
    assert capsys.readouterr().out == ""
