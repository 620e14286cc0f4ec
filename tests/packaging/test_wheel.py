"""What a stranger installs: the wheel, and that it opens the series without a clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.project import (
    ROOT,
    answer,
    copy_of_the_project,
    free_port,
    jupyter_apart,
    needs_the_package_index,
)

pytestmark = pytest.mark.network  # hatchling, which builds it, comes from the package index
UV = [sys.executable, "-m", "uv"]
SERIES = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
FILES = [
    path.relative_to(ROOT / "notebooks").as_posix()
    for path in (ROOT / "notebooks").rglob("[!.]*.*")
    if "checkpoints" not in str(path) and not path.name.startswith("my_answers")
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a learner has worked."""
    needs_the_package_index()
    copy = copy_of_the_project(tmp_path_factory.mktemp("project"))
    (copy / "notebooks" / "my_answers.json").write_text("{}", encoding="utf-8")
    (copy / "notebooks" / ".ipynb_checkpoints").mkdir(exist_ok=True)
    (copy / "notebooks" / ".ipynb_checkpoints" / SERIES[0]).touch()
    return copy


@pytest.fixture(scope="module")
def wheel(project: Path) -> Path:
    command = [*UV, "build", "--quiet", "--no-config", "--wheel", "--out-dir", "dist"]
    subprocess.run(command, cwd=project, check=True)
    (found,) = (project / "dist").glob("*.whl")
    return found


def test_it_holds_the_data_the_series_and_the_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
    data = {
        str(path.relative_to(ROOT).as_posix())
        for path in (ROOT / "lossacc").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert data <= held
    notebooks = {name for name in held if name.startswith("lossacc/notebooks/")}
    assert notebooks == {f"lossacc/notebooks/{name}" for name in FILES}
    assert {Path(name).name for name in held if "/licenses/" in name} == {"LICENSE", "LICENSE-text"}
    description = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    assert {name.split("/")[0] for name in held} == {"lossacc", description}


@dataclass(frozen=True)
class Environment:
    """An environment, and an empty folder to work in."""

    prefix: Path
    home: Path

    def program(self, name: str) -> str:
        """The path of a program in it."""
        return str(self.prefix / ("Scripts" if sys.platform == "win32" else "bin") / name)

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the system, with no way back into this checkout."""
        own = os.environ | jupyter_apart(self.prefix)
        own.pop("PYTHONPATH", None)
        return own

    def call(self, program: str, *words: str) -> str:
        """Run a program in the folder, and give what it printed."""
        done = subprocess.run(
            [self.program(program), *words],
            cwd=self.home,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def made(folder: Path, *wanted: str) -> Environment:
    """Make an environment with what is wanted."""
    found = Environment(folder / "environment", folder / "home")
    found.home.mkdir()
    subprocess.run([*UV, "venv", "-q", "--python", sys.executable, str(found.prefix)], check=True)
    install = [*UV, "pip", "install", "-q", "--no-config", "--python", found.program("python")]
    subprocess.run([*install, *wanted], check=True)
    return found


def borrowing(folder: Path, *wanted: str) -> Environment:
    """Make an environment that takes from ours all that is wanted of others."""
    found = made(folder, "--no-deps", *wanted)
    own = found.call("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    # A path in a .pth file comes last, and ours are not read there: no way to this checkout.
    (Path(own.strip()) / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return found


UP_TO_THE_LAUNCH = """
import json, sys
from jupyterlab.labapp import LabApp
from lossacc.commands.cli import main
LabApp.launch_instance = lambda argv: print(json.dumps(argv))
sys.exit(main(["lab", *sys.argv[1:]]))
"""


def test_installed_lab_copies_the_series_and_opens_it(wheel: Path, tmp_path: Path) -> None:
    environment = borrowing(tmp_path, str(wheel))
    said = environment.call("python", "-c", UP_TO_THE_LAUNCH, "2", "--no-browser")
    own = environment.home / "lossacc-notebooks"
    assert f"Your copy of the series is {own}" in said
    arguments = json.loads(said.splitlines()[-1])
    assert f"--ServerApp.root_dir={own}" in arguments
    assert "--LabApp.default_url=/lab/tree/02_nine_against_one.ipynb" in arguments
    assert arguments[-1] == "--no-browser"
    assert sorted(path.name for path in own.glob("*.ipynb")) == SERIES
    (own / SERIES[0]).write_text("mine", encoding="utf-8")
    environment.call("python", "-c", UP_TO_THE_LAUNCH)
    assert (own / SERIES[0]).read_text(encoding="utf-8") == "mine"


def test_an_editable_install_opens_the_notebooks_of_the_clone(
    project: Path, tmp_path: Path
) -> None:
    environment = borrowing(tmp_path, "--editable", str(project))
    said = environment.call("python", "-c", UP_TO_THE_LAUNCH)
    assert f"--ServerApp.root_dir={project / 'notebooks'}" in json.loads(said.splitlines()[-1])
    assert not any(environment.home.iterdir())


@pytest.mark.slow
def test_in_an_empty_environment_the_series_opens_and_runs(wheel: Path, tmp_path: Path) -> None:
    environment = made(tmp_path, f"lossacc[cpu,lab] @ {wheel.as_uri()}")
    environment.call("python", "-c", "import importlib.util as u; assert not u.find_spec('pytest')")
    doctor = environment.call("lossacc", "doctor")
    assert "ok       notebooks: " in doctor
    own = environment.home / "lossacc-notebooks"
    with serving(environment, "1") as address:
        first = json.loads(answer(f"{address}/api/contents/{SERIES[1]}?token=T"))
        assert first["writable"]
        assert "/lab/tree/01_two_rulers.ipynb" in answer(f"{address}/?token=T", follow=False)
    for name in SERIES[:2]:
        words = ("--to", "notebook", "--execute", "--stdout", str(own / name))
        environment.call("jupyter", "nbconvert", *words)


@contextmanager
def serving(environment: Environment, *words: str) -> Iterator[str]:
    """Start `lossacc lab` there, give its address, and stop it."""
    port = free_port()
    more = ["--no-browser", "--port", str(port), "--IdentityProvider.token=T"]
    with subprocess.Popen(
        [environment.program("lossacc"), "lab", *words, *more],
        cwd=environment.home,
        env=environment.variables,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
