from __future__ import annotations

import os
from pathlib import Path

import pytest

import lossacc
from lossacc.commands import lab

NAMES = ["00_start_here.ipynb", "01_two_rulers.ipynb", "02_nine_against_one.ipynb"]


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of empty notebooks that the commands take for the series."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in [*NAMES, "instructors.ipynb"]:
        (folder / name).touch()
    monkeypatch.setattr(lossacc, "__file__", str(tmp_path / "lossacc" / "__init__.py"))
    return folder


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments that JupyterLab would have been started with."""
    from jupyterlab.labapp import LabApp

    calls: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", lambda argv: calls.append(argv))
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    return calls


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
    assert lab.choose(series, asked) == NAMES[place]


@pytest.mark.parametrize("asked", ["3", "clinic", "instructors.ipynb", ""])
def test_an_unknown_name_is_answered_with_what_there_is(series: Path, asked: str) -> None:
    with pytest.raises(ValueError, match="called") as refused:
        lab.choose(series, asked)
    assert repr(asked) in str(refused.value)
    assert all(name in str(refused.value) for name in NAMES)


def test_a_name_that_fits_several_lists_those(series: Path) -> None:
    with pytest.raises(ValueError, match="Several notebooks") as refused:
        lab.choose(series, "r")
    assert NAMES[0] in str(refused.value)
    assert NAMES[1] in str(refused.value)


def test_the_series_is_found_beside_the_package(series: Path) -> None:
    assert lab.notebooks_folder() == series


def test_the_series_is_found_in_the_working_directory(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lossacc, "__file__", "/nowhere/at/all/__init__.py")
    monkeypatch.chdir(series.parent)
    assert lab.notebooks_folder() == series


def test_without_notebooks_it_says_where_to_get_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    launched: list[list[str]],
) -> None:
    monkeypatch.setattr(lossacc, "__file__", str(tmp_path / "lossacc" / "__init__.py"))
    monkeypatch.chdir(tmp_path)
    assert lab.open_lab(None) == 1
    assert "Clone the repository" in capsys.readouterr().err
    assert not launched


@pytest.mark.parametrize(
    ("missing", "advice"),
    [("jupyterlab", "[lab]"), ("ipywidgets", "[lab]"), ("tensorflow", "[cpu]")],
)
@pytest.mark.usefixtures("series")
def test_a_missing_part_is_answered_with_its_command(
    missing: str,
    advice: str,
    launched: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == missing else object())
    assert lab.open_lab(None) == 1
    assert f"lossacc{advice}" in capsys.readouterr().err
    assert not launched


@pytest.mark.usefixtures("series")
def test_an_unknown_notebook_opens_nothing(
    launched: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab.open_lab("clinic") == 1
    assert "'clinic'" in capsys.readouterr().err
    assert not launched


def test_it_opens_the_notebook_and_keeps_the_token(
    series: Path, launched: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/one/of/mine")
    assert lab.open_lab("2") == 0
    (arguments,) = launched
    assert f"--ServerApp.root_dir={series}" in arguments
    assert "--LabApp.default_url=/lab/tree/02_nine_against_one.ipynb" in arguments
    assert not any("token" in argument or "password" in argument for argument in arguments)
    first, second = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert (Path(first) / "labconfig" / "default_setting_overrides.json").is_file()
    assert second == "/one/of/mine"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root on this system")
@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_needs_leave_to_be_root(
    user: int, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.server_arguments(tmp_path, NAMES[0])) == allowed


def test_a_name_with_a_space_is_quoted() -> None:
    assert lab.url_path("03 a&b.ipynb") == "/lab/tree/03%20a%26b.ipynb"
