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
    monkeypatch.chdir(tmp_path)  # for the processes that are started
    monkeypatch.setattr(store, "_FOLDER", tmp_path)
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
    monkeypatch.setattr(store, "_remove_if_stale", lambda lock: None)
    store.keep("a", "B")
    assert written(folder) == {"a": "B"}
    assert lock.exists()  # it is somebody else's


def test_a_lock_dated_in_the_future_costs_nothing(folder: Path) -> None:
    lock = folder / f".{store.NAME}.lock"
    lock.touch()
    os.utime(lock, (time.time() + 86_400,) * 2)
    begun = time.monotonic()
    for number in range(5):
        store.keep("a", number)
    assert time.monotonic() - begun < 2
    assert not lock.exists()


def test_another_working_directory_does_not_lose_sight_of_the_answers(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep("a", "B")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    assert store.kept("a") == "B"
    store.keep("b", "C")
    assert written(folder) == {"a": "B", "b": "C"}
    assert not list((tmp_path / "data").iterdir())


def test_the_folder_is_that_in_which_the_kernel_was_started(folder: Path) -> None:
    code = """
import os
from lossacc.quiz import store
os.mkdir("data")
os.chdir("data")
store.keep("a", "B")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert written(folder) == {"a": "B"}


def test_a_mark_at_the_beginning_is_no_damage(folder: Path) -> None:
    (folder / store.NAME).write_text('{"a": "B"}', encoding="utf-8-sig")
    store.keep("b", "C")
    assert written(folder) == {"a": "B", "b": "C"}
    assert store.news() == ""


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 5000])
def test_a_number_that_no_computer_has_is_kept_as_text(number: str, folder: Path) -> None:
    (folder / store.NAME).write_text(f'{{"a": {number}, "b": [{number}]}}', encoding="utf-8")
    for answer in ("C", "D"):
        store.keep("c", answer)
    assert written(folder) == {"a": number, "b": [number], "c": "D"}
    assert store.kept("a") == number


@pytest.mark.parametrize("depth", [200, 900, 5000, 100_000])
def test_what_is_nested_too_deep_is_set_aside(depth: int, folder: Path) -> None:
    text = '{"a": ' + "[" * depth + "]" * depth + "}"
    (folder / store.NAME).write_text(text, encoding="utf-8")
    store.keep("a", "B")
    assert written(folder) == {"a": "B"}
    assert (folder / "my_answers.damaged-1.json").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("key", [3, None, ("a",)])
def test_a_key_that_is_no_text_is_refused(key: str) -> None:
    with pytest.raises(TypeError, match=r"got the key .*; expected a text"):
        store.keep(key, "B")


def test_an_answer_that_is_nested_too_deep_is_refused_and_not_kept(folder: Path) -> None:
    answer: list[object] = []
    for _ in range(500):
        answer = [answer]
    with pytest.raises(ValueError, match="no JSON value"):
        store.keep("a", answer)
    store.keep("b", "C")
    assert written(folder) == {"b": "C"}


@pytest.mark.skipif(os.name == "nt", reason="as Unix has it")
def test_a_pipe_in_its_place_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / store.NAME)
    check_unwritable(folder)


@settings(max_examples=300)
@given(
    st.binary(max_size=30)
    | st.text(st.sampled_from('{}[]":,\\ud80019eE.+-nul\ufeffa \n'), max_size=30).map(str.encode)
    | st.dictionaries(st.text(max_size=3), VALUES, max_size=3).map(json.dumps).map(str.encode)
)
def test_whatever_is_in_the_file_answers_are_kept_and_nothing_is_lost(content: bytes) -> None:
    folder = store._FOLDER
    for path in folder.iterdir():
        path.unlink()
    (folder / store.NAME).write_bytes(content)
    store.keep("an answer", "B")
    assert store.kept("an answer") == "B"
    now, aside = written(folder), folder / "my_answers.damaged-1.json"
    assert isinstance(now, dict)
    if aside.exists():
        assert aside.read_bytes() == content
        assert now == {"an answer": "B"}
    else:
        assert now.keys() >= json.loads(content).keys()


def test_savers_that_are_killed_lose_no_answer(folder: Path) -> None:
    said: list[str] = []
    for kill in range(4):
        code = WRITER.replace("store.keep(", "print(store.keep(").replace(
            ", number)", ", number), number, flush=True)"
        )
        saver = subprocess.Popen(
            [sys.executable, "-c", code, f"{kill}", "100000"], stdout=subprocess.PIPE, text=True
        )
        assert saver.stdout is not None
        for _ in range(5):
            said.append(f"{kill} {saver.stdout.readline().split()[1]}")
        saver.kill()
        saver.communicate()
        now = written(folder)
        assert isinstance(now, dict)
        assert set(said) <= now.keys()
