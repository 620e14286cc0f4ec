"""What the lessons say of their runs, tried under every arithmetic that this processor has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lossacc.support.arithmetic import ARITHMETICS
from tests.project import ROOT

OTHERS = [way.name for way in ARITHMETICS.values() if way.possible and way.variables]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_what_the_text_says_holds(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "tests/lessons", "-k", "text"]
    command += ["-p", "no:cacheprovider", "--arithmetic", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
