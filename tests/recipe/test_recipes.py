"""The recipe's numbers, its images, and what it refuses."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from lossacc.data import few, load_digits
from lossacc.recipe import recipes as module
from lossacc.recipe.recipes import Plan, checksum


def test_the_rate_is_cut_to_a_fifth_at_60_120_and_160_of_200():
    rates = [Plan().rate_in(epoch) for epoch in range(200)]
    assert np.flatnonzero(np.diff(rates)).tolist() == [59, 119, 159]  # the last before each cut
    np.testing.assert_allclose([rates[0], rates[60], rates[120], rates[199]],
                               [0.1, 0.02, 0.004, 0.0008])  # fmt: skip


def test_the_cuts_move_along_with_the_epochs():
    assert Plan(epochs=10).cuts == (3, 6, 8)
    assert Plan(epochs=100).cuts == (30, 60, 80)


def test_keras_sets_are_validated_on_their_test_part(monkeypatch):
    digits = load_digits()
    parts = few(digits, 500, 0), few(digits, 100, 1)
    monkeypatch.setattr(module, "load_keras", lambda name: {"cifar10": parts}[name])
    assert Plan().examples() == parts
    limited = Plan(limit=50).examples()
    assert [len(part) for part in limited] == [50, 10]
    assert limited[0].counts.tolist() == [5] * 10


def test_other_sets_are_divided_without_overlap():
    train, held_out = Plan(data="digits").examples()
    assert len(train) + len(held_out) == 1797
    assert len(held_out) == 1797 // 6
    whole = np.concatenate([train.images, held_out.images])
    assert len(np.unique(whole, axis=0)) == len(np.unique(load_digits().images, axis=0))


def test_the_checksum_knows_images_and_labels():
    digits = few(load_digits(), 20, 0)
    images, labels = digits.images.copy(), digits.labels.copy()
    images[3, 2, 2] += 0.5
    labels[0] = (labels[0] + 1) % 10
    others = [digits, replace(digits, images=images), replace(digits, labels=labels)]
    assert len({checksum(one) for one in others}) == 3
    assert checksum(digits, others[1]) != checksum(others[1], digits)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"recipe": "four-boxes"}, "there is no recipe 'four-boxes'; expected three-boxes"),
        ({"epochs": 0}, "got epochs=0; expected 1 or more"),
        ({"limit": 0}, "got limit=0; expected 1 or more"),
        ({"batch_size": -1}, "got batch_size=-1"),
        ({"width": 0}, "got width=0"),
        ({"seed": -1}, "got seed=-1; expected 0 or more"),
    ],
)
def test_what_cannot_be_trained_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        Plan(**settings)


def test_a_plan_starts_no_tensorflow():
    import subprocess

    program = "import sys, lossacc.recipe.recipes; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
