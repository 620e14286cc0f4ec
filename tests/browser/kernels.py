"""The kernels that the panels are tried on.

ipykernel decides on which thread a widget's callback runs: the current one on the main thread, 7.1
on a thread of its own. The other version lies in a folder that its kernel sees first; the
environment of the tests stays as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.browser.finding import skip_or_fail

CURRENT = "python3"
OTHER = "lossacc-71"
VERSION = "7.1"

# Before 7.4 a reply may make the kernel overlook a request until another client connects, and a
# cell hangs: https://github.com/ipython/ipykernel/issues/1554. No panel can help that, so the copy
# is mended as 7.4 is.
OVERLOOKS = "self._shell_socket.send_multipart(msg)"
MENDED = """from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.instance().kernel.shell_stream.send_multipart(msg)"""


def install_other(home: Path) -> None:
    """Put ipykernel 7.1 beside the current one, for the server whose folder is `home`."""
    folder = home / "ipykernel-71"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--target", str(folder), f"ipykernel=={VERSION}.*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        skip_or_fail(f"ipykernel {VERSION} could not be installed: {done.stderr.strip()[-300:]}")
    _mend(folder / "ipykernel" / "subshell_manager.py")
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {"PYTHONPATH": str(folder)},
        "display_name": f"Python with ipykernel {VERSION}",
        "language": "python",
    }
    place = home / "data" / "kernels" / OTHER / "kernel.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(spec), encoding="utf-8")


def _mend(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(OVERLOOKS) == 1, f"{path} is not what this was written for"
    path.write_text(text.replace(OVERLOOKS, MENDED), encoding="utf-8")
