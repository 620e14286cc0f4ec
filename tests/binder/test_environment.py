"""What conda and Binder read agrees with pyproject.toml, and opens on the series."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbformat import v4
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.binder import lock
from tests.project import (
    ROOT,
    answer,
    copy_of_the_project,
    declared,
    free_port,
    jupyter_apart,
    needs_the_package_index,
    pyproject,
    readme_command,
)

BINDER = ROOT / "binder"
SERIES = sorted((ROOT / "notebooks").glob("[0-9][0-9]*.ipynb"))


def environment(path: Path) -> tuple[str, list[str]]:
    """The Python and the pip section of a conda file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["channels"][0] == "conda-forge"
    python = next(entry for entry in content["dependencies"] if str(entry).startswith("python="))
    assert "pip" in content["dependencies"]
    return python.removeprefix("python="), content["dependencies"][-1]["pip"]


def test_binder_installs_one_version_of_all_that_the_package_declares() -> None:
    python, pip = environment(BINDER / "environment.yml")
    pins = dict(pin.split("==") for pin in pip)
    assert len(pins) == len(pip)
    assert list(pins) == sorted(pins)
    where = {"python_version": python, "sys_platform": "linux", "platform_machine": "x86_64"}
    for wanted in declared(*lock.EXTRAS):
        if wanted.marker is None or wanted.marker.evaluate(where):
            assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), wanted
    assert python == lock.PYTHON
    assert lock.FILE.read_text(encoding="utf-8") == lock.written(pip)


@pytest.mark.network
def test_the_lock_can_still_be_resolved(tmp_path: Path) -> None:
    """No package of it was withdrawn, and they go together."""
    needs_the_package_index()
    _, pip = environment(BINDER / "environment.yml")
    listed = tmp_path / "pins.txt"
    listed.write_text("\n".join(pip), encoding="utf-8")
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"]
    command += ["--no-header", "--no-annotate", "--only-binary", ":all:", str(listed)]
    command += ["--python-platform", lock.SYSTEM, "--python-version", lock.PYTHON]
    command += ["--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == pip


def test_conda_installs_what_the_readme_does() -> None:
    _, (pip,) = environment(ROOT / "environment.yml")
    assert f"pip install {pip.replace('-e ', chr(45) + 'e ' + chr(39))}'" in readme_command("lab")


def test_both_take_a_python_that_we_support() -> None:
    pythons = {environment(folder / "environment.yml")[0] for folder in (ROOT, BINDER)}
    assert len(pythons) == 1
    assert SpecifierSet(pyproject()["requires-python"]).contains(f"{pythons.pop()}.5")


def settings() -> dict[str, Any]:
    text = (BINDER / "jupyter_server_config.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.mark.skipif(not SERIES, reason="there are no notebooks yet")
def test_binder_opens_the_first_notebook() -> None:
    first = f"/lab/tree/notebooks/{SERIES[0].name}"
    found = settings()
    assert {found[app]["default_url"] for app in ("ServerApp", "LabApp")} == {first}


def test_a_kernel_that_is_idle_ends_while_its_page_is_open() -> None:
    """Two kernels fit into Binder's memory: one that a learner has left makes room."""
    kernels = settings()["MappingKernelManager"]
    assert kernels["cull_idle_timeout"] == 30 * 60
    assert kernels["cull_connected"]
    assert not kernels.get("cull_busy", False)
    assert 0 < kernels["cull_interval"] <= 300


@pytest.mark.parametrize("server", ["jupyterlab", "jupyter_server"])
def test_whatever_starts_the_server_it_opens_on_the_series(server: str, tmp_path: Path) -> None:
    shutil.copy(BINDER / "jupyter_server_config.json", tmp_path)
    port = free_port()
    command = [sys.executable, "-m", server, "--no-browser", f"--ServerApp.port={port}"]
    command += ["--ServerApp.allow_root=True", "--IdentityProvider.token=T"]
    config = {name: str(tmp_path) for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_RUNTIME_DIR")}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, env=os.environ | config, stdout=log, stderr=log) as process,
    ):
        try:
            found = answer(f"http://127.0.0.1:{port}/?token=T", follow=False)
            assert found.split("?")[0] == settings()["LabApp"]["default_url"]
        finally:
            process.terminate()


def test_repo2docker_reads_the_folder() -> None:
    pytest.importorskip("repo2docker", reason="jupyter-repo2docker is for Linux")
    command = [sys.executable, "-W", "ignore", "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rendered = done.stdout + done.stderr
    assert "Building conda environment for python=3.11" in rendered
    assert '--file "binder/environment.yml"' in rendered
    assert "RUN ./binder/postBuild" in rendered
    assert os.access(BINDER / "postBuild", os.X_OK)


@pytest.mark.slow
@pytest.mark.binder
@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="Binder is Linux")
def test_a_notebook_runs_in_what_binder_builds(tmp_path: Path) -> None:
    needs_the_package_index()
    folder = copy_of_the_project(tmp_path)
    prefix = tmp_path / "environment"
    venv.create(prefix, with_pip=True)
    _, pip = environment(BINDER / "environment.yml")
    (tmp_path / "list.txt").write_text("\n".join(pip), encoding="utf-8")
    path = f"{prefix / 'bin'}{os.pathsep}{os.environ['PATH']}"
    own = os.environ | {"PATH": path} | jupyter_apart(tmp_path)
    own.pop("PYTHONPATH", None)

    def call(*command: str) -> str:
        done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # pip would compile every file of it for a minute; these are the same versions, sooner there.
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config"]
    call(*install, "--python", str(prefix / "bin" / "python"), "-r", str(tmp_path / "list.txt"))
    call("binder/postBuild")
    call("python", "-m", "pip", "check")
    assert (prefix / "etc" / "jupyter" / "jupyter_server_config.json").is_file()
    _write_training(folder / "training.ipynb")
    for path in (Path("training.ipynb"), *(path.relative_to(ROOT) for path in SERIES[:2])):
        call("jupyter", "nbconvert", "--to", "notebook", "--execute", "--stdout", str(path))


def _write_training(path: Path) -> None:
    code = "from lossacc.commands.check_machine import training\nprint(*training(seconds=1))"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [v4.new_code_cell(code)]
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
