"""What stands behind the first cause, and what a log can be beside it."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.checks.clinic.causes import ALIKE_IN_LOGS, causes
from lossacc.checks.clinic.diagnosis import SEEN
from lossacc.checks.clinic.differential import NEARLY, evidence_of
from lossacc.checks.clinic.facts import facts_of
from lossacc.runs.scores import Scores
from tests.checks.clinic.made import CLASSES, curves, learning, log_of, relabelled, sound
from tests.made_runs import run_of


def ranked(record):
    return [one.cause for one in record.diagnose().candidates]


def test_what_prints_alike_are_causes_and_never_the_cause_itself() -> None:
    assert set(ALIKE_IN_LOGS) <= set(causes())
    for cause, others in ALIKE_IN_LOGS.items():
        assert set(others) <= set(causes()) - {cause}
        assert len(set(others)) == len(others) <= 3


@pytest.mark.parametrize("record", [sound(), log_of(sound(), CLASSES)])
def test_what_only_nearly_passes_never_comes_first_nor_is_explained(record) -> None:
    found = record.diagnose()
    weak = [one for one in found.candidates if one.score < SEEN]
    assert weak
    assert not set(weak) & set(found.shown)
    assert not {one.cause for one in weak} & set(found.level)
    for one in weak:
        assert all(e.seen.startswith(("Nearly: ", "It can print")) for e in one.evidence)


def test_of_what_was_seen_nothing_is_said_to_be_nearly_seen() -> None:
    for record in (sound(), log_of(sound(), CLASSES)):
        facts = facts_of(record)
        found = evidence_of(facts)
        strong = {one.cause for one in found if one.weight > SEEN}
        assert not strong & {one.cause for one in found if one.seen.startswith("Nearly: ")}
        assert len({type(one) for one in NEARLY}) == len(NEARLY)


def test_where_nothing_was_seen_none_is_named() -> None:
    found = run_of(learning(0)).diagnose()
    assert found.level == ()
    assert found.headline.startswith("Cannot tell: nothing stands out")


def test_a_log_that_looks_healthy_says_that_it_may_leak() -> None:
    assert "leakage" in ranked(log_of(sound(), CLASSES))[:3]
    assert "leakage" not in ranked(sound())


def test_wrong_labels_get_next_to_no_probability_and_hard_examples_some() -> None:
    learned = 1.8 * (1 - np.exp(-np.arange(12) / 4))
    train, held = (learning(seed, size=600, scales=learned) for seed in (0, 1))
    labels = train.labels.copy()
    labels[:120] = (labels[:120] + 2) % CLASSES
    assert ranked(sound(relabelled(train, labels), held))[0] == "wrong labels"
    hard = learning(0, size=600, noise=1.6), learning(1, noise=1.6)
    assert ranked(sound(*hard))[0] != "wrong labels"


def test_a_penalty_in_the_printed_loss_is_no_rate_that_is_too_high() -> None:
    train, held = learning(0), learning(1)
    extra = 3 + np.abs(np.random.default_rng(0).normal(0, 0.6, 11))
    loss, val_loss = train.loss[1:] + extra, held.loss[1:] + extra
    run = sound(train, held, loss=loss, val_loss=val_loss)
    assert "rate too high" not in ranked(run)[:3]


STEPS = np.arange(12)


def test_an_accuracy_of_single_outputs_is_no_base_rate() -> None:
    # Begins at 9 in 10 with ten classes, and rises: what a loss near ln 10 beside it gives away.
    loss = 2.2 * 0.6**STEPS + 0.26
    right = 0.985 - 0.085 * 0.4**STEPS
    log = curves(loss, right, loss + 0.02, right)
    assert ranked(log)[0] == "metric"
    assert "imbalance" not in ranked(log)[:2]
    stands = curves(0.33 + 0.5 * 0.3**STEPS, np.full(12, 0.9), np.full(12, 0.34), np.full(12, 0.9))
    assert ranked(stands)[0] == "imbalance"


def test_an_accuracy_that_is_the_same_to_the_last_digit_while_little_is_learned() -> None:
    loss = [1.93, 1.7, 1.32, 0.92, 0.64]
    held = [0.31, 0.759, 0.862, 0.862, 0.862]
    log = curves(loss, [0.137, 0.451, 0.863, 0.902, 0.902], [1.85, 1.49, 1.1, 0.79, 0.637], held)
    assert ranked(log)[0] == "imbalance"


@pytest.mark.parametrize(
    ("loss", "right"),
    [(1 - 0.2 - 0.01 * np.sin(STEPS), 0.2 + 0.01 * np.sin(STEPS)),
     (np.full(12, 0.1), 0.1 + 0.01 * np.sin(STEPS))],
)  # fmt: skip
def test_losses_that_no_weight_lowers_are_known_by_their_values(loss, right) -> None:
    assert ranked(curves(loss, right, loss + 0.01, right - 0.01))[0] == "flat loss"


def test_two_softmaxes_of_two_classes_are_told_by_what_a_wrong_answer_costs() -> None:
    floor, wrong = np.log(1 + np.exp(-1)), 0.3 * 0.7**STEPS
    log = curves(floor + wrong, 1 - wrong, floor + wrong + 0.05, 0.95 - wrong, 2)
    assert ranked(log)[0] == "softmax twice"


def test_validation_that_begins_below_chance_has_other_classes_or_names() -> None:
    right = np.linspace(0.9, 0.99, 12)
    other = np.r_[0.0, 0.01, np.linspace(0.4, 0.85, 10)]
    log = curves(0.4 * 0.8**STEPS, right, 1.2 * 0.95**STEPS, other, 2)
    assert "sorted split" in ranked(log)[:2]


def costing(losses):
    """Scores of ten classes in which every example costs so much."""
    labels = np.arange(200) % 10
    logits = np.zeros((len(losses), 200, 10), np.float32)
    logits[:, np.arange(200), labels] = np.log(9 / (np.exp(losses) - 1))[:, None]
    return Scores(logits, labels)


def test_where_batchnorm_begins_high_and_training_only_falls_no_step_is_too_long() -> None:
    """In evaluation the loss climbs until the statistics have arrived; what is printed falls."""
    climbs = [
        2.31,
        2.36,
        2.5,
        2.68,
        2.77,
        2.78,
        2.75,
        2.71,
        2.67,
        2.64,
        2.61,
        2.58,
        2.55,
        2.53,
        2.5,
    ]
    falls = np.linspace(3.03, 2.5, 14)
    run = sound(costing(climbs), costing(climbs), loss=falls)
    assert "rate too high" not in ranked(run)
    leaps = sound(run.train, run.validation, loss=np.r_[2.7, 3.03, falls[2:]])
    assert "rate too high" in ranked(leaps)


def test_where_validation_stands_beside_training_that_may_be_all() -> None:
    loss = 0.35 + 1.2 * 0.6**STEPS
    right = 0.87 - 0.5 * 0.6**STEPS
    beside = curves(loss, right, loss + 0.02, right - 0.01, 5).diagnose()
    assert beside.candidates[0].cause == "healthy"
    assert {"healthy", "wrong labels"} <= set(beside.level)
    behind = curves(loss, right, loss + 0.02 + 0.1 * STEPS, right - 0.3, 5).diagnose()
    assert "healthy" not in behind.level


def test_a_scale_of_its_own_from_the_first_epoch_on() -> None:
    nothing = np.full(6, np.nan)
    log = curves(2e-6 * 0.8 ** np.arange(6), nothing, np.full(6, 0.05), nothing, 2)
    assert log.diagnose().verdict == "weights"


def test_a_network_that_guesses_is_stuck_though_its_first_epoch_leapt() -> None:
    guesses = 0.1 + 0.01 * np.sin(np.arange(14))
    still = np.r_[2.6, 2.35, 2.303 + 0.004 * np.sin(np.arange(12))]
    shaken = np.r_[5.3, 2.6, 2.36 + 0.03 * np.sin(np.arange(12))]
    assert ranked(curves(still, guesses, still, guesses))[0] == "stuck"
    assert ranked(curves(shaken, guesses, shaken, guesses))[0] == "rate too high"


def test_a_few_answers_of_two_classes_are_no_lost_rate() -> None:
    rng = np.random.default_rng(0)
    train, held = learning(0, size=400, classes=2), learning(1, classes=2)
    labels = np.where(rng.random(400) < 0.25, 1 - train.labels, train.labels)
    spiky = sound(Scores(train.logits, labels), held)
    printed = spiky.printed["loss"].copy()
    printed[7] *= 1.8
    assert "lost optimizer" not in ranked(sound(spiky.train, held, loss=printed[1:]))[:2]


def test_training_that_gets_worse_itself_is_no_matter_of_validation() -> None:
    worse = np.r_[0.77, 0.77, 0.76, 0.77, 1.0, 1.06, 1.09, 1.13, 1.14, 1.15]
    right = np.r_[0.73, 0.74, 0.74, 0.73, 0.68, 0.66, 0.65, 0.65, 0.64, 0.64]
    leaps = np.r_[0.65, 0.64, 0.66, 0.63, 0.86, 1.02, 0.8, 1.05, 0.82, 1.0]
    log = curves(worse, right, leaps, right + 0.05, None)
    found = log.diagnose()
    assert found.verdict == "rate too high"
    assert "knowing nothing" not in found.candidates[0].evidence[0].seen  # at .74 right it began
    recovers = [np.r_[one[:5], one[4::-1]] for one in (worse, right)]
    for loss, known in (recovers, (worse[::-1], right[::-1])):
        report = str(curves(loss, known, leaps, known + 0.05, None).diagnose())
        assert "Training itself gets worse" not in report


def one_side(loss, val_accuracy):
    nothing = np.full(len(loss), np.nan)
    return curves(loss, nothing, nothing, val_accuracy, None)


def test_a_loss_of_one_set_and_an_accuracy_of_the_other_are_said_to_be_of_two_sets() -> None:
    loss = 0.3 * 0.85**STEPS
    found = one_side(loss, np.linspace(0.55, 0.43, 12)).diagnose()
    assert set(found.level) == {"overfitting", "other preprocessing"}
    assert "print the validation loss" in found.candidates[0].evidence[0].seen
    at_the_end = one_side(0.7 * 0.75**STEPS, np.r_[np.full(11, np.nan), 1.0]).diagnose()
    assert set(at_the_end.level) == {"healthy", "leakage"}
    for rises in (one_side(loss, np.linspace(0.43, 0.55, 12)), one_side(loss, np.full(12, np.nan))):
        assert rises.diagnose().level == ()


def test_first_steps_that_blow_the_loss_up_are_too_long_whatever_comes_after() -> None:
    blown = np.r_[2.31, 40 * 0.6 ** np.arange(13), 1.2]
    run = sound(costing(blown), costing(blown), loss=np.r_[55, blown[2:]])
    assert ranked(run)[0] == "rate too high"
    falls = costing(np.r_[2.31, 2.2 * 0.8 ** np.arange(14)])
    weighted = sound(falls, falls, loss=np.r_[55, blown[2:]])
    assert "rate too high" not in ranked(weighted)
