"""Whatever was done to a run's file, it is the same run, or a sentence says why it is none."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import tracemalloc
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossacc.runs.run import Run
from lossacc.runs.run_file import FORMAT, VERSION
from tests.runs.test_run import run
from tests.runs.test_run_file import same

# On a busy machine drawing is slow too, which says nothing about the files.
MANY = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
HEAD = {"format": FORMAT, "version": VERSION, "settings": {"seed": 1}, "environment": {}}


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("attacked") / "it.npz"


@pytest.fixture(scope="module")
def content(path) -> bytes:
    return run(objective=np.arange(4.0)).save(path).read_bytes()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(path: Path, parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=True)
    return file.getvalue()


def loaded(path: Path, **settings: float) -> Run | None:
    """The run of a file; None where a sentence refuses it."""
    try:
        return Run.load(path, **settings)
    except ValueError as error:
        said = str(error)
        assert said.startswith((f"'{path}' is not a saved run: ", f"'{path}' was not read: "))
        assert "\n" not in said
        assert len(said) < 400 + len(str(path))
        assert not any(word in said for word in ("Errno", "Error", "object at 0x", "numpy"))
        return None


def check_usable(found: Run | None, path: Path) -> None:
    """What was loaded can be shown, read and saved again."""
    if found is None:
        return
    assert repr(found)
    for on in found.sets:
        for name in ("loss", "accuracy", "margin", "confidence"):
            if found.scores(on).size:
                getattr(found.scores(on), name)
    same(found, Run.load(found.save(path)))


# Bytes


@MANY
@given(data=st.data())
def test_bytes_that_were_changed(data, content, path):
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        changed[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(changed)
    found = loaded(path)
    assert found is None or same(found, run(objective=np.arange(4.0))) is None


def test_an_entry_that_claims_a_comment_hides_none_behind_it(content, path):
    entries = [found.start() for found in re.finditer(re.escape(b"PK\1\2"), content)]
    assert len(entries) == len(members(content))
    for place in entries[:-1]:  # none is behind the last
        for claimed in (1, 60, 256, 456):  # bytes
            changed = bytearray(content)
            changed[place + 32 : place + 34] = claimed.to_bytes(2, "little")
            path.write_bytes(changed)
            assert loaded(path) is None


@MANY
@given(data=st.data())
def test_bytes_that_were_cut_out_doubled_or_put_in(data, content, path):
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    path.write_bytes(content[:first] + data.draw(st.binary(max_size=40)) + content[last:])
    found = loaded(path)
    assert found is None or same(found, run(objective=np.arange(4.0))) is None


@MANY
@given(st.binary(max_size=200))
def test_any_bytes(path, data):
    path.write_bytes(data)
    assert loaded(path) is None


# Members

ARRAYS = hnp.arrays(
    hnp.scalar_dtypes() | hnp.unicode_string_dtypes() | hnp.byte_string_dtypes(),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
    | st.sampled_from([(4,), (6,), (4, 6, 3), (6, 3), (4, 6, 10)]),
)
NAMES = ("epochs", "penalty", "learning_rate", "objective", "printed/loss", "printed/new",
         "train/logits", "train/labels", "train/clean_labels", "validation/targets", "meta",
         "validation/logits", "validation/labels", "other", "allow_pickle")  # fmt: skip


@MANY
@given(name=st.sampled_from(NAMES), array=ARRAYS | st.none())
@example(name="epochs", array=np.array([5, 4, 3, 2], np.uint8))
@example(name="epochs", array=np.array([0, 1, 2, 2**63], np.uint64))
@example(name="epochs", array=np.array([0, 1, np.nan, 3]))
@example(name="epochs", array=np.array([0, 0.5, 1, 2]))
@example(name="epochs", array=np.array([-2, -1, 0, 1]))
@example(name="train/logits", array=np.zeros((4, 6, 3), complex))
@example(name="train/logits", array=np.zeros((4, 6, 3), "M8[s]"))
@example(name="train/logits", array=np.zeros((4, 6, 3), bool))
@example(name="train/logits", array=np.zeros((4, 6, 3), "U1"))
@example(name="penalty", array=np.zeros(4, complex))
@example(name="validation/logits", array=None)
def test_a_member_replaced_left_out_or_put_in(name, array, content, path):
    parts = members(content)
    parts.pop(f"{name}.npy", None)
    if array is not None:
        parts[f"{name}.npy"] = npy(array)
    zipped(path, parts)
    found = loaded(path)
    check_usable(found, path)
    if array is not None and array.dtype.kind not in "iuf" and name != "allow_pickle":
        assert found is None


def test_a_file_written_under_numpy_2_0_is_read(content, path):
    """Its `savez` took `allow_pickle=False` for an array of that name."""
    zipped(path, {**members(content), "allow_pickle.npy": npy(np.array(False))})
    same(Run.load(path), run(objective=np.arange(4.0)))


TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@MANY
@given(changes=st.dictionaries(st.sampled_from([*HEAD, "more"]), JSON, max_size=3))
@example(changes={"settings": []})
@example(changes={"settings": {"unit": [], "main": {}, "seed": None, "stopped": 3}})
@example(changes={"version": True})
def test_meta_of_any_values(changes, content, path):
    text = json.dumps({**HEAD, **changes})
    zipped(path, {**members(content), "meta.npy": npy(np.array(text))})
    check_usable(loaded(path), path)


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "deep": ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        "deep settings": (json.dumps({**HEAD, "more": json.loads("[" * 200 + "]" * 200)}),
                          "nested too deep"),
        "long": (json.dumps({**HEAD, "settings": {"a": "x" * 5_000_000}}), "reasonable length"),
        "empty": ("", "no JSON from line 1"),
        "a number": ("1" * 5000, "no JSON"),
    }.values(),
)  # fmt: skip
def test_meta_that_is_nothing_to_read(text, words, content, path):
    zipped(path, {**members(content), "meta.npy": npy(np.array(text))})
    with pytest.raises(ValueError, match=words):
        Run.load(path)
    assert loaded(path) is None


# Heads of arrays


def headed(text: str, data: bytes, version: int = 1) -> bytes:
    """An array's file with any head."""
    head = text.encode("latin-1")
    length = struct.pack("<H" if version == 1 else "<I", len(head))
    return b"\x93NUMPY" + bytes([version, 0]) + length + head + data


HEADS = st.fixed_dictionaries(
    {
        "descr": st.sampled_from(["'<f4'", "'|O'", "'<f8'", "'>f4'", "'<f3'", "[('a', '<f4')]",
                                  "'<U4'", "'|V4'", "'<c8'", "'<M8[s]'", "'<f16'", "''", "None",
                                  "'\\d'"]),
        "fortran_order": st.sampled_from(["False", "True", "0", "None", "1is 1"]),
        "shape": st.sampled_from(["(4, 6, 3)", "(4, 6, 3, )", "(1000000000000,)", "(4, 6, -3)",
                                  "()", "(4,6,3.0)", "(72,)", "(0, 999999999, 3)", "4", "(" * 300,
                                  "(4, 6, 9" + "0" * 400 + ")"]),
    }
)  # fmt: skip


@MANY
@given(head=HEADS, version=st.sampled_from([0, 1, 2, 3, 4, 255]), order=st.permutations(range(3)))
@example(
    head={"descr": "'<f4'", "fortran_order": "True", "shape": "(4,6,3)"}, version=1, order=[0, 1, 2]
)
def test_heads_that_lie(head, version, order, content, path):
    pairs = list(head.items())
    text = "{" + ", ".join(f"'{pairs[n][0]}': {pairs[n][1]}" for n in order) + ", }\n"
    parts = members(content)
    data = parts["train/logits.npy"][-4 * 6 * 3 * 4 :]
    zipped(path, {**parts, "train/logits.npy": headed(text, data, version)})
    check_usable(loaded(path), path)


def test_an_array_in_another_order_or_byte_order_is_the_same(content, path):
    """As other languages write it."""
    parts, logits = members(content), run().train.logits
    for version in (np.asfortranarray(logits), logits.astype(">f4")):
        zipped(path, {**parts, "train/logits.npy": npy(version)}, zipfile.ZIP_STORED)
        found = Run.load(path)
        np.testing.assert_array_equal(found.train.logits, logits)
        assert found.train.logits.dtype == np.float32
        assert found.train.logits.dtype.isnative


# Room and time


@contextmanager
def within(megabytes: float):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()


def directory_of(path: Path, member: str, **changes: int) -> None:
    """Change what the directory of a zip says of a member."""
    places = {"flags": (8, "<H"), "method": (10, "<H"), "size": (24, "<I")}
    data = bytearray(path.read_bytes())
    at = data.rindex(member.encode()) - 46
    for name, value in changes.items():
        offset, form = places[name]
        struct.pack_into(form, data, at + offset, value)
    path.write_bytes(data)


def test_a_file_that_takes_more_room_than_allowed_is_not_unpacked(content, path):
    zipped(path, {**members(content), "printed/zeros.npy": npy(np.zeros(5_000_000))})
    assert path.stat().st_size < 100_000
    with within(2), pytest.raises(ValueError, match=r"take 0.04 GB; expected 0.01 GB at most"):
        Run.load(path, max_bytes=1e7)
    with pytest.raises(ValueError, match="zeros covers 5000000 epochs; expected 4"):
        Run.load(path, max_bytes=1e8)


def test_two_gigabytes_are_the_limit_by_default(content, path):
    path.write_bytes(content)
    directory_of(path, "train/logits.npy", size=2_000_000_000)
    with within(2), pytest.raises(ValueError, match="take 2 GB; expected 2 GB at most"):
        Run.load(path)


@pytest.mark.parametrize("size", [0, 100, 128, 415, 417, 10**6, 1_900_000_000])
def test_sizes_that_lie(size, content, path):
    path.write_bytes(content)
    directory_of(path, "train/logits.npy", size=size)
    with within(2):
        assert loaded(path) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"flags": 1}, "encrypted"), ({"method": 14}, "packed in a way"), ({"method": 99}, "packed")],
)
def test_a_member_that_is_encrypted_or_packed_otherwise(changes, words, content, path):
    path.write_bytes(content)
    directory_of(path, "penalty.npy", **changes)
    with pytest.raises(ValueError, match=words):
        Run.load(path)
    assert loaded(path) is None


def test_a_directory_that_claims_gigabytes(content, path):
    sizes = bytearray(content)
    struct.pack_into("<I", sizes, len(sizes) - 10, 3 * 10**9)
    path.write_bytes(sizes)
    with within(2):
        assert loaded(path) is None
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"printed/{number}.npy", b"")
    with within(10), pytest.raises(ValueError, match="claims a directory of"):
        Run.load(path)


def test_the_same_name_twice(content, path):
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("epochs.npy", npy(np.arange(4)))
    with pytest.raises(ValueError, match="holds 'epochs' twice"):
        Run.load(path)


# What is no file


@pytest.mark.skipif(os.name == "nt", reason="as Unix has it")
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "it.npz")
    for special in (tmp_path / "it.npz", Path("/dev/zero")):
        with pytest.raises(ValueError, match="it is no ordinary file"):
            Run.load(special)


@pytest.mark.parametrize("path", [3, None, b"it.npz", "", "a\0b", "\ud800"])
def test_what_is_no_path(path):
    for call in (Run.load, run().save):
        with pytest.raises((TypeError, ValueError), match=r"got the path .*; expected"):
            call(path)


def test_a_folder_and_a_name_that_is_too_long(tmp_path):
    with pytest.raises(ValueError, match="it is no ordinary file"):
        Run.load(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        Run.load(tmp_path / ("n" * 300))


@pytest.mark.parametrize("limit", [-1, np.nan, "2 GB", None, True])
def test_limits_that_are_none(limit, content, path):
    path.write_bytes(content)
    with pytest.raises((TypeError, ValueError), match=r"max_bytes is .*; expected a finite number"):
        Run.load(path, max_bytes=limit)
