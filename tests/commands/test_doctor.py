from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from lossacc.commands import check_machine, check_notebooks, check_packages
from lossacc.commands.doctor import CHECKS, doctor, line
from lossacc.support.finding import Finding
from tests.project import ROOT

GIB = 2**30


def severities(findings: Iterator[Finding]) -> list[str]:
    return [finding.severity for finding in findings]


def pretend(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    """Let these packages have these versions; None: not installed."""
    real = metadata.version

    def version(name: str) -> str:
        known = name.replace("-", "_")
        if known not in versions:
            return real(name)
        found = versions[known]
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(metadata, "version", version)


def test_the_exit_code_says_whether_there_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    def fine() -> Iterator[Finding]:
        yield Finding("memory", "ok", "8.0 GiB free")
        yield Finding("training", "note", "slow")

    def bad() -> Iterator[Finding]:
        yield Finding("kernel", "wrong", "none")

    assert doctor([fine]) == 0
    assert "Nothing would spoil" in capsys.readouterr().out
    assert doctor([fine, bad]) == 1
    assert "problem  kernel: none" in capsys.readouterr().out
    assert doctor([bad, bad]) == 1
    assert "2 problems would spoil" in capsys.readouterr().out


def test_a_check_that_raises_is_a_problem_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def front_end() -> Iterator[Finding]:
        yield Finding("one", "ok", "found")
        raise OSError("disk full")

    def last() -> Iterator[Finding]:
        yield Finding("last", "ok", "reached")

    assert doctor([front_end, last]) == 1
    out = capsys.readouterr().out
    assert "problem  front end: failed: OSError: disk full" in out
    assert "ok       last: reached" in out


def test_this_machine_passes_what_needs_no_network() -> None:
    assert severities(check_packages.python()) == ["ok"]
    assert set(severities(check_packages.packages())) == {"ok"}
    assert severities(check_notebooks.front_end()) == ["ok"]
    assert severities(check_notebooks.kernel()) == ["ok"]


def test_a_short_training_works() -> None:
    pytest.importorskip("tensorflow")
    (finding,) = check_machine.training(seconds=0.5)
    assert "epochs of" in finding.what
    assert "validation accuracy" in finding.what


def test_an_old_package_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ipywidgets="7.7.1", ipykernel="7.0.0", jupyterlab=None)
    found = {f.check: f for f in check_packages.packages() if f.severity == "wrong"}
    assert set(found) == {"ipywidgets", "ipykernel", "jupyterlab"}
    assert "7.7.1 is outside" in found["ipywidgets"].what
    assert line(found["jupyterlab"]) == (
        "problem  jupyterlab: not installed: pip install 'lossacc[lab]'"
    )


@pytest.mark.parametrize(
    ("full", "cpu", "severity", "part"),
    [
        ("2.21.0", None, "ok", "tensorflow 2.21.0"),
        (None, "2.20.0", "ok", "tensorflow-cpu 2.20.0"),
        (None, None, "ok", "a build of your own"),
        ("2.15.0", None, "note", "were tried with"),
        ("2.21.0", "2.21.0", "note", "overwrites"),
        ("2.20.0", "2.21.0", "wrong", "uninstall both"),
    ],
)
def test_tensorflow_goes_by_two_names(
    full: str | None, cpu: str | None, severity: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, tensorflow=full, tensorflow_cpu=cpu)
    monkeypatch.setattr(check_packages, "find_spec", lambda name: object())
    (finding,) = check_packages.tensorflow()
    assert finding.severity == severity
    assert part in line(finding)


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        (check_packages.tensorflow, "tensorflow"),
        (check_machine.training, "tensorflow"),
        (check_packages.packages, "packaging"),
        (check_notebooks.front_end, "jupyter_core"),
        (check_notebooks.kernel, "ipykernel"),
    ],
)
def test_a_missing_part_is_a_problem_with_its_command(
    check: object, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(check)
    module = sys.modules[check.__module__]
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == missing else object())
    (finding,) = check()
    assert finding.severity == "wrong"
    assert finding.remedy.startswith("pip install 'lossacc[")


def test_it_says_where_the_series_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = check_notebooks.notebooks()
    assert finding.severity == "ok"
    assert finding.what == f"{ROOT / 'notebooks'}, from 00_start_here.ipynb"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(check_notebooks, "installed_series", lambda: ROOT / "notebooks")
    (finding,) = check_notebooks.notebooks()
    assert f"`lossacc lab` copies them to {tmp_path / 'lossacc-notebooks'}" in finding.what
    assert not any(tmp_path.iterdir())
    for name in ("installed_series", "cloned_series"):
        monkeypatch.setattr(check_notebooks, name, lambda: None)
    (finding,) = check_notebooks.notebooks()
    assert (finding.severity, "without them" in finding.what) == ("wrong", True)


@pytest.mark.parametrize(("free", "severity"), [(1.0, "wrong"), (1.5, "note"), (4, "ok")])
def test_memory(free: float, severity: str) -> None:
    assert check_machine.judge_memory(int(free * GIB)).severity == severity


def test_a_container_allows_less_than_the_machine_has(tmp_path: Path) -> None:
    assert check_machine._container_limit(tmp_path) == sys.maxsize
    (tmp_path / "memory.max").write_text(f"{2 * GIB}\n")
    (tmp_path / "memory.current").write_text(f"{GIB}\n")
    assert check_machine._container_limit(tmp_path) == GIB
    (tmp_path / "memory.max").write_text("max\n")
    assert check_machine._container_limit(tmp_path) == sys.maxsize


@pytest.mark.parametrize(
    ("there", "allowed", "severity", "text"),
    [
        (4, math.inf, "ok", "4"),
        (16, 2.0, "ok", "16, this container may use 2"),
        (2, 4.0, "ok", "2"),
        (16, 0.5, "note", "16, this container may use 0.5. Less than one"),
    ],
)
def test_cores(
    there: int, allowed: float, severity: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_machine, "_set", lambda names: [])
    finding = check_machine.judge_cores(there, allowed)
    assert finding.severity == severity
    assert finding.what.startswith(text)


def test_a_container_may_use_fewer_cores_than_there_are(tmp_path: Path) -> None:
    assert check_machine._container_cores(tmp_path) == math.inf
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert check_machine._container_cores(tmp_path) == 1.5
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert check_machine._container_cores(tmp_path) == math.inf


def test_a_folder_that_takes_no_file_is_a_problem(tmp_path: Path) -> None:
    (finding,) = check_machine.folder(tmp_path)
    assert (finding.severity, "takes files" in finding.what) == ("ok", True)
    assert not any(tmp_path.iterdir())
    (finding,) = check_machine.folder(tmp_path / "nowhere")
    assert finding.severity == "wrong"
    assert "there is no folder" in finding.what
    assert check_machine.judge_room(tmp_path, int(100e6)).severity == "note"


def test_learners_work_in_the_clone_or_in_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_machine.series_place() == ROOT / "notebooks"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(check_machine, "installed_series", lambda: ROOT / "notebooks")
    assert check_machine.series_place() == tmp_path
    (tmp_path / "lossacc-notebooks").mkdir()
    assert check_machine.series_place() == tmp_path / "lossacc-notebooks"


@pytest.mark.parametrize(
    ("each", "accuracy", "severity"),
    [(0.03, 0.98, "ok"), (0.2, 0.98, "note"), (0.5, 0.98, "wrong"), (0.03, 0.1, "wrong")],
)
def test_training_is_judged(each: float, accuracy: float, severity: str) -> None:
    assert check_machine.judge_training(each, accuracy, "").severity == severity


def test_no_front_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda name: [str(tmp_path)])
    (finding,) = check_notebooks.front_end()
    assert finding.severity == "wrong"
    assert finding.what == "JupyterLab does not know ipywidgets and anywidget"
    manager = tmp_path / "@jupyter-widgets" / "jupyterlab-manager" / "package.json"
    manager.parent.mkdir(parents=True)
    manager.write_text('{"version": "5.0.15"}', encoding="utf-8")
    (finding,) = check_notebooks.front_end()
    assert finding.what == "JupyterLab does not know anywidget"


def test_another_kernel_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_notebooks, "_asked_of_a_kernel", lambda code: "/another/python")
    (finding,) = check_notebooks.kernel()
    assert finding.severity == "wrong"
    assert "/another/python" in finding.what


def test_everything_is_looked_at() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "python",
        "packages",
        "tensorflow",
        "memory",
        "cores",
        "processor",
        "folder",
        "notebooks",
        "front_end",
        "kernel",
        "training",
    ]
