"""The ninety per cent class: its sets, its arms, and the numbers that are read from its runs."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons import experiment as load
from lossacc.lessons.the_ninety_per_cent_class import evidence as read
from lossacc.lessons.the_ninety_per_cent_class.ninety_per_cent import OTHERS, sets, two_classes
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.text import percent
from tests import made_runs

NINETY = load("the-ninety-per-cent-class")


def run_of(answers):
    """A run in which ten images, the last of them rare, get these answers, one row an epoch."""
    scores = made_runs.scores_of_answers(answers, [0] * 9 + [1])
    return made_runs.run_of(scores, scores)


COMMON, ALL_RIGHT, ONE_RARE = [0] * 10, [0] * 9 + [1], [1] + [0] * 9


@pytest.mark.parametrize(
    ("arm", "sizes"),
    [
        ("base", ([270, 30], [900, 100])),
        ("two classes", ([90, 10], [72, 8])),
        ("equal classes", ([150, 150], [24, 24])),  # no more eights are left
    ],
)
def test_both_sets_have_the_share_of_the_rare_class(arm, sizes):
    seen = []
    NINETY.trains(NINETY.settings(arm, epochs=15), *_inputs(seen))
    assert [part.counts.tolist() for part in seen[0]] == list(sizes)
    assert seen[0][0].class_names[1] == "8"


def _inputs(seen):
    hooks = Hooks(should_stop=lambda: True, on_data=lambda *parts: seen.append(parts))
    return load_digits(), 0, hooks


def test_no_image_is_in_both_sets():
    seen = []
    digits, seed, _ = _inputs(seen)
    parts = sets(NINETY.settings(), digits, seed)
    assert sum(len(part) for part in parts) == 1300
    clean = two_classes(digits, OTHERS).images.reshape(1797, -1)
    found = [
        int(((clean - image.ravel()) ** 2).sum(axis=1).argmin())
        for part in parts
        for image in part.images
    ]
    # The nearest clean image of a noisy one is its own, but for a few that are all but twins.
    assert len(set(found)) > 1250


def test_the_log_prior_starts_at_the_constant_answer():
    run = NINETY.run("log prior", epochs=15)
    assert run.train.loss[0] == pytest.approx(read.CONSTANT, abs=0.02)
    assert run.base_rate("train", 0).one_answer
    assert NINETY.run(epochs=15).train.loss[0] > 0.5


def test_other_images_of_four_classes_and_colour_will_do():
    coloured = glyphs(1800, classes=4, size=8, channels=3, seed=1)
    run = NINETY.run(data=coloured, epochs=15)
    assert run.base_rate("train", 5).one_answer
    assert run.train.loss[5] == pytest.approx(read.CONSTANT, abs=0.05)


def test_too_few_images_of_the_rare_class_are_refused():
    few = glyphs(1800, classes=40, size=8, seed=1)
    with pytest.raises(ValueError, match="expected at most 45"):
        NINETY.run(data=few, rare=0.5)


@pytest.mark.parametrize(
    ("answers", "blind"),
    [
        ([ONE_RARE, COMMON, COMMON, ALL_RIGHT], 2),
        ([COMMON, COMMON, COMMON], 2),
        ([COMMON, ONE_RARE, COMMON], 0),
        ([COMMON], 0),
    ],
)
def test_blind_epochs_are_counted_from_the_first_on(answers, blind):
    assert read.blind_epochs(run_of(answers).train) == blind


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([COMMON, ONE_RARE, ALL_RIGHT], "tells some of them apart from the first"),
        ([ONE_RARE, COMMON, ALL_RIGHT], "common at first, and finds some later"),
        ([COMMON, COMMON, COMMON], "common to the end"),
        ([ALL_RIGHT, ONE_RARE, COMMON], "common to the end"),
    ],
)
def test_every_run_has_one_outcome_and_a_sentence(answers, says):
    run = run_of(answers)
    assert says in NINETY.prediction.outcome(run).says
    measured = NINETY.prediction.measured(run)
    assert f"{percent(run.validation.accuracy[-1])} of all images were right" in measured


def test_the_threshold_is_moved_to_the_rare_share():
    """At p = .12 of the rare class the answer is common; at a threshold of .1 it is rare."""
    logits = np.log([[[0.95, 0.05]] * 9 + [[0.88, 0.12]]]).astype(np.float32)
    scores = Scores(logits, np.array([0] * 9 + [1]))
    nan = np.full(1, np.nan)
    run = Run(scores, scores, np.arange(1), np.zeros(1), nan, nan)
    assert read.balanced(run)[0] == 0.5
    assert read.gain_moved(run, run) == pytest.approx(0.5)


def test_remedies_name_arms_and_what_is_done():
    for remedy in NINETY.remedies:
        NINETY.arm(remedy.arm)
        assert (remedy.says or NINETY.arm(remedy.arm).says).endswith(".")
        assert remedy.bound > 0
