"""What a panel says."""

import numpy as np
import pytest

from lossacc.analysis.ledger import ledger_of
from lossacc.lab import status_text
from lossacc.lab.run_history import outline
from lossacc.lab.snapshot import FaintLine, Snapshot
from lossacc.lab.task import Task
from tests.lab.fakes import experiment, few_images, run_of

BASE = {"rate": 1.0, "size": "small"}
FAST = {"rate": 2.0, "size": "small"}


def made(knobs=BASE, seed=1, rows=6):
    return run_of(knobs, seed, rows, few_images())


def test_progress_says_how_long_it_takes_where_that_is_known():
    assert status_text.progress(made(rows=3), None) == "epoch 2 of 5"
    assert status_text.progress(made(rows=3), 0.4) == "epoch 2 of 5, under 1 s left"
    assert status_text.progress(made(rows=3), 12.3) == "epoch 2 of 5, about 12 s left"


def test_the_status_has_the_numbers_of_the_run():
    run = made(rows=3)
    loss, right = run.validation.loss[-1], run.validation.accuracy[-1]
    said = status_text.standing(run)
    assert said.startswith("Epoch 2 of 5: validation loss ")
    assert f"{loss:.3f}" in said
    assert f"{100 * right:.0f} %" in said


@pytest.mark.parametrize(
    ("shown", "asked", "said"),
    [
        (Task(BASE, 1), Task(BASE, 1), ""),
        (
            Task(BASE, 1),
            Task(FAST, 1),
            "The picture shows learning_rate 1.0; the knob says 2.0. Press Run.",
        ),
        (Task(BASE, 1), Task(BASE, 2), "The picture shows seed 1; the knob says 2. Press Run."),
        (
            Task(BASE, 1),
            Task(FAST, 2),
            "The picture shows learning_rate 1.0, seed 1; the knobs say learning_rate 2.0, seed 2. "
            "Press Run.",
        ),
    ],
)
def test_the_stale_sentence_names_what_differs(shown, asked, said):
    assert status_text.stale(experiment(), shown, asked) == said
    asks = said.replace("Press Run.", "Predict, then press Run.")
    assert status_text.stale(experiment(), shown, asked, asks=True) == asks


def test_the_verdict_is_in_the_run_s_own_numbers():
    prediction, run = experiment().prediction, made()
    number = f"The loss ended at {run.train.loss[-1]:.3f}."
    right, wrong = (outcome.says for outcome in prediction.outcomes)
    assert status_text.verdict(prediction, right, run).endswith(f"below .5”: right. {number}")
    assert "not this time. It was “It falls below .5”." in status_text.verdict(
        prediction, wrong, run
    )
    assert status_text.verdict(prediction, "", run) == f"What happened: {right} {number}"


def test_over_seeds_predictions_are_counted():
    prediction = experiment().prediction
    runs = [made(), made(rows=1)]
    assert status_text.tally(prediction, "It falls below .5.", runs) == (
        "With 1 of 2 seeds it came as you predicted."
    )
    assert status_text.tally(prediction, "", runs) == (
        "Of 2 seeds: 1 “It falls below .5”, 1 “It stays above”."
    )


def test_the_sign_test_is_put_into_words():
    before, after = np.full(10, 0.5), np.full(10, 0.6)
    was, now = np.zeros(10, bool), np.arange(10) < 9
    assert status_text.sign_words(ledger_of(before, after, was, now)) == (
        "Coin tosses would split as unevenly with p = 0.0039."
    )
    assert status_text.sign_words(ledger_of(before, after, was, was)) == "No image changed sides."


def test_the_caption_says_what_is_drawn_and_what_is_not():
    line = FaintLine("run 2", "rate 0.5, size large", outline(made()))
    snapshot = Snapshot(
        5, Task(BASE, 3), Task(BASE, 3), made(), name="fast", earlier=(line,), hidden=2
    )
    assert status_text.caption(snapshot) == (
        "Run 5, fast, seed 3. Faint: run 2 (rate 0.5, size large). 2 earlier runs are not drawn."
    )


def test_an_error_is_told_in_its_own_sentence():
    assert status_text.fault(ValueError("got x=3; expected 4\nmore")) == "Got x=3; expected 4."
    assert status_text.fault(RuntimeError("why?")) == "Why?"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError(), "The training was ended by ZeroDivisionError."),
        (KeyError("logits"), "The training was ended by KeyError: 'logits'."),
        (SystemExit(3), "The training was ended by SystemExit: 3."),
        (KeyboardInterrupt(), "The training was ended by KeyboardInterrupt."),
        (RuntimeError(" \n "), "The training was ended by RuntimeError."),
    ],
)
def test_an_error_without_a_sentence_of_its_own_is_put_into_one(error, said):
    assert status_text.fault(error) == said


def test_an_error_that_cannot_be_written_down_is_told_by_its_kind():
    class Mute(Exception):
        def __str__(self):
            raise OSError("no words")

    assert status_text.fault(Mute()) == "The training was ended by Mute."
