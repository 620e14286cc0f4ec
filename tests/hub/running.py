"""A real JupyterHub with its proxy on loopback, set up as `.github/HUB.md` says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.project import ROOT, copy_of_the_project, free_port

PAGE = ROOT / ".github" / "HUB.md"
TOKEN = "a-token-for-the-tests-of-the-hub"
FOLDER = "LOSSACC_HUB"
"""Names a folder in which what is installed once stays; without it each session installs."""

# What differs from a hub of one's own: who may log in, where things are, and who drives it.
TESTED = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.Spawner.args += ["--allow-root"]
c.Spawner.environment = {environment}
c.JupyterHub.services = [{{"name": "tests", "api_token": "{token}"}}]
scopes = ["admin:users", "admin:servers", "access:servers"]
c.JupyterHub.load_roles = [{{"name": "tests", "scopes": scopes, "services": ["tests"]}}]
"""


@dataclass(frozen=True)
class Hub:
    """A running hub: its address, its process, its homes and its log."""

    address: str
    process: int
    homes: Path
    log: Path

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Ask the hub, or a learner's server through the proxy: what it answers, as JSON."""
        request = urllib.request.Request(
            f"{self.address}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=300) as found:
            text = found.read()
        return json.loads(text) if text else None


def installed(folder: Path) -> Path:
    """Install the hub, its proxy and the wheel of lossacc, where they are not yet; give the folder.

    The environment sees the packages of the tests, so that only what a hub needs comes from the
    index; lossacc is there as whoever has no clone has it.

    Raises
    ------
    CalledProcessError
        If an index cannot be reached.
    """
    shutil.rmtree(folder / "wheel", ignore_errors=True)  # the code may be another by now
    if not (folder / "bin").is_dir():
        venv.create(folder, symlinks=True)
        packages = next((folder / "lib").glob("python*")) / "site-packages"
        (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
        python = folder / "bin" / "python"
        _call(str(python), "-m", "pip", "install", "-q", "jupyterhub>=5.3")
        _call("npm", "install", "--silent", "--prefix", str(folder), "configurable-http-proxy@4")
    copy = copy_of_the_project(folder / "wheel" / "source")
    own = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config", "--no-deps"]
    _call(*own, "--target", str(folder / "wheel" / "packages"), str(copy))
    return folder


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{(done.stdout + done.stderr)[-2000:]}")


def settings_of_the_page() -> str:
    """The settings that the page for whoever runs a hub gives."""
    (found,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    return str(found)


@contextmanager
def running_hub(environment: Path, folder: Path, learners: list[str]) -> Iterator[Hub]:
    """Start the hub with a home for each learner, and stop it with all that it started."""
    for name in learners:
        (folder / "homes" / name).mkdir(parents=True)
    port, hub, api = free_port(), free_port(), free_port()
    apart = {
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(environment / "wheel" / "packages"),
    }
    told = TESTED.format(
        port=port,
        hub=hub,
        api=api,
        folder=folder,
        proxy=environment / "node_modules" / ".bin" / "configurable-http-proxy",
        environment=apart,
        token=TOKEN,
    )
    config = folder / "jupyterhub_config.py"
    config.write_text(settings_of_the_page() + told, encoding="utf-8")
    command = [str(environment / "bin" / "python"), "-m", "jupyterhub", "-f", str(config)]
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | apart
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        running = Hub(address, process.pid, folder / "homes", folder / "hub.log")
        try:
            _wait_for(running, process)
            yield running
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Stop the hub, which stops the learners' servers, and these their kernels."""
    if process.poll() is not None:
        return
    below = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    for one in psutil.wait_procs(below, timeout=60)[1]:
        with suppress(psutil.Error):
            one.kill()


def _wait_for(hub: Hub, process: subprocess.Popen[bytes], seconds: float = 600) -> None:
    """Wait until the hub answers through its proxy; the proxy alone answers with an error."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            hub.ask("hub/api/")
            return
        except OSError:
            time.sleep(0.2)
    ended = process.poll()
    raise RuntimeError(f"JupyterHub did not start ({ended}):\n{hub.log.read_text()[-3000:]}")
