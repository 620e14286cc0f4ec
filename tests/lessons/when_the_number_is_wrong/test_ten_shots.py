"""Ten shots: which images are on which side, and whose neighbour is whose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc import lessons
from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons.when_the_number_is_wrong import ten_shots
from lossacc.lessons.when_the_number_is_wrong.shots_claims import gain, gap
from lossacc.runs.run import Run

SHOTS = lessons.experiment("ten-shots")


@given(st.integers(2, 40), st.integers(1, 6), st.integers(0, 99))
def test_half_is_trained_on_and_a_whole_group_is_on_one_side(count, each, seed) -> None:
    groups = np.repeat(np.arange(count), each)
    images = ten_shots.trained_on(groups, ten_shots.IMAGES, seed)
    whole = ten_shots.trained_on(groups, ten_shots.WHOLE, seed)
    assert images.sum() == count * each // 2
    assert whole.sum() == count // 2 * each
    assert not set(groups[whole]) & set(groups[~whole])


def test_the_nearest_image_by_brute_force() -> None:
    random = np.random.default_rng(1)
    known, others = random.random((30, 4, 4, 1)), random.random((20, 4, 4, 1))
    groups, of = random.integers(0, 3, 30), random.integers(0, 3, 20)
    hits = []
    for image, group in zip(others, of, strict=True):
        apart = [((image - one) ** 2).sum() for one in known]
        hits.append(groups[int(np.argmin(apart))] == group)
    assert ten_shots.same_group(known, groups, others, of) == pytest.approx(np.mean(hits))


@pytest.mark.parametrize("arm", ["base", "whole digits"])
def test_new_digits_are_in_neither_set(arm) -> None:
    settings = SHOTS.settings(arm, noise=0.0)
    train, held_out, new, _ = ten_shots.sets(settings, load_digits(), 2)
    known = {image.tobytes() for part in (train, held_out) for image in part.images}
    shared = {image.tobytes() for image in train.images} & {
        image.tobytes() for image in held_out.images
    }
    assert len(known) <= 100
    assert not known & {image.tobytes() for image in new.images}
    assert bool(shared) == (arm == "base")


def test_random_labels_are_one_a_digit() -> None:
    settings = SHOTS.settings("labels at random", noise=0.0)
    train, held_out, _, _ = ten_shots.sets(settings, load_digits(), 2)
    told: dict[bytes, set[int]] = {}
    for part in (train, held_out):
        for image, label in zip(part.images, part.labels.tolist(), strict=True):
            told.setdefault(image.tobytes(), set()).add(label)
    assert all(len(labels) == 1 for labels in told.values())
    assert len({label for labels in told.values() for label in labels}) > 5


def test_other_images_will_do() -> None:
    run = SHOTS.run("whole digits", data=glyphs(500, classes=6, size=10, seed=1), epochs=10)
    assert run.train.classes == 6
    assert -1 <= gap(run) <= 1


def test_a_run_that_was_stopped_has_no_new_images_to_tell_of() -> None:
    seen: list[Run] = []
    run = SHOTS.run(seed=1, hooks=Hooks(should_stop=lambda: len(seen) > 2, on_epoch=seen.append))
    assert SHOTS.prediction is not None
    assert np.isnan(gap(seen[0]))
    assert SHOTS.prediction.measured(seen[0]).endswith(".")
    assert SHOTS.prediction.outcome(run).says


def test_the_gain_is_what_validation_no_longer_flatters() -> None:
    base, whole = (SHOTS.run(arm, seed=1, epochs=10) for arm in ("base", "whole digits"))
    assert gain(base, whole) == pytest.approx(gap(base) - gap(whole))
