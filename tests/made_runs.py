"""Runs and scores that no training made, for the tests of what reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

SIZE, SURE = 200, 0.01  # images of `run_of_curves`; the loss of each that is right


def run_of(train, validation=None, *, penalty=None, rate=None, gradient=None, **more):
    """A run with these scores, epoch 0 included; what is not given was not recorded."""
    rows = len(train.logits)
    nan = np.full(rows, np.nan)
    penalty = np.zeros(rows) if penalty is None else np.asarray(penalty, float)
    rate, gradient = (nan if one is None else np.asarray(one, float) for one in (rate, gradient))
    return Run(train, validation, np.arange(rows), penalty, rate, gradient, **more)


def broken(run, rows, value=np.nan):
    """The run with other logits of the training examples in some rows."""
    logits = run.train.logits.copy()
    logits[rows] = value
    return replace(run, train=replace(run.train, logits=logits))


def random_scores(seed, rows, size, classes, scale=3):
    """Random logits, and random labels."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, scale, (rows, size, classes)).astype(np.float32)
    return Scores(logits, random.integers(0, classes, size))


def scores_of_answers(answers, labels, classes=2, margin=2.0):
    """Scores of these answers, shape (R, N) or (N,): a logit of `margin` for each, 0 elsewhere."""
    answers = np.atleast_2d(answers)
    logits = np.zeros((*answers.shape, classes), np.float32)
    np.put_along_axis(logits, answers[..., None], margin, axis=2)
    return Scores(logits, np.array(labels))


def run_of_curves(losses, accuracies, rates, validation=True):
    """A run of two classes whose validation has these losses and accuracies, epoch 0 included."""
    logits = np.zeros((len(losses), SIZE, 2), np.float32)
    for row, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
        right = round(accuracy * SIZE)
        wrong = (loss * SIZE - right * SURE) / (SIZE - right)
        assert wrong >= np.log(2), "no image can be wrong at so low a loss"
        logits[row, :right, 0] = -np.log(np.expm1(SURE))
        logits[row, right:, 0] = -np.log(np.expm1(wrong))
    scores = Scores(logits, np.zeros(SIZE, int))
    return run_of(scores, scores if validation else None, rate=[np.nan, *rates])


# 10 epochs of descent, 20 at a tenth of the rate, 10 at a hundredth.
RATES = [0.1] * 10 + [0.01] * 20 + [0.001] * 10
START = list(np.linspace(2.0, 1.2, 11))
AGREE = list(np.linspace(0.2, 0.6, 11))


def staged(loss, accuracy, late_loss, late_accuracy, end_loss, end_accuracy):
    """A run with one level low, one late and one at the end."""
    losses = START + [loss] * 8 + [late_loss] * 12 + [end_loss] * 10
    right = AGREE + [accuracy] * 8 + [late_accuracy] * 12 + [end_accuracy] * 10
    return run_of_curves(losses, right, RATES)
