"""The lowest versions that we allow work too: the newest are what the other tests run with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import copy_of_the_project, needs_the_package_index

# Of other versions' warnings we are not the author; style and resolution do not depend on them.
RUN = (
    "-q",
    "-W",
    "default",
    "-m",
    "not slow and not network",
    "--ignore",
    "tests/packaging/test_style.py",
    "--ignore",
    "tests/packaging/test_contributing.py",
)


@pytest.mark.slow
@pytest.mark.network
def test_the_tests_pass_with_the_lowest_versions(tmp_path: Path) -> None:
    needs_the_package_index()
    project, prefix = copy_of_the_project(tmp_path), tmp_path / "environment"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(prefix)], check=True)
    folder = prefix / ("Scripts" if sys.platform == "win32" else "bin")
    install = [*uv, "pip", "install", "-q", "--no-config", "--python", str(folder / "python")]
    wanted = ["--resolution", "lowest-direct", "-e", ".[cpu,test]"]
    subprocess.run([*install, *wanted], cwd=project, check=True)
    own = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    own.pop("PYTHONPATH", None)
    done = subprocess.run(
        [folder / "python", "-m", "pytest", *RUN],
        cwd=project,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
