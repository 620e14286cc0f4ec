"""Answers survive a restart, a second kernel, a damaged file and a folder that is read-only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.quiz import store

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(store, "_said", set())
    store.news()
    yield tmp_path
    tmp_path.chmod(0o700)


def written(folder: Path) -> object:
    return json.loads((folder / store.NAME).read_text(encoding="utf-8"))


def test_what_was_kept_is_there_and_nothing_else(folder: Path) -> None:
    assert store.kept("a") is None
    store.keep("a", "B")
    store.keep("b", {"text": "größer"})
    store.keep("a", "C")
    assert store.kept("a") == "C"
    assert written(folder) == {"a": "C", "b": {"text": "größer"}}
    assert [path.name for path in folder.iterdir()] == [store.NAME]
    assert store.news() == ""


@settings(max_examples=50)
@given(key=st.text(), value=VALUES)
def test_every_json_value_comes_back(key: str, value: object) -> None:
    store.keep(key, value)
    assert store.kept(key) == value


def test_half_a_surrogate_pair_comes_back() -> None:
    store.keep("a", "\ud800")
    assert store.kept("a") == "\ud800"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, print])
def test_what_is_not_json_is_refused_and_nothing_is_written(value: object, folder: Path) -> None:
    with pytest.raises((TypeError, ValueError)):
        store.keep("a", value)
    assert not list(folder.iterdir())


WRITER = """
import sys
from lossacc.quiz import store
name, count = sys.argv[1], int(sys.argv[2])
for number in range(count):
    store.keep(f"{name} {number}", number)
print(store.news())
"""


def test_two_kernels_lose_nothing(folder: Path) -> None:
    count = 60
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(count)], stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        said, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert said.strip() == ""
    assert written(folder) == {
        f"{name} {number}": number for name in ("one", "two") for number in range(count)
    }


def test_threads_lose_nothing(folder: Path) -> None:
    def write(name: str) -> None:
        for number in range(20):
            store.keep(f"{name} {number}", number)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written(folder) == {f"{name} {n}": n for name in "abc" for n in range(20)}


@pytest.mark.parametrize("damage", [b"", b"{", b"[1, 2]", b"\xff\xfe", b'"a"', b'{"a": "B"'])
def test_a_damaged_file_is_set_aside(damage: bytes, folder: Path) -> None:
    (folder / store.NAME).write_bytes(damage)
    assert store.kept("a") is None
    store.keep("a", "B")
    assert written(folder) == {"a": "B"}
    assert (folder / "my_answers.damaged-1.json").read_bytes() == damage
    assert "renamed my_answers.damaged-1.json" in store.news()
    assert store.news() == ""


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(folder: Path) -> None:
    for damage in ("{1", "{2"):
        (folder / store.NAME).write_text(damage, encoding="utf-8")
        store.keep("a", "B")
    for number in (1, 2):
        aside = folder / f"my_answers.damaged-{number}.json"
        assert aside.read_text(encoding="utf-8") == f"{{{number}"
    assert store.news().count("renamed") == 2


needs_permissions = pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="whoever runs this may write everywhere",
)


@needs_permissions
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    check_unwritable(folder)


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    """The same for whoever may write everywhere: a folder stands where the file should."""
    (folder / store.NAME).mkdir()
    (folder / store.NAME / "something").touch()
    check_unwritable(folder)


def check_unwritable(folder: Path) -> None:
    store.keep("a", "B")
    told = store.news()
    assert "cannot be saved" in told
    assert str(folder) in told
    store.keep("b", "C")
    assert store.news() == ""  # said once
    assert (store.kept("a"), store.kept("b")) == ("B", "C")


def test_what_could_not_be_written_is_written_later(folder: Path) -> None:
    (folder / store.NAME).mkdir()
    store.keep("a", "B")
    (folder / store.NAME).rmdir()
    store.keep("b", "C")
    assert written(folder) == {"a": "B", "b": "C"}


def test_a_lock_that_a_crash_left_behind_is_removed(folder: Path) -> None:
    lock = folder / f".{store.NAME}.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60,) * 2)
    store.keep("a", "B")
    assert written(folder) == {"a": "B"}
    assert not lock.exists()


def test_whoever_holds_the_lock_for_long_is_not_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_STALE", 0.1)
    lock = folder / f".{store.NAME}.lock"
    lock.touch()
    os.utime(lock, (time.time() + 60,) * 2)
    store.keep("a", "B")
    assert written(folder) == {"a": "B"}
    assert lock.exists()  # it is somebody else's
