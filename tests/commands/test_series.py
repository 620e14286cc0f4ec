"""The series is found; a copy of it is made, and no change of a learner's is ever lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossacc
from lossacc.commands.series import (
    RECORD,
    choose,
    cloned_series,
    copy_series,
    installed_series,
    own_folder,
)
from tests.project import ROOT

NAMES = ["00_start_here.ipynb", "01_two_rulers.ipynb", "02_nine_against_one.ipynb"]


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """A folder of empty notebooks."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in [*NAMES, "instructors.ipynb"]:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (None, 0),
        ("0", 0),
        ("2", 2),
        ("02", 2),
        ("02_nine_against_one", 2),
        ("02_nine_against_one.ipynb", 2),
        ("notebooks/02_nine_against_one.ipynb", 2),
        ("nine-against-one", 2),
        ("nine against one", 2),
        ("Rulers", 1),
    ],
)
def test_a_notebook_goes_by_many_names(series: Path, asked: str | None, place: int) -> None:
    assert choose(series, asked) == NAMES[place]


@pytest.mark.parametrize("asked", ["3", "clinic", "instructors.ipynb", ""])
def test_an_unknown_name_is_answered_with_what_there_is(series: Path, asked: str) -> None:
    with pytest.raises(ValueError, match="called") as refused:
        choose(series, asked)
    assert repr(asked) in str(refused.value)
    assert all(name in str(refused.value) for name in NAMES)


def test_a_name_that_fits_several_lists_those(series: Path) -> None:
    with pytest.raises(ValueError, match="Several notebooks") as refused:
        choose(series, "r")
    assert NAMES[0] in str(refused.value)
    assert NAMES[1] in str(refused.value)


def test_copies_of_a_notebook_leave_its_number_its_own(series: Path) -> None:
    (series / "02_nine_against_one (lossacc 0.2.0).ipynb").touch()
    (series / "02_nine_against_one-Copy1.ipynb").touch()
    assert choose(series, "2") == choose(series, "against") == NAMES[2]
    assert choose(series, "02_nine_against_one-Copy1") == "02_nine_against_one-Copy1.ipynb"


def test_a_clone_opens_its_own_notebooks() -> None:
    assert cloned_series() == ROOT / "notebooks"
    assert installed_series() is None


def test_a_wheel_holds_them_inside_the_package(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lossacc, "__file__", str(series.parent / "__init__.py"))
    assert installed_series() == series
    assert cloned_series() is None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What is installed: three notebooks, first version."""
    folder = tmp_path / "installed"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(f"{name}, first", encoding="utf-8")
    return folder


def test_a_copy_may_be_written_to_and_says_where_it_is(source: Path, tmp_path: Path) -> None:
    for path in source.iterdir():
        path.chmod(0o444)
    copied = copy_series(source, tmp_path / "own")
    assert copied.new == tuple(NAMES)
    assert str(tmp_path / "own") in str(copied)
    for name in NAMES:
        assert os.access(tmp_path / "own" / name, os.W_OK)
        assert (tmp_path / "own" / name).read_bytes() == (source / name).read_bytes()
    again = copy_series(source, tmp_path / "own")
    assert (again.new, again.updated, again.kept) == ((), (), {})


def test_the_working_directory_is_the_folder_if_it_is_one(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = own_folder()
    assert own == tmp_path / "lossacc-notebooks"
    copy_series(source, own)
    monkeypatch.chdir(own)
    assert own_folder() == own


def test_a_newer_series_updates_what_was_not_changed_and_lies_beside_what_was(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, beside = tmp_path / "own", "01_two_rulers (lossacc 9.0).ipynb"
    copy_series(source, own)
    (own / NAMES[1]).write_text("mine", encoding="utf-8")
    for name in NAMES:
        (source / name).write_text(f"{name}, second", encoding="utf-8")
    monkeypatch.setattr(lossacc, "__version__", "9.0")
    copied = copy_series(source, own)
    assert copied.updated == (NAMES[0], NAMES[2])
    assert copied.kept == {NAMES[1]: beside}
    assert beside in str(copied)
    assert (own / NAMES[1]).read_text(encoding="utf-8") == "mine"
    assert (own / beside).read_text(encoding="utf-8") == f"{NAMES[1]}, second"
    (own / beside).unlink()  # it is offered once
    assert not copy_series(source, own).kept
    assert not (own / beside).exists()


def test_what_lies_beside_is_the_learners_too(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    monkeypatch.setattr(lossacc, "__version__", "9.0")
    for version in ("first", "second", "third"):
        (source / NAMES[0]).write_text(version, encoding="utf-8")
        copy_series(source, own)
        for path in own.glob("00*"):
            path.write_text(path.read_text(encoding="utf-8") + ", mine", encoding="utf-8")
    found = {path.name: path.read_text(encoding="utf-8") for path in own.glob("00*")}
    assert found == {
        "00_start_here.ipynb": "first, mine, mine, mine",
        "00_start_here (lossacc 9.0).ipynb": "second, mine, mine",
        "00_start_here (lossacc 9.0, 2).ipynb": "third, mine",
    }


def test_a_file_that_was_deleted_comes_back_fresh(source: Path, tmp_path: Path) -> None:
    copy_series(source, tmp_path / "own")
    (tmp_path / "own" / NAMES[0]).unlink()
    assert copy_series(source, tmp_path / "own").new == (NAMES[0],)


@pytest.mark.parametrize("record", [None, "", "[1]", '{"00_start_here.ipynb": 3}'])
def test_without_a_sound_record_every_file_counts_as_the_learners(
    source: Path, tmp_path: Path, record: str | None
) -> None:
    own = tmp_path / "own"
    copy_series(source, own)
    if record is None:
        (own / RECORD).unlink()
    else:
        (own / RECORD).write_text(record, encoding="utf-8")
    (source / NAMES[0]).write_text("second", encoding="utf-8")
    copied = copy_series(source, own)
    assert set(copied.kept) == {NAMES[0]}
    assert (own / NAMES[0]).read_text(encoding="utf-8") == f"{NAMES[0]}, first"
    assert set(json.loads((own / RECORD).read_text(encoding="utf-8"))) == set(NAMES)


WRITE = st.tuples(st.just("write"), st.sampled_from(["00", "01"]), st.sampled_from("abcAB"))
SHIP = st.tuples(st.just("ship"), st.sampled_from(["00", "01"]), st.sampled_from("ABC"))
DELETE = st.tuples(st.just("delete"), st.sampled_from(["00", "01"]), st.none())


@settings(max_examples=60)
@given(st.lists(st.one_of(WRITE, SHIP, DELETE), max_size=12))
def test_nothing_that_a_learner_wrote_is_ever_lost(tmp_path_factory, steps) -> None:
    folder = tmp_path_factory.mktemp("series")
    source, own = folder / "installed", folder / "own"
    source.mkdir()
    for stem in ("00", "01"):
        (source / f"{stem}.ipynb").write_text("A", encoding="utf-8")
    copy_series(source, own)
    written: dict[Path, str] = {}
    for what, stem, content in steps:
        place = (source if what == "ship" else own) / f"{stem}.ipynb"
        new = what == "ship" and place.read_text(encoding="utf-8") != content
        if what == "delete":
            place.unlink(missing_ok=True)
            written.pop(place, None)
        else:
            place.write_text(content, encoding="utf-8")
        if what == "write" and content.islower():  # what was never shipped is the learner's
            written[place] = content
        elif what == "write":
            written.pop(place, None)
        copy_series(source, own)
        for path, mine in written.items():
            assert path.read_text(encoding="utf-8") == mine
        if new:  # it is there, in its place or beside it
            there = [path.read_text(encoding="utf-8") for path in own.glob(f"{stem}*.ipynb")]
            assert content in there


@pytest.fixture
def with_workshops(series: Path) -> Path:
    """The same with a folder of workshops in it."""
    (series / "workshops").mkdir()
    for name in ("45_minutes.ipynb", "90_minutes.ipynb", "plans.md"):
        (series / "workshops" / name).write_text(name, encoding="utf-8")
    return series


@pytest.mark.parametrize("asked", ["45", "45_minutes", "workshops/45_minutes.ipynb", "45 minutes"])
def test_a_workshop_is_found_in_its_folder(asked: str, with_workshops: Path) -> None:
    assert choose(with_workshops, asked) == "workshops/45_minutes.ipynb"
    assert choose(with_workshops, None) == NAMES[0]
    with pytest.raises(ValueError, match=r"workshops/90_minutes\.ipynb"):
        choose(with_workshops, "minutes")


def test_folders_are_copied_and_a_change_in_them_is_kept(
    with_workshops: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    assert "workshops/90_minutes.ipynb" in copy_series(with_workshops, own).new
    changed = own / "workshops" / "90_minutes.ipynb"
    changed.write_text("mine", encoding="utf-8")
    (with_workshops / "workshops" / "90_minutes.ipynb").write_text("newer", encoding="utf-8")
    (with_workshops / "workshops" / "plans.md").write_text("newer", encoding="utf-8")
    again = copy_series(with_workshops, own)
    assert again.updated == ("workshops/plans.md",)
    (beside,) = again.kept.values()
    assert (own / beside).read_text(encoding="utf-8") == "newer"
    assert Path(beside).parent == Path("workshops")
    assert changed.read_text(encoding="utf-8") == "mine"
