"""A real JupyterLab with Notebook 7 beside it, and what a test does in it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page

from lossacc.commands.lab import config_path, server_arguments, url_path

TOKEN = "a-token-for-tests"

# All outputs stay in the page, also those that are scrolled out of sight.
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}

DRIVER = Path(__file__).with_name("driver.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a copy of the series, and the log of it and of its kernels."""

    address: str
    folder: Path
    log: Path

    def url(self, notebook: str) -> str:
        """The address that `lossacc lab NOTEBOOK` opens, with its token."""
        return f"{self.address}{url_path(notebook)}?token={TOKEN}"

    def classic_url(self, notebook: str) -> str:
        """The address of the same notebook in Notebook 7."""
        return f"{self.address}/notebooks/{quote(notebook)}?token={TOKEN}"


@contextmanager
def running_lab(folder: Path, home: Path) -> Iterator[Lab]:
    """Start JupyterLab as `lossacc lab` does, apart from one's own settings, and stop it."""
    port = _free_port()
    first = min(path.name for path in folder.glob("*.ipynb"))
    command = [sys.executable, "-m", "jupyterlab", *server_arguments(folder, first)]
    command += ["--no-browser", "--expose-app-in-browser", f"--ServerApp.port={port}"]
    command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    if sys.platform == "linux":
        # A port that is free when the server chooses it may be the browser's by the time the
        # kernel wants it, and then the kernel dies.
        command += ["--KernelManager.transport=ipc"]
    log = home / "server.log"
    with log.open("w") as file, tempfile.TemporaryDirectory() as runtime:
        environment = _environment(home) | {"JUPYTER_RUNTIME_DIR": runtime}
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            lab = Lab(f"http://127.0.0.1:{port}", folder, log)
            _wait_for(lab, server)
            yield lab
        finally:
            server.terminate()
            server.wait(timeout=30)


def open_notebook(page: Page, lab: Lab, name: str) -> str:
    """Open a notebook as `lossacc lab` does, wait for its kernel, and give its path.

    What an earlier test left open is not opened again: it would start kernels of its own.
    """
    page.goto(f"{lab.url(name)}&reset")
    return str(do(page, 60, "ready", name))


def open_classic(page: Page, lab: Lab, name: str) -> str:
    """Open a notebook in Notebook 7, wait for its kernel, and give its path."""
    page.goto(lab.classic_url(name))
    return str(do(page, 60, "ready", name))


def run_all(page: Page, seconds: float) -> list[Any]:
    """Run all cells, wait until the last has ended, and give the cells with their outputs."""
    do(page, seconds, "runAll")
    cells = do(page, 10, "cells")
    assert isinstance(cells, list)
    return cells


def shut_down(page: Page) -> None:
    """End the kernel, which would outlive the page; with TensorFlow it holds some 700 MB."""
    do(page, 30, "shutDown")


def do(page: Page, seconds: float, what: str, *given: Any) -> Any:
    """Take one of the steps of driver.js, within a time limit."""
    return page.evaluate(DRIVER, [seconds * 1000, what, *given])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    for name, value in SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value), encoding="utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    apart = {name: str(home / folder) for name, folder in own.items()}
    return os.environ | apart | {"JUPYTER_CONFIG_PATH": config_path()}


def _wait_for(lab: Lab, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{lab.address}/api", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{lab.log.read_text()}")
