"""Sound trainings, and logs that hold little, are not called what they are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lossacc
from lossacc.checks.clinic.causes import causes
from lossacc.checks.clinic.diagnosis import COMPARED, EXAMPLES, PRINTED
from lossacc.figures.diagnosis_page import page
from lossacc.runs.curves import Curves
from lossacc.runs.scores import Scores
from tests.checks.clinic.made import CLASSES, SIZE, curves, learning, log_of, relabelled, sound
from tests.made_runs import run_of


def named(record, **more):
    """Every cause that something speaks for."""
    return {one.cause for one in lossacc.diagnose(record, **more).candidates}


def losses_only(loss, val_loss=None):
    nothing = np.full(len(loss), np.nan)
    held = nothing if val_loss is None else np.asarray(val_loss, float)
    return Curves(np.arange(1.0, len(loss) + 1), np.asarray(loss, float), nothing, held, nothing)


def seen(record, cause, **more):
    found = lossacc.diagnose(record, **more)
    every = [*found.candidates, *found.ruled_out]
    return " ".join(e.seen for one in every if one.cause == cause for e in one.evidence)


# A network of one hidden layer on MNIST, five epochs; on Fashion-MNIST, ten.
MNIST = curves([0.26, 0.11, 0.077, 0.057, 0.045], [0.925, 0.967, 0.976, 0.982, 0.986],
               [0.139, 0.106, 0.085, 0.083, 0.075],
               [0.958, 0.968, 0.974, 0.975, 0.977])  # fmt: skip
STEPS = np.arange(10)
FASHION = curves(0.5 * 0.93**STEPS, 0.82 + 0.008 * STEPS, 0.43 * 0.97**STEPS,
                 [0.85, 0.86, 0.868, 0.872, 0.875, 0.877, 0.879, 0.88, 0.882, 0.883])  # fmt: skip


@pytest.mark.parametrize("log", [MNIST, FASHION])
def test_a_high_accuracy_that_stands_is_no_imbalance_where_the_loss_is_low(log) -> None:
    assert "imbalance" not in named(log)
    assert "healthy" in lossacc.diagnose(log).level


def test_a_base_rate_that_is_told_decides_on_imbalance() -> None:
    right = np.full(8, 0.9)
    log = curves(np.full(8, 0.33), right, np.full(8, 0.33), right, 2)
    assert lossacc.diagnose(log).candidates[0].cause == "imbalance"
    assert "imbalance" in named(log.with_marks(base_rate=0.9))
    assert "imbalance" not in named(log.with_marks(base_rate=0.5))


def uneven(wrong):
    """1000 examples, 97.5 % of one class, of whose rare ones so many are answered wrong."""
    labels = (np.arange(1000) < 25).astype(int)
    logits = np.zeros((12, 1000, 2), np.float32)
    logits[1:, np.arange(1000), labels] = 4
    logits[1:, :wrong] = -logits[1:, :wrong]
    noise = np.random.default_rng(0).normal(0, 0.1, (2, 12, 1000, 2)).astype(np.float32)
    return sound(*(Scores(logits + one, labels) for one in noise))


def test_a_common_class_is_no_fault_where_the_rare_one_is_told() -> None:
    assert "imbalance" not in named(uneven(0))
    assert lossacc.diagnose(uneven(25)).candidates[0].cause == "imbalance"


def copied():
    """Runs whose validation examples are training examples."""
    train, held = learning(0), learning(1)
    logits = held.logits.copy()
    logits[:, :100] = train.logits[:, :100]
    labels = np.concatenate([train.labels[:100], held.labels[100:]])
    return sound(train, replace(held, logits=logits, labels=labels))


@pytest.mark.parametrize("example", ["pixel", "step", "answer"])
def test_parts_of_inputs_are_alike_by_nature(example) -> None:
    assert "leakage" in named(copied())
    assert "leakage" not in named(replace(copied(), settings={"example": example}))


def of_one_column(seed, rows, size=SIZE):
    """What a network of one feature and one output gives: two numbers of one, rounded inputs."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(0, 1, size), 2)
    labels = (x + rng.normal(0, 1, size) > 0).astype(int)
    z = np.arange(rows)[:, None] * x * 0.5 + 0.1
    return Scores(np.stack([np.zeros_like(z), z], axis=2).astype(np.float32), labels)


@pytest.mark.parametrize("rows", [4, 10])
def test_inputs_that_repeat_by_chance_are_neither_leaked_nor_in_conflict(rows) -> None:
    for seed in range(3):
        run = sound(of_one_column(seed, rows), of_one_column(seed + 50, rows))
        level = lossacc.diagnose(run).level
        assert not {"leakage", "conflicting duplicates"} & set(level)


def test_copies_made_before_the_split_are_still_mentioned() -> None:
    run = copied()
    order = np.repeat(np.arange(SIZE // 2), 2)
    twice = replace(run.train, logits=run.train.logits[:, order], labels=run.train.labels[order])
    assert "copies made before the split" in seen(replace(run, train=twice), "leakage")


def test_the_basis_is_what_something_was_measured_of() -> None:
    run = sound()
    x = np.random.default_rng(0).random((SIZE, 3))
    table = lossacc.diagnose(run, data=(x, run.train.labels))
    assert table.basis == EXAMPLES
    log = log_of(run, CLASSES)
    assert lossacc.diagnose(log, data=(x, run.train.labels)).basis == PRINTED
    images = np.random.default_rng(0).random((SIZE, 4, 4))
    assert lossacc.diagnose(log, data=(images, run.train.labels)).basis == COMPARED


def test_data_that_decide_nothing_make_nothing_sure() -> None:
    late = np.linspace(0, 1, 12)
    log = curves(1.2 - 0.6 * late, 0.6 + 0.2 * late, 1 - 0.7 * late, 0.7 + 0.2 * late)
    alone = lossacc.diagnose(log)
    assert len(alone.level) > 1
    x = np.random.default_rng(0).random((SIZE, 3))
    assert lossacc.diagnose(log, data=(x, np.arange(SIZE) % 10)).level == alone.level


def test_an_early_fall_is_healthy_before_it_is_a_cut() -> None:
    loss = np.array([1.5, 1.3, 1.2, 1.1, 0.5, 0.45, 0.42, 0.4, 0.38, 0.36])
    right = np.array([0.5, 0.6, 0.65, 0.7, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9])
    log = curves(loss, right, loss + 0.02, right - 0.01)
    assert "rate cut" in named(log)
    assert lossacc.diagnose(log).candidates[0].cause == "healthy"


def test_a_mean_over_the_epoch_stands_beside_healthy() -> None:
    loss, right = [0.8, 0.4, 0.3, 0.25], [0.7, 0.85, 0.9, 0.92]
    found = lossacc.diagnose(curves(loss, right, [0.5, 0.35, 0.29, 0.27], [0.82, 0.88, 0.9, 0.91]))
    assert set(found.level) == {"healthy", "epoch mean"}
    assert "the last third" not in seen(curves(loss, right, [0.5] * 4, [0.8] * 4), "epoch mean")


@pytest.mark.parametrize(("right", "loss"), [(1.0, 0.3), (0.95, 0.3), (0.82, 0.6)])
def test_an_accuracy_that_stands_is_one_answer_only_where_nothing_is_learned(right, loss) -> None:
    down = np.linspace(loss, loss / 3, 6)
    learning_log = curves(down, np.linspace(0.8, 0.99, 6), down, np.full(6, right))
    assert "one answer for every example" not in seen(learning_log, "other preprocessing")
    still = curves(np.full(6, 1.0), np.linspace(0.3, 0.4, 6), np.full(6, 1.1), np.full(6, 0.31))
    assert "one answer for every example" in seen(still, "other preprocessing")


def test_four_in_five_right_at_first_is_no_other_metric() -> None:
    loss = np.array([0.55, 0.4, 0.3, 0.25])
    right = np.array([0.8, 0.85, 0.9, 0.92])
    assert "metric" not in named(curves(loss, right, loss, right, 3))
    assert "metric" in named(curves(loss + 0.6, right, loss + 0.6, right, 3))


def test_a_recorded_penalty_is_a_part_of_loss_and_penalty() -> None:
    train = learning(0)
    run = run_of(train, learning(1), penalty=np.full(12, 0.3))
    told = seen(run, "penalty")
    share = float(told.partition("(")[2].partition(" %")[0])
    assert 0 < share < 100
    assert "are trained on" in told


def test_what_is_ruled_out_quotes_what_speaks_against_it() -> None:
    x = np.random.default_rng(0).random((SIZE, 6, 6, 1))
    late = np.linspace(0, 1, 12)
    log = curves(1.2 - 1.1 * late, 0.6 + 0.35 * late, 1 - 0.95 * late, 0.7 + 0.29 * late)
    found = lossacc.diagnose(log, data=(x, np.arange(SIZE) % 10))
    out = [one for one in found.ruled_out if one.cause == "conflicting duplicates"]
    assert all(one.against == min(one.evidence, key=lambda e: e.weight).seen for one in out)
    assert out
    assert out[0].against in str(found)


@pytest.mark.parametrize("classes", [None, 10])
def test_the_headline_names_what_is_explained(classes) -> None:
    late = np.linspace(0, 1, 12)
    log = curves(1.2 - 0.6 * late, 0.6 + 0.2 * late, 1 - 0.7 * late, 0.7 + 0.2 * late, classes)
    found = lossacc.diagnose(log)
    html = page(log, found)
    for place, one in enumerate(found.shown, 1):
        title = causes()[one.cause].title
        assert (title in found.headline) == (one.cause in found.level)
        assert f"{place}. {title}" in str(found)
        assert f"<h2>{place}. " in html
    assert all(sentence in html for sentence in found.rest)
    assert bool(found.rest) == (len(found.candidates) > len(found.shown))


def test_confidence_of_few_of_chance_and_of_broken_runs() -> None:
    held = Scores(np.array([[[0, 0, 0, 0, 1]], [[0, 0, 0, 0, -5]]], np.float32), np.array([4]))
    assert lossacc.diagnose(run_of(learning(0, scales=np.array([0.0, 1])), held))
    rises = np.linspace(2.3, 2.6, 8)
    assert lossacc.diagnose(curves(rises, [0.1] * 8, rises, [0.1] * 8)).symptom == ""
    told = lossacc.diagnose(curves(rises, [0.6] * 8, rises, [0.6] * 8)).symptom
    assert "A Run would say" in told
    train, sure = learning(0), learning(1)
    logits = np.append(sure.logits, 9 * sure.logits[-1:], axis=0)
    more = Scores(np.append(train.logits, train.logits[-1:], axis=0), train.labels)
    run = run_of(more, relabelled(replace(sure, logits=logits), sure.labels))
    assert "Who pays" in lossacc.diagnose(run).symptom
    broken = replace(run, penalty=np.full(13, np.nan))
    assert lossacc.diagnose(broken).symptom.startswith("confident and wrong.")
    assert "A Run would say" not in lossacc.diagnose(broken).symptom


@pytest.mark.parametrize(
    "log",
    [
        losses_only([900, 700, 500, 300, 200, 130], [950, 720, 520, 330, 230, 160]),
        losses_only([30, 25, 20, 15.2, 15.1, 15.1]),
        losses_only([1.2, 1.199, 1.198, 1.197]),
        losses_only([1.2, 1.1, 1.0, 0.9, 0.8, 0.75, 0.72]),
        losses_only(np.linspace(2, 0.05, 9), [1, 0.8, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3]),
    ],
)
def test_losses_alone_may_be_of_anything(log) -> None:
    assert not named(log) & {"rate too high", "rate too low", "stuck"}
    assert "nan" not in str(lossacc.diagnose(log))


def test_a_resumed_training_that_stands_is_not_at_the_loss_of_knowing_nothing() -> None:
    loss, right = np.linspace(1.2, 1.19, 6), np.linspace(0.70, 0.705, 6)
    assert "stuck" not in named(curves(loss, right, loss, right, None))
