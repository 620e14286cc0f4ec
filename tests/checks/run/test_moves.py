"""Trainings in which nothing was learned, on runs made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lossacc
from lossacc.checks.run.moves import movement_findings
from tests.checks.run.test_printed import learned
from tests.made_runs import random_scores, run_of


def with_last(logits):
    """A run of two epochs that ends at these logits of its training examples."""
    scores = random_scores(0, 2, 50, 4, scale=1)
    both = np.stack([scores.logits[0], logits.astype(np.float32)])
    return run_of(replace(scores, logits=both))


START = random_scores(0, 2, 50, 4, scale=1)


@pytest.mark.parametrize(("last", "said"), [
    (START.logits[0], "no output changed, to the last digit"),
    (START.logits[0] + np.float32(1e-4) * START.logits[1], "the weights hardly moved"),
    (np.tile([1.0, 2.0, 0.0, 3.0], (50, 1)), "all 50 recorded training examples get the same"),
    (START.logits[0] * 30, "before training it was"),
    (np.full((50, 4), np.nan), "is not finite; before"),
], ids=["still", "hardly", "alike", "worse", "not finite"])  # fmt: skip
def test_what_was_not_learned_is_said(last, said) -> None:
    (one,) = movement_findings(with_last(last))
    assert one.severity == "wrong"
    assert said in one.what
    assert one.remedy


@pytest.mark.parametrize("change", [0, 0.1], ids=["no lower", "higher"])
def test_a_start_that_had_learned_already_raises_no_alarm(change) -> None:
    """As of a training that is resumed: no example has a hundredth of a nat left to fall by."""
    labels = START.labels
    logits = np.where(np.arange(4) == labels[:, None], 8.0, 0.0).astype(np.float32)
    last = logits * np.float32(1 - change) + np.float32(1e-3) * START.logits[1]
    run = run_of(replace(START, logits=np.stack([logits, last])))
    assert run.train.loss[0] < 0.01
    assert list(movement_findings(run)) == []


def test_what_was_learned_raises_no_alarm() -> None:
    assert list(movement_findings(run_of(learned(), learned(seed=1)))) == []


def test_a_loss_that_was_printed_lower_is_for_another_check() -> None:
    run = with_last(START.logits[0] * 30)
    assert list(movement_findings(replace(run, printed={"loss": np.array([np.nan, 0.1])}))) == []


def test_what_was_trained_on_decides_whether_it_got_worse() -> None:
    """A weighted loss may fall while the plain one rises."""
    run = with_last(START.logits[0] * 30)
    assert list(movement_findings(replace(run, objective=np.array([3.0, 1.0])))) == []


def test_nothing_is_said_before_the_first_epoch() -> None:
    scores = random_scores(0, 1, 50, 4)
    assert list(movement_findings(run_of(scores))) == []
    assert lossacc.check_run(run_of(scores)).findings == ()
