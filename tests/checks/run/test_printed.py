"""Two witnesses of an epoch: what was printed against what was recorded, on runs made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lossacc
from lossacc.checks.run.printed import beyond, pairs, printed_findings
from lossacc.support.finding import Finding
from tests.made_runs import random_scores, run_of

NAN = np.nan
EVERY_UNIT = Finding("accuracy", "wrong", "It counts every unit.", "Count inputs.")
SIZE = 400


def learned(rows=6, size=SIZE, seed=0):
    """Scores that get better: the label's logit rises by 1 an epoch."""
    scores = random_scores(seed, rows, size, 4, scale=2)
    logits = scores.logits.copy()
    logits[:, np.arange(size), scores.labels] += np.arange(rows)[:, None]
    return replace(scores, logits=logits)


def sound(**more):
    """A run whose printed numbers are what was recorded; those of training lie a little behind."""
    train, held_out = learned(), learned(seed=1)
    run = run_of(train, held_out, **more)
    behind = {
        name: np.append(NAN, (values[1:] + values[:-1]) / 2)
        for name, values in (("loss", train.loss), ("accuracy", train.accuracy))
    }
    own = {"val_loss": held_out.loss, "val_accuracy": held_out.accuracy}
    return replace(run, printed={**behind, **{n: np.append(NAN, v[1:]) for n, v in own.items()}})


def printing(run, **printed):
    return replace(run, printed={**run.printed, **printed})


def found(run):
    return {one.check: one for one in lossacc.check_run(run).findings}


def test_a_sound_run_has_no_finding() -> None:
    assert found(sound()) == {}


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_rounded_numbers_agree(digits) -> None:
    run = sound()
    rounded = {name: np.round(values, digits) for name, values in run.printed.items()}
    assert found(replace(run, printed=rounded)) == {}


def test_a_penalty_is_counted() -> None:
    run = sound(penalty=np.full(6, 0.7))
    assert "val_loss" in found(run)
    with_penalty = {n: run.printed[n] + 0.7 for n in ("loss", "val_loss")}
    assert found(printing(run, **with_penalty)) == {}


def test_losses_that_keras_clamps_agree() -> None:
    """An example that is sure and wrong costs 16.1 in Keras, whatever the network said."""
    run = sound()
    logits = run.validation.logits.copy()
    logits[:, :20] *= 40
    run = replace(run, validation=replace(run.validation, logits=logits))
    own = np.minimum(run.validation.cross_entropy, -np.log(1e-7)).mean(axis=1)
    assert (run.validation.loss > own + 0.1).all()
    right = {"val_loss": own, "val_accuracy": run.validation.accuracy}
    assert found(printing(run, **right)) == {}


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_number_that_never_moves(value) -> None:
    run = printing(sound(), val_accuracy=np.append(NAN, np.full(5, value)))
    one = found(run)["val_accuracy"]
    assert one.severity == "wrong"
    assert "in every epoch" in one.what
    assert f"{value:.0%}".replace("%", " %") in one.what
    assert "test_step" in one.remedy


def test_validation_on_other_examples() -> None:
    run = sound()
    run = printing(run, val_accuracy=np.append(NAN, np.linspace(0.9, 0.99, 5)))
    one = found(run)["val_accuracy"]
    assert one.severity == "wrong"
    assert "It validated on other examples than these" in one.what


def test_a_part_of_the_validation_examples_is_worth_a_note_at_most() -> None:
    run = sound()
    part = run.validation.correct[:, ::4].mean(axis=1)
    one = found(printing(run, val_accuracy=part)).get("val_accuracy")
    assert one is None or one.severity == "note"


def test_a_weighted_validation_loss_is_a_note() -> None:
    run = sound()
    one = found(printing(run, val_loss=run.printed["val_loss"] * 1.5))["val_loss"]
    assert one.severity == "note"
    assert "weights" in one.what


def test_the_loss_of_another_objective_is_left_alone() -> None:
    """Where the trained loss is no plain cross-entropy, nobody recorded that of validation."""
    run = replace(sound(), objective=np.linspace(3, 2, 6))
    run = printing(run, val_loss=run.printed["val_loss"] * 7)
    assert "val_loss" not in found(run)


def test_printed_far_above_recorded() -> None:
    run = printing(sound(), accuracy=np.append(NAN, np.ones(5)))
    low = replace(run, train=replace(run.train, logits=run.train.logits * 0 + run.train.logits[:1]))
    assert beyond(low) is not None
    one = found(low)["accuracy"]
    assert "The training printed 100 %" in one.what
    assert "`mode_gap`" in one.remedy


@pytest.mark.parametrize("printed", [0.0, 0.2])
def test_printed_below_recorded_is_what_dropout_does(printed) -> None:
    run = printing(sound(), accuracy=np.append(NAN, np.full(5, printed)))
    assert beyond(run) is None


def test_an_accuracy_that_swings_explains_more() -> None:
    run = sound()
    logits = run.train.logits.copy()
    logits[::2] = logits[0]
    swinging = replace(run, train=replace(run.train, logits=logits))
    high = np.append(NAN, np.full(5, swinging.train.accuracy.max() + 0.15))
    assert beyond(printing(swinging, accuracy=high)) is None


def test_one_batch_an_epoch() -> None:
    run = sound()
    late = np.append(NAN, run.train.loss[:-1])
    one = found(printing(run, loss=late))["lag"]
    assert one.severity == "note"
    assert f"{run.train.loss[-2]:.3g}"[:3] in one.what


def test_top_k_and_other_names_are_no_accuracies() -> None:
    run = printing(sound(), val_top_3_accuracy=np.ones(6), val_auc=np.ones(6), val_mae=np.ones(6))
    assert found(run) == {}
    assert {pair.name for pair in pairs(run)} == {"loss", "accuracy", "val_loss", "val_accuracy"}


@pytest.mark.parametrize("name", ["top5_acc", "balanced_accuracy", "top_k_accuracy", "my_acc"])
def test_only_what_counts_right_answers_is_taken_for_an_accuracy(name) -> None:
    high = np.append(NAN, np.full(5, 0.999))
    assert found(printing(sound(), **{name: high, f"val_{name}": high})) == {}


@pytest.mark.parametrize("name", ["acc", "Accuracy", "sparse_categorical_accuracy"])
def test_the_other_names_of_the_accuracy(name) -> None:
    one = found(printing(sound(), **{f"val_{name}": np.append(NAN, np.full(5, 0.999))}))
    assert one[f"val_{name}"].severity == "wrong"


def test_binary_accuracy_says_nothing_of_more_than_two_classes() -> None:
    high = np.append(NAN, np.full(5, 0.999))
    low = random_scores(0, 6, SIZE, 4), random_scores(1, 6, SIZE, 4)
    both = {"binary_accuracy": high, "val_binary_accuracy": high}
    assert found(printing(run_of(*low), **both)) == {}
    low = random_scores(0, 6, SIZE, 2), random_scores(1, 6, SIZE, 2)
    assert set(found(printing(run_of(*low), **both))) == set(both)


def test_what_was_asked_is_judged_once() -> None:
    run = printing(sound(), accuracy=np.append(NAN, np.ones(5)))
    low = replace(run, train=replace(run.train, logits=run.train.logits * 0 + run.train.logits[:1]))
    assert beyond(low) is not None
    assert beyond(low, {"accuracy": EVERY_UNIT}) is None


def test_accuracies_in_percent_are_shares_too() -> None:
    run = sound()
    percent = {n: 100 * v for n, v in run.printed.items() if "accuracy" in n}
    assert found(printing(run, **percent)) == {}
    one = found(printing(run, val_accuracy=np.append(NAN, np.full(5, 98.0))))["val_accuracy"]
    assert "The training printed 98 % as val_accuracy" in one.what


def test_of_several_outputs_each_is_held_against_its_own_numbers() -> None:
    run = sound().with_settings(output="digit")
    own = {f"digit_{name}": values for name, values in run.printed.items() if "val" not in name}
    own |= {f"val_digit_{n[4:]}": values for n, values in run.printed.items() if "val" in n}
    other = {"val_odd_accuracy": np.zeros(6), "loss": np.full(6, 9.0), "val_loss": np.full(6, 9.0)}
    run = replace(run, printed={**own, **other})
    assert {pair.name for pair in pairs(run)} == set(own)
    assert found(run) == {}


def test_what_a_metric_was_found_to_be_is_said() -> None:
    run = printing(sound(), val_binary_accuracy=np.append(NAN, np.full(5, 0.999)))
    (one,) = printed_findings(run, {"binary_accuracy": EVERY_UNIT})
    assert "99.9 % as val_binary_accuracy" in one.what
    assert "It counts every unit." in one.what
    assert one.remedy == "Count inputs."


def test_a_metric_that_counts_what_is_left_out_says_so() -> None:
    """Of the places a quarter counts, all right; the printed share is of all of them."""
    run = sound().with_settings(counted={"train": 0.25, "validation": 0.25})
    of_all = 0.25 * run.validation.accuracy + 0.75 * 0.1
    one = found(printing(run, val_accuracy=np.append(NAN, of_all[1:])))["val_accuracy"]
    assert "leaves out 75 % of the places" in one.what
    assert "weighted_metrics" in one.remedy
    too_high = np.append(NAN, np.linspace(1.1, 1.2, 5))  # no count of all places reaches this
    other = found(printing(run, val_accuracy=too_high))["val_accuracy"]
    assert "validated on other examples" in other.what


def test_one_yes_in_a_row_names_a_class() -> None:
    """Of ten sigmoids and one-hot labels Keras' accuracy counts the largest output."""
    scores = learned(size=100 * 4)
    labels = np.eye(4, dtype=np.int64)[np.arange(100) % 4].reshape(-1)
    margins = np.random.default_rng(0).normal(0, 3, (6, 400)).astype(np.float32)
    pairs_of = np.stack([np.zeros_like(margins), margins], axis=-1)
    answers = replace(scores, logits=pairs_of, labels=labels)
    run = run_of(answers, answers, settings={"answers": 4})
    largest = (margins.reshape(6, 100, 4).argmax(2) == np.arange(100) % 4).mean(axis=1)
    assert abs(largest - answers.accuracy).min() > 0.1
    assert found(printing(run, val_accuracy=np.append(NAN, largest[1:]))) == {}
    single = {"val_binary_accuracy": np.append(NAN, answers.accuracy[1:])}
    assert found(printing(run, **single)) == {}


def test_a_loss_far_below_what_was_recorded_is_a_note() -> None:
    """As where class_weight is told to `fit` alone."""
    run = sound()
    one = found(printing(run, loss=run.printed["loss"] / 50))["loss"]
    assert one.severity == "note"
    assert "class_weight" in one.remedy
    assert "loss" not in found(printing(run, loss=run.printed["loss"] * 2))


def test_a_validation_loss_of_another_size_is_of_other_examples() -> None:
    run = sound()
    one = found(printing(run, val_loss=run.printed["val_loss"] * 20))["val_loss"]
    assert one.severity == "wrong"
    assert "validated on other examples" in one.what


def test_nothing_printed_nothing_found() -> None:
    assert found(run_of(learned(), learned(seed=1))) == {}
    assert found(printing(sound(), accuracy=np.full(6, NAN), val_loss=np.full(6, NAN))) == {}
