"""What CONTRIBUTING tells a contributor to do, done in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lossacc.commands.cli import _parser
from tests.project import ROOT, copy_of_the_project

PAGE = ROOT / ".github" / "CONTRIBUTING.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = ROOT / ".github" / "examples"
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of the package and of the series, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for room in ("lossacc", "notebooks")
        for path in (folder / room).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def with_example(name: str, folder: Path) -> Path:
    """Put an example into a copy of the project, and make the changes that the page names."""
    project = copy_of_the_project(folder)
    example = EXAMPLES / name
    shutil.copytree(example, project, dirs_exist_ok=True)
    for path, lines in re.findall(r"<!-- change: (\S+) -->\n```diff\n(.*?)```", TEXT, flags=re.S):
        if any((example / path).parent.glob("*.py")):
            change(project / path, lines.splitlines())
    return project


def change(path: Path, lines: list[str]) -> None:
    """Put the lines with a plus in the place of those with a minus before them."""
    text = path.read_text(encoding="utf-8")
    for old, new in re.findall(r"(?:^-(.*)$\n)((?:^\+.*$\n?)+)", "\n".join(lines), flags=re.M):
        assert text.count(old) == 1, f"{path.name} has {text.count(old)} times {old!r}"
        text = text.replace(old, "\n".join(line[1:] for line in new.splitlines()))
    path.write_text(text, encoding="utf-8")


def call(project: Path, *command: str) -> str:
    """Run a command of the environment in the copy; what it printed."""
    program, *words = command
    own = os.environ | {"PYTHONPATH": str(project), "PYTEST_ADDOPTS": ""}
    path = Path(sys.executable).with_name(program) if program != "python" else sys.executable
    done = subprocess.run(
        [path, *words], cwd=project, env=own, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def checked(project: Path) -> None:
    """The copy keeps style and the order of rooms."""
    call(project, "ruff", "check", "lossacc", "notebooks")
    call(project, "ruff", "format", "--check", "lossacc", "notebooks")
    call(project, "lint-imports", "--no-cache")


LESSON_WORKS = """
from lossacc import experiment
from lossacc.commands.series import choose
from lossacc.quiz import check
from lossacc.quiz.question_tables import question
from pathlib import Path

lesson = experiment("seven-against-three")
runs = {arm.name: lesson.run(arm.name, seed=7) for arm in lesson.arms}
claim = lesson.claim("settles")
assert claim.judge(runs)[0]
assert not claim.judge(runs, control=True)[0]
assert question("seven of ten, at best").right == "B"
assert check("seven of ten", 0.611).verdict == "Right"
assert choose(Path("notebooks"), "99") == "99_seven_against_three.ipynb"
"""


@pytest.fixture(scope="module")
def with_lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_example("lesson", tmp_path_factory.mktemp("lesson"))


def test_a_lesson_is_a_folder_and_a_notebook_and_nothing_else(with_lesson: Path) -> None:
    before, after = files_of(ROOT), files_of(with_lesson)
    assert {path: after.get(path) for path in before} == before
    added = {path.rpartition("/")[0] for path in set(after) - set(before)}
    assert added == {"lossacc/lessons/seven_against_three", "notebooks"}


def test_an_added_lesson_is_listed_trained_judged_and_asked(with_lesson: Path) -> None:
    said = call(with_lesson, "python", "-m", "lossacc", "experiments")
    assert "seven-against-three: Seven against three" in said
    assert "The network settles at 70 %" in said
    call(with_lesson, "python", "-c", LESSON_WORKS)


NOTEBOOK_KEEPS_THE_RULES = """
from tests.notebooks import core, rules, running, test_at_rest as at_rest

notebook = running.read(at_rest.FOLDER / "99_seven_against_three.ipynb")
faults = [fault for rule in at_rest.STATIC for fault in rule(notebook)]
faults += rules.doors(notebook, "seven_against_three", at_rest.lossacc.__all__)
faults += rules.claims(notebook, at_rest.sentence)
faults += rules.questions(notebook, at_rest.asks)
faults += core.core(notebook, core.replies)
assert not faults, faults
"""


def test_an_added_lesson_keeps_the_rules(with_lesson: Path) -> None:
    checked(with_lesson)
    call(with_lesson, "python", "-c", NOTEBOOK_KEEPS_THE_RULES)


@pytest.mark.slow
@pytest.mark.parametrize("file", ["test_at_rest.py", "test_series.py"])
def test_an_added_notebook_passes_the_tests_of_notebooks(with_lesson: Path, file: str) -> None:
    words = ("-q", "-p", "no:cacheprovider", f"tests/notebooks/{file}", "-k", "99_seven")
    assert "passed" in call(with_lesson, "pytest", *words)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lesson", "check", "figure"])
def test_the_types_of_an_example_are_right(name: str, tmp_path: Path) -> None:
    call(with_example(name, tmp_path), "mypy", "--strict", "lossacc")


CHECK_WORKS = """
import numpy as np
import lossacc
from lossacc.support.keras_api import keras

model = keras().Sequential([keras().layers.Input((6,)), keras().layers.Dense(4)])
loss = keras().losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("sgd", loss)
x = np.random.default_rng(0).normal(size=(40, 6)).astype("float32")
same, several = np.zeros(40, int), np.arange(40) % 4
assert "one class" in [found.check for found in lossacc.audit(model, x, same).findings]
assert "one class" not in [found.check for found in lossacc.audit(model, x, several).findings]
assert "one class" in lossacc.audit(model, x, several).checked
"""


def test_an_added_check_is_made(tmp_path: Path) -> None:
    project = with_example("check", tmp_path)
    checked(project)
    call(project, "python", "-c", CHECK_WORKS)


FIGURE_WORKS = """
from lossacc import experiment, figures
from lossacc.figures.draw import figure, svg

picture = figures.rate_curve(experiment("both-fall").run(seed=0))
assert picture.title.startswith("The learning rate ends at ")
assert "learning rate" in svg(picture)
figure(picture).savefig("rates.png")
"""


def test_an_added_figure_is_drawn_by_both_renderers(tmp_path: Path) -> None:
    project = with_example("figure", tmp_path)
    checked(project)
    call(project, "python", "-c", FIGURE_WORKS)
    assert (project / "rates.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_is_short_and_names_the_rooms_in_their_order() -> None:
    assert len(TEXT.splitlines()) <= 200
    table = TEXT.partition("<!-- rooms -->")[2].partition("\n\n")[0]
    layers = SETTINGS["importlinter"]["contracts"][0]["layers"]
    assert re.findall(r"^\| `(\w+)` \|", table, flags=re.M) == layers
    assert {path.parent.name for path in (ROOT / "lossacc").glob("*/__init__.py")} == set(layers)


def test_every_command_of_the_page_is_understood() -> None:
    commands = re.findall(r"^lossacc (.*?)(?:\s+#.*)?$", TEXT, flags=re.M)
    assert len(commands) == 7
    for words in commands:
        _parser().parse_args(shlex.split(words))


def test_everything_that_the_page_names_is_there() -> None:
    marks = [mark.partition(":")[0] for mark in SETTINGS["pytest"]["ini_options"]["markers"]]
    assert {"slow", "browser", "network", "binder"} <= set(marks)
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    assert '"--arithmetic"' in conftest
    from tests import copies

    for name in ("shown", "copies", "slow_copies"):
        assert hasattr(copies, name)
    named = re.findall(r"(?:tests|lossacc|\.ci)/[\w./]+\w", TEXT)
    for path in {name for name in named if not re.search("NAME|ROOM", name)}:
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / target).exists(), target
    for module in re.findall(r"python -m ([\w.]+)", TEXT):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists() or module in ("venv", "pip")
