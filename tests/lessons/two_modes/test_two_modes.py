"""Two modes: the network, what is measured of it, and the numbers that are read."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons import experiment as load
from lossacc.lessons.two_modes import evidence as read
from lossacc.lessons.two_modes import toy as toy_
from lossacc.lessons.two_modes import training as nets
from lossacc.lessons.two_modes import two_modes
from lossacc.lessons.two_modes.training import by_batch, recomputed, variance_shift
from lossacc.lessons.two_modes.two_modes import CLASSES, TRAINING, sets
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.copies import shown

MODES = load("two-modes")


@pytest.fixture(scope="module")
def images():
    return sets(load_digits(), 1)


def layers_of(**options):
    model = nets.fresh_modes(1, (8, 8, 1), CLASSES, **options)
    return [type(layer).__name__ for layer in model.layers]


def test_the_network_is_the_one_that_was_asked_about() -> None:
    block = ["Conv2D", "BatchNormalization", "ReLU", "Dropout", "MaxPooling2D", "Dropout"]
    end = ["Flatten", "Dense", "BatchNormalization", "ReLU", "Dropout", "Dense"]
    assert layers_of() == [*block, *block, *end]
    model = nets.fresh_modes(1, (8, 8, 1), CLASSES)
    rates = [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"]
    assert rates == [0.7, 0.5, 0.7, 0.5, 0.5]
    assert [layer.filters for layer in model.layers if hasattr(layer, "filters")] == [8, 16]
    assert model.layers[0].kernel_regularizer.l2 == pytest.approx(1e-4)
    assert type(model.optimizer).__name__ == "SGD"


@pytest.mark.parametrize(
    ("options", "has", "lacks"),
    [
        ({"place": nets.NOWHERE, "end": 0.0}, "BatchNormalization", "Dropout"),
        ({"kind": nets.MAPS, "end": 0.0}, "SpatialDropout2D", "Dropout"),
        ({"norm": nets.NONE}, "Dropout", "BatchNormalization"),
        ({"norm": nets.LAYER}, "LayerNormalization", "BatchNormalization"),
        ({"norm": nets.GROUP}, "GroupNormalization", "BatchNormalization"),
        ({"noise": 0.3}, "GaussianNoise", "SpatialDropout2D"),
    ],
)
def test_a_knob_puts_a_layer_in_or_takes_it_out(options, has, lacks) -> None:
    found = layers_of(**options)
    assert has in found
    assert lacks not in found


@pytest.mark.parametrize(("place", "order"), [(nets.BEFORE, -1), (nets.AFTER, 1)])
def test_dropout_stands_on_the_side_of_the_pooling_that_is_asked_for(place, order) -> None:
    found = layers_of(place=place, end=0.0)
    assert found[found.index("MaxPooling2D") + order] == "Dropout"
    assert found.count("Dropout") == 2


def dropped(values, rate, random):
    return values * (random.random(values.shape) >= rate) / (1 - rate)


def test_the_variance_shift_against_the_same_network_in_numpy(images) -> None:
    """Dropout, pooling, dropout and the convolution by hand, on what the first ReLU gives."""
    model = nets.fresh_modes(1, (8, 8, 1), CLASSES)
    x = images[0].images
    values = np.asarray(model.layers[0](x))
    values = (values - values.mean((0, 1, 2))) / np.sqrt(values.var((0, 1, 2)) + 1e-3)
    values, random, found = np.maximum(values, 0), np.random.default_rng(1), []
    kernel = np.asarray(model.layers[6].kernel)
    for rates in ((0.7, 0.5), (0.0, 0.0)):
        first = dropped(values, rates[0], random).reshape(len(x), 4, 2, 4, 2, 8).max((2, 4))
        block = dropped(first, rates[1], random)
        padded = np.pad(block, ((0, 0), (1, 1), (1, 1), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        behind = np.einsum("nijchw,hwco->nijo", seen, kernel)
        found.append([part.var((0, 1, 2)).mean() for part in (block, behind)])
    given, without = np.array(found)
    assert variance_shift(model, x) == pytest.approx(given / without, rel=0.05)


def test_the_order_of_the_places_is_that_of_the_toy(images) -> None:
    """Both, before, after: in the toy with independent units, and in an untrained network."""
    whole = toy_.pooled(0).variance
    toy = [
        toy_.pooled(0.7).dropped(0.5).variance / whole,
        toy_.pooled(0.7).variance / whole,
        toy_.pooled(0).dropped(0.5).variance / whole,
    ]
    found = [
        variance_shift(nets.fresh_modes(1, (8, 8, 1), CLASSES, place=place), images[0].images)[1]
        for place in (nets.BOTH, nets.BEFORE, nets.AFTER)
    ]
    assert sorted(found, reverse=True) == found
    assert sorted(toy, reverse=True) == toy
    assert all(own < ideal for own, ideal in zip(found, toy, strict=True))
    assert variance_shift(
        nets.fresh_modes(1, (8, 8, 1), CLASSES, place=nets.NOWHERE), images[0].images
    ) == pytest.approx((1, 1), abs=1e-4)


def test_measuring_leaves_the_network_as_it_was(images) -> None:
    model = nets.fresh_modes(1, (8, 8, 1), CLASSES)
    before = [variable.numpy() for variable in model.variables]
    variance_shift(model, images[0].images)
    recomputed(model, *images)
    by_batch(model, images[0], 1)
    for variable, value in zip(model.variables, before, strict=True):
        assert variable.numpy().tobytes() == value.tobytes()


def test_a_run_holds_what_its_network_gives_in_each_mode() -> None:
    run = shown(MODES.name, "few updates", seed=1)
    gap, modes = run.settings["gap"], run.settings["modes"]
    assert gap["loss"]["evaluation"] == pytest.approx(run.train.loss[-1], abs=1e-5)
    assert gap["accuracy"]["evaluation"] == pytest.approx(run.train.accuracy[-1])
    assert gap["loss"]["printed"] == pytest.approx(run.printed["loss"][-1])
    assert sum(gap["loss"]["parts"].values()) == pytest.approx(
        run.printed["loss"][-1] - run.train.loss[-1], abs=1e-5
    )
    assert modes["part penalty"] == pytest.approx(run.penalty[-1], rel=1e-5)
    assert modes["in batches of 1"] < 0.4 < modes["in batches of 32"]


def test_a_run_that_was_stopped_holds_nothing_of_it() -> None:
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 2, on_epoch=seen.append)
    run = MODES.run(seed=1, hooks=hooks)
    assert "gap" not in run.settings
    assert math.isnan(read.mode(run, "training"))


def test_the_same_seed_measures_the_same() -> None:
    one, two = (MODES.run("few updates", seed=2).settings for _ in range(2))
    assert one["modes"] == two["modes"]
    assert one["gap"] == two["gap"]


def test_no_image_is_in_both_sets(monkeypatch) -> None:
    monkeypatch.setattr(two_modes, "NOISE", 0.0)
    train, held_out = sets(load_digits(), 1)
    assert (len(train), len(held_out)) == (TRAINING, 600)
    pixels = [{image.tobytes() for image in part.images} for part in (train, held_out)]
    assert not pixels[0] & pixels[1]


def test_coloured_images_of_other_kinds_will_do() -> None:
    coloured = glyphs(400, classes=7, size=12, channels=3, seed=1)
    run = MODES.run("few updates", data=coloured)
    assert run.train.classes == CLASSES
    assert read.mode(run, "training") > 0


def made(loss, printed):
    """A run of one example of two classes with these losses and these printed losses."""
    p = np.exp(-np.array(loss))
    logits = np.stack([np.log(p), np.log1p(-p)], -1)[:, None].astype(np.float32)
    scores = Scores(logits, np.array([0]))
    rows, zeros = np.arange(len(p)), np.zeros(len(p))
    told = {"loss": np.array(printed), "accuracy": zeros}
    return Run(scores, scores, rows, zeros, zeros, zeros, told)


def test_the_lag_of_a_line_is_gone_behind_the_shift() -> None:
    loss = np.linspace(2.0, 1.0, 31)
    found = read.lag(made(loss, [np.nan, *(loss[1:] + loss[:-1]) / 2]))
    assert found["gap"] == pytest.approx(1 / 60, rel=1e-4)
    assert found["shifted by half an epoch"] == pytest.approx(0, abs=1e-6)


def test_of_any_run_one_option_comes_true_and_its_sentence_gives_both_numbers() -> None:
    for printed, says in ((0.4, "The printed one"), (0.6, "evaluation mode"), (0.51, "within")):
        run = made([0.7, 0.5], [np.nan, printed])
        assert says in MODES.prediction.outcome(run).says
        assert "0.500" in MODES.prediction.measured(run)
    nothing = made([0.7, 0.5], [np.nan, np.nan])
    assert "within" in MODES.prediction.outcome(nothing).says


def test_remedies_name_arms_and_what_is_done() -> None:
    for remedy in MODES.remedies:
        assert (remedy.says or MODES.arm(remedy.arm).says).endswith(".")
        MODES.arm(remedy.against)
        assert remedy.bound > 0
