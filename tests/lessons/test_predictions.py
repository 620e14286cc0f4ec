"""What a learner is asked before a run: of every run exactly one option comes true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.lessons import experiment as load
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.copies import shown
from tests.made_runs import broken

PARTED = (
    *("both-fall", "nine-against-one", "five-against-five", "wrong-labels", "sure-and-wrong"),
    "the-penalty-inside-the-loss",
)


def made_run(seed, rows, scale, wrong=0.0):
    """A run of random logits that drift; some of its labels may be wrong."""
    rng = np.random.default_rng(seed)
    n, k = 40, 4

    def scores():
        labels = rng.integers(0, 2, n)
        labels[0] = 0
        corrupted = np.where(rng.random(n) < wrong, (labels + 1) % k, labels)
        drift = scale * rng.standard_normal() * np.linspace(0, 1, rows)[:, None]
        logits = rng.standard_normal((rows, n, k)) * scale
        logits[:, np.arange(n), labels] += drift
        return Scores(logits.astype(np.float32), corrupted, clean_labels=labels)

    return Run(scores(), scores(), np.arange(rows), *(np.zeros(rows) for _ in range(3)))


@pytest.mark.parametrize("name", PARTED)
@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 12),
    scale=st.sampled_from([0.0, 0.001, 0.1, 1.0, 30.0, 1e6]),
    wrong=st.sampled_from([0.0, 0.1, 0.5]),
)
def test_of_any_run_exactly_one_option_comes_true(name, seed, rows, scale, wrong):
    prediction = load(name).prediction
    run = made_run(seed, rows, scale, wrong)
    came = [outcome.says for outcome in prediction.outcomes if outcome.came(run)]
    assert len(came) == 1
    assert prediction.outcome(run).says == came[0]
    assert prediction.measured(run).endswith(".")


@pytest.mark.parametrize("name", PARTED)
def test_a_network_that_broke_down_is_told_in_a_sentence_too(name):
    run = broken(made_run(1, 3, 1.0, 0.2), -1)
    prediction = load(name).prediction
    assert sum(outcome.came(run) for outcome in prediction.outcomes) == 1
    assert prediction.measured(run).endswith(".")


# What the claims of these arms say happens, as options; measured on seed 1.
EXPECTED = [
    ("nine-against-one", "base", "At the share of A among the labels, give or take .02."),
    ("nine-against-one", "one by one, clipped", "Above it: the network looks past label B."),
    (
        "five-against-five",
        "base",
        "It stays at a loss of about ln 2, with about half of the labels right.",
    ),
    (
        "five-against-five",
        "alike",
        "It gets the training images right, and other images of the same kind too.",
    ),
    ("both-fall", "base", "Both fall."),
    ("both-fall", "from scratch", "The loss falls and the accuracy rises."),
    ("wrong-labels", "base", "Nearly all: 80 % or more."),
    ("wrong-labels", "clean labels", "None: no label is wrong."),
    ("sure-and-wrong", "base", "The loss rises; the accuracy rises too."),
]


@pytest.mark.parametrize(("name", "arm", "says"), EXPECTED)
def test_the_arms_come_out_as_their_claims_say(name, arm, says):
    prediction, run = load(name).prediction, shown(name, arm, seed=1)
    assert prediction.outcome(run).says == says, prediction.measured(run)
