"""The doctor's look at the notebooks, the panels and the kernel."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lossacc.commands.extras import LAB
from lossacc.commands.series import choose, cloned_series, installed_series, own_folder
from lossacc.support.finding import Finding

FRONT_ENDS = {"ipywidgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}
"""The half of a package that lives in JupyterLab."""


def notebooks() -> Iterator[Finding]:
    """Find the series."""
    installed = installed_series()
    folder = installed or cloned_series()
    if folder is None:
        yield Finding("notebooks", "wrong", "the package was installed without them")
        return
    then = f"; `lossacc lab` copies them to {own_folder()}" if installed else ""
    yield Finding("notebooks", "ok", f"{folder}, from {choose(folder, None)}{then}")


def front_end() -> Iterator[Finding]:
    """Find the halves of the widgets that live in JupyterLab; without them a panel stays text."""
    if find_spec("jupyter_core") is None:
        yield Finding("panels", "wrong", "JupyterLab is not installed", LAB)
        return
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    found = {name: _version(folders, part) for name, part in FRONT_ENDS.items()}
    missing = [name for name, version in found.items() if not version]
    if missing:
        yield Finding("panels", "wrong", f"JupyterLab does not know {' and '.join(missing)}", LAB)
        return
    told = ", ".join(f"{FRONT_ENDS[name]} {version}" for name, version in found.items())
    yield Finding("panels", "ok", told)


def _version(folders: Sequence[Path], extension: str) -> str:
    """Give the version of an extension of JupyterLab; empty where there is none."""
    files = (folder / extension / "package.json" for folder in folders)
    file = next((path for path in files if path.is_file()), None)
    return "" if file is None else str(json.loads(file.read_text(encoding="utf-8"))["version"])


def kernel() -> Iterator[Finding]:
    """Start a kernel as JupyterLab does, and see that it answers and is this Python."""
    if find_spec("jupyter_client") is None or find_spec("ipykernel") is None:
        yield Finding("kernel", "wrong", "ipykernel is not installed", LAB)
        return
    began = time.monotonic()
    prefix = _asked_of_a_kernel("import sys, lossacc; print(sys.prefix)")
    seconds = time.monotonic() - began
    if prefix == sys.prefix:
        yield Finding("kernel", "ok", f"answers after {seconds:.1f} s")
    else:
        text = f"notebooks would run in {prefix or 'a Python without lossacc'}, not in {sys.prefix}"
        yield Finding("kernel", "wrong", text, "see `jupyter kernelspec list`")


def _asked_of_a_kernel(code: str, seconds: float = 60) -> str:
    """Run a line in a fresh kernel and give what it printed."""
    from jupyter_client.manager import KernelManager

    said: list[str] = []

    def listen(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            said.append(message["content"]["text"])

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=seconds)
        client.execute_interactive(code, timeout=seconds, output_hook=listen)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(said).strip()
