from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.runs.run import Run
from lossacc.runs.scores import Scores

ROWS, N, K = 4, 6, 3


def scores(seed=0, **settings):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (ROWS, N, K)).astype(np.float32)
    return Scores(logits, rng.integers(0, K, N), **settings)


def run(**settings):
    column = np.array([np.nan, 0.1, 0.2, 0.3])
    fields = {
        "train": scores(0),
        "validation": scores(1),
        "epochs": np.array([0, 1, 2, 10]),
        "penalty": np.abs(column),
        "learning_rate": column,
        "gradient_norm": column,
        "printed": {"loss": column, "val_accuracy": column},
        "settings": {"seed": 0, "arm": "base"},
        "environment": {"keras": "3"},
    }
    return Run(**{**fields, **settings})


# What is derived from the logits


def brute_force(logits, label):
    """One example in Python's own floats."""
    exact = [float(z) for z in logits]
    top = max(exact)
    total = sum(np.exp(z - top) for z in exact)
    probabilities = [np.exp(z - top) / total for z in exact]
    rivals = [z for k, z in enumerate(exact) if k != label]
    return {
        "cross_entropy": top + np.log(total) - exact[label],
        "probability": probabilities[label],
        "confidence": max(probabilities),
        "margin": exact[label] - max(rivals),
        "predicted": exact.index(top),
        "correct": exact.index(top) == label,
    }


LOGITS = hnp.arrays(np.float32, (2, 3, 4), elements=st.floats(-1e4, 1e4, width=32))


@given(LOGITS, hnp.arrays(np.int64, 3, elements=st.integers(0, 3)))
def test_derived_quantities_are_those_of_single_examples(logits, labels):
    derived = Scores(logits, labels)
    for row in range(2):
        for n in range(3):
            for name, value in brute_force(logits[row, n], labels[n]).items():
                assert getattr(derived, name)[row, n] == pytest.approx(value, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(derived.loss, derived.cross_entropy.mean(1))
    np.testing.assert_allclose(derived.accuracy, (derived.predicted == labels).mean(1))


def test_certain_and_wrong_costs_the_whole_margin():
    """float64, and no clipping: 1e-7 would have made it 16.1."""
    logits = np.array([[[0.0, 2000.0], [2000.0, 0.0]]], np.float32)
    derived = Scores(logits, np.array([0, 0]))
    assert derived.cross_entropy.tolist() == [[2000.0, 0.0]]


def test_a_tie_is_the_first_class():
    derived = Scores(np.zeros((1, 2, 3), np.float32), np.array([0, 2]))
    assert derived.predicted.tolist() == [[0, 0]]
    assert derived.correct.tolist() == [[True, False]]


@pytest.mark.filterwarnings("error")
def test_a_diverged_network_has_nan_losses_and_no_warning():
    logits = np.full((2, N, K), np.nan, np.float32)
    logits[1, :, 0] = np.inf
    derived = Scores(logits, np.zeros(N, int))
    assert np.isnan(derived.cross_entropy).all()
    assert np.isnan(derived.loss).all()
    assert np.isfinite(derived.accuracy).all()
    assert np.isnan(derived.probability).all()


def test_relabelled_is_judged_by_the_clean_labels():
    clean = (scores().labels + 1) % K
    spoilt = scores(clean_labels=clean)
    assert np.array_equal(spoilt.relabelled().labels, clean)
    assert np.array_equal(spoilt.relabelled().logits, spoilt.logits)
    assert np.array_equal(scores().relabelled().labels, scores().labels)


WRONG_SCORES = {
    "axes": ({"logits": np.zeros((2, 3))}, r"shape \(2, 3\)"),
    "one class": ({"logits": np.zeros((2, N, 1))}, "two classes or more"),
    "length": ({"labels": np.zeros(5, int)}, r"labels have the shape \(5,\); expected \(6,\)"),
    "floats": ({"labels": np.zeros(N)}, "expected integers"),
    "high": ({"labels": np.full(N, K)}, "run from 3 to 3; expected 0 to 2"),
    "low": ({"labels": np.full(N, -1)}, "run from -1 to -1"),
    "clean": ({"clean_labels": np.full(N, K)}, "clean_labels run from 3"),
    "targets": ({"targets": np.zeros((N, 2))}, r"targets have the shape \(6, 2\)"),
}


@pytest.mark.parametrize(("fields", "words"), WRONG_SCORES.values(), ids=WRONG_SCORES.keys())
def test_scores_refuse_arrays_that_do_not_fit(fields, words):
    with pytest.raises(ValueError, match=words):
        replace(scores(), **fields)


NO_NUMBERS = {
    "complex": np.zeros((2, 3, 2), complex),
    "dates": np.zeros((2, 3, 2), "M8[s]"),
    "truths": np.zeros((2, 3, 2), bool),
    "texts": np.zeros((2, 3, 2), "U3"),
    "objects": np.zeros((2, 3, 2), object),
    "ragged": [[1.0], [1.0, 2.0]],
    "nothing": None,
    "a text": "logits",
    "a table": {"a": 1},
}


@pytest.mark.parametrize("values", NO_NUMBERS.values(), ids=NO_NUMBERS.keys())
def test_what_holds_no_real_numbers_is_refused(values):
    for name in ("logits", "labels", "clean_labels", "targets"):
        if values is not None or name in ("logits", "labels"):
            with pytest.raises(ValueError, match=f"{name} are (no array|of type).*; expected"):
                replace(scores(), **{name: values})
    for name in ("penalty", "learning_rate", "gradient_norm", "objective", "epochs"):
        if values is not None or name != "objective":
            with pytest.raises(ValueError, match=f"{name} are (no array|of type).*; expected"):
                run(**{name: values})
    with pytest.raises((TypeError, ValueError), match=r"(printed|loss) (is|are) .*; expected"):
        run(printed=values if isinstance(values, str | None) else {"loss": values})


def test_lists_and_other_types_are_held_as_arrays_of_one_type():
    made = Scores([[[1, 2], [3, 4]]], [0, 1], targets=np.ones((2, 2), np.float16))
    assert made.logits.dtype == np.float64
    assert made.targets.dtype == np.float32
    assert made.labels.dtype == np.int64
    wide = scores().labels.astype(np.uint64)
    assert replace(scores(), labels=wide).labels.dtype == np.int64
    assert run(epochs=np.array([0, 1, 2, 200], np.uint8)).epochs.dtype == np.int64
    assert run(penalty=[0, 1, 2, 3]).penalty.tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match=f"labels go up to {2**63}; expected"):
        replace(scores(), labels=np.full(N, 2**63, np.uint64))


def arrays_of(made):
    derived = ("cross_entropy", "predicted", "correct", "probability", "confidence", "margin",
               "loss", "accuracy", "_log_normaliser", "_true_logit")  # fmt: skip
    for part in (made.train, made.validation):
        for name in ("logits", "labels", "clean_labels", "targets", *derived):
            yield name, getattr(part, name)
    for name in ("epochs", "penalty", "learning_rate", "gradient_norm", "objective"):
        yield name, getattr(made, name)
    yield from made.printed.items()


def test_nothing_can_be_changed_under_a_run():
    given = {"train": scores(0, clean_labels=np.zeros(N, int), targets=np.ones((N, K))),
             "validation": scores(1, clean_labels=np.zeros(N, int), targets=np.ones((N, K))),
             "objective": np.arange(4.0)}  # fmt: skip
    for made in (run(**given), replace(run(**given), objective=np.ones(4))):
        for name, array in arrays_of(made):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True
            assert name


def test_what_was_given_may_change_and_the_run_does_not():
    logits, labels, column = np.zeros((4, 2, 2)), np.array([0, 1]), np.arange(4.0)
    printed, told = {"loss": column}, {"seed": 1}
    made = run(train=Scores(logits, labels), validation=None, penalty=column, printed=printed,
               epochs=(epochs := np.arange(4)), settings=told)  # fmt: skip
    logits[:], labels[:], column[:], epochs[:] = 5, 1, 9, 7
    printed["more"], told["seed"] = column, 2
    assert made.train.logits.tolist() == np.zeros((4, 2, 2)).tolist()
    assert made.train.labels.tolist() == [0, 1]
    assert made.penalty.tolist() == made.printed["loss"].tolist() == [0, 1, 2, 3]
    assert made.epochs.tolist() == [0, 1, 2, 3]
    assert list(made.printed) == ["loss"]
    assert made.settings == {"seed": 1}
    np.testing.assert_allclose(made.train.loss, np.log(2))


def test_what_a_run_holds_is_shared_and_not_copied_again():
    made = run()
    again = made.with_settings(arm="clip")
    assert np.shares_memory(made.penalty, again.penalty)
    assert np.shares_memory(made.train.logits, made.train.rows(slice(1, 3)).logits)


@pytest.mark.filterwarnings("error")
def test_the_largest_numbers_warn_of_nothing():
    for values in ([1.7e308, -1.7e308], [np.inf, np.inf], [-np.inf, np.inf], [np.nan, 0]):
        derived = Scores(np.array([[values, values[::-1]]]), np.array([0, 1]))
        for name in ("loss", "accuracy", "margin", "confidence", "probability"):
            assert getattr(derived, name).shape


# A run


@pytest.mark.parametrize(
    "field", ["penalty", "learning_rate", "gradient_norm", "objective", "train", "validation"]
)
def test_a_run_refuses_another_number_of_epochs(field):
    short = {"train": scores(), "validation": scores()}.get(field)
    value = np.zeros(3) if short is None else Scores(short.logits[:3], short.labels)
    with pytest.raises(ValueError, match=f"{field} covers 3 epochs; expected 4"):
        run(**{field: value})


def test_a_run_refuses_a_printed_number_of_another_length():
    with pytest.raises(ValueError, match="loss covers 2 epochs"):
        run(printed={"loss": np.zeros(2)})


@pytest.mark.parametrize(
    "epochs", [[0, 1, 1, 2], [3, 2, 1, 0], [], [-1, 0, 1, 2], [[0, 1, 2, 3]], np.array(4)]
)
def test_a_run_refuses_epochs_that_do_not_rise(epochs):
    with pytest.raises(ValueError, match=r"got the epochs .*; expected rising whole numbers"):
        run(epochs=np.array(epochs))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_epochs_without_a_sign_may_not_fall_either(kind):
    """Their differences are never below 0."""
    with pytest.raises(ValueError, match="expected rising"):
        run(epochs=np.array([3, 2, 1, 0], kind))


@pytest.mark.parametrize("epochs", [[0, 1, np.nan, 3], [0, 0.5, 1, 2], [0.0, 1.0, 2.0, 3.0]])
def test_a_run_refuses_epochs_that_are_not_whole(epochs):
    with pytest.raises(ValueError, match="epochs are of type float64; expected integers"):
        run(epochs=np.array(epochs))


WRONG_RUNS = {
    "train": ({"train": None}, "train is None; expected Scores"),
    "validation": ({"validation": np.zeros(3)}, r"validation is array.*; expected Scores"),
    "classes": ({"validation": Scores(np.zeros((4, 6, 2)), np.zeros(6, int))},
                "train has 3 classes and validation 2"),
    "no examples": ({"train": Scores(np.zeros((4, 0, 3)), np.zeros(0, int)), "validation": None},
                    "no examples; expected at least one"),
    "axes": ({"penalty": np.zeros((4, 1))}, r"penalty has the shape \(4, 1\); expected one number"),
    "a list": ({"settings": []}, r"settings is \[\]; expected a mapping"),
    "a key": ({"environment": {1: 2}}, "environment has the key 1; expected a text"),
    "a name": ({"printed": {"a\0b": np.zeros(4)}}, "expected a name that can be saved"),
    "a long name": ({"printed": {"a" * 300: np.zeros(4)}}, "expected a name that can be saved"),
    "half a pair": ({"printed": {"\ud800": np.zeros(4)}}, "expected a name that can be saved"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), WRONG_RUNS.values(), ids=WRONG_RUNS.keys())
def test_a_run_refuses_what_is_no_run(fields, words):
    with pytest.raises((TypeError, ValueError), match=words):
        run(**fields)


@pytest.mark.parametrize("epoch", [1.0, "1", None, True, np.nan, [1]])
def test_at_refuses_what_is_no_epoch(epoch):
    with pytest.raises(TypeError, match=r"got the epoch .*; expected a whole number"):
        run().at(epoch)


@pytest.mark.parametrize("on", [np.array([1, 2]), None, ["train"], 1])
def test_scores_refuses_what_is_no_name(on):
    with pytest.raises(ValueError, match=r"got on=.*; expected"):
        run().scores(on)


def test_a_run_that_was_stopped_says_so_and_is_filed_under_a_name_that_says_it(tmp_path):
    stopped = run().with_settings(stopped="stopped in epoch 11")
    assert (run().stopped, stopped.stopped) == (None, "stopped in epoch 11")
    assert repr(stopped).endswith("6 validation examples, stopped in epoch 11)")
    assert run().file_name("base-4") == "base-4.npz"
    assert stopped.file_name("base-4") == "base-4.stopped.npz"
    mine = stopped.save(tmp_path / "mine.npz")  # a name that a user gave stays the user's
    assert mine.name == "mine.npz"
    assert Run.load(mine).stopped == "stopped in epoch 11"


def test_at_finds_epochs_by_number_and_from_the_end():
    assert [run().at(epoch) for epoch in (0, 1, 2, 10)] == [0, 1, 2, 3]
    assert [run().at(epoch) for epoch in (-1, -4)] == [3, 0]


@pytest.mark.parametrize("epoch", [3, 11, -5])
def test_at_refuses_epochs_that_were_not_recorded(epoch):
    with pytest.raises(ValueError, match=f"epoch {epoch} was not recorded; .* 0 to 10"):
        run().at(epoch)


def test_scores_are_found_by_name():
    made = run()
    assert made.sets == ("train", "validation")
    assert made.scores("train") is made.train
    assert made.scores("validation") is made.validation
    with pytest.raises(ValueError, match="'test'"):
        made.scores("test")
    with pytest.raises(ValueError, match="no validation examples"):
        run(validation=None).scores("validation")
    assert run(validation=None).sets == ("train",)


def test_settings_are_added_to_a_copy():
    made = run()
    assert made.with_settings(arm="clip").settings == {"seed": 0, "arm": "clip"}
    assert made.settings["arm"] == "base"


# What it says of itself


def test_a_run_names_itself_in_one_line():
    assert repr(run()) == ("Run(base, seed 0, epochs 0 to 10, 6 train and 6 validation examples)")


def test_figures_speak_of_the_set_that_the_settings_name():
    made = run()
    assert made.main == ("validation" if made.validation is not None else "train")
    assert made.with_settings(main="train").main == "train"
    alone = replace(made, validation=None)
    assert alone.main == alone.with_settings(main="validation").main == "train"
