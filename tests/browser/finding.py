"""Find a browser, and say what to do where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium() -> str | None:
    """The path of Chromium, Chrome or Edge; LOSSACC_CHROMIUM goes before all of them."""
    named = os.environ.get("LOSSACC_CHROMIUM")
    if named:
        return named
    found = (shutil.which(name) for name in NAMES)
    there = (path for path in ELSEWHERE if Path(path).is_file())
    return next((path for path in found if path), None) or next(there, None)


def flags() -> list[str]:
    """The flags for the browser: in a container, where one is root, its sandbox cannot start."""
    root = sys.platform == "linux" and os.geteuid() == 0
    return [*FLAGS, "--no-sandbox"] if root else FLAGS


def skip_or_fail(reason: str) -> None:
    """Skip, or fail where the browser tests must run (LOSSACC_BROWSER=required, as in .ci/run)."""
    if os.environ.get("LOSSACC_BROWSER") == "required":
        pytest.fail(f"LOSSACC_BROWSER=required, and {reason}")
    pytest.skip(reason)
