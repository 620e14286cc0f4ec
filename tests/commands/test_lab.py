from __future__ import annotations

import os
from pathlib import Path

import pytest

import lossacc
from lossacc.commands import lab
from lossacc.commands.cli import main

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


def test_without_notebooks_it_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    launched: list[list[str]],
) -> None:
    monkeypatch.setattr(lossacc, "__file__", str(tmp_path / "lossacc" / "__init__.py"))
    assert lab.open_lab(None) == 1
    assert "installed without its notebooks" in capsys.readouterr().err
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


@pytest.mark.parametrize(
    ("words", "opened", "handed_on"),
    [
        ([], 0, []),
        (["2"], 2, []),
        (["2", "--no-browser", "--port", "9999"], 2, ["--no-browser", "--port", "9999"]),
        (["--port", "9999"], 0, ["--port", "9999"]),
        (["rulers", "--ip=0.0.0.0", "--help-all"], 1, ["--ip=0.0.0.0", "--help-all"]),
    ],
    ids=["nothing", "a number", "a number and more", "more", "a name and more"],
)
@pytest.mark.usefixtures("series")
def test_what_lossacc_does_not_know_goes_to_jupyterlab(
    words: list[str], opened: int, handed_on: list[str], launched: list[list[str]]
) -> None:
    assert main(["lab", *words]) == 0
    ((root, url, *others),) = launched
    assert root.startswith("--ServerApp.root_dir=")
    assert url == f"--LabApp.default_url=/lab/tree/{NAMES[opened]}"
    assert [word for word in others if word != "--allow-root"] == handed_on


def test_jupyterlab_understands_ours_and_theirs_together(tmp_path: Path) -> None:
    from jupyter_server.serverapp import ServerApp

    theirs = ["--no-browser", "--port", "9999", "--ip=0.0.0.0", "--allow-root"]
    server = ServerApp()
    server.parse_command_line([*lab.server_arguments(tmp_path, NAMES[0]), *theirs])
    assert (server.root_dir, server.port, server.ip) == (str(tmp_path), 9999, "0.0.0.0")
    assert server.allow_root
    assert not server.open_browser


@pytest.mark.parametrize("command", ["doctor", "experiments"])
def test_other_commands_hand_nothing_on(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--no-browser"]) == 2
    assert "unrecognized arguments: --no-browser" in capsys.readouterr().err


def test_of_an_installed_package_a_copy_is_opened(
    series: Path,
    launched: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    series.rename(series.parent / "installed")
    package = series.parent / "lossacc"
    package.mkdir()
    (series.parent / "installed").rename(package / "notebooks")
    home = series.parent / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    assert main(["lab", "2"]) == 0
    own = home / "lossacc-notebooks"
    assert f"--ServerApp.root_dir={own}" in launched[0]
    assert f"Your copy of the series is {own}" in capsys.readouterr().out
    assert {path.name for path in own.glob("*.ipynb")} == {*NAMES, "instructors.ipynb"}
    monkeypatch.chdir(own)  # from inside it is the same folder, not one in it
    assert main(["lab", "2"]) == 0
    assert launched[1] == launched[0]


def test_a_folder_that_cannot_be_written_gets_a_sentence(
    series: Path,
    launched: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(lab, "installed_series", lambda: series)
    monkeypatch.chdir(series.parent)
    (series.parent / "lossacc-notebooks").write_text("a file is in the way", encoding="utf-8")
    assert main(["lab"]) == 2
    assert "lossacc-notebooks" in capsys.readouterr().err
    assert not launched


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root on this system")
@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_needs_leave_to_be_root(
    user: int, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.server_arguments(tmp_path, NAMES[0])) == allowed


def test_a_name_with_a_space_is_quoted() -> None:
    assert lab.url_path("03 a&b.ipynb") == "/lab/tree/03%20a%26b.ipynb"
