"""Runs are named, compared and saved, in the panel and in a cell."""

import xml.etree.ElementTree as ElementTree

import pytest

from lossacc.lab import Lab
from lossacc.lab.featured import featured
from lossacc.lab.pictures import RUNS
from lossacc.lab.run_history import IN_MEMORY
from lossacc.lab.run_names import LONGEST
from lossacc.lab.script import text_of
from lossacc.lab.widgets import PanelWidgets
from lossacc.runs.run import Run
from tests.lab.fakes import Trainer, experiment, few_images


@pytest.fixture
def panel(controller, tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)
    made = PanelWidgets(controller, featured(controller.experiment))
    yield made
    made.close()


@pytest.fixture
def three(panel, controller, finished):
    """A panel after a run of the base, of "fast" and of knobs that are no arm."""
    for rate, size in ((1.0, "small"), (2.0, "small"), (2.0, "large")):
        panel.knobs["rate"].show(rate)
        panel.knobs["size"].show(size)
        panel.run.click()
        finished(controller)
    panel.views.value = RUNS
    return panel


def files(folder):
    return sorted(one.name for one in folder.iterdir() if one.suffix != ".json")


def test_each_run_is_listed_with_what_sets_it_apart(three):
    rows = three.runs.list.rows
    assert [(row["number"], row["name"]) for row in rows] == [
        (1, "base"), (2, "fast"), (3, "rate 2.0, size large")]  # fmt: skip
    assert all(row["told"].startswith("loss ") for row in rows)
    assert "Tick two runs" in three.runs.told.value


def test_a_name_that_is_written_is_used_everywhere(three, controller, finished):
    three.runs.list.renamed = [2, "  twice   as fast "]
    assert three.runs.list.rows[1]["name"] == "twice as fast"
    assert three.runs.list.renamed == [], "it was heard"
    three.runs.list.ticked = [1, 2]
    assert ">twice as fast</text>" in three.html["curves"].value
    assert "(twice as fast)" in three.html["finding"].value
    assert "twice as fast: as “fast”, seed 1." in three.html["finding"].value
    assert not three.html["verdict"].value, "which is of the newest run alone"
    three.runs.list.ticked = []
    assert three.html["verdict"].value
    three.run.click()
    finished(controller)
    assert ">twice as fast</text>" in three.html["curves"].value


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "ame is ''; expected 1 to 40 letters"),
        ("   ", "expected 1 to 40 letters"),
        ("a" * 41, "expected 1 to 40 letters"),
        ("a\u200bb", "expected 1 to 40 letters"),
        ("base", "ame is 'base', which is the name of run 1; expected another one"),
        (None, "ame is None; expected text"),
    ],
)
def test_a_name_that_cannot_be_is_told_of_and_the_old_one_stays(three, name, said):
    three.runs.list.renamed = [2, name]
    assert said in three.runs.told.value.replace("&#x27;", "'")
    assert 'role="alert"' in three.runs.told.value
    assert three.runs.list.rows[1]["name"] == "fast"
    assert three.runs.list.renamed == []


def test_the_page_takes_as_many_letters_as_a_name_may_have():
    assert f"const LONGEST = {LONGEST};" in text_of("run_list.js")


@pytest.mark.parametrize("sent", [[9, "nine"], [0, "none"], ["2", "two"], [2], ["x", "y", "z"]])
def test_what_no_page_of_ours_sends_names_nothing(three, controller, sent):
    three.runs.list.renamed = sent
    assert 'role="alert"' in three.runs.told.value
    assert controller.history.given_names == {}
    three.runs.list.ticked = [1, 9]
    assert "there are 3" in three.runs.told.value
    assert three.runs.list.ticked == []


def test_two_ticks_compare_and_another_view_or_run_ends_it(three, controller, finished):
    three.runs.list.ticked = [3, 1]
    assert controller.state.compared == (1, 3)
    for part in ("curves", "plane"):
        assert three.html[part].value.startswith('<div data-compared="1 3">')
    assert ">base</text>" in three.html["curves"].value
    assert "loss ends" in three.html["finding"].value
    three.views.value = "ledger"
    assert three.html["curves"].value.startswith('<div data-run="3">')
    three.views.value = RUNS
    assert three.html["curves"].value.startswith('<div data-compared="1 3">')
    three.run.click()
    finished(controller)
    assert three.html["curves"].value.startswith('<div data-run="4">')
    assert three.runs.list.ticked == []


def test_more_than_can_be_told_apart_are_refused(three, controller, finished):
    three.five.click()
    finished(controller)
    three.runs.list.ticked = [1, 2, 3, 4, 5]
    assert controller.state.compared == (1, 2, 3, 4, 5)
    three.runs.list.ticked = [1, 2, 3, 4, 5, 6]
    assert "6 runs are ticked; 5 at most" in three.runs.told.value
    assert three.runs.list.ticked == [1, 2, 3, 4, 5]


def test_what_is_shown_is_saved_as_one_figure_with_its_caption(three, tmp_path):
    three.runs.list.ticked = [1, 2]
    three.runs.save_figure.click()
    assert files(tmp_path) == ["fake.png", "fake.svg"]
    assert f"Saved in {tmp_path}: fake.png, fake.svg." in three.runs.told.value
    texts = ElementTree.parse(tmp_path / "fake.svg").getroot().itertext()
    words = " ".join(texts)
    assert "A fake. Loss and accuracy on the validation set over the epochs." in words
    assert "base: seed 1. fast: seed 1." in words
    three.runs.list.ticked = []
    three.runs.save_figure.click()
    assert files(tmp_path)[:2] == ["fake-2.png", "fake-2.svg"], "nothing is written over"
    words = " ".join(ElementTree.parse(tmp_path / "fake-2.svg").getroot().itertext())
    assert "Run 3" in words


def test_runs_that_are_ticked_or_the_newest_are_saved_with_their_names(three, controller, tmp_path):
    assert len(controller.history) > IN_MEMORY, "one is read from its file"
    three.runs.list.ticked = [1, 2]
    three.runs.file.value = "mine"
    three.runs.save_runs.click()
    assert files(tmp_path) == ["mine-base.npz", "mine-fast.npz"]
    loaded = Run.load(tmp_path / "mine-base.npz")
    assert loaded.settings["name"] == "base"
    assert (loaded.train.loss == controller.history[0].train.loss).all()
    three.runs.list.ticked = []
    three.runs.save_runs.click()
    assert "mine-rate-2.0-size-large.npz" in files(tmp_path)


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "x" * 81, "../up"])
def test_a_file_name_that_cannot_be_is_told_of(three, name, tmp_path):
    three.runs.file.value = name
    three.runs.save_figure.click()
    three.runs.save_runs.click()
    assert "expected letters, digits, spaces" in three.runs.told.value
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told_of(three, monkeypatch, tmp_path):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path / "gone")
    three.runs.save_figure.click()
    assert "there is no folder" in three.runs.told.value
    three.runs.save_runs.click()
    assert "there is no folder" in three.runs.told.value


def test_without_a_run_nothing_can_be_saved(panel):
    panel.views.value = RUNS
    assert "There is no run yet." in panel.runs.told.value
    assert panel.runs.save_figure.disabled
    assert panel.runs.save_runs.disabled


def test_in_a_cell_runs_are_named_compared_and_saved(controller, finished, tmp_path):
    lab = Lab(controller.experiment, data=few_images())
    with pytest.raises(ValueError, match="no run yet"):
        lab.compare()
    for rate in (1.0, 2.0, 2.0):
        lab._controller.move("rate", rate)
        lab._controller.run()
        finished(lab._controller)
    assert lab.names == ("base", "fast", "fast #2")
    lab.rename("fast #2", "again")
    assert lab.names[2] == "again"
    picture = lab.compare("base", "again")
    assert "again: as “fast”, seed 1." in picture.caption
    assert picture.save(tmp_path / "both.png").stat().st_size > 1000
    assert lab.compare().table.rows[-1][0] == "again"
    assert lab.named("base") is not None
    with pytest.raises(ValueError, match=r"name is 'fats'; expected one of .*Did you mean"):
        lab.compare("fats")
    with pytest.raises(ValueError, match="which is the name of run 1"):
        lab.rename("again", "base")


def test_the_next_panel_of_the_cell_keeps_the_names(trainer, controller, finished):
    lab = Lab(experiment(Trainer()), data=few_images())
    lab._controller.run()
    finished(lab._controller)
    lab.rename("base", "first")
    heir = Lab(lab.experiment, data=few_images())
    heir._controller.adopt(lab._controller)
    assert heir.names == ("first",)
