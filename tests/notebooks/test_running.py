"""The runner blocks the network, puts solutions in place, and measures."""

from __future__ import annotations

import sys
from pathlib import Path

from nbformat import v4

from tests.notebooks import rules, running
from tests.notebooks.test_rules import code, notebook, ours


def test_a_run_has_outputs_time_and_memory(tmp_path: Path) -> None:
    there = tmp_path / "beside"
    there.mkdir()
    (there / "note.txt").write_text("found", encoding="utf-8")
    executed = running.run(notebook(code("print(open('note.txt').read())")), there, tmp_path)
    assert len(executed.notebook.cells) == 1
    assert executed.notebook.cells[0].outputs[0].text.strip() == "found"
    assert not rules.complaints(executed.notebook)
    assert 0 < executed.took.clock < 60
    assert executed.took.cpu > 0
    assert executed.reference.cpu > 0
    if sys.platform == "linux":
        assert executed.peak_mb is not None
        assert 10 < executed.peak_mb < 500


def test_the_network_is_blocked_and_this_machine_is_not(tmp_path: Path) -> None:
    outside = [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import socket; socket.socket().connect(('192.0.2.1', 80))",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    ]
    inside = (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname()).close()"
    )
    cells = map(code, [*outside, inside])
    executed = running.run(notebook(*cells), tmp_path, tmp_path, speed=UNTIMED)
    assert len(rules.complaints(executed.notebook)) == len(outside)
    for cell in executed.notebook.cells[:-1]:
        assert "has no network" in str(cell.outputs[0].traceback)


UNTIMED = "print([0.0, 0.0, 0.0])"
ASKED = "x = ...\nx == 3"


def test_each_solution_is_put_to_its_exercise() -> None:
    before = notebook(
        code(ASKED, **ours(exercise="a")),
        code("print(x)"),
        v4.new_markdown_cell("Why.", metadata=ours(solution="a")),
        code("x = 3", jupyter={"source_hidden": True}, **ours(solution="a")),
    )
    after = running.judged(before)
    assert [cell.source for cell in after.cells] == [ASKED, "print(x)", "Why.", "x = 3", "x == 3"]
    assert len(before.cells) == 4


def test_what_the_exercise_says_to_its_solution_is_kept(tmp_path: Path) -> None:
    solutions = {"right": "x = 3", "wrong": "x = 4", "raises": "x = 1 / 0"}
    cells = [
        cell
        for name, solution in solutions.items()
        for cell in (code(ASKED, **ours(exercise=name)), code(solution, **ours(solution=name)))
    ]
    executed = running.run(notebook(*cells), tmp_path, tmp_path, speed=UNTIMED)
    assert executed.verdicts == {"right": "True", "wrong": "False", "raises": "False"}
    assert len(executed.notebook.cells) == len(cells)
    (complaint,) = rules.complaints(executed.notebook)
    assert "ZeroDivisionError" in str(complaint)
