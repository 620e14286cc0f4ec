from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.runs.run import FORMAT, VERSION, Run, _halved
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


@pytest.mark.parametrize("epochs", [[0, 1, 1, 2], [3, 2, 1, 0], []])
def test_a_run_refuses_epochs_that_do_not_rise(epochs):
    with pytest.raises(ValueError, match="expected rising whole numbers"):
        run(epochs=np.array(epochs))


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


# Its file


def same(first, second):
    for on in ("train", "validation"):
        one, two = getattr(first, on), getattr(second, on)
        assert (one is None) == (two is None)
        for name in Scores.__dataclass_fields__ if one else ():
            a, b = getattr(one, name), getattr(two, name)
            assert (a is None and b is None) or (np.array_equal(a, b, equal_nan=True))
            assert a is None or a.dtype == b.dtype
    for name in ("epochs", "penalty", "learning_rate", "gradient_norm"):
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
    assert (first.objective is None) == (second.objective is None)
    assert first.objective is None or np.array_equal(first.objective, second.objective)
    assert first.printed.keys() == second.printed.keys()
    for name, values in first.printed.items():
        assert np.array_equal(values, second.printed[name], equal_nan=True)
    assert first.settings == second.settings
    assert first.environment == second.environment


@st.composite
def runs(draw):
    rows, k = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    floats = st.floats(width=32)

    def one_set():
        n = draw(st.integers(1, 4))
        labels = hnp.arrays(np.int64, n, elements=st.integers(0, k - 1))
        targets = hnp.arrays(np.float32, (n, k), elements=floats)
        return Scores(
            draw(hnp.arrays(np.float32, (rows, n, k), elements=floats)),
            draw(labels),
            draw(st.none() | labels),
            draw(st.none() | targets),
        )

    column = hnp.arrays(np.float64, rows, elements=st.floats())
    finite = hnp.arrays(np.float64, rows, elements=st.floats(allow_nan=False))
    text = st.text(st.characters(codec="utf-8"), max_size=8)
    # Names that are a file's name in a zip.
    names = st.text("abc_ ", min_size=1, max_size=8)
    values = text | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
    return Run(
        one_set(),
        one_set() if draw(st.booleans()) else None,
        np.arange(rows),
        draw(column),
        draw(column),
        draw(column),
        draw(st.dictionaries(names, column, max_size=3)),
        draw(st.none() | finite),
        draw(st.dictionaries(text, values, max_size=3)),
        draw(st.dictionaries(text, values, max_size=3)),
    )


@given(made=runs())
def test_a_saved_run_comes_back_as_it_was(made, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "round trip.npz"
    assert made.save(path) == path
    same(made, Run.load(path))


def test_the_documented_format_written_by_plain_numpy_is_a_run(tmp_path):
    """As another framework would write it, with nothing that is optional."""
    rng = np.random.default_rng(0)
    meta = {"format": "lossacc run", "version": 1, "settings": {}, "environment": {"torch": "2"}}
    arrays = {
        "epochs": np.arange(3),
        "train/logits": rng.normal(size=(3, 5, 2)).astype(np.float32),
        "train/labels": np.array([0, 1, 0, 1, 1], np.int32),
        "penalty": np.zeros(3),
        "learning_rate": np.full(3, np.nan),
        "gradient_norm": np.full(3, np.nan),
    }
    np.savez(tmp_path / "theirs.npz", meta=np.array(json.dumps(meta)), **arrays)
    made = Run.load(tmp_path / "theirs.npz")
    assert np.array_equal(made.train.logits, arrays["train/logits"])
    assert made.train.labels.tolist() == [0, 1, 0, 1, 1]
    assert made.validation is None
    assert made.objective is None
    assert made.printed == {}
    assert made.environment == {"torch": "2"}


def test_a_file_has_the_documented_arrays_and_no_pickle(tmp_path):
    made = run(train=scores(clean_labels=np.zeros(N, int), targets=np.ones((N, K))),
               objective=np.zeros(ROWS))  # fmt: skip
    made.save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        names = set(file.files)
        meta = json.loads(str(file["meta"]))
    of_train = {f"train/{name}" for name in ("logits", "labels", "clean_labels", "targets")}
    beside = {"meta", "epochs", "penalty", "learning_rate", "gradient_norm", "objective"}
    printed = {"printed/loss", "printed/val_accuracy"}
    assert names == of_train | beside | printed | {"validation/logits", "validation/labels"}
    assert (meta["format"], meta["version"]) == (FORMAT, VERSION) == ("lossacc run", 1)


def written(path, **changes):
    """A good file with some arrays changed; None leaves one out."""
    run().save(path)
    with np.load(path) as file:
        arrays = {**file, **{name.replace("__", "/"): value for name, value in changes.items()}}
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=True, **{k: v for k, v in arrays.items() if v is not None})


def meta(**changes):
    plain = {"format": FORMAT, "version": VERSION, "settings": {}, "environment": {}}
    return json.dumps({**plain, **changes})


class Trap:
    """What runs when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


BROKEN = {
    "no meta": ({"meta": None}, "meta"),
    "no logits": ({"train__logits": None}, "train/logits"),
    "no epochs": ({"epochs": None}, "epochs"),
    "another format": ({"meta": meta(format="other")}, "'other'"),
    "a later version": ({"meta": meta(version=2)}, "version 2; expected .* version 1"),
    "no version": ({"meta": json.dumps({"format": FORMAT})}, "version"),
    "version as text": ({"meta": meta(version="1")}, "not a saved run"),
    "meta is no JSON": ({"meta": "{"}, "not a saved run"),
    "meta is a list": ({"meta": "[]"}, "not a saved run"),
    "a pickle": ({"penalty": np.array([Trap()], dtype=object)}, "not a saved run"),
    "a pickle beside": ({"extra": np.array([Trap()], dtype=object)}, "not a saved run"),
    "labels": ({"train__labels": np.full(N, 9)}, "labels run from 9 to 9"),
    "epochs": ({"epochs": np.array([0, 1, 1, 2])}, "rising"),
    "no axis": ({"epochs": np.array(0)}, "not a saved run"),
    "lengths": ({"penalty": np.zeros(2)}, "penalty covers 2 epochs"),
}


@pytest.mark.parametrize(("changes", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_its_name(changes, words, tmp_path):
    path = tmp_path / "broken.npz"
    written(path, **changes)
    with pytest.raises(ValueError, match=words) as caught:
        Run.load(path)
    assert "broken.npz" in str(caught.value)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(share, tmp_path):
    path = run().save(tmp_path / "run.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ValueError, match="not a saved run"):
        Run.load(path)


@pytest.mark.parametrize("content", [b"hello", pickle.dumps(1), b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_zip_is_refused(content, tmp_path):
    (tmp_path / "no.npz").write_bytes(content)
    with pytest.raises(ValueError, match="not a saved run"):
        Run.load(tmp_path / "no.npz")


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(ValueError, match="not a saved run"):
        Run.load(tmp_path / "one.npy")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        Run.load(tmp_path / "none.npz")


def test_save_refuses_another_ending(tmp_path):
    with pytest.raises(ValueError, match=r"run\.txt.*ends in \.npz"):
        run().save(tmp_path / "run.txt")


def test_settings_that_are_not_json_are_refused_and_leave_no_file(tmp_path):
    with pytest.raises(TypeError, match="JSON"):
        run(settings={"model": object()}).save(tmp_path / "run.npz")
    assert not (tmp_path / "run.npz").exists()


def test_a_run_names_itself_in_one_line():
    assert repr(run()) == ("Run(base, seed 0, epochs 0 to 10, 6 train and 6 validation examples)")


def test_figures_speak_of_the_set_that_the_settings_name():
    made = run()
    assert made.main == ("validation" if made.validation is not None else "train")
    assert made.with_settings(main="train").main == "train"
    alone = replace(made, validation=None)
    assert alone.main == alone.with_settings(main="validation").main == "train"


# Half precision


@given(st.integers(0, 1000), st.floats(0.01, 30))
def test_half_precision_changes_losses_by_less_than_a_hundredth(seed, spread):
    rng = np.random.default_rng(seed)
    logits = rng.normal(100, spread, (ROWS, N, K)).astype(np.float32)
    whole = Scores(logits, rng.integers(0, K, N))
    halved = Scores(_halved(logits).astype(np.float32), whole.labels)
    np.testing.assert_allclose(halved.cross_entropy, whole.cross_entropy, rtol=0.01, atol=1e-6)


def test_half_precision_takes_less_room_and_is_read_as_float32(tmp_path):
    full, half = run().save(tmp_path / "full.npz"), run().save(tmp_path / "half.npz", half=True)
    assert half.stat().st_size < full.stat().st_size
    read = Run.load(half)
    assert read.train.logits.dtype == np.float32
    np.testing.assert_array_equal(read.validation.labels, run().validation.labels)
    with np.load(half) as file:
        assert file["train/logits"].dtype == np.float16


def test_half_precision_keeps_large_logits_finite():
    logits = np.array([[[1e6, 0.0], [-1e6, 3.0]]], np.float32)
    assert np.isfinite(_halved(logits)).all()
