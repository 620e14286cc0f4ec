"""What the project declares is what it needs, and can be installed where we say so."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.project import (
    ROOT,
    declared,
    needs_the_package_index,
    pyproject,
    readme_command,
)

LINUX, ARM = "x86_64-manylinux_2_28", "aarch64-manylinux_2_28"
MAC, WINDOWS = "aarch64-apple-darwin", "x86_64-pc-windows-msvc"
JUPYTER = {"jupyterlab", "ipykernel", "ipywidgets", "ipython", "tornado", "jupyter-server"}


def names(requirements: set[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def imported() -> set[str]:
    """The distributions that the package imports, wherever in a file."""
    found: set[str] = set()
    for path in (ROOT / "lossacc").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    outside = found - set(sys.stdlib_module_names) - {"lossacc"}
    owners = metadata.packages_distributions()
    return {canonicalize_name(owners.get(name, [name])[0]) for name in outside}


def test_every_import_is_declared() -> None:
    ours = {name.replace("tensorflow-cpu", "tensorflow") for name in imported()}
    assert ours <= names(declared("cpu", "lab", "site", "cluster"))


def test_every_dependency_of_the_base_is_imported() -> None:
    assert names(declared()) <= imported()


def test_every_dependency_has_a_lowest_version() -> None:
    every = declared("cpu", "lab", "site", "cluster", "test")
    for requirement in (one for one in every if one.name != "lossacc"):
        assert any(part.operator == ">=" for part in requirement.specifier), requirement


def test_the_base_leaves_a_tensorflow_and_a_jupyter_alone() -> None:
    assert not names(declared()) & {"tensorflow", "tensorflow-cpu", *JUPYTER}
    assert not names(declared("lab")) & {"tensorflow", "tensorflow-cpu"}


@pytest.mark.parametrize("name", ["lab", "tests"])
def test_a_readme_command_is_one_line_that_stops_at_a_failure(name: str) -> None:
    command = readme_command(name)
    assert "\n" not in command
    assert ";" not in command
    extras = re.search(r"\.\[([a-z,]+)\]", command)
    assert extras is not None
    assert set(extras[1].split(",")) <= set(pyproject()["optional-dependencies"])


def test_windows_gets_the_same_extras() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("lab", "tests"):
        install = re.search(r"-m pip install -e '[^']+'", readme_command(name))
        assert install is not None
        assert f"py -3.11 -m venv .venv; .venv\\Scripts\\python {install[0]}; " in text


def test_continuous_integration_runs_the_command_of_the_readme(tmp_path: Path) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = [line for line in script.splitlines() if line.startswith("command=")]
    done = subprocess.run(
        ["bash", "-c", f'{line}; printf %s "$command"'], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.decode() == readme_command("tests")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_version_is_the_same_everywhere() -> None:
    version = pyproject()["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    assert citation["version"] == changes[0] == version


def test_the_pythons_are_those_that_we_name() -> None:
    wanted = SpecifierSet(pyproject()["requires-python"])
    named = {f"3.{minor}" for minor in range(20) if wanted.contains(f"3.{minor}.5")}
    listed = {c.rsplit(" ", 1)[1] for c in pyproject()["classifiers"] if ":: Python :: 3" in c}
    assert listed == named == {"3.11", "3.12", "3.13"}


def resolve(platform: str, python: str, *extras: str) -> dict[str, str]:
    """Resolve for another system to wheels alone; the names and versions that it would install."""
    needs_the_package_index()
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"]
    command += ["--no-header", "--no-annotate", "--only-binary", ":all:", "pyproject.toml"]
    command += ["--python-platform", platform, "--python-version", python]
    command += ["--python", sys.executable]  # or uv looks long for a Python of that version
    for extra in extras:
        command += ["--extra", extra]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^([\w.-]+)==(\S+)", done.stdout, flags=re.M))


@pytest.mark.network
@pytest.mark.parametrize("python", ["3.11", "3.13"])
@pytest.mark.parametrize("platform", [LINUX, ARM, MAC, WINDOWS])
def test_everything_resolves_to_wheels(platform: str, python: str) -> None:
    found = resolve(platform, python, "cpu", "lab", "test")
    one, other = ("tensorflow-cpu", "tensorflow")[:: 1 if platform == LINUX else -1]
    assert one in found
    assert other not in found
    assert not [name for name in found if name.startswith("nvidia")]


@pytest.mark.network
def test_the_base_alone_brings_neither_tensorflow_nor_jupyter() -> None:
    found = resolve(LINUX, "3.11")
    assert "keras" in found
    assert not set(found) & {"tensorflow", "tensorflow-cpu", *JUPYTER}
