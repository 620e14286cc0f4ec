"""A run comes back from its file as it was, and what is no run is refused in words."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.runs.run import Run
from lossacc.runs.run_file import FORMAT, VERSION, halved
from lossacc.runs.scores import Scores
from tests.runs.test_run import ROWS, K, N, run, scores


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


NO_JSON = {
    "an object": (object(), TypeError, "they hold <object object"),
    "complex": (np.complex64(1), TypeError, "not JSON"),
    "a date": (np.datetime64("2020-01-01"), TypeError, "not JSON"),
    "a set": ({1}, TypeError, r"they hold \{1\}"),
    "a key": ({np.int64(1): 2}, TypeError, "not JSON"),
    "deep": (json.loads("[" * 500 + "]" * 500), ValueError, "nested more than 100 deep"),
    "long": ("x" * 4_000_000, ValueError, "expected 4000000 at most"),
}


@pytest.mark.parametrize(("value", "error", "words"), NO_JSON.values(), ids=NO_JSON.keys())
def test_settings_that_are_not_json_are_refused_and_leave_no_file(value, error, words, tmp_path):
    for name in ("settings", "environment"):
        with pytest.raises(error, match=words):
            run(**{name: {"model": value}}).save(tmp_path / "run.npz")
    assert not list(tmp_path.iterdir())


def test_settings_in_a_circle_are_refused(tmp_path):
    told = {"a": []}
    told["a"].append(told)
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        run(settings=told).save(tmp_path / "run.npz")


def test_numbers_of_numpy_in_settings_are_saved_as_numbers(tmp_path):
    told = {"seed": np.int64(3), "rate": np.float32(0.5), "on": np.bool_(True),
            "name": np.str_("a"), "places": np.arange(3),
            "more": MappingProxyType({"in": (np.uint8(1),)})}  # fmt: skip
    made = run(settings=told, environment=told)
    found = Run.load(made.save(tmp_path / "run.npz"))
    plain = {
        "seed": 3,
        "rate": 0.5,
        "on": True,
        "name": "a",
        "places": [0, 1, 2],
        "more": {"in": [1]},
    }
    assert found.settings == found.environment == plain
    assert repr(found) == repr(made)


def test_an_error_while_saving_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = run().save(tmp_path / "run.npz")
    before, write_array = path.read_bytes(), np.lib.format.write_array
    for error in (KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError):
        left = 3

        def late(*given, error=error, **settings):
            nonlocal left
            left -= 1
            write_array(*given, **settings)
            if not left:
                raise error

        monkeypatch.setattr(np.lib.format, "write_array", late)
        with pytest.raises((KeyboardInterrupt, OSError, MemoryError)) as caught:
            run(penalty=np.ones(4)).save(path)
        monkeypatch.undo()
        assert isinstance(caught.value, error if isinstance(error, type) else OSError)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["run.npz"]


@pytest.mark.skipif(os.name == "nt", reason="as Unix has it")
def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path):
    import resource

    path = run().save(tmp_path / "run.npz")
    before = path.read_bytes()
    noise = np.random.default_rng(0).normal(size=(4, 9000, 3))
    large = run(train=Scores(noise, np.zeros(9000, int)))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 1, 5000, 100_000, 400_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
        try:
            with pytest.raises(OSError, match=r"run\.npz' cannot be written: it would be larger"):
                large.save(path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["run.npz"]


SAVER = """
import sys
import numpy as np
from lossacc.runs.run import Run
made = Run.load(sys.argv[1])
while True:
    made.save(sys.argv[1])
    print("saved", flush=True)
"""


def test_savers_that_are_killed_leave_a_run(tmp_path):
    noise = np.random.default_rng(0).normal(size=(4, 40_000, 3))
    made = run(train=Scores(noise, np.zeros(40_000, int)))
    path = made.save(tmp_path / "run.npz")
    savers = [
        subprocess.Popen([sys.executable, "-c", SAVER, path], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    try:
        for saver in savers:
            assert saver.stdout is not None
            saver.stdout.readline()
        for _ in range(6):
            same(made, Run.load(path))
    finally:
        for saver in savers:
            saver.kill()
            saver.communicate()
    same(made, Run.load(path))


# Half precision


@given(st.integers(0, 1000), st.floats(0.01, 30))
def test_half_precision_changes_losses_by_less_than_a_hundredth(seed, spread):
    rng = np.random.default_rng(seed)
    logits = rng.normal(100, spread, (ROWS, N, K)).astype(np.float32)
    whole = Scores(logits, rng.integers(0, K, N))
    check_promise(whole)


EDGES = st.sampled_from([0, 1e-9, 1, 1 + 1e-7, 65504, 7e4, 1e6, 1e38, np.inf, -np.inf, np.nan])


@given(hnp.arrays(np.float32, (2, 3, 3), elements=EDGES | st.floats(width=32)))
def test_half_precision_keeps_its_promise_at_every_edge(logits):
    check_promise(Scores(logits, np.array([0, 1, 2])))


def check_promise(whole):
    kept = Scores(halved(whole), whole.labels)
    np.testing.assert_allclose(kept.cross_entropy, whole.cross_entropy, rtol=0.01, atol=1e-6)
    np.testing.assert_array_equal(kept.predicted, whole.predicted)
    np.testing.assert_array_equal(kept.accuracy, whole.accuracy)


def test_half_precision_takes_less_room_and_is_read_as_float32(tmp_path):
    full, half = run().save(tmp_path / "full.npz"), run().save(tmp_path / "half.npz", half=True)
    assert half.stat().st_size < full.stat().st_size
    read = Run.load(half)
    assert read.train.logits.dtype == np.float32
    np.testing.assert_array_equal(read.validation.labels, run().validation.labels)
    with np.load(half) as file:
        assert file["train/logits"].dtype == np.float16


def test_what_half_precision_cannot_hold_is_kept_whole():
    """A loss of a million, and two classes that differ by a hundred-millionth."""
    for row in ([1e6, 0.0], [0.1, np.nextafter(np.float32(0.1), np.float32(1))]):
        logits = np.array([[row, [-1.0, 3.0]]], np.float32)
        np.testing.assert_array_equal(halved(Scores(logits, np.array([1, 0]))), logits)
