"""What is said on the way, on a terminal and in a file, on a clock that the test moves."""

from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest

from lossacc.recipe import progress as clock_module
from lossacc.recipe import progress as module
from lossacc.recipe.progress import Clock, Progress, bar, told
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def now(monkeypatch):
    time = [100.0]
    for one in (clock_module, module):
        fake = SimpleNamespace(perf_counter=lambda: time[0], monotonic=lambda: time[0])
        monkeypatch.setattr(one, "time", fake)
    return time


def recorder():
    """What a recorder gives after epoch 1: one of two right in training, both in validation."""
    right, wrong = [2.0, 0.0], [0.0, 2.0]
    labels, nan = np.zeros(2, int), np.array([np.nan, 0.02])
    first = [right, right]
    train = Scores(np.array([first, [right, wrong]], np.float32), labels)
    validation = Scores(np.array([first, first], np.float32), labels)
    columns = {"penalty": nan, "learning_rate": nan, "gradient_norm": nan}
    return SimpleNamespace(run=Run(train, validation, np.array([0, 1]), **columns))


def trained(now, screen, *, epochs=3, steps=10, seconds=2.0):
    """Lead the callback through a training; give the lines that it says."""
    lines = []
    progress = Progress(Clock(steps, epochs), recorder(), lines.append, screen)
    for epoch in range(epochs):
        progress.on_epoch_begin(epoch)
        for step in range(steps):
            now[0] += seconds
            progress.on_train_batch_end(step, {"loss": 0.5})
        now[0] += 5
        progress.on_epoch_end(epoch)
    progress.on_train_end()
    return lines


def test_a_file_gets_a_line_an_epoch_and_no_bar(now):
    screen = io.StringIO()
    lines = trained(now, screen)
    assert screen.getvalue() == ""
    assert lines[0] == "A step takes 2 s here: 3 epochs take about 48 s."  # after six of 30 steps
    scored = "loss (accuracy) train 1.127 (50.0 %), validation 0.127 (100.0 %), rate 0.02"
    assert lines[1] == f"epoch 1 of 3: {scored}, 50 s left"
    assert len(lines) == 4
    assert lines[3] == f"epoch 1 of 3: {scored}"  # at the end nothing is left


def test_a_terminal_gets_a_bar_that_is_drawn_over_and_taken_away(now, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    screen = Terminal()
    trained(now, screen)
    drawn = [text.strip() for text in screen.getvalue().split("\r")]
    assert "[##########..........] epoch 2 of 3, step 5 of 10: loss 0.500, 40 s left" in drawn
    assert all(len(text) < 100 for text in screen.getvalue().split("\r"))
    assert "\n" not in screen.getvalue()
    assert drawn[-1] == ""


def test_the_bar_is_drawn_five_times_a_second_at_most(now):
    screen = Terminal()
    trained(now, screen, epochs=1, steps=1000, seconds=0.01)  # ten seconds
    assert 40 < screen.getvalue().count("step") / 2 <= 51  # each bar is written twice


def test_the_bar_without_a_measured_step_promises_nothing():
    said = bar(Clock(steps=4, epochs=2), 0, 1, {"loss": np.float32(2.3)})
    assert said == "[##..................] epoch 1 of 2, step 1 of 4: loss 2.300"


def test_the_last_recorded_epoch_is_told():
    assert told(recorder(), 9).startswith("epoch 1 of 9: loss (accuracy) train 1.127 (50.0 %)")
