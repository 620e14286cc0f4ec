"""Style, types and the order of rooms, so that one `pytest` says everything.

The commands are those of `.pre-commit-config.yaml`, read from there.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.project import ROOT

CONFIG = ROOT / ".pre-commit-config.yaml"
((_, HOOKS),) = (
    repository.values() for repository in yaml.safe_load(CONFIG.read_text("utf-8"))["repos"]
)
COMMANDS = {hook["id"]: hook["entry"].split() for hook in HOOKS}
WITHOUT_PYTEST = [name for name, (program, *_) in COMMANDS.items() if program != "pytest"]


def test_the_hooks_check_what_they_should() -> None:
    assert COMMANDS == {
        "style": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "types": ["mypy", "--strict", "lossacc"],
        "rooms": ["lint-imports"],
        "notebooks": ["pytest", "-q", "tests/notebooks/test_at_rest.py"],  # this run has it anyway
    }


@pytest.mark.parametrize("name", WITHOUT_PYTEST)
def test_finds_nothing(name: str) -> None:
    program, *words = COMMANDS[name]
    path = Path(sys.executable).with_name(program)
    done = subprocess.run(
        [path, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pre_commit_takes_the_file() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)]
    subprocess.run(command, cwd=ROOT, check=True)
    for hook in HOOKS:
        assert hook["language"] == "system"  # the programs of the environment, as in the tests
        assert hook["pass_filenames"] is False
