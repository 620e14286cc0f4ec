"""How training, records and figures grow.

    python -m tests.benchmarks.growth [NAME ...]

measures everything, or what is named, in a process each, and writes `growth.json`, `growth.svg`
and `README.md` beside this file. What is not named stays as it was measured. Half an hour on one
core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.benchmarks.growth import page
from tests.benchmarks.growth.axes import AXES
from tests.benchmarks.growth.large import RECORDED, drawn, recorded

MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    **{axis.name: axis.measured for axis in AXES},
    **{name: partial(recorded, classes) for name, classes in RECORDED.items()},
    "figures": drawn,
}


def apart(name: str) -> dict[str, Any]:
    """Measure something in a process of its own, whose memory is then its own too."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--here", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    print(done.stdout, end="", flush=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--here", choices=MEASURES, help="print one as JSON, measured here")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(MEASURES[given.here]()))
        return 0
    told = json.loads(page.JSON.read_text()) if page.JSON.exists() else {"measured": {}}
    for name in given.names or MEASURES:
        told["measured"][name] = apart(name) | {"load": round(os.getloadavg()[0], 1)}
    from lossacc.support.keras_api import environment

    told["environment"] = environment()
    page.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
