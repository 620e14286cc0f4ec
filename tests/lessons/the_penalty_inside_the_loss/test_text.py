"""Notebook 06: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc import lessons
from lossacc.analysis.ledger import ledger
from lossacc.lessons.the_penalty_inside_the_loss.evidence import (
    gain_accuracy,
    gain_loss,
    share,
    with_penalty,
)
from lossacc.lessons.the_penalty_inside_the_loss.exercises import OneWeight, as_run, best
from lossacc.runs.run import Run
from tests.copies import shown, slow_copies
from tests.project import ROOT
from tests.told import remedy

NOTEBOOK = ROOT / "notebooks" / "06_the_penalty_inside_the_loss.ipynb"


@given(st.floats(1e-4, 100))
def test_the_best_weight_is_where_both_pulls_are_equal(l2: float) -> None:
    found = best(l2)
    assert 1 - found.probability[0] == pytest.approx(2 * l2 * found.weight, rel=1e-6)
    for other in (0.99 * found.weight, 1.01 * found.weight):
        assert OneWeight(other, l2).printed >= found.printed


def test_without_a_penalty_there_is_no_best_weight() -> None:
    with pytest.raises(ValueError, match="got l2=0; expected a number above 0"):
        best(0)


def test_what_the_text_says_of_one_weight() -> None:
    three, two = OneWeight(3, 0.1), OneWeight(2, 0.1)
    assert [round(one.printed, 3) for one in (three, two)] == [0.949, 0.527]
    assert [round(one.cross_entropy, 3) for one in (three, two)] == [0.049, 0.127]
    account = ledger(as_run(three, two), 0, 1, on="train")
    assert account.counts["stayed right"] == 10
    assert account.shares["stayed right"] == pytest.approx(0.078, abs=5e-4)
    assert account.penalty_change == pytest.approx(-0.5)
    assert account.account_change == pytest.approx(-0.422, abs=5e-4)
    assert abs(account.residual) < 1e-9
    assert best(10).weight == pytest.approx(0.02, abs=0.005)
    assert best(10).cross_entropy == pytest.approx(0.681, abs=5e-4)
    assert best(0.001).cross_entropy < 0.01


def test_what_the_text_says_of_batch_norm_by_hand() -> None:
    given = np.array([2.0, 3.0, 7.0])
    found = [
        ((w * given - (w * given).mean()) / (w * given).std()).round(3) for w in (1, 0.1, 0.01)
    ]
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    keras = pytest.importorskip("keras")
    assert keras.layers.BatchNormalization().epsilon == 1e-3
    assert keras.layers.BatchNormalization().momentum == 0.99


def test_a_loop_of_ones_own_forgets_the_penalty() -> None:
    """Question 3: the gradient of the loss alone does not know of a regularizer."""
    tf, keras = pytest.importorskip("tensorflow"), pytest.importorskip("keras")
    x, y = np.ones((4, 3), np.float32), np.array([0, 1, 0, 1])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    slopes = []
    for l2, added in ((0.0, False), (0.5, False), (0.5, True)):
        layer = keras.layers.Dense(
            2, "linear", False, "ones", kernel_regularizer=keras.regularizers.L2(l2)
        )
        model = keras.Sequential([keras.Input((3,)), layer])
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
            value += sum(model.losses) if added else 0.0
        slopes.append(np.asarray(tape.gradient(value, layer.kernel.value)))
    assert (slopes[0] == slopes[1]).all()
    assert slopes[2] - slopes[0] == pytest.approx(2 * 0.5)


def test_l2_of_half_the_number_is_what_pytorch_adds_to_the_gradient() -> None:
    weight, decay = 0.7, 0.0005
    step = 1e-6
    slope = (decay / 2) * ((weight + step) ** 2 - (weight - step) ** 2) / (2 * step)
    assert slope == pytest.approx(decay * weight)


def test_what_the_text_says_a_weak_pull_adds_up_to() -> None:
    for epochs, rate, says in ((30, 0.001, 0.00016), (40, 0.03, 0.006)):
        steps = epochs * math.ceil(400 / 32)
        left = (1 - rate * 2 * 0.0001) ** steps  # of each weight
        assert 1 - left**2 == pytest.approx(says, rel=0.05)
    assert 30 * math.ceil(400 / 32) == 390


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("the-penalty-inside-the-loss", arm, seed=1, **knobs)


def flat(values: Any) -> bool:
    """Whether a loss keeps the height of knowing nothing of ten classes."""
    return bool(np.abs(values - math.log(10)).max() < 0.05)


CLAIMS = (
    "falls alone",
    "weights shrink",
    "small rate",
    "the log tells",
    "which numbers",
    "training mode",
    "share grows",
    "not comparable",
    "never printed",
    "same in plain SGD",
    "momentum multiplies",
    "BatchNorm survives",
    "BatchNorm shields",
    "statistics lag",
)


@slow_copies
@pytest.mark.parametrize("name", CLAIMS)
def test_the_claims_hold_on_the_runs_that_they_stand_beside(name: str) -> None:
    claim = lessons.experiment("the-penalty-inside-the-loss").claim(name)
    held, evidence = claim.judge({arm: trained(arm) for arm in claim.reads})
    assert held, evidence


@slow_copies
def test_what_the_text_says_of_the_first_run() -> None:
    run = trained()
    assert (run.train.size, run.scores("validation").size) == (400, 600)
    assert share(run, 0) > 0.8
    assert share(run, -1) < 0.01
    assert run.penalty[6:].max() < 0.05 * run.penalty[0]
    assert flat(run.train.loss)  # the coloured region keeps its height
    assert math.log(10) - 0.02 < run.train.loss[-1] < math.log(10)  # ends a hair below it
    assert np.ptp(run.train.accuracy) < 0.05
    assert run.train.accuracy.max() < 0.15  # chance, of ten classes
    assert trained("no L2").train.accuracy.max() == 1


@slow_copies
def test_what_the_text_says_of_the_first_ledger() -> None:
    account = ledger(trained(), 0, -1, on="train")
    assert account.penalty_change < -12
    assert abs(account.loss_change) < 0.05
    assert max(map(abs, account.shares.values())) < 0.01 * -account.penalty_change  # hardly show
    assert account.counts["newly right"] > 10
    assert account.counts["newly wrong"] > 10


@slow_copies
def test_what_the_text_says_of_the_small_rate() -> None:
    run = trained("small rate")
    assert (np.diff(with_penalty(run, "train")) < 0).all()
    assert flat(run.train.loss)
    assert np.ptp(run.train.loss) < 0.05
    assert with_penalty(run, "train")[10] > 4 > with_penalty(trained(), "train")[10]
    # The plane: straight down at the left, where the other path has been all the time.
    right = run.train.accuracy
    assert right.max() < 0.2
    assert round(100 * (right[-1] - right[0])) == 2  # two points from ring to disc
    assert abs(run.train.loss[-1] - run.train.loss[0]) < 0.02
    assert run.penalty[-1] < 0.05  # and ends there


@slow_copies
def test_what_the_text_says_of_the_log() -> None:
    log = trained("fit").printed
    assert log["loss"][1] == pytest.approx(12, abs=0.5)
    assert log["loss"][-1] == pytest.approx(2.3, abs=0.05)
    assert flat(log["crossentropy"][1:])
    dropped, without = trained("fit, Dropout"), trained("fit, strong L2")
    assert (dropped.printed["crossentropy"] > dropped.train.loss)[1:].all()
    assert dropped.train.accuracy[-1] > 0.5  # the network learns
    assert abs((without.printed["crossentropy"] - without.train.loss)[-5:].mean()) < 0.1


@slow_copies
def test_what_the_text_says_of_what_is_printed() -> None:
    run = trained("fit, Dropout")
    last = {name: values[-1] for name, values in run.printed.items()}
    told, penalty = run.settings["evaluated"], run.penalty[-1]
    assert last["val_loss"] - last["val_crossentropy"] == pytest.approx(penalty, abs=1e-3)
    assert told["loss"] - told["crossentropy"] == pytest.approx(penalty, abs=1e-3)
    assert last["loss"] - last["crossentropy"] == pytest.approx(penalty, abs=0.02)
    assert run.environment["keras"].startswith("3.")
    assert run.penalty[0] == pytest.approx(1.25, abs=0.1)  # an L2 of .01


@slow_copies
def test_what_the_text_says_of_the_strong_penalty() -> None:
    strong = trained("strong L2")
    assert share(strong, 0) == pytest.approx(1 / 3, abs=0.05)
    assert strong.penalty[-1] / strong.penalty[0] == pytest.approx(0.5, abs=0.05)
    assert strong.train.loss[-1] / strong.train.loss[0] == pytest.approx(0.1, abs=0.03)
    assert strong.train.loss[-5:].mean() == pytest.approx(0.2, abs=0.05)
    assert strong.penalty[-5:].mean() == pytest.approx(0.6, abs=0.05)
    shares = np.array([share(strong, row) for row in range(len(strong.epochs))])
    assert shares.min() < shares[0] - 0.02  # a dip,
    assert shares.argmin() < 10  # and then it climbs
    assert shares[-5:].min() > shares[0] + 0.2
    # A thin strip below a thick one, and an accuracy that climbs.
    assert strong.train.loss[-10:].max() < 0.6 * strong.penalty.min()
    assert strong.train.accuracy[-1] > 0.9 > 0.2 > strong.train.accuracy[0]


@slow_copies
def test_what_the_text_says_of_the_strong_penalty_beside_none() -> None:
    strong, plain = trained("strong L2"), trained("no L2")
    lost, held_out = (run.scores("validation") for run in (plain, strong))
    assert lost.loss.argmin() < 0.5 * plain.epochs[-1]  # turns up before the middle
    assert lost.loss[-1] > lost.loss.min() + 0.1
    assert held_out.loss[-5:].mean() < lost.loss[-5:].mean() - 0.1
    assert 0.01 < (lost.accuracy - held_out.accuracy)[-5:].mean() < 0.1  # some points higher


@slow_copies
def test_what_the_text_says_of_weight_decay() -> None:
    decayed, penalised = trained("too much weight decay"), trained()
    for run in (decayed, penalised):
        norms = np.asarray(run.settings["squared norm"])
        assert norms[4] < 0.01 * norms[0]
        assert flat(run.train.loss)  # the same in both
    assert flat(decayed.printed["loss"][1:])
    one, other = trained("plain SGD, L2"), trained("plain SGD, weight decay")
    assert one.train.loss[-1] == pytest.approx(other.train.loss[-1], abs=0.005)  # by rounding
    assert one.printed["val_loss"][-1] > other.printed["val_loss"][-1] + 0.5


@slow_copies
def test_what_the_text_says_of_batch_norm() -> None:
    free, held = trained("BatchNorm, no L2"), trained("BatchNorm, convolutions")
    ends = [run.settings["squared norm"][-1] for run in (free, held)]
    assert free.settings["squared norm"][0] == held.settings["squared norm"][0]
    assert ends[1] < 0.5 * free.settings["squared norm"][0] < ends[0]
    one, other = (run.settings["batch statistics"] for run in (free, held))
    assert other["loss"] == pytest.approx(one["loss"], abs=0.05)
    assert other["accuracy"] == pytest.approx(one["accuracy"], abs=0.02)
    assert other["spread"] == pytest.approx(one["spread"], rel=0.05)
    assert held.scores("validation").loss[-1] > free.scores("validation").loss[-1] + 0.1


@slow_copies
def test_what_the_text_says_of_the_network_that_batch_norm_saves() -> None:
    saved = trained("BatchNorm, L2")
    assert saved.penalty[-1] < 0.1 * saved.penalty[0]  # comes down as in section 2
    right, training = saved.train.accuracy, saved.printed["accuracy"]
    assert right[-1] > 0.9
    dip = 8 + int(right[8:25].argmin())
    assert right[dip] < 0.2 < 0.4 < right[1:8].max()  # nearly to chance again
    assert training[dip] > 0.9  # and not in training mode
    # The coloured region stays thick, and more than half of that is evaluation mode alone.
    assert saved.train.loss[-1] > 0.6
    cost = saved.printed["loss"][-1] - saved.penalty[-1]
    assert cost == pytest.approx(0.4, abs=0.1)
    assert cost < 0.5 * saved.train.loss[-1]


@slow_copies
def test_the_shrinking_variance_is_what_spoils_the_evaluation() -> None:
    held = trained("BatchNorm, convolutions")
    assert held.settings["batch statistics"]["loss"] < held.scores("validation").loss[-1] - 0.1
    assert held.printed["loss"][-1] - held.penalty[-1] < 0.05 < held.train.loss[-1]


@slow_copies
def test_the_moderate_penalty_agrees_with_the_table() -> None:
    mild, plain = trained("moderate L2"), trained("no L2")
    assert gain_loss(plain, mild) > 0.05
    assert abs(gain_accuracy(plain, mild)) < 0.05


FALL, RIGHT = "fall of the validation cross-entropy", "validation accuracy"


@pytest.mark.parametrize(
    ("begins", "measures", "verdict"),
    [
        ("Patience", RIGHT, "does nothing"),
        ("A tenth of the rate", RIGHT, "does nothing"),
        ("Adam instead of SGD", RIGHT, "does nothing"),
        ("A hundredth of the L2", RIGHT, "helps"),
        ("BatchNorm behind each convolution", RIGHT, "helps"),
        ("An L2 of .0001, against", FALL, "does nothing"),
        ("An L2 of .001, against", FALL, "helps"),
        ("An L2 of .001, against", RIGHT, "does nothing"),
        ("An L2 of .01, against", FALL, "helps"),
        ("An L2 of .01 instead of .001", RIGHT, "harms"),
        ("A weight_decay of .2 instead of an L2", FALL, "does nothing"),
        ("An L2 of .01 on convolutions", RIGHT, "harms"),
        (
            "Keep the epoch with the lowest val_crossentropy",
            "validation cross-entropy",
            "does nothing",
        ),
    ],
)
def test_what_the_text_says_of_the_table_of_remedies(
    begins: str, measures: str, verdict: str
) -> None:
    assert remedy("the-penalty-inside-the-loss", begins, measures).verdict == verdict


@slow_copies
def test_the_shares_of_the_exercise() -> None:
    shares = [share(trained(**knobs), -1) for knobs in ({"l2": 0.0001}, {"arm": "moderate L2"})]
    assert min(shares) > 0.9  # nearly all
    assert 0.55 < share(trained("strong L2"), -1) < 0.85
    for knobs in ({"l2": 0.0001}, {"arm": "moderate L2"}):  # learned by heart
        run = trained(**knobs)
        assert run.train.accuracy[-1] == 1
        assert run.train.loss[-1] < 0.02


@slow_copies
def test_the_panel_shows_the_penalty_fall_through_the_losses() -> None:
    run = trained()
    for loss in (run.train.loss, run.scores("validation").loss):
        assert flat(loss)
        assert run.penalty[0] > loss[0]
        assert run.penalty[-1] < loss[-1]


@slow_copies
def test_what_the_panel_shows_of_a_third_of_it() -> None:
    run = trained(l2=0.03)
    assert run.train.accuracy[-5:].max() < 0.2
    whole = with_penalty(run, "train")
    assert whole[0] - whole[-1] > 2
    assert whole[3] > with_penalty(trained(), "train")[3] + 0.5  # more slowly
    assert run.penalty[-1] < 0.01  # to nothing


@slow_copies
def test_what_the_panel_shows_of_batch_norm() -> None:
    run = trained(batch_norm="yes", learning_rate=0.003)
    assert run.settings["knobs"] == trained("BatchNorm, L2").settings["knobs"]
    assert run.penalty[-1] < 0.1 * run.penalty[0]
    assert run.train.accuracy[-1] > 0.9


@slow_copies
def test_what_the_last_ledger_shows() -> None:
    account = ledger(trained("strong L2"), 0, -1, on="train")
    assert account.shares["newly right"] < account.penalty_change < 0
    assert account.shares["newly right"] < 0.5 * account.account_change
