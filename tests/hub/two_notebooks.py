"""Two lessons at once on one server, as on Binder: the memory of the server and of each kernel.

    python -m tests.hub.two_notebooks [NUMBER NUMBER]

Each lesson is run whole, one after the other, and then both panels train. The machine must hold
PSS, the memory of all processes where pages that several share count once; USS is what a process
would give back.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from lossacc.commands.series import choose
from tests.hub import usage
from tests.hub.learners import Day, Panel, panel_cell, start_server
from tests.hub.page import Page
from tests.hub.running import FOLDER, Hub, installed, running_hub

MIB = 2**20
LEARNER = "learner"


def opened(hub: Hub, number: str) -> Page:
    """Open a lesson by its number."""
    folder = hub.homes / LEARNER / "lossacc-notebooks"
    return Page(hub, LEARNER, f"{folder.name}/{choose(folder, number)}")


def table() -> list[str]:
    """The memory of each process of the learner."""
    lines, total = [], 0
    for process in usage.processes(LEARNER):
        memory, words = process.memory_full_info(), process.cmdline()
        kind = "kernel" if "ipykernel_launcher" in words else "server"
        total += memory.pss
        lines.append(f"{kind}: PSS {memory.pss // MIB} MiB, USS {memory.uss // MIB} MiB")
    return [*lines, f"together: PSS {total // MIB} MiB of 2048"]


def measured(folder: Path, numbers: list[str]) -> None:
    """Run both, and print."""
    environment = installed(Path(os.environ.get(FOLDER, folder / "environment")))
    with running_hub(environment, folder, [LEARNER]) as hub, usage.Usage(hub.process) as took:
        start_server(hub, LEARNER)
        pages: list[Page] = []
        for number in numbers:
            pages.append(opened(hub, number))
            print(f"{number} ran in {pages[-1].run_all():.0f} s", *table(), sep="\n  ")
        for page in pages:
            done = Day(LEARNER, "stays")
            Panel(page, panel_cell(page)).run(done)
            print(f"a panel trained in {done.clicks[0][1]:.0f} s", *table(), sep="\n  ")
            assert page.faults == []
        print("the most of the learner at one moment:", took.most[LEARNER] // MIB, "MiB")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", default=["01", "08"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lossacc-two-") as folder:
        measured(Path(folder), given.numbers)


if __name__ == "__main__":
    main()
