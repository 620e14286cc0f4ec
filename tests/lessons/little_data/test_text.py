"""Notebook 09: what its text says beyond claims."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from lossacc import lessons
from lossacc.analysis.stats import share_interval
from lossacc.lessons.little_data import callbacks, sixty
from lossacc.lessons.little_data.few_evidence import right
from lossacc.lessons.little_data.thirteen_claims import falls, rise
from lossacc.runs.run import Run
from tests.copies import shown, slow_copies
from tests.notebooks.rules import lossacc_metadata
from tests.notebooks.running import read
from tests.project import ROOT
from tests.told import remedy

NOTEBOOK = ROOT / "notebooks" / "09_little_data.ipynb"
CLAIMS = [id for cell in read(NOTEBOOK).cells for id in lossacc_metadata(cell).get("claims", ())]


def thirteen(arm: str = "base") -> Run:
    return shown("thirteen-classes", arm, seed=1)


def few(arm: str = "base", **knobs: Any) -> Run:
    return shown("few-images", arm, seed=1, **knobs)


def lent(arm: str = "base") -> Run:
    return shown("borrowed-features", arm, seed=1)


@slow_copies
@pytest.mark.parametrize("id", CLAIMS)
def test_what_is_claimed_holds_on_the_runs_that_are_shown(id: str) -> None:
    claim = lessons.claim(id)
    name = id.partition("/")[0]
    held, found = claim.judge({arm: shown(name, arm, seed=1) for arm in claim.reads})
    assert held, found


def test_the_figures_of_the_text() -> None:
    assert math.log(13) == pytest.approx(2.565, abs=5e-4)
    assert math.ceil(400 / 32) * 20 == 260
    assert math.sqrt(0.7 * 0.3 / 60) == pytest.approx(0.059, abs=5e-4)
    assert pytest.approx(0.017, abs=5e-4) == 1 / 60
    low, high = share_interval(0.7, 60)
    assert high - low > 0.2
    assert share_interval(0.7, 52)[1] - 0.7 == pytest.approx(0.12, abs=0.02)
    assert math.ceil(6000 / 32) == 188


def test_swapped_probabilities_stay_above_0_and_train() -> None:
    """The label of thirteen stands in the place of the logits, so its softmax is fixed."""
    label = np.eye(13)[0]
    logs = label - math.log(np.exp(label).sum())
    losses = []
    for p in (0.0, 1 / 13, 1.0):
        probabilities = np.array([p, *[(1 - p) / 12] * 12])
        losses.append(-(probabilities * logs).sum())
    assert losses == pytest.approx([math.log(math.e + 12) - p for p in (0, 1 / 13, 1)])
    assert losses[0] > losses[1] > losses[2] > 0


@slow_copies
def test_what_the_text_says_of_the_suspects() -> None:
    for arm in ("base", "plain SGD", "three quarters dropped"):
        run = thirteen(arm)
        assert falls(run) == 1
        assert run.printed["loss"][-1] > 0
        assert run.train.loss[0] - run.train.loss[-1] < 0.1  # some hundredths
        held = run.validation.accuracy
        assert held.max() - held[held.argmax() :].min() < 0.03
    assert rise(thirteen("all maps")) > 0.25
    assert thirteen("swapped").printed["loss"][-1] < -10


@slow_copies
def test_what_the_text_says_of_ten_times_the_rate() -> None:
    adam = thirteen("ten times the rate")
    assert adam.train.accuracy[-1] > 0.5
    assert adam.train.accuracy[-1] - adam.validation.accuracy[-1] < 0.1  # alike
    assert thirteen("ten times, plain SGD").train.loss[-1] == pytest.approx(math.log(13), abs=0.03)
    slow = thirteen("ten times, three quarters dropped")
    assert slow.train.loss[-1] > adam.train.loss[-1] + 0.3
    assert slow.train.accuracy[-1] < adam.train.accuracy[-1] - 0.1


@slow_copies
def test_what_the_text_says_of_twenty_and_of_sixty_images() -> None:
    for name in ("twenty, everything", "base"):
        assert few(name).train.accuracy[-1] == pytest.approx(1 / 3, abs=0.17)
        assert few(name).train.loss[-1] > 1.4
    for name in ("twenty, bare", "bare"):
        assert few(name).train.accuracy[-1] == 1


def test_what_the_text_says_of_what_is_added() -> None:
    rows = {
        one.says: one
        for one in lessons.results("few-images").gains
        if one.measures.startswith("validation accuracy")
    }
    worst = sorted(rows.values(), key=lambda one: one.mean)[:2]
    assert {one.says.split()[1] for one in worst} == {"Dropout", "rotation"}
    for begins in ("Only an L2", "Only a random shift"):
        assert remedy("few-images", begins, "validation").verdict == "does nothing"
    for begins in ("Only small shifts", "Only BatchNormalization"):
        assert remedy("few-images", begins, "validation").mean == pytest.approx(-0.05, abs=0.03)
    assert not [one for one in rows.values() if one.says[:4] == "Only" and one.verdict == "helps"]
    for begins in ("Four times", "One linear"):
        assert remedy("few-images", begins, "validation").mean == pytest.approx(0.11, abs=0.04)
    toned = remedy("few-images", "The same, with a random", "validation")
    assert toned.low is not None
    assert toned.high is not None
    assert (toned.low, toned.high) == pytest.approx((-0.15, -0.08), abs=0.005)
    last = remedy("few-images", "Only Dropout before the last layer", "validation")
    assert last.mean == pytest.approx(-0.1, abs=0.005)


def test_what_the_text_says_of_twenty_images_on_many_seeds() -> None:
    (row,) = (one for one in lessons.results("few-images").rows if one.id.endswith("/twenty"))
    assert row.mean == pytest.approx(0.25, abs=0.01)  # a quarter


def test_one_seed_can_differ_from_the_means_by_fifteen_points() -> None:
    found = lessons.evidence("few-images")
    for arm in ("normalised", "dropout", "small moves"):
        name = f"{arm}: validation accuracy at the end, against bare"
        gains = np.array([one.gains[name] for one in found])
        assert np.abs(gains - gains.mean()).max() > 0.15


@slow_copies
def test_what_the_text_says_of_sixty_validation_images() -> None:
    bare = few("bare")
    apart = sixty.seen(bare).validation.accuracy - sixty.unseen(bare).validation.accuracy
    assert (np.abs(apart[5:]) > 0.03).mean() > 0.25
    ways = [np.diff(part.validation.accuracy) for part in (sixty.seen(bare), sixty.unseen(bare))]
    assert (ways[0] * ways[1] < 0).sum() >= 3
    for part, images, least, most in (
        (sixty.seen(bare), 60, 0.2, 0.3),
        (sixty.unseen(bare), 400, 0.05, 0.1),
    ):
        low, high = share_interval(float(part.validation.accuracy[-1]), images)
        assert least < high - low < most
    assert sixty.false_falls(bare) == pytest.approx(1 / 3, abs=0.17)


SETS = ("bare", "letters", "wrong labels")


@slow_copies
def test_what_the_text_says_of_the_epochs_that_are_kept() -> None:
    for name in SETS:
        run = few(name)
        assert _mean(one.epoch for one in sixty.kept(run, "accuracy")) > 2 + _mean(
            one.epoch for one in sixty.kept(run, "loss")
        )
        assert sixty.promise(run) > 0.035
    bare = few("bare").validation
    assert 8 < bare.loss.argmin() < 30
    assert bare.loss[-1] > bare.loss.min() + 0.1
    assert bare.accuracy[bare.loss.argmin() :].max() > bare.accuracy[bare.loss.argmin()]


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def test_what_the_text_says_of_stopping_on_many_seeds() -> None:
    place = "The epoch of the lowest validation loss"
    costs = {
        images: remedy("few-images", f"{place} in place of the last: {images}.", "accuracy").mean
        for images in (
            "digits",
            "rendered letters",
            "digits, a fifth of the training labels wrong",
        )
    }
    place = "The epoch of the highest accuracy in place of that of the lowest loss"
    gains = [remedy("few-images", f"{place}: {images}.", "accuracy").mean for images in costs]
    assert gains == pytest.approx([0.03, 0.02, 0.01], abs=0.005)
    first, second, third = costs.values()
    assert -0.05 < first < -0.025
    assert -0.05 < second < -0.025
    assert abs(third) < 0.015
    over = [-cost - gain for cost, gain in zip(costs.values(), gains, strict=True)]
    assert over == pytest.approx([0.01, 0.01, 0], abs=0.005)  # what the last epoch keeps more
    by_eye = remedy("few-images", "The epoch is chosen by eye", "accuracy")
    assert by_eye.mean == pytest.approx(-0.05, abs=0.01)


@slow_copies
def test_what_the_text_says_of_the_callbacks() -> None:
    bare = few("bare")
    best = callbacks.saved(bare, save_best_only=True)
    assert callbacks.saved(bare, save_best_only=False) == 40
    assert callbacks.ended(bare, patience=8) == best + 8
    assert callbacks.ended(bare, patience=8, restore_best_weights=True) == best


@slow_copies
def test_what_the_text_says_of_augmentation() -> None:
    bare = right(few("bare"))
    assert bare - right(few("any rotation")) > 0.2


@slow_copies
def test_what_the_text_says_of_other_numbers() -> None:
    for name in ("renumbered", "renumbered, larger", "renumbered, linear"):
        assert few(name).train.accuracy[-1] == 1
        assert right(few(name)) == pytest.approx(0.05, abs=0.04)


@slow_copies
def test_what_the_text_says_of_borrowed_features() -> None:
    for arm in ("base", "last block", "all", "new weights", "pixels"):
        assert lent(arm).train.accuracy[-1] > 0.95
    assert lent("other range").train.accuracy[-1] < 0.5


def test_what_the_text_says_of_borrowed_features_on_many_seeds() -> None:
    head, pixels, block, whole, fast, frozen, new = lessons.results("borrowed-features").gains
    assert head.verdict == pixels.verdict == fast.verdict == "does nothing"
    assert block.mean > 0.04
    assert whole.verdict == frozen.verdict == "does nothing"
    assert fast.mean == pytest.approx(0.03, abs=0.005)
    assert frozen.high is not None
    assert frozen.high < 0.03
    assert new.mean > 0.04


@slow_copies
def test_what_the_text_says_of_sgd_by_its_name() -> None:
    named = few("by name alone")
    assert named.train.loss[0] - named.train.loss[-1] < 0.35  # it has barely moved
    assert few("bare").train.loss[-1] < 0.05


@pytest.mark.parametrize("seed", range(2))
def test_what_the_text_says_of_your_own_training(seed: int) -> None:
    from lossacc import load_digits, small_cnn, split
    from lossacc.support.keras_api import keras

    keras().utils.set_random_seed(seed)
    data = split(load_digits(), 60, 60, 400, seed=1)
    train, held_out, test = [(part.images, part.labels) for part in data]
    model = small_cnn(data[0].shape, 10, dropout=0.5)
    loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    stop = keras().callbacks.EarlyStopping(
        patience=20, monitor="val_accuracy", mode="max", restore_best_weights=True
    )
    watched = {"validation_data": held_out, "callbacks": [stop]}
    model.fit(*train, batch_size=10, epochs=60, **watched, verbose=0)
    own, new = (model.evaluate(*images, verbose=0)[1] for images in (train, test))
    assert own > 0.9
    assert new < own - 0.05


def test_what_the_text_says_of_letters_lent_to_photographs() -> None:
    (there,) = (one for one in lessons.elsewhere("borrowed-features") if one.data == "photographs")
    assert {row.seeds for row in there.rows} == {4}
    means = {gain.says: gain.mean for gain in there.gains}
    head = "A linear layer on lent features, against a network of one's own."
    whole = "All layers are trained, from lent weights, against new ones."
    assert round(100 * means[head]) == -9
    assert means[whole] < 0
