"""`Record` gives the run so far: cheaply, and bit for bit what its logits say."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.training.evaluate import Scored
from lossacc.training.record import Epoch, Record, Targets

DERIVED = ("cross_entropy", "correct", "loss", "accuracy", "predicted", "probability", "margin")
LABELS = np.array([0, 2, 1])
FINITE = st.floats(-1e4, 1e4, width=32)
ANY = FINITE | st.sampled_from([np.nan, np.inf, -np.inf])


def logits(elements, least=1):
    shapes = st.tuples(st.integers(least, 12), st.just(3), st.just(3))
    return hnp.arrays(np.float32, shapes, elements=elements)


def record_of(capacity=4, labels=LABELS, validation=None, **settings) -> Record:
    held_out = None if validation is None else Targets(validation)
    settings = {"has_objective": False, "environment": {}, **settings}
    return Record(Targets(labels), held_out, capacity=capacity, **settings)


def add(record: Record, values, number=None, held_out=None, **settings) -> None:
    validation = None if held_out is None else Scored(held_out, 0.0, 0.0)
    number = len(record) if number is None else number
    record.add(Epoch(number, Scored(values, 0.5, 0.25), validation, **settings))


def check_same(found: Scores, plain: Scores) -> None:
    with np.errstate(invalid="ignore"):
        for name in DERIVED:
            one, two = getattr(found, name), getattr(plain, name)
            assert one.dtype == two.dtype, name
            assert np.array_equal(one, two, equal_nan=one.dtype.kind == "f"), name


@given(logits(ANY), st.lists(st.booleans(), min_size=12, max_size=12))
def test_every_run_so_far_says_bit_for_bit_what_its_logits_say(values, looked_at):
    """Whichever runs so far were looked at before."""
    record, given_out = record_of(), []
    for row, look in zip(values, looked_at, strict=False):
        add(record, row)
        given_out.append(record.run())
        if look:
            check_same(given_out[-1].train, Scores(values[: len(record)], LABELS))
    for n, run in enumerate(given_out):
        check_same(run.train, Scores(values[: n + 1], LABELS))


@pytest.mark.parametrize(("size", "classes"), [(1, 2), (9, 3), (1200, 10), (300, 26)])
def test_sizes_as_in_a_lesson_keep_their_bits_too(size, classes):
    random = np.random.default_rng(size)
    values = random.normal(0, 5, (40, size, classes)).astype(np.float32)
    labels = random.integers(0, classes, size)
    record = record_of(41, labels)
    for row in values:
        add(record, row)
        if len(record) in (1, 2, 9, 33):
            assert record.run().train.loss.shape == (len(record),)
    check_same(record.run().train, Scores(values, labels))


def test_a_row_is_worked_out_once(monkeypatch):
    """Counted where every cross-entropy comes from."""
    seen = []
    plain = Scores._log_normaliser.func

    def counted(scores):
        seen.append(len(scores.logits))
        return plain(scores)

    monkeypatch.setattr(Scores._log_normaliser, "func", counted)
    record = record_of()
    for row in np.zeros((9, 3, 3), np.float32):
        add(record, row)
        run = record.run()
        if len(record) in (2, 3, 7):
            assert (run.train.loss > 0).all()
            assert (run.train.cross_entropy > 0).all()
    assert seen == [2, 1, 4]


def test_nothing_is_worked_out_before_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(Scores._log_normaliser, "func", lambda scores: pytest.fail("asked for"))
    record = record_of()
    for row in np.zeros((9, 3, 3), np.float32):
        add(record, row)
        record.run()


@given(logits(FINITE, 2))
def test_other_logits_in_place_of_the_recorded_ones_are_read_anew(values):
    """As `lessons.between` does it: the rows known are those of the record, and no others'."""
    record = record_of()
    for row in values:
        add(record, row)
    run = record.run()
    assert len(run.train.loss) == len(values)
    cut = replace(run.train, logits=values[1:])
    check_same(cut, Scores(values[1:], LABELS))
    check_same(run.train.rows(slice(1, 2)), Scores(values[1:2], LABELS))


def test_a_run_so_far_stays_as_it_was():
    """Rows that are added later do not reach it, not even where the record outgrows its room."""
    record, random = record_of(capacity=2), np.random.default_rng(0)
    values = random.normal(size=(20, 3, 3)).astype(np.float32)
    runs: list[Run] = []
    for row in values:
        add(record, row, printed={"loss": float(len(record))}, learning_rate=0.1 * len(record))
        runs.append(record.run())
    for n, run in enumerate(runs):
        assert run.epochs.tolist() == list(range(n + 1))
        assert np.array_equal(run.train.logits, values[: n + 1])
        assert run.printed["loss"].tolist() == list(range(n + 1))
        assert run.learning_rate == pytest.approx(0.1 * np.arange(n + 1))
        assert run.penalty.tolist() == [0.25] * (n + 1)


def test_a_number_that_an_epoch_lacks_is_nan():
    record = record_of(capacity=2)
    add(record, np.zeros((3, 3), np.float32))
    add(record, np.zeros((3, 3), np.float32), printed={"loss": 1.0})
    add(record, np.zeros((3, 3), np.float32), printed={"accuracy": 0.5, "loss": 2.0})
    add(record, np.zeros((3, 3), np.float32))
    printed = record.run().printed
    assert list(printed) == ["accuracy", "loss"]
    assert np.array_equal(printed["loss"], [np.nan, 1.0, 2.0, np.nan], equal_nan=True)
    assert np.array_equal(printed["accuracy"], [np.nan, np.nan, 0.5, np.nan], equal_nan=True)


def test_the_numbers_of_the_epochs_may_jump():
    record = record_of()
    for number in (0, 1, 5):
        add(record, np.zeros((3, 3), np.float32), number)
    assert record.last == 5
    assert record.run().epochs.tolist() == [0, 1, 5]
    assert np.issubdtype(record.run().epochs.dtype, np.integer)


def test_both_sets_are_known_apart():
    record = record_of(validation=np.array([1, 0]))
    random = np.random.default_rng(1)
    train, held_out = random.normal(size=(5, 3, 3)), random.normal(size=(5, 2, 3))
    for one, other in zip(train.astype(np.float32), held_out.astype(np.float32), strict=True):
        add(record, one, held_out=other)
        record.run().train.loss.sum()
    run = record.run()
    check_same(run.train, Scores(train.astype(np.float32), LABELS))
    check_same(run.validation, Scores(held_out.astype(np.float32), np.array([1, 0])))


def test_the_objective_is_given_where_it_is_another():
    for has_objective, expected in ((False, None), (True, [0.5])):
        record = record_of(has_objective=has_objective)
        add(record, np.zeros((3, 3), np.float32))
        objective = record.run().objective
        assert (objective if objective is None else objective.tolist()) == expected


def test_nothing_recorded_is_said():
    with pytest.raises(ValueError, match="expected epoch 0 at least"):
        record_of().run()


def test_a_run_so_far_can_be_saved_and_copied(tmp_path):
    record = record_of()
    for row in np.random.default_rng(0).normal(size=(6, 3, 3)).astype(np.float32):
        add(record, row)
    run = record.run()
    assert run.train.loss.shape == (6,)
    read = Run.load(run.save(tmp_path / "run.npz"))
    check_same(read.train, run.train)
    check_same(copy.deepcopy(run).train, run.train)


def test_two_threads_may_read_while_a_third_records():
    random = np.random.default_rng(0)
    values = random.normal(size=(200, 50, 3)).astype(np.float32)
    labels = random.integers(0, 3, 50)
    record, wrong = record_of(8, labels), []
    add(record, values[0])
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            run = record.run()
            plain = Scores(values[: len(run.epochs)], labels)
            if not np.array_equal(run.train.cross_entropy, plain.cross_entropy):
                wrong.append(len(run.epochs))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n, row in enumerate(values[1:]):
        add(record, row, printed={f"after {n // 20}": 1.0})
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
