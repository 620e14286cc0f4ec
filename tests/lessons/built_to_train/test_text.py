"""Notebook 10: what its text says beyond claims."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossacc import lessons, load_digits
from lossacc.claims.report import Gain
from lossacc.lessons.built_to_train import evidence as read
from lossacc.lessons.built_to_train import toy
from lossacc.runs.run import Run
from tests.copies import copies, shown, slow_copies
from tests.told import remedy

LN_TEN = math.log(10)


def trained(arm: str = "base", **knobs: Any) -> Run:
    """The runs that the notebook shows."""
    return shown("built-to-train", arm, seed=1, **knobs)


CLAIMS = (
    "stuck",
    "still in there",
    "starts",
    "no number",
    "collapse",
    "clipping saves",
    "a rate in disguise",
    "bottleneck",
    "summed heads",
)


@slow_copies
@pytest.mark.parametrize("name", CLAIMS)
def test_the_claims_hold_on_the_runs_that_they_stand_beside(name: str) -> None:
    claim = lessons.experiment("built-to-train").claim(name)
    held, evidence = claim.judge({arm: trained(arm) for arm in claim.reads})
    assert held, evidence


@copies
def test_what_the_text_says_of_the_network_that_does_not_begin() -> None:
    base = trained()
    held_out = base.scores("validation")
    assert (base.train.size, held_out.size, base.train.classes) == (256, 300, 10)
    assert int(base.epochs[-1]) == 16
    for scores in (base.train, held_out):
        assert np.abs(scores.loss - LN_TEN).max() < 0.1  # flat
    assert np.abs(base.train.loss - held_out.loss).max() < 0.1  # together
    answers = base.train.logits[-1].argmax(axis=1)
    assert len(np.unique(answers)) == 1  # one answer for all
    assert read.readout(base, "middle") > 0.6  # most of them
    assert read.share_cut(base) == 0
    assert np.nanmax(base.gradient_norm) < 1  # no step would be cut


def test_what_the_text_says_of_halves() -> None:
    glorot, he = (toy.mean_squares(variance, 12) for variance in (toy.GLOROT, toy.HE))
    assert glorot[12] == pytest.approx(1 / 4096, rel=0.5)
    assert (np.diff(glorot) < 0).all()
    assert he.min() > 0.5
    assert he.max() < 2
    assert math.sqrt(toy.left(12)) == 1 / 64


@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_of_all_layers_are_some_sixty_times_too_short(seed: int) -> None:
    """Glorot's against He's, back through twelve layers by hand from the same random slope."""
    glorot, he = (_gradients(variance, seed) for variance in (toy.GLOROT, toy.HE))
    assert len(he) == 12
    assert (he / glorot > 45).all()
    assert (he / glorot < 100).all()


def _gradients(variance: float, seed: int) -> np.ndarray:
    """The norm of each layer's gradient, in a network as the toy draws it."""
    random = np.random.default_rng(seed)
    values, layers = [np.maximum(random.standard_normal((64, 256)), 0)], []
    for _ in range(12):
        layers.append(random.normal(0, math.sqrt(variance / 256), (256, 256)))
        values.append(np.maximum(values[-1] @ layers[-1], 0))
    slope, norms = random.standard_normal((64, 256)), []
    for before, after, weights in zip(values[-2::-1], values[:0:-1], layers[::-1], strict=True):
        slope = slope * (after > 0)
        norms.append(float(np.linalg.norm(before.T @ slope)))
        slope = slope @ weights.T
    return np.array(norms[::-1])


@copies
def test_what_the_text_says_of_other_rates() -> None:
    for arm in ("higher rate", "lower rate"):
        assert trained(arm).train.loss[-1] == pytest.approx(LN_TEN, abs=0.1)
        assert trained(arm).train.accuracy[-1] < 0.25


@slow_copies
def test_what_the_text_says_of_what_starts_it() -> None:
    he, normal, residual = (trained(arm) for arm in ("He", "normalised", "residual"))
    for run in (he, normal, residual):
        assert run.train.loss.min() < LN_TEN - 0.5
    for run in (normal, residual):
        assert run.train.accuracy[-3:].max() > 0.9
        assert run.train.loss[:9].mean() < he.train.loss[:9].mean()  # He starts later
        assert run.train.accuracy[-3:].max() > he.train.accuracy[-3:].max()  # and comes behind


@slow_copies
def test_what_the_panel_shows_of_adam_and_of_heads() -> None:
    assert trained("Adam").train.loss[-1] < LN_TEN - 0.5
    assert trained("heads").train.loss[-1] == pytest.approx(LN_TEN, abs=0.15)


@slow_copies
def test_what_the_text_says_of_the_collapse() -> None:
    hot, clipped = trained("hot"), trained("hot, clipped")
    fall = read.collapse(hot)
    assert fall["after it"] < fall["before it"] - 0.15
    assert (hot.train.logits[0] == clipped.train.logits[0]).all()  # the same first weights
    assert clipped.train.accuracy[-1] > 0.9
    assert 0.5 < read.share_cut(clipped) < 1


@copies
def test_what_the_text_says_of_the_second_and_the_third_face() -> None:
    dead, burnt = trained("He, rate of .5"), trained("residual, rate of 100")
    assert dead.scores("validation").loss[-1] == pytest.approx(LN_TEN, abs=0.1)
    answers = dead.train.logits[-1].argmax(axis=1)
    assert np.bincount(answers).max() > 0.9 * len(answers)  # one for nearly all
    lost = burnt.scores("validation")
    share = (lost.labels == 0).mean()
    if math.isnan(lost.loss[-1]):
        assert lost.accuracy[-1] == share
    else:
        assert lost.loss[-1] > 10
        assert lost.accuracy[-1] < 0.25


def evidence(claim: str, number: str) -> np.ndarray:
    """A number that a claim read, seed by seed."""
    found = lessons.evidence("built-to-train")
    return np.array([one.claims[claim][0][number] for one in found])


def test_what_the_text_says_of_high_rates_on_many_seeds() -> None:
    nan = evidence("no number", "losses that are no number") == 1
    assert 0.4 < nan.mean() < 0.8  # often
    above = evidence("no number", "above ln K")[~nan]
    assert above.min() > 20  # tens of nats
    assert above.max() < 100
    assert (evidence("collapse", "steepest fall") >= 0.15).mean() > 0.95  # nearly every seed
    assert (evidence("collapse", "rise of the loss") > 0).mean() > 0.8  # mostly, as a rule


def test_every_answer_of_nan_is_class_0() -> None:
    assert set(np.full((300, 10), np.nan).argmax(axis=1).tolist()) == {0}


@copies
def test_what_the_text_says_of_a_limit_that_cuts_every_step() -> None:
    cut, twice = trained("residual, cut"), trained("residual, cut twice")
    assert read.share_cut(cut) == read.share_cut(twice) == 1
    assert np.abs(cut.train.loss - twice.train.loss).max() < 1e-4  # the same
    assert cut.train.loss[-1] > trained("residual").train.loss[-1] + 1  # still far


@slow_copies
def test_what_the_text_says_of_the_bottleneck() -> None:
    narrow, whole = trained("one channel"), trained("residual")
    assert narrow.train.loss[-1] > whole.train.loss[-3:].min() + 0.7
    assert narrow.train.accuracy[-1] < whole.train.accuracy[-3:].max() - 0.3


@slow_copies
def test_what_the_text_says_of_the_printed_loss_of_heads() -> None:
    found = read.heads_in_the_loss(trained("normalised, heads"))
    assert found["printed less own"] > 0.1
    bare = read.heads_in_the_loss(trained("normalised"))
    assert bare["printed less own"] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(("first", "at_most"), [("glorot_uniform", 0.15), ("he_normal", 10.0)])
def test_what_the_signal_of_ones_own_model_does(first: str, at_most: float) -> None:
    """As the cell measures it, on several draws of the weights."""
    keras = pytest.importorskip("keras")
    images = load_digits().images[:64]
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        seen, found = images, []
        for _ in range(12):
            layer = keras.layers.Conv2D(
                8, 3, padding="same", activation="relu", kernel_initializer=first
            )
            seen = np.asarray(layer(seen))
            found.append(float(seen.std()))
        if first == "glorot_uniform":
            assert found[-1] < at_most * found[0]
        else:
            assert max(found) / min(found) < at_most


def row(begins: str, measures: str = "validation accuracy, last") -> Gain:
    """The row of the table that begins like this."""
    return remedy("built-to-train", begins, measures)


@pytest.mark.parametrize(
    ("begins", "verdict"),
    [
        ("Twelve plain layers: He's", "helps"),
        ("Twelve plain layers: Batch", "helps"),
        ("Twelve plain layers: residual", "helps"),
        ("Twelve plain layers: Adam", "helps"),
        ("Twelve plain layers: a rate of 1.", "does nothing"),
        ("Twelve plain layers: a rate of .01", "does nothing"),
        ("Twelve plain layers: two", "does nothing"),
        ("BatchNormalization: two", "does nothing"),
        ("Four layers", "helps"),
        ("Residual connections: clipped", "harms"),
        ("Residual connections: a bottleneck", "harms"),
    ],
)
def test_what_the_text_says_of_the_table_of_remedies(begins: str, verdict: str) -> None:
    assert row(begins).verdict == verdict


def test_what_the_text_says_of_how_much_each_gains() -> None:
    started = (
        "Twelve plain layers: He's",
        "Twelve plain layers: Batch",
        "Twelve plain layers: residual",
        "Twelve plain layers: Adam",
    )
    for begins in (*started, "Four layers"):
        assert row(begins).mean > 0.2  # tens of points
    for measures in ("epochs sooner", "validation accuracy of a linear", "the same at the end"):
        assert row("BatchNormalization: two", measures).verdict == "does nothing"
    for measures in ("validation accuracy, last", "validation accuracy of a linear", "the same"):
        assert 0 < row("BatchNormalization: two", measures).mean < 0.04  # a few points at most
    assert _width(row("He's first weights: two")) > 2 * _width(row("BatchNormalization: two"))


def _width(gain: Gain) -> float:
    """The width of a gain's interval."""
    assert gain.low is not None
    assert gain.high is not None
    return gain.high - gain.low
