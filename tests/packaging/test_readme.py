"""README holds: its numbers are measured, its links lead somewhere, and its code runs."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import lossacc
from lossacc import Run, figures, lessons
from lossacc.commands.cli import _parser
from tests.packaging import front
from tests.project import ROOT, words

TEXT = front.PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.S))
LINKS = re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", TEXT)
SOURCES = re.findall(r'(?:src|srcset)="([^"]+)"', TEXT)


def test_it_is_short_enough_to_be_read() -> None:
    assert len(TEXT.splitlines()) <= 200


@pytest.mark.parametrize("name", front.PARTS)
def test_what_a_command_writes_is_what_it_would_write_now(name: str) -> None:
    assert front.shown(name, TEXT) == front.PARTS[name]()


@pytest.mark.parametrize("surprise", front.SURPRISES, ids=lambda one: one.told)
def test_a_verdict_is_borne_out_and_speaks_to_its_sentence(surprise: front.Surprise) -> None:
    for number in surprise.numbers:
        found = number.found()
        assert found.ready
        assert number.lost == (number.measures != "" and found.verdict == "harms")
    assert any(surprise.told in ids for ids in speaks_to(surprise.numbers[0]))


def speaks_to(number: front.Number) -> list[tuple[str, ...]]:
    """The sentences of the catalogue that what was measured speaks to."""
    name, _, of = number.source.partition("/")
    experiment = lessons.experiment(name)
    if number.measures:
        return [one.catalogue for one in experiment.remedies if one.arm == of]
    return [experiment.claim(of).catalogue]


def test_there_are_ten_verdicts_one_for_each_sentence() -> None:
    assert len({one.told for one in front.SURPRISES}) == len(front.SURPRISES) == 10
    rows = front.shown("verdicts", TEXT).splitlines()
    assert len([row for row in rows if row.startswith("| ")]) == 12


def test_a_number_that_is_not_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="is 0 times in the results"):
        front.Number("both-fall/never measured", front.POINTS).found()


def headings(path: Path) -> set[str]:
    """The places in a notebook or a page that a link may lead to."""
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        found = re.findall(r"^#+ (.*)$", text, flags=re.M)
        return {title.replace("`", "").replace(" ", "-") for title in found}
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in found}


@pytest.mark.parametrize("target", [target for _, target in LINKS] + SOURCES)
def test_every_link_leads_to_a_file_and_to_a_heading(target: str) -> None:
    name, _, fragment = target.partition("#")
    path = ROOT / name if name else front.PAGE
    assert path.is_file()
    if fragment:
        assert fragment in headings(path)


def test_what_you_see_names_notebook_and_section() -> None:
    table = TEXT.partition("## What do you see?")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| .* \| \[(\d\d), (\d+)\]\(notebooks/(\d\d)_\w+\.ipynb#(\d+)\.", table, re.M
    )
    assert len(rows) == len(re.findall(r"^\| ", table, flags=re.M)) - 1 >= 20
    for notebook, section, of, number in rows:
        assert (notebook, section) == (of, number)
    assert {row[0] for row in rows} == {f"{one.number:02}" for one in lessons.lessons()[1:]}


def test_notebook_00_has_the_same_table() -> None:
    """Where it has not: `python -m tests.packaging.front`."""
    notebook = front.START.read_text(encoding="utf-8")
    assert front.indexed(notebook, TEXT) == notebook
    assert "(01_two_rulers.ipynb#" in notebook


def test_every_notebook_has_a_line_with_its_own_minutes() -> None:
    table = TEXT.partition("## The series")[2].partition("\n## ")[0]
    found = re.findall(
        r"^\| (\d\d) \| \[[^\]]+\]\(notebooks/(.*)\) \| .* \| (\d+) \|$", table, re.M
    )
    told = {name: int(minutes) for number, name, minutes in found if name.startswith(number)}
    assert told == {path.name: minutes(path) for path in (ROOT / "notebooks").glob("*.ipynb")}


def minutes(notebook: Path) -> int:
    """What a notebook itself says, its core and the rest together."""
    text = notebook.read_text(encoding="utf-8")
    pattern = r"\*\*Time:\*\* about (\d+) minutes(?: (?:to read and run|for the core), and (\d+))?"
    (found,) = re.findall(pattern, text)
    return sum(int(number) for number in found if number)


@pytest.mark.parametrize("name", ["panel", "ledger"])
def test_a_picture_is_small_and_there_for_both_kinds_of_page(name: str) -> None:
    files = sorted((ROOT / front.IMAGES).glob(f"{name}-*"))
    assert [path.stem for path in files] == [f"{name}-dark", f"{name}-light"]
    assert all(path.stat().st_size < 150_000 for path in files)
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(SOURCES)
    if name == "panel":
        dark, light = (brightness(path) for path in files)
        assert dark.shape == light.shape
        assert dark.mean() < 100 < light.mean()


def brightness(path: Path) -> Any:
    """The pixels of an image, 0 to 255."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def test_every_picture_says_what_it_shows() -> None:
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', TEXT)
    assert len(alts) == TEXT.count("<img ") == TEXT.count("<picture>") == 2
    assert min(map(len, alts)) > 100


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of ours that stands in a table or a sentence."""
    for span in SPANS:
        try:
            tree = ast.parse(span)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield span, node


def called(function: ast.expr) -> Any:
    """What a name stands for."""
    names = {"lossacc": lossacc, "figures": figures, "run": Run, "ledger": lossacc.ledger}
    if isinstance(function, ast.Attribute):
        return getattr(called(function.value), function.attr)
    assert isinstance(function, ast.Name)
    from lossacc.lab import Lab

    return {**names, "Lab": Lab}[function.id]


@pytest.mark.parametrize(("span", "call"), list(calls()), ids=words)
def test_every_call_exists_and_takes_what_it_is_given(span: str, call: ast.Call) -> None:
    function = called(call.func)
    given: list[Any] = list(call.args)
    if (
        "run." in span
        and inspect.isfunction(function)
        and "self" in str(inspect.signature(function))
    ):
        given.insert(0, None)
    inspect.signature(function).bind(
        *given, **{str(word.arg): word.value for word in call.keywords}
    )


def test_there_are_calls_and_blocks_to_try() -> None:
    assert len(list(calls())) > 15
    assert len(BLOCKS) == 3


def own_training() -> dict[str, Any]:
    """What README takes for granted: images of one's own, and a compiled model."""
    from keras import Sequential, layers, losses

    images, held_out = lossacc.split(lossacc.load_digits(), 60, 60, seed=0)
    hidden = [layers.Flatten(), layers.BatchNormalization(), layers.Dropout(0.2)]
    model = Sequential([layers.Input(images.shape), *hidden, layers.Dense(10)])
    model.compile("adam", losses.SparseCategoricalCrossentropy(from_logits=True))
    names = ("x_train", "y_train", "x_val", "y_val")
    values = (images.images, images.labels, held_out.images, held_out.labels)
    return {"model": model, **dict(zip(names, values, strict=True))}


def test_its_code_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = own_training()
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    plt.close("all")
    printed = capsys.readouterr().out
    assert names["picture"].title in printed
    assert names["picture"].alt in printed
    assert {path.name for path in tmp_path.iterdir()} == {"curves.png", "mine.npz"}
    assert Run.load("mine.npz").epochs[-1] == 30
    for span in {span for span, _ in calls()} - {'Lab("sure-and-wrong")'}:
        own = {"x": names["x_train"], "y": names["y_train"]}
        eval(compile(span, span, "eval"), {**names, **own})


def test_every_command_is_understood() -> None:
    listed = TEXT.partition("## The commands\n")[2].partition("```\n")[2].partition("```")[0]
    spans = [span.removeprefix(".venv/bin/") for span in SPANS]
    lines = [line.split("   ")[0] for line in listed.splitlines()]
    commands = [line for line in lines + spans if line.startswith("lossacc ")]
    assert len(commands) > 10
    for command in commands:
        _, *given = shlex.split(command.replace("NAME [knob=value ...]", "both-fall noise=0.1"))
        _parser().parse_known_args([word for word in given if not word.startswith(("[", "..."))])


def test_it_lists_every_command() -> None:
    listed = TEXT.partition("## The commands\n")[2].partition("```\n")[2].partition("```")[0]
    told = {line.split()[1] for line in listed.splitlines()}
    assert told == set(subcommands())


def subcommands() -> list[str]:
    """The words that may follow `lossacc`."""
    (commands,) = (one for one in _parser()._actions if one.choices)
    return list(commands.choices or ())


CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_changes_name_what_there_is_now() -> None:
    """Every experiment, every command, and for each old name the new one."""
    (told,) = re.findall(r"- Phenomena with their claims: (.*?)\. Remedies", CHANGES, flags=re.S)
    assert told.replace("\n ", "").split(", ") == list(lessons.names())
    (commands,) = re.findall(r"- The commands (.*?); also as", CHANGES, flags=re.S)
    names = re.findall(r"`(?:lossacc )?(\w+)`", commands)
    assert sorted(names) == sorted(subcommands())
    for before, now in re.findall(r"^\| ([a-z-]+) \| ([a-z-]+) \|$", CHANGES, flags=re.M)[1:]:
        assert now in lessons.names()
        assert before not in lessons.names()
