"""What the tests of the packaging read about the project."""

from __future__ import annotations

import re
import shutil
import socket
import time
import tomllib
import urllib.error
import urllib.request
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


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class _Stay(urllib.request.HTTPRedirectHandler):
    """Give a redirect back instead of following it."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def answer(url: str, *, follow: bool = True, seconds: float = 60) -> str:
    """Ask a server until it answers: what it says, or, not following it, where it leads."""
    handlers = [] if follow else [_Stay]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.build_opener(*handlers).open(url) as found:
                return str(found.read().decode())
        except urllib.error.HTTPError as found:
            with found:
                return str(found.headers["Location"])
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answered at {url}")


def jupyter_apart(folder: Path) -> dict[str, str]:
    """The variables that keep one's own settings of Jupyter out."""
    places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data"}
    return {name: str(folder / place) for name, place in places.items()}


def words(value: object) -> str | None:
    """Name a test by those of its values that are text; the others differ from run to run."""
    return value[:30] if isinstance(value, str) else None
