"""What hosted CI runs exists here: it cannot be run here itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.project import ROOT, pyproject, readme_command

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS: dict[str, dict[Any, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml")
}


def job(name: str) -> dict[str, Any]:
    """The one job of a workflow, which is called as the workflow is."""
    assert set(WORKFLOWS[name]["jobs"]) == {name}
    return dict(WORKFLOWS[name]["jobs"][name])


def commands(name: str) -> list[str]:
    return [step["run"] for step in job(name)["steps"] if "run" in step]


def pythons(name: str) -> list[str]:
    """The versions that a workflow sets up."""
    (setup,) = (s["with"] for s in job(name)["steps"] if "setup-python" in s.get("uses", ""))
    if setup["python-version"] == "${{ matrix.python }}":
        return list(job(name)["strategy"]["matrix"]["python"])
    return [setup["python-version"]]


def test_there_are_two() -> None:
    assert set(WORKFLOWS) == {"tests", "newest"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_runs_what_the_readme_runs(name: str) -> None:
    found = commands(name)
    readme = readme_command("tests").replace(".venv/bin/", "")
    told = [words for words in readme.split(" && ") if words.startswith("pytest")]
    assert [words for words in found if words.startswith("pytest")] == told
    (install,) = re.findall(r"-e '(\S+)'", readme)
    assert [words for words in found if f'-e "{install}"' in words]
    for word in " ".join(told).split():
        assert not word.startswith("tests/") or (ROOT / word).exists()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_its_pythons_are_ours_and_it_may_only_read(name: str) -> None:
    ours = SpecifierSet(pyproject()["requires-python"])
    assert all(isinstance(version, str) for version in pythons(name))  # 3.10 would be 3.1
    assert all(ours.contains(f"{version}.5") for version in pythons(name))
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    assert 0 < job(name)["timeout-minutes"] <= 90
    # YAML 1.1 reads the word "on" as true.
    assert "workflow_dispatch" in WORKFLOWS[name][True]


def test_three_systems_and_the_oldest_and_the_newest_python() -> None:
    systems = job("tests")["strategy"]["matrix"]["os"]
    assert systems == ["ubuntu-latest", "macos-latest", "windows-latest"]
    listed = [c.rsplit(" ", 1)[1] for c in pyproject()["classifiers"] if ":: Python :: 3" in c]
    assert pythons("tests") == [listed[0], listed[-1]]
    assert {"push", "pull_request"} < set(WORKFLOWS["tests"][True])


def test_once_a_week_the_newest_of_everything() -> None:
    (when,) = WORKFLOWS["newest"][True]["schedule"]
    minute, hour, day, month, weekday = when["cron"].split()
    assert (day, month) == ("*", "*")
    assert weekday.isdecimal()
    assert minute.isdecimal()
    assert hour.isdecimal()
    assert any("--upgrade --pre" in words for words in commands("newest"))
