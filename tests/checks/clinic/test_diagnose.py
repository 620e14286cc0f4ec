"""`diagnose` on runs and logs with one known fault, made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lossacc
from lossacc.checks.clinic.causes import causes
from lossacc.checks.clinic.diagnosis import COMPARED, EXAMPLES, PRINTED
from lossacc.losses import formulas
from lossacc.losses.known_values import second_softmax_floor
from tests.checks.clinic.made import (
    CLASSES,
    SIZE,
    curves,
    learning,
    log_of,
    printed,
    relabelled,
    sound,
)
from tests.made_runs import run_of


def first(record, **more):
    """Give the likeliest cause."""
    level = lossacc.diagnose(record, **more).level
    return level[0] if level else "cannot tell"


def by_formula(name):
    """A run whose printed loss is another formula of the same logits."""
    train, held = learning(0), learning(1)
    loss, val_loss = (
        np.array([formulas.FORMULAS[name](z.astype(float), s.labels).mean() for z in s.logits])[1:]
        for s in (train, held)
    )
    return sound(train, held, loss=loss, val_loss=val_loss)


def test_a_sound_run_is_called_so_with_a_run_and_with_its_log() -> None:
    assert first(sound()) == first(log_of(sound(), CLASSES)) == "healthy"
    assert lossacc.diagnose(sound()).basis == EXAMPLES
    assert lossacc.diagnose(log_of(sound(), CLASSES)).basis == PRINTED


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("softmax twice", "softmax twice"),
        ("1 - accuracy", "flat loss"),
        ("mean probability, all classes", "flat loss"),
        ("mean squared error", "another loss"),
        ("focal", "another loss"),
        ("swapped: Keras", "another loss"),
        ("label smoothing", "soft targets"),
    ],
)
def test_a_printed_loss_is_named_by_its_formula(formula, cause) -> None:
    assert first(by_formula(formula)) == cause


def test_a_penalty_is_what_is_the_same_on_every_example() -> None:
    train, held = learning(0), learning(1)
    extra = np.linspace(1.5, 1.0, 11)
    plain = printed(train, held)
    more = {name: plain[name][1:] + extra for name in ("loss", "val_loss")}
    run = sound(train, held, **more)
    assert first(run) == "penalty"
    assert first(replace(run, penalty=np.append(1.5, extra))) == "penalty"


def test_copies_are_told_by_their_logits_alone() -> None:
    train, held = learning(0), learning(1)
    logits, labels = train.logits.copy(), train.labels.copy()
    logits[:, :40], labels[:40] = logits[:, 40:80], (labels[40:80] + 1) % CLASSES
    found = lossacc.diagnose(sound(replace(train, logits=logits, labels=labels), held))
    assert found.verdict == "conflicting duplicates"
    assert set(found.candidates[0].evidence[0].examples) <= set(range(80))
    mixed = held.logits.copy()
    mixed[:, :60] = train.logits[:, :60]
    own = np.concatenate([train.labels[:60], held.labels[60:]])
    assert first(sound(train, replace(held, logits=mixed, labels=own))) == "leakage"


def test_a_network_that_answers_all_alike_shows_no_copies() -> None:
    train = replace(learning(0), logits=np.zeros((12, SIZE, CLASSES), np.float32))
    found = lossacc.diagnose(sound(train, replace(learning(1), logits=train.logits)))
    names = [one.cause for one in found.candidates]
    assert "leakage" not in names
    assert "conflicting duplicates" not in names
    assert found.candidates[0].cause == "stuck"


def test_validation_labels() -> None:
    held = learning(1, noise=0.6)
    train = learning(0, noise=0.6)
    assert first(sound(train, relabelled(held, (held.labels + 1) % CLASSES))) == "renamed labels"
    dealt = np.random.default_rng(0).permutation(held.labels)
    assert first(sound(train, relabelled(held, dealt))) == "mispaired labels"
    once = relabelled(held, dealt).logits.copy()
    once[4, np.arange(SIZE), dealt] += 60  # what was once learned was labelled rightly
    assert first(sound(train, replace(held, logits=once, labels=dealt))) != "mispaired labels"
    some = held.labels < 2
    part = replace(held, logits=held.logits[:, some], labels=held.labels[some])
    kept = train.labels >= 2
    rest = replace(train, logits=train.logits[:, kept], labels=train.labels[kept])
    assert first(sound(rest, part)) == "sorted split"


def test_inputs_of_another_kind_show_before_training() -> None:
    held = learning(1)
    assert first(sound(learning(0), replace(held, logits=held.logits * 20))) == (
        "other preprocessing"
    )
    shifted = held.logits + np.float32([0, 0, 1.5, 0, 0])
    assert first(sound(learning(0), replace(held, logits=shifted))) == "other preprocessing"


def test_the_metric_and_the_moving_set() -> None:
    run = sound()
    metric = np.full(11, 0.8)
    assert first(sound(val_accuracy=metric, accuracy=metric)) == "metric"
    rng = np.random.default_rng(0)
    leaps = run.validation.loss[1:] * rng.uniform(0.5, 3, 11)
    jumps = np.clip(run.validation.accuracy[1:] - rng.uniform(0.05, 0.4, 11), 0, 1)
    assert first(sound(val_loss=leaps, val_accuracy=jumps)) == "moving validation"
    jumps[3] = np.nan  # an epoch that printed no accuracy
    assert first(sound(val_loss=leaps, val_accuracy=jumps)) == "moving validation"


def test_the_mode() -> None:
    run = sound()
    low, high = run.train.accuracy[1:], run.train.loss[1:]
    worse = sound(accuracy=low - 0.2, loss=high + 0.6)
    assert first(worse) == "training mode"
    better = np.clip(low + 0.3, 0, 1)
    ill = learning(0, scales=np.linspace(0, 0.6, 12)), learning(1, scales=np.linspace(0, 0.6, 12))
    assert first(sound(*ill, accuracy=better, loss=high / 2)) == "batchnorm statistics"


def test_one_class() -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random(SIZE) < 0.1).astype(int)
    logits = np.zeros((12, SIZE, 2), np.float32)
    logits[1:, :, 0] = 2.2
    logits += rng.normal(0, 0.1, logits.shape).astype(np.float32)
    one = relabelled(replace(learning(0, classes=2), logits=logits), labels)
    two = replace(one, logits=logits + rng.normal(0, 0.1, logits.shape).astype(np.float32))
    assert first(sound(one, two)) == "imbalance"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (curves([2.2, np.nan, np.nan], [0.2, 0.1, 0.1], [2.1, np.nan, np.nan], [0.3, 0.1, 0.1]),
         "rate too high"),
        (curves([-5, -7, -7.9], [0.5] * 3, [-6, -7, -7.9], [0.5] * 3, 2), "another loss"),
        (curves([0.9, 0.3, 0.1], [0.005] * 3, [0.8, 0.3, 0.2], [0.005] * 3), "metric"),
        (curves(np.linspace(2.2, 0.02, 20), np.linspace(0.2, 1, 20),
                [*np.linspace(2.1, 1.2, 8), *np.linspace(1.3, 2.5, 12)],
                [*np.linspace(0.2037, 0.6011, 8), *[0.6013] * 12]), "overfitting"),
        (curves(np.linspace(2.30, 2.0, 12), np.linspace(0.1, 0.3, 12),
                np.linspace(2.30, 2.02, 12), np.linspace(0.1, 0.28, 12)), "rate too low"),
        (curves([1.9, 0.9, 0.5, 0.3, 0.2], [0.4, 0.8, 0.9, 0.95, 0.97],
                [16.0, 22, 25, 27, 29], [0.5123, 0.6017, 0.6211, 0.6031, 0.6077]),
         "other preprocessing"),
    ],
)  # fmt: skip
def test_logs(log, cause) -> None:
    assert first(log) == cause


def test_a_loss_that_never_moves_is_flat_or_stuck_and_no_log_says_which() -> None:
    found = lossacc.diagnose(curves([0.1] * 8, [0.103] * 8, [0.1] * 8, [0.097] * 8))
    assert found.verdict == "cannot tell"
    assert set(found.level) == {"flat loss", "stuck"}


def test_a_floor_of_two_softmaxes_in_a_log() -> None:
    floor = second_softmax_floor(10)
    loss = floor + np.array([0.8, 0.5, 0.3, 0.2, 0.12, 0.08, 0.06, 0.05, 0.04, 0.03])
    right = np.array([0.2, 0.5, 0.7, 0.8, 0.88, 0.92, 0.94, 0.95, 0.96, 0.97])
    assert first(curves(loss, right, loss + 0.05, right - 0.03)) == "softmax twice"


def test_what_no_log_tells_apart_is_one_answer() -> None:
    # Below chance on validation: the names, or classes that training never had.
    steps = np.linspace(0, 1, 12)
    log = curves(2.3 - 2.2 * steps, 0.1 + 0.88 * steps, 3 + 8 * steps, 0.03 - 0.01 * steps)
    found = lossacc.diagnose(log)
    assert found.verdict == "cannot tell"
    assert {"renamed labels", "sorted split"} <= set(found.level)
    assert found.headline.startswith("Cannot tell these apart here: ")


def test_half_a_log_is_never_called_healthy() -> None:
    nothing = np.full(5, np.nan)
    loss, right = np.linspace(1, 0.1, 5), np.linspace(0.6, 0.98, 5)
    for log in (curves(loss, right, nothing, nothing), curves(loss, nothing, loss, nothing)):
        assert first(log) != "healthy"


def test_confident_and_wrong_is_always_reported_with_its_ledger() -> None:
    held = learning(1)
    wrong = held.logits.argmax(-1)[-1] != held.labels
    logits = held.logits.copy()
    logits[6:, wrong] *= np.linspace(2, 20, 6)[:, None, None].astype(np.float32)
    found = lossacc.diagnose(sound(learning(0), replace(held, logits=logits)))
    assert found.symptom.startswith("confident and wrong.")
    assert "stayed wrong +" in found.symptom
    assert "Symptom: confident and wrong." in str(found)
    assert lossacc.diagnose(sound()).symptom == ""


def test_data_at_hand_are_compared() -> None:
    rng = np.random.default_rng(0)
    x, held = rng.random((SIZE, 6, 6, 1)), rng.random((SIZE, 6, 6, 1))
    run = sound()
    sets = {"data": (x, run.train.labels), "validation": (255 * held, run.validation.labels)}
    found = lossacc.diagnose(run, **sets)
    assert (found.verdict, found.basis) == ("other preprocessing", COMPARED)
    held[:100] = x[:100]
    assert first(run, **(sets | {"validation": (held, run.validation.labels)})) == "leakage"


def test_every_cause_says_all_that_is_promised() -> None:
    for cause in causes().values():
        texts = (cause.title, cause.usually, cause.decide, cause.code, cause.todo, cause.section)
        assert all(texts)
        assert cause.rival in causes()
        assert cause.rival != cause.name


def test_the_report_has_what_decides_as_code() -> None:
    text = str(lossacc.diagnose(by_formula("softmax twice")))
    for part in ("seen:", "usually:", "rival:", "to do:", "shown in notebook 05", "audit(model"):
        assert part in text
    assert "A second softmax" in lossacc.diagnose(by_formula("softmax twice"))._repr_html_()


def test_methods_are_the_function() -> None:
    run = sound()
    log = log_of(run, CLASSES)
    assert str(run.diagnose()) == str(lossacc.diagnose(run))
    assert str(log.diagnose()) == str(lossacc.diagnose(log))


def test_a_run_without_validation_or_prints_gets_an_answer() -> None:
    bare = run_of(learning(0))
    assert lossacc.diagnose(bare).verdict == "cannot tell"
    assert first(run_of(learning(0), learning(1))) == "healthy"
