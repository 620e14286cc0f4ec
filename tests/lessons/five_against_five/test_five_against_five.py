"""The images, labels and shares of `five-against-five`, and what is read from its runs."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons.five_against_five import evidence as read
from lossacc.lessons.five_against_five.claims import SETTLED
from lossacc.lessons.five_against_five.five_against_five import (
    CLASSES,
    EXPERIMENT,
    IMAGES,
    LABELS,
    VALIDATION,
    sets,
    shares,
)
from lossacc.runs.toys import as_run

DIGITS = load_digits()
SEEDS = st.integers(0, 1000)
EVERY = pytest.mark.parametrize(
    ("images", "labels", "classes"), list(itertools.product(IMAGES, LABELS, CLASSES))
)


def drawn(seed=0, data=DIGITS, arm="base", **knobs):
    """The settings, and the training and validation images."""
    settings = EXPERIMENT.settings(arm, **knobs)
    return settings, *sets(settings, data, seed)


@EVERY
def test_all_knobs_together_give_a_whole_set(images, labels, classes):
    knobs = {"images": images, "labels": labels, "classes": classes, "examples": 40}
    _, train, held_out = drawn(**knobs)
    assert len(train) == 40
    assert (held_out is None) == (images == "identical")
    assert train.classes == (3 if classes == "three" else 2)
    assert (train.clean_labels is None) == (labels == "right")
    if held_out is not None:
        assert held_out.class_names == train.class_names
        assert len(held_out) == VALIDATION * (1 if classes == "two" else 2)


@given(seed=SEEDS, count=st.sampled_from([5, 3, 1]))
def test_exactly_so_many_of_ten_identical_images_are_b_and_in_truth_all_are_a(seed, count):
    _, train, _ = drawn(seed, labelled_b=count)
    assert train.counts.tolist() == [10 - count, count]
    assert len({image.tobytes() for image in train.images}) == 1
    assert not train.truth.any()


@given(seed=SEEDS)
def test_alike_images_are_half_a_half_b_and_the_others_are_new_ones(seed):
    _, train, held_out = drawn(seed, arm="alike")
    assert train.counts.tolist() == [200, 200]
    assert held_out.counts.tolist() == [VALIDATION / 2] * 2
    seen = {image.tobytes() for image in train.images}
    assert not seen & {image.tobytes() for image in held_out.images}


@given(seed=SEEDS)
def test_the_same_forty_images_bear_random_and_right_labels(seed):
    (_, lot, lot_held_out), (_, right, _) = (
        drawn(seed, arm=a) for a in ("few, random", "few, right")
    )
    np.testing.assert_array_equal(lot.images, right.images)
    np.testing.assert_array_equal(lot.truth, right.labels)
    assert lot.counts.tolist() == right.counts.tolist() == [20, 20]
    assert lot_held_out.clean_labels is not None


def test_random_labels_say_nothing_of_the_right_ones():
    agreed = [(d.labels == d.truth).mean() for seed in range(200)
              for d in drawn(seed, arm="few, random")[1:]]  # fmt: skip
    assert abs(np.mean(agreed) - 0.5) < 0.01


def test_the_third_class_is_another_image_and_merging_moves_labels_only():
    (_, three, _), (_, merged, _) = (drawn(3, arm=arm) for arm in ("three classes", "merged"))
    assert three.counts.tolist() == [5, 5, 10]
    assert merged.counts.tolist() == [10, 10]
    assert merged.class_names == ("A or B", "C")
    np.testing.assert_array_equal(three.images, merged.images)
    np.testing.assert_array_equal(three.labels == 2, merged.labels == 1)
    assert not (three.images[0] == three.images[-1]).all()


@given(seed=SEEDS, votes=st.sampled_from([1, 3, 10]), arm=st.sampled_from(["base", "few, random"]))
def test_shares_hold_the_own_label_and_over_all_images_one_half(seed, votes, arm):
    _, train, _ = drawn(seed, arm=arm)
    found = shares(train, votes, seed)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found.mean(axis=0), 0.5)
    assert (found[np.arange(len(train)), train.labels] >= 1 / votes - 1e-9).all()
    np.testing.assert_allclose(found * votes, np.round(found * votes), atol=1e-9)


@EVERY
def test_one_label_an_image_is_a_row_of_one(images, labels, classes):
    _, train, _ = drawn(images=images, labels=labels, classes=classes, examples=20)
    np.testing.assert_array_equal(shares(train, 1, 0), np.eye(train.classes)[train.labels])
    others = shares(train, 10, 0)[train.labels == train.classes - 1]
    if classes != CLASSES[0]:
        np.testing.assert_array_equal(others, np.eye(train.classes)[[-1] * len(others)])


def test_right_labels_are_given_by_all():
    _, train, _ = drawn(arm="alike")
    np.testing.assert_array_equal(shares(train, 10, 0), shares(train, 1, 0))


def test_a_training_on_shares_is_judged_by_labels_live_and_at_the_end():
    live = []
    run = EXPERIMENT.run("ten labels", seed=4, epochs=30, hooks=Hooks(on_epoch=live.append))
    _, train, _ = drawn(4, arm="ten labels")
    for one in (live[0], live[-1], run):
        np.testing.assert_array_equal(one.train.labels, train.labels)
        np.testing.assert_array_equal(one.train.clean_labels, train.clean_labels)
    assert run.train.targets.shape == (10, 2)
    assert run.train.accuracy[-1] == 0.5
    assert run.settings["arm"] == "ten labels"


def test_a_panel_is_shown_the_images_that_the_run_is_about():
    shown = []
    hooks = Hooks(on_data=lambda *parts: shown.append(parts))
    run = EXPERIMENT.run("alike, linear", seed=1, hooks=hooks)
    (train, held_out), = shown  # fmt: skip
    np.testing.assert_array_equal(train.labels, run.train.labels)
    np.testing.assert_array_equal(held_out.labels, run.validation.labels)


def test_coloured_images_of_an_odd_size_will_do():
    coloured = glyphs(30, classes=3, size=13, channels=3, seed=1)
    run = EXPERIMENT.run("alike, coarse", seed=2, data=coloured)
    assert run.validation.size == VALIDATION


def test_what_is_told_is_the_entropy_of_the_labels_minus_the_loss():
    """The toys' labels are A and B in turn: even shares, an entropy of ln 2."""
    even = as_run(np.array([0.5] * 4), np.array([0.8] * 4))
    assert read.information(even) == pytest.approx(np.log(2) + np.log(0.8))
    assert read.entropy(np.array([0.5, 0.25, 0.25])) == pytest.approx(1.5 * np.log(2))


def test_a_spike_and_a_tail_read_apart():
    spike = read.spike(as_run(np.array([0.5] * 10)))
    assert spike == pytest.approx({"furthest from ln 2": 0, "share of the costliest tenth": 0.1})
    tail = read.spike(as_run(np.array([0.9] * 9 + [0.1])))
    assert tail["share of the costliest tenth"] == pytest.approx(0.708, abs=1e-3)
    assert tail["furthest from ln 2"] == pytest.approx(np.log(10) - np.log(2))


def test_settled_tells_the_run_that_is_furthest_off():
    near, far = as_run(np.array([0.5] * 10)), as_run(np.array([0.9] * 5 + [0.1] * 5))
    assert SETTLED.holds(read.settled(near))
    assert read.settled(near, far)["loss"] == pytest.approx(-np.log(0.3))
    assert not SETTLED.holds(read.settled(near, far))
