"""What Binder installs, to the version: `python -m tests.binder.lock` writes it anew.

It resolves the base and the extras `cpu` and `lab` of pyproject.toml for Binder's Python and
system, to wheels alone, by the package index, and writes `binder/environment.yml`.
"""

from __future__ import annotations

import subprocess
import sys

from tests.project import ROOT

FILE = ROOT / "binder" / "environment.yml"
PYTHON, SYSTEM = "3.11", "x86_64-manylinux_2_28"
EXTRAS = ("cpu", "lab")
HEAD = f"""\
# What Binder installs before it has the repository: pyproject.toml (base, `cpu` and `lab`), locked.
# `python -m tests.binder.lock` writes this file. The package itself comes from postBuild.
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python={PYTHON}
  - pip
  - pip:
"""


def resolved() -> list[str]:
    """Resolve to one version each, as `name==version`.

    Raises
    ------
    CalledProcessError
        If there is none that suits, or the index cannot be reached.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"]
    command += ["--no-header", "--no-annotate", "--only-binary", ":all:", "pyproject.toml"]
    command += ["--python-platform", SYSTEM, "--python-version", PYTHON]
    command += ["--python", sys.executable]  # or uv looks long for a Python of that version
    for extra in EXTRAS:
        command += ["--extra", extra]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.strip()]


def written(pins: list[str]) -> str:
    """Write the file."""
    return HEAD + "".join(f"      - {pin}\n" for pin in pins)


if __name__ == "__main__":
    FILE.write_text(written(resolved()), encoding="utf-8")
