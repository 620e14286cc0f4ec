"""Any number can be a loss: its sets, its arms, and the numbers that are read from its runs."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.claims.experiment import Hooks
from lossacc.claims.trial import single_steps
from lossacc.data import load_digits
from lossacc.lessons import experiment as load
from lossacc.lessons.any_number_can_be_a_loss import evidence as read
from lossacc.lessons.any_number_can_be_a_loss.any_number import sets
from lossacc.losses.formulas import FORMULAS, formula
from lossacc.support.keras_api import keras
from tests import made_runs

ANY = load("any-number-can-be-a-loss")
TRAINED = [name for name in FORMULAS if name != "cross-entropy"]


def two_epochs(arm, **knobs):
    """The first two epochs of an arm."""
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 2, on_epoch=seen.append)
    return ANY.run(arm, seed=3, hooks=hooks, **knobs)


def run_of(accuracies, objective, moved=1.0):
    """A run of ten images with these accuracies and this objective, one row an epoch."""
    rows = len(accuracies)
    right = np.arange(10) < np.round(10 * np.array(accuracies))[:, None]
    labels = np.arange(10) % 5
    answers = np.where(right, labels, (labels + 1) % 5)
    scores = made_runs.scores_of_answers(answers, labels, classes=5, margin=moved)
    gradient, objective = np.append(np.nan, np.ones(rows - 1)), np.array(objective, float)
    return made_runs.run_of(scores, scores, gradient=gradient, objective=objective)


def test_the_sets_are_as_large_as_the_notebook_says_and_do_not_meet():
    digits = load_digits()
    train, held_out = sets(ANY.settings(), digits, 1)
    assert (len(train), len(held_out), train.classes) == (400, 400, 10)
    both = {image.tobytes() for part in (train, held_out) for image in part.images}
    assert len(both) > 795  # of 800; a few digits are twins
    corrupted, other = sets(ANY.settings(wrong=0.3), digits, 1)
    for part in (corrupted, other):
        assert (part.labels != part.clean_labels).mean() == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("name", TRAINED)
def test_the_objective_of_a_run_is_the_formula_of_its_logits(name):
    run = two_epochs(name)
    wanted = [formula(name)(logits, run.train.labels).mean() for logits in run.train.logits]
    assert run.objective == pytest.approx(wanted, rel=1e-4, abs=1e-6)


def test_only_cross_entropy_itself_has_no_objective_beside_it():
    run = two_epochs("base")
    assert run.objective is None
    assert read.trained_on(run) is run.train.loss


def test_softmax_twice_is_the_training_of_two_softmax_layers():
    """The arm writes it into the loss; Keras' own two layers take the same steps."""
    import lossacc
    from lossacc.networks.cnn import initialise, small_cnn

    train, held_out = sets(ANY.settings(), load_digits(), 3)
    layers = keras().layers
    model = small_cnn(train.shape, 10)
    both = keras().Sequential([*model.layers, layers.Softmax(), layers.Softmax()])
    both.build((None, *train.shape))
    loss = keras().losses.SparseCategoricalCrossentropy()
    both.compile(keras().optimizers.SGD(momentum=0.9), loss)
    initialise(both, 3)
    own = lossacc.train(both, train, held_out, epochs=2, seed=3, learning_rate=0.1)
    arm = two_epochs("softmax twice")
    assert arm.objective == pytest.approx(own.train.loss, rel=1e-4)
    assert arm.train.accuracy == pytest.approx(own.train.accuracy, abs=0.01)


def test_single_steps_go_through_all_examples_each_pass():
    order = single_steps(10, 4, seed=5)
    first = np.concatenate([order(step) for step in range(3)])
    second = np.concatenate([order(step) for step in range(3, 6)])
    assert sorted(first) == sorted(second) == list(range(10))
    assert first.tolist() != second.tolist()
    assert [len(order(step)) for step in range(3)] == [4, 4, 2]
    assert sorted(single_steps(10, 400, 0)(7)) == list(range(10))


def test_recorded_steps_are_steps():
    run = two_epochs("small batches")
    assert run.unit == "step"
    assert run.settings["batch_size"] == 4
    batch = single_steps(200, 4, 3)(0)
    first = run.train.cross_entropy[0][batch].mean()
    assert run.printed["loss"][1] == pytest.approx(first, rel=1e-4)


@pytest.mark.parametrize(
    ("accuracies", "objective", "moved", "says"),
    [
        (
            [0.1, *[0.9] * 5],
            [2.3, *[0.1] * 5],
            1.0,
            "It falls, and the accuracy rises far above chance.",
        ),
        ([0.2, 0.2], [0.5, 0.0], 2.0, "Nothing moves."),
        ([0.3, 0.0], [0.1, 0.0], 2.0, "It falls, and the accuracy stays near chance or below."),
        ([0.3, 0.2], [0.9, 0.9], 2.0, "It does not fall."),
        ([0.3, 0.2], [0.0, -50.0], 2.0, "It falls, and the accuracy stays near chance or below."),
    ],
)
def test_every_run_has_an_outcome_and_a_sentence(accuracies, objective, moved, says):
    run = run_of(accuracies, objective, moved)
    assert ANY.prediction.outcome(run).says == says
    assert ANY.prediction.measured(run).endswith(".")


def test_a_network_that_broke_down_has_an_outcome_too():
    run = made_runs.broken(run_of([0.3, 0.2], [0.0, np.nan]), -1)
    assert ANY.prediction.outcome(run).says.startswith("It breaks down")
    assert "not a number" in ANY.prediction.measured(run)


def test_a_loss_without_end_can_be_read_to_its_end():
    found = read.bottomless(run_of([0.2, 0.2, 0.1, 0.1], [1.0, -3.0, -90.0, np.nan]))
    assert found["lowest objective"] == -90
    assert found["epochs in which it fell"] == found["epochs with a number"] == 2
    assert found["highest accuracy"] == pytest.approx(0.2)


def test_what_right_images_cost_is_read_apart_from_the_wrong_ones():
    found = read.right_by_a_hair(run_of([0.0, *[0.8] * 5], [1.0] * 6))
    right, wrong = np.log(np.e + 4) - 1, np.log(np.e + 4)
    assert found["training accuracy"] == pytest.approx(0.8)
    assert found["cross-entropy of the right ones"] == pytest.approx(right)
    assert found["cross-entropy"] == pytest.approx(0.8 * right + 0.2 * wrong)


def test_classes_that_are_never_answered_are_counted():
    assert read.never_answered(run_of([1.0, 1.0], [1.0, 1.0])) == 0
    run = run_of([1.0, 0.5], [1.0, 1.0])
    assert read.never_answered(run) == 5 - len(set(run.train.predicted[-1]))


def test_accuracy_over_chance_is_over_one_in_k():
    run = run_of([0.2] * 6, [1.0] * 6)
    assert read.gain_over_chance(run, run) == pytest.approx(0)
    assert read.gain(run, run_of([0.7] * 6, [1.0] * 6)) == pytest.approx(0.5)


def test_every_loss_has_an_arm_and_a_row():
    named = {remedy.arm for remedy in ANY.remedies}
    assert named >= {"base", *TRAINED}
    for remedy in ANY.remedies:
        assert ANY.arm(remedy.arm).says.endswith(".")
        assert remedy.bound > 0
