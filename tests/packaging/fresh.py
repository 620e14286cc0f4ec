"""The README's first command in an empty environment: seconds, downloads and disk.

    python -m tests.packaging.fresh PYTHON [PYTHON ...] [--json FILE]

Each Python is given by its path. From a clone and from a wheel it makes an environment, installs
into it with nothing kept from before, lets `lossacc doctor` look, and waits until JupyterLab
answers. Prints a table.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.project import answer, copy_of_the_project, free_port, jupyter_apart, readme_command

_SIZES = re.compile(r"Downloading \S+ \(([\d.]+) (kB|MB|GB)\)")
_UNITS = {"kB": 1e3, "MB": 1e6, "GB": 1e9}
_LOCAL = re.compile(r"Processing (/\S+\.whl)")  # a wheel that this machine's pip finds on its disk


@dataclass(frozen=True)
class Fresh:
    """One installation.

    Parameters
    ----------
    python, source
        Its version; "clone" or "wheel".
    installing, opening
        Seconds of the installation, and from `lossacc lab` to the first answer.
    downloads, disk
        In MB.
    doctor
        The last line of `lossacc doctor`.
    """

    python: str
    source: str
    installing: float
    opening: float
    downloads: float
    disk: float
    doctor: str


def fresh(python: str, source: str, folder: Path) -> Fresh:
    """Install with a Python, from a clone or a wheel, in an empty folder.

    Raises
    ------
    CalledProcessError
        If it cannot be installed.
    """
    clone = copy_of_the_project(folder)
    what = ".[cpu,lab]" if source == "clone" else f"{_wheel(clone)}[cpu,lab]"
    own = os.environ | {"PIP_NO_CACHE_DIR": "1"} | jupyter_apart(folder)
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        own.pop(name, None)

    def call(command: str) -> str:
        done = subprocess.run(
            command, shell=True, cwd=clone, env=own, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{command}:\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    begun = time.monotonic()
    said = call(_command(python, source, what))
    installing = time.monotonic() - begun
    opening = _opening(clone, own)
    doctor = call(".venv/bin/lossacc doctor || true").strip().splitlines()[-1]
    version = call(".venv/bin/python -c 'import platform; print(platform.python_version())'")
    size = sum(float(number) * _UNITS[unit] for number, unit in _SIZES.findall(said)) / 1e6
    size += sum(Path(wheel).stat().st_size for wheel in _LOCAL.findall(said)) / 1e6
    disk = _disk(clone / ".venv") / 1e6
    return Fresh(version.strip(), source, installing, opening, size, disk, doctor)


def _command(python: str, source: str, what: str) -> str:
    """The README's own command without its last step, with this Python and from this source."""
    making, installing, opening = readme_command("lab").split(" && ")
    assert opening == ".venv/bin/lossacc lab"
    making = making.replace("python3", shlex.quote(python), 1)
    if source == "wheel":
        installing = installing.replace("-e '.[cpu,lab]'", shlex.quote(what))
    assert what in installing
    return f"{making} && {installing}"


def _wheel(clone: Path) -> str:
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--no-config", "--wheel"]
    subprocess.run([*command, "--out-dir", "dist"], cwd=clone, check=True)
    (found,) = (clone / "dist").glob("*.whl")
    return f"dist/{found.name}"


def _opening(clone: Path, own: dict[str, str]) -> float:
    """Seconds until JupyterLab answers."""
    port, begun = free_port(), time.monotonic()
    command = [".venv/bin/lossacc", "lab", "--no-browser", f"--ServerApp.port={port}"]
    with (
        (clone / "log").open("w") as log,
        subprocess.Popen(command, cwd=clone, env=own, stdout=log, stderr=log) as process,
    ):
        try:
            answer(f"http://127.0.0.1:{port}/api", seconds=300)
            return time.monotonic() - begun
        finally:
            process.terminate()


def _disk(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def table(found: list[Fresh]) -> Iterator[str]:
    """Write the figures as a table."""
    yield "| Python | from | installing | downloads | disk | JupyterLab answers after | doctor |"
    yield "|---|---|---|---|---|---|---|"
    for one in found:
        yield (
            f"| {one.python} | {one.source} | {one.installing:.0f} s | {one.downloads:.0f} MB "
            f"| {one.disk / 1000:.2f} GB | {one.opening:.0f} s | {one.doctor} |"
        )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="+")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = []
    for python in given.pythons:
        for source in ("clone", "wheel"):
            with tempfile.TemporaryDirectory(prefix="lossacc-install-") as folder:
                found.append(fresh(python, source, Path(folder)))
            print([*table(found)][-1], flush=True)
    print(*table(found), sep="\n")
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in found], indent=1), "utf-8")


if __name__ == "__main__":
    main()
