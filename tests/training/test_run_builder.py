"""`RunBuilder`: what is added comes back as a run, and what does not fit is refused at the door."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc import RunBuilder
from lossacc.losses.formulas import softmax

LABELS, HELD_OUT = np.array([0, 2, 1, 1]), np.array([2, 0])


def built(rows=3, seed=0, **settings):
    """A builder with some epochs, and the logits that it was given."""
    rng = np.random.default_rng(seed)
    own, other = rng.normal(0, 2, (rows, 4, 3)), rng.normal(0, 2, (rows, 2, 3))
    builder = RunBuilder(LABELS, HELD_OUT, **settings)
    for row in range(rows):
        builder.add(own[row], other[row])
    return builder, own, other


def test_a_run_holds_what_was_added() -> None:
    builder, own, other = built(settings={"rate": 0.1})
    run = builder.run
    assert np.array_equal(run.train.logits, own.astype(np.float32))
    assert np.array_equal(run.validation.logits, other.astype(np.float32))
    assert list(run.epochs) == [0, 1, 2]
    assert run.settings == {"example": "example", "rate": 0.1}
    assert run.objective is None


def test_numbers_beside_an_epoch_stand_in_its_row() -> None:
    builder = RunBuilder([0, 1])
    builder.add(np.eye(2) * 3)
    builder.add(np.eye(2) * 4, learning_rate=0.1, penalty=2.0, gradient_norm=7, epoch=5,
                printed={"loss": np.float32(0.5), "val_loss": np.nan})  # fmt: skip
    builder.add(np.eye(2) * 5)
    run = builder.run
    assert list(run.epochs) == [0, 5, 6]
    np.testing.assert_array_equal(run.learning_rate, [np.nan, 0.1, np.nan])
    np.testing.assert_array_equal(run.gradient_norm, [np.nan, 7, np.nan])
    np.testing.assert_array_equal(run.penalty, [0, 2, 0])
    np.testing.assert_array_equal(run.printed["loss"], [np.nan, 0.5, np.nan])
    assert np.isnan(run.printed["val_loss"]).all()


def test_what_was_given_may_be_written_to_afterwards_and_the_run_may_not() -> None:
    builder = RunBuilder(labels := LABELS.copy())
    given = np.zeros((4, 3), np.float32)
    builder.add(given)
    given += 1
    labels[:] = 0
    run = builder.run
    assert not run.train.logits.any()
    assert list(run.train.labels) == list(LABELS)
    with pytest.raises(ValueError, match="read-only"):
        run.train.logits[0] = 1


@given(hnp.arrays(np.float32, (5, 3), elements=st.floats(-20, 20, width=32)))
def test_probabilities_give_the_losses_of_their_logits(logits) -> None:
    labels = np.arange(5) % 3
    by_logits = RunBuilder(labels, outputs="logits")
    by_shares = RunBuilder(labels, outputs="probabilities")
    by_logits.add(logits)
    by_shares.add(softmax(logits))
    np.testing.assert_allclose(by_shares.run.train.loss, by_logits.run.train.loss, atol=1e-4)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_one_number_says_yes_or_no(shape) -> None:
    z = np.array([-2.0, 0.5, 3.0]).reshape(shape)
    by_logit = RunBuilder([0, 1, 0])
    by_logit.add(z)
    by_share = RunBuilder([0, 1, 0], outputs="probabilities")
    by_share.add(1 / (1 + np.exp(-z)))
    loss = np.logaddexp(0, np.ravel(z) * [1, -1, 1]).mean()
    for builder in (by_logit, by_share):
        assert builder.run.train.classes == 2
        np.testing.assert_allclose(builder.run.train.loss, loss, rtol=1e-5)
        np.testing.assert_allclose(builder.run.train.accuracy, 2 / 3)


BROKEN = [[1, 2, 3], [np.nan, 0, 0], [1, 2, 3], [1, 2, 3]]
REFUSED = {
    "logits holds nan in row 1, and in 1 of 4 rows": {"logits": BROKEN},
    "logits holds inf in row 0": {"logits": np.full((4, 3), 1e39)},
    r"logits has the shape \(3, 3\); expected \(4, 3\)": {"logits": np.ones((3, 3))},
    r"logits has the shape \(4, 2\); expected \(4, 3\)": {"logits": np.ones((4, 2))},
    r"logits has the shape \(4, 3, 1\)": {"logits": np.ones((4, 3, 1))},
    "logits holds text": {"logits": [["a"] * 3] * 4},
    r"validation_logits has the shape \(3, 3\)": {"validation_logits": np.ones((3, 3))},
    "validation_logits is None": {"validation_logits": None},
    "epoch is 2; expected a whole number of at least 3": {"epoch": 2},
    "learning_rate is -0.1": {"learning_rate": -0.1},
    "learning_rate is 'fast'": {"learning_rate": "fast"},
    "penalty is nan": {"penalty": np.nan},
    "printed is 3": {"printed": 3},
    r"printed\['loss'\] is 'low'": {"printed": {"loss": "low"}},
    "a name in printed is 3": {"printed": {3: 0.1}},
    "a name that can be saved": {"printed": {"x" * 300: 0.1}},
}  # fmt: skip


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_does_not_fit_is_refused_and_the_run_is_as_it_was(sentence) -> None:
    builder, own, other = built()
    call = {"logits": own[0], "validation_logits": other[0], **REFUSED[sentence]}
    with pytest.raises((TypeError, ValueError), match=sentence):
        builder.add(**call)
    assert len(builder) == 3
    builder.add(own[0], other[0])
    assert list(builder.run.epochs) == [0, 1, 2, 3]


def test_probabilities_are_found_and_said() -> None:
    shares = softmax(np.random.default_rng(0).normal(0, 3, (4, 3)))
    for dtype in (np.float64, np.float16):
        with pytest.raises(ValueError, match="which are probabilities"):
            RunBuilder(LABELS).add(shares.astype(dtype))
    with pytest.raises(ValueError, match=r"one column of numbers from 0\.2 to 0\.9"):
        RunBuilder([0, 1]).add([0.2, 0.9])
    with pytest.raises(ValueError, match=r"row 1 sums to 0\.6; expected 1"):
        RunBuilder([0, 1], outputs="probabilities").add([[0.5, 0.5], [0.1, 0.5]])


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([1, 2, 3, 3], "count the classes from 0"),
        ([0, 1, 5, 2], "holds 5 at place 2; expected 0 to 2"),
    ],
)
def test_labels_that_are_no_class_are_refused_at_the_first_epoch(labels, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        RunBuilder(labels).add(np.ones((4, 3)))


def test_labels_are_checked_before() -> None:
    with pytest.raises(ValueError, match="labels holds -1 at place 1"):
        RunBuilder([0, -1])
    with pytest.raises(ValueError, match="expected one at least"):
        _ = RunBuilder([0, 1]).run


def test_the_sets_have_the_same_classes() -> None:
    with pytest.raises(ValueError, match="expected as many classes"):
        RunBuilder([0, 1], [0]).add(np.ones((2, 3)), np.ones((1, 2)))


def test_memory_grows_with_the_epochs() -> None:
    """Room is made for twice as many as there are, at most, and not for what may come."""
    builder = RunBuilder(np.zeros(100, int))
    for count in range(1, 40):
        builder.add(np.ones((100, 4)))
        held = builder.run.train.logits.base
        while held.base is not None:
            held = held.base
        assert held.shape[0] <= 2 * count


def test_it_needs_no_tensorflow() -> None:
    code = (
        "import sys; from lossacc import RunBuilder; b = RunBuilder([0, 1])"
        "; b.add([[1, 2], [3, 0]]); b.run.train.loss"
        "; print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


RANDOM = np.random.default_rng(5)
PIXELS = RANDOM.integers(0, 3, (5, 4, 6))
MAPS = RANDOM.normal(0, 3, (2, 5, 4, 6, 3))  # two epochs


@pytest.mark.parametrize("axis", [1, -1], ids=["as PyTorch has them", "classes last"])
def test_each_pixel_is_an_example(axis) -> None:
    builder = RunBuilder(PIXELS)
    for maps in MAPS:
        builder.add(np.moveaxis(maps, -1, axis))
    run = builder.run
    assert run.example == "pixel"
    assert np.array_equal(run.train.labels, PIXELS.reshape(-1))
    assert np.array_equal(run.train.logits, MAPS.reshape(2, -1, 3).astype(np.float32))


def test_steps_with_the_ignored_label_do_not_count() -> None:
    steps = PIXELS[:, 0].copy()
    steps[:, 4:] = -100
    builder = RunBuilder(steps, steps, ignored=-100)
    builder.add(MAPS[0, :, 0], MAPS[1, :, 0])
    run = builder.run
    assert (run.example, run.train.size) == ("step", 20)
    assert run.settings["counted"] == {"train": 4 / 6, "validation": 4 / 6}
    assert np.array_equal(run.train.labels, PIXELS[:, 0, :4].reshape(-1))
    assert np.array_equal(
        run.validation.logits[0], MAPS[1, :, 0, :4].reshape(-1, 3).astype(np.float32)
    )


def test_a_mask_of_yes_and_no() -> None:
    spots = (PIXELS == 0).astype(np.int64)
    shares = RANDOM.random((5, 4, 6, 1))
    builder = RunBuilder(spots, outputs="probabilities")
    builder.add(shares)
    right = (shares[..., 0] > 0.5) == (spots == 1)
    assert builder.run.train.accuracy[0] == right.mean()


def test_several_answers_to_an_input() -> None:
    bits = np.array([[0, 1, 1], [1, 1, 0]])
    builder = RunBuilder(bits)
    builder.add([[-1.0, 2.0, 3.0], [1.0, -2.0, -3.0]])
    run = builder.run
    assert (run.example, run.train.size, run.settings["answers"]) == ("answer", 6, 3)
    assert run.settings["all_right"] == {"train": [0.5]}


def test_rows_that_name_a_class() -> None:
    given = np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 3.0]])
    rows, whole = RunBuilder(np.eye(3)[[0, 2]]), RunBuilder([0, 2])
    for builder in (rows, whole):
        builder.add(given)
    assert np.array_equal(rows.run.train.labels, whole.run.train.labels)
    assert np.array_equal(rows.run.train.logits, whole.run.train.logits)


def test_many_pixels_are_drawn_once(monkeypatch) -> None:
    monkeypatch.setattr("lossacc.training.run_builder.PLACES", 50)
    builder = RunBuilder(PIXELS)
    for maps in MAPS:
        builder.add(maps)
    run = builder.run
    assert run.train.size == 50
    rows = MAPS.reshape(2, -1, 3).astype(np.float32)
    places = [np.flatnonzero((rows[0] == one).all(axis=1))[0] for one in run.train.logits[0]]
    assert np.array_equal(run.train.logits[1], rows[1][places])


def test_a_first_epoch_that_is_refused_leaves_nothing_behind() -> None:
    """The call that is right is taken after one of too many classes, of NaN, or of one set."""
    own, other = MAPS[0], MAPS[1, :2]
    builder = RunBuilder(PIXELS, PIXELS[:2])
    for wrong, said in (
        ((np.concatenate([own, own], axis=-1), other), "expected as many classes"),
        ((np.concatenate([own * np.nan, own], axis=-1), other), "holds nan"),
        ((np.concatenate([own, own], axis=-1), None), "validation_logits is None"),
    ):
        with pytest.raises(ValueError, match=said):
            builder.add(*wrong)
        assert len(builder) == 0
    builder.add(own, other)
    assert builder.run.train.classes == 3


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_one_number_says_yes_or_no_where_some_do_not_count(shape) -> None:
    z = np.array([-2.0, 0.5, 9.0, 3.0])
    builder = RunBuilder([0, 1, -100, 0], ignored=-100)
    builder.add(z.reshape(shape))
    plain = RunBuilder([0, 1, 0])
    plain.add(z[[0, 1, 3]])
    assert np.array_equal(builder.run.train.logits, plain.run.train.logits)
    assert np.array_equal(builder.run.train.loss, plain.run.train.loss)


@pytest.mark.parametrize("soft", [0, 0.1])
@pytest.mark.parametrize("places", [(), (0,)], ids=["pixels", "steps"])
def test_rows_that_name_a_class_stand_last(soft, places) -> None:
    """PyTorch takes targets (N, K, ...); read as the outputs are, K would be yes-or-no answers."""
    whole, maps = PIXELS[:, *places], MAPS[0][:, *places]
    rows = np.moveaxis(np.eye(3)[whole] * (1 - soft) + soft / 3, -1, 1)
    with pytest.raises(ValueError, match=r"second axis.*expected class numbers"):
        RunBuilder(rows).add(np.moveaxis(maps, -1, 1))
    last, named = RunBuilder(np.moveaxis(rows, 1, -1)), RunBuilder(rows.argmax(axis=1))
    last.add(maps)
    named.add(np.moveaxis(maps, -1, 1))
    assert np.array_equal(named.run.train.labels, whole.reshape(-1))
    assert np.array_equal(last.run.train.logits, named.run.train.logits)
    answers = RunBuilder(np.eye(3, dtype=int)[whole].reshape(5, -1))
    answers.add(maps.reshape(5, -1))
    assert answers.run.example == "answer"


def test_dense_outputs_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="got labels of shape"):
        RunBuilder(PIXELS).add(np.ones((5, 4, 3)))
    with pytest.raises(ValueError, match="may be the second axis or the last"):
        RunBuilder(PIXELS[:, :, :4]).add(np.ones((5, 4, 4, 4)))
    with pytest.raises(ValueError, match="no example counts"):
        RunBuilder([-100, -100], ignored=-100).add(np.ones((2, 3)))
    with pytest.raises(TypeError, match="ignored is 'pad'"):
        RunBuilder(PIXELS, ignored="pad")
