"""What the tests of the packaging read about the project."""

from __future__ import annotations

import re
import shutil
import socket
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def pyproject() -> dict[str, Any]:
    """The metadata of the project."""
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def declared(*extras: str) -> set[Requirement]:
    """The requirements of the base and of some extras; `lossacc[lab]` in an extra is not opened."""
    project = pyproject()
    lists = [project["dependencies"], *(project["optional-dependencies"][e] for e in extras)]
    return {Requirement(text) for texts in lists for text in texts}


def readme_command(name: str) -> str:
    """The command that README.md marks with this name, as one would paste it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(rf"<!-- command: {name} -->\n```bash\n(.*?)\n```", text, flags=re.S)
    assert len(found) == 1
    return str(found[0])


def copy_of_the_project(folder: Path) -> Path:
    """A copy without what git ignores."""
    unwanted = shutil.ignore_patterns(
        ".git", ".venv", "build", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
    )
    return Path(shutil.copytree(ROOT, folder / "lossacc", ignore=unwanted))


def needs_the_package_index() -> None:
    """Skip where PyPI cannot be reached."""
    try:
        socket.create_connection(("pypi.org", 443), timeout=5).close()
    except OSError as error:
        pytest.skip(f"PyPI cannot be reached: {error}")


def words(value: object) -> str | None:
    """Name a test by those of its values that are text; the others differ from run to run."""
    return value[:30] if isinstance(value, str) else None
