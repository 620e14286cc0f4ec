"""`verify --commit`, `--judge` and `--confirm` on a copy of the results; what they print."""

import json
import shutil

import pytest

from lossacc import lessons
from lossacc.claims import cache
from lossacc.claims.report import Report
from lossacc.claims.task import Failure
from lossacc.commands import progress as progress_
from lossacc.commands.cli import main
from lossacc.data import glyphs, save_folder
from lossacc.lessons import registry
from tests.project import ROOT

NAME = "sure-and-wrong"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Work on a copy of all results, and keep what is measured beside it."""
    shutil.copytree(ROOT / "lossacc" / "lessons", tmp_path / "lessons")
    registry.lessons()  # found in the package before its folder is another
    monkeypatch.setattr(registry, "_folder", lambda: tmp_path / "lessons")
    monkeypatch.setattr(cache, "user_folder", lambda: tmp_path / "kept")
    return tmp_path / "lessons" / "two_rulers" / "results"


def test_one_command_measures_and_writes_and_later_ones_judge_and_confirm(copy, capsys):
    assert main(["verify", NAME, "--seeds", "7:9", "--jobs", "1", "--commit"]) == 0
    measured = (copy / f"{NAME}.json").read_text()
    assert lessons.results(NAME).rows[0].seeds == len(lessons.evidence(NAME)) == 2
    assert "Seeds 7 to 8" in (copy / "README.md").read_text()
    assert f"`{NAME}/turns up`" in (copy.parents[1] / "VERDICTS.md").read_text()

    # An old fingerprint, as after a change of the code.
    told = json.loads(measured)
    told["fingerprint"]["code of train"] = told["fingerprint"]["rule of claim turns up"] = "old"
    (copy / f"{NAME}.json").write_text(json.dumps(told))
    assert main(["verify", NAME, "--judge", "--commit"]) == 0
    assert "turns up" in capsys.readouterr().out
    parts = lessons.results(NAME).fingerprint
    assert (parts["code of train"], parts["rule of claim turns up"] != "old") == ("old", True)

    assert main(["verify", NAME, "--confirm", "--seeds", "7:8", "--jobs", "1"]) == 0
    assert "confirmed on seeds 7: numbers moved by 0" in capsys.readouterr().out
    assert lessons.results(NAME).fingerprint["code of train"] != "old"
    assert "confirmed on seeds 7" in (copy / "README.md").read_text()


def test_what_holds_on_other_images_is_written_beside_the_results(copy, tmp_path, capsys):
    name = "nine-against-one"
    save_folder(glyphs(20, classes=2, size=8, seed=0), tmp_path / "mine")
    words = ["verify", name, "--seeds", "7:8", "--jobs", "1", "--data", str(tmp_path / "mine")]
    assert main([*words, "--commit-as", "letters"]) == 0
    place = copy.parents[1] / "nine_against_one" / "results"
    (found,) = [one for one in lessons.elsewhere(name) if one.data == "letters"]
    assert (found.seeds, found.rows[0].held) == ((7, 8), 1)
    assert lessons.results(name).data == "digits"
    page = (place / "README.md").read_text()
    assert "### On other images" in page
    assert "On letters" in page
    assert main([*words[:-2], "--commit-as", "letters"]) == 2
    assert "expected one word, in letters, with --data" in capsys.readouterr().err
    assert main([*words, "--commit-as", "my/letters"]) == 2


def test_confirm_writes_nothing_where_something_came_out_otherwise(copy, capsys, monkeypatch):
    assert main(["verify", NAME, "--seeds", "7:8", "--jobs", "1", "--commit"]) == 0
    file = copy / f"{NAME}.seeds.json"
    told = json.loads(file.read_text())
    told["claims"]["turns up"]["claim"]["rise of the loss"] = [0.01]
    file.write_text(json.dumps(told))
    before = (copy / f"{NAME}.json").read_text()
    capsys.readouterr()
    assert main(["verify", NAME, "--confirm", "--jobs", "1"]) == 1
    assert "turns up, seed 7: the claim has another verdict" in capsys.readouterr().out
    assert (copy / f"{NAME}.json").read_text() == before
    assert main(["verify", NAME, "--confirm", "--seeds", "3:4"]) == 2
    assert "expected some of those that are committed" in capsys.readouterr().err


def failing(monkeypatch, *seeds):
    """Let the trainings on some seeds fail, and give committed evidence for the others."""
    kept = {one.seed: one for one in lessons.evidence(NAME)}

    def attempted(task):
        if task.seed in seeds:
            return Failure(NAME, task.seed, "base", "out of memory")
        return kept[task.seed]

    monkeypatch.setattr("lossacc.claims.measure.attempted", attempted)
    return sorted(kept)[:3]


def test_what_failed_is_named_counted_nowhere_and_never_committed(
    copy, capsys, monkeypatch, tmp_path
):
    first, middle, last = failing(monkeypatch)
    failing(monkeypatch, middle)
    before = (copy / f"{NAME}.json").read_text()
    words = ["verify", NAME, "--seeds", f"{first}:{last + 1}", "--jobs", "1"]
    assert main([*words, "--commit", "--json", str(tmp_path / "r.json")]) == 1
    heard = capsys.readouterr()
    said = f"{NAME}, seed {middle}, arm 'base': out of memory"
    assert f"Not measured: {said}" in heard.out
    assert f"Seeds {first} to {last} without 1 of them" in heard.out
    assert heard.err == f"lossacc: {NAME} is not committed, as not all was measured\n"
    assert (copy / f"{NAME}.json").read_text() == before
    report = Report.load(tmp_path / "r.json")
    assert (report.failed, report.ready) == ((said,), False)
    assert {row.seeds for row in report.rows} == {2}

    failing(monkeypatch)  # what was finished is not measured again
    assert main([*words, "--json", str(tmp_path / "r.json")]) == 0
    assert "failed" not in json.loads((tmp_path / "r.json").read_text())


def test_where_nothing_can_be_kept_it_is_said_and_measured_all_the_same(
    copy, capsys, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(cache, "user_folder", lambda: tmp_path / "file" / "kept")
    first = failing(monkeypatch)[0]
    assert main(["verify", NAME, "--seeds", f"{first}:{first + 1}", "--jobs", "1"]) == 0
    heard = capsys.readouterr()
    assert heard.err.startswith(
        "lossacc: nothing is kept, as this is not possible: what is finished: "
    )
    assert "held 1 of 1" in heard.out


def test_where_all_failed_there_is_a_sentence(copy, capsys, monkeypatch):
    first = failing(monkeypatch)[0]
    failing(monkeypatch, first)
    words = ["verify", NAME, "--seeds", f"{first}:{first + 1}", "--jobs", "1"]
    assert main(words) == 1
    heard = capsys.readouterr()
    assert heard.err == (
        f"lossacc: nothing was measured: {NAME}, seed {first}, arm 'base': out of memory\n"
    )


def test_a_damaged_result_is_named(copy, capsys):
    for text in ("{", "[]", '{"rows": 3}', "[" * 100_000, "null"):
        (copy / f"{NAME}.json").write_text(text)
        assert main(["results", NAME]) == 2
        assert f"{NAME}.json' is no file that lossacc verify --commit wrote" in (
            capsys.readouterr().err
        )


def test_results_and_verdicts_are_printed(capsys):
    assert main(["results", NAME]) == 0
    said = capsys.readouterr().out
    assert "Sure and wrong (sure-and-wrong)" in said
    assert "held" in said
    assert main(["verdicts"]) == 0
    said = capsys.readouterr().out
    assert "C05  Loss and accuracy can fall together.\n  RIGHT." in said
    assert "both-fall/training: fall of the accuracy" in said
    assert "(01_two_rulers)" in said


def test_the_bar_is_quiet_where_nobody_watches(capsys):
    with progress_.progress("seeds") as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")


def test_the_bar_shows_how_much_is_done_and_the_time_left(capsys, monkeypatch):
    monkeypatch.setattr(progress_, "on_terminal", lambda: True)
    with progress_.progress("seeds") as tell:
        tell(1, 4)
        tell(2, 4)
    said = capsys.readouterr().err
    assert "seeds" in said
    assert "2/4" in said
    assert "left" in said
