"""`Lab`: what it refuses, its static view, and panels that take each other's place."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from lossacc.data import glyphs, save_folder
from lossacc.lab import Lab
from lossacc.lab.state import MOST_SEED
from lossacc.support import cells
from tests.lab.fakes import Trainer, experiment, few_images


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)
    monkeypatch.setattr(cells, "_cells", {})


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setenv("LOSSACC_PANELS", "live")


@pytest.fixture
def still(monkeypatch):
    monkeypatch.setenv("LOSSACC_PANELS", "still")


def made(trainer=None, **settings):
    return Lab(experiment(trainer), data=few_images(), **settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"experiment": "both-fal"}, "experiment is 'both-fal'; .* Did you mean \"both-fall\"\\?"),
        ({"experiment": 3}, "experiment is 3; expected an experiment or its name"),
        ({"experiment": None}, "experiment is None; expected an experiment or its name"),
        ({"experiment": ["both-fall"]}, r"experiment is \['both-fall'\]; expected an experiment"),
        ({"experiment": Lab}, "experiment is the class Lab; expected an experiment or its name"),
        ({"arm": "fats"}, "arm is 'fats'; expected one of .* Did you mean \"fast\"\\?"),
        ({"arm": None}, 'arm is None; expected one of "base", "fast", "large"'),
        ({"arm": ["fast"]}, r"arm is \['fast'\]; expected one of"),
        ({"seed": -1}, "seed is -1; expected a whole number from 0 to 2147483647"),
        ({"seed": 2**40}, "seed is 1099511627776; expected a whole number from 0 to 2147483647"),
        ({"seed": "one"}, "seed is 'one'; expected a whole number"),
        ({"seed": True}, "seed is True; expected a whole number"),
        ({"seed": 1.0}, "seed is 1.0; expected a whole number"),
        ({"seed": None}, "seed is None; expected a whole number"),
        ({"data": [1, 2]}, r"data is \[1, 2\]; expected a lossacc.Examples"),
        ({"data": np.zeros((4, 3, 3, 1))}, "data is an array of shape .* expected a lossacc.Exam"),
        ({"limit": 0}, "limit is 0; expected a number above 0"),
        ({"limit": -1.0}, "limit is -1.0; expected a number above 0"),
        ({"limit": float("nan")}, "limit is nan; expected a number above 0"),
        ({"limit": "60"}, "limit is '60'; expected a number above 0"),
        ({"limit": True}, "limit is True; expected a number above 0"),
        ({"knobs": "rate"}, "knobs is 'rate'; expected a list of texts"),
        ({"knobs": ["rat"]}, 'one of knobs is .rat.; expected .* Did you mean "rate"\\?'),
        ({"variants": ["fats"]}, 'one of variants is .fats.; expected .* Did you mean "fast"\\?'),
        ({"variants": 3}, "variants is 3; expected a list of texts"),
        ({"rat": 2.0}, r"no knob 'rat'; expected one of rate, size \(did you mean 'rate'\?\)"),
        ({"rate": 3.0}, "got rate=3.0; expected one of 0.5, 1.0, 2.0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(settings, said):
    with pytest.raises((TypeError, ValueError), match=said):
        Lab(**{"experiment": experiment(), **settings})


def test_numbers_of_numpy_are_numbers():
    one = made(seed=np.int64(3), limit=np.float32(2.0))
    assert one._controller.state.seed == 3
    assert type(one._controller.state.seed) is int
    assert one._controller.limit == 2.0


def test_the_largest_seed_is_shown_as_it_is(live):
    one = made(seed=MOST_SEED)
    one._repr_mimebundle_()
    assert one._panel.seed.value == one._controller.state.seed == MOST_SEED
    one.close()


def test_a_panel_without_a_run_says_so():
    with pytest.raises(ValueError, match="this panel has no run yet; press Run in it first"):
        _ = made().run


def test_the_static_view_is_the_picture_of_its_arm_trained_for_real(still):
    trainer = Trainer()
    one = made(trainer, arm="fast", seed=4)
    bundle = one._repr_mimebundle_()
    assert trainer.asked == [({"rate": 2.0, "size": "small"}, 4)]
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "Does the panel work?" in bundle["text/html"]
    assert "<details><summary>The numbers</summary>" in bundle["text/html"]
    assert 'alt="' in bundle["text/html"]
    assert "Twice as fast." in bundle["text/plain"]
    assert not [kind for kind in bundle if "widget" in kind]
    assert one.run.settings["arm"] == "fast"
    one._repr_mimebundle_()
    assert len(trainer.asked) == 1


def test_without_the_panels_own_controls_there_is_the_picture_and_what_to_install(
    live, monkeypatch
):
    monkeypatch.setattr("lossacc.lab.lab.find_spec", lambda name: None)
    shown = made(Trainer())._repr_mimebundle_()
    assert "pip install anywidget" in shown["text/plain"]
    assert shown["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" not in shown


def test_too_few_images_are_told_in_the_static_view(still):
    bundle = Lab(experiment(), data=few_images().take([0, 1]))._repr_mimebundle_()
    assert "needs 4 images of 2 classes or more; got 2" in bundle["text/plain"]


@pytest.fixture
def folder(tmp_path):
    save_folder(glyphs(40, classes="AB", size=40, channels=3, seed=0), tmp_path / "mine")
    return tmp_path / "mine"


def test_a_folder_of_one_s_own_pictures_is_trained_on(folder, still):
    one = Lab("nine-against-one", data=folder)
    shown = one._repr_mimebundle_()
    assert shown["image/png"].startswith(b"\x89PNG")
    assert one.run.settings["data"] == f"folder {folder}"
    assert one.run.train.classes == 2


def test_a_cell_that_runs_again_has_the_same_pictures_until_one_more_comes(folder):
    one, other = (Lab("nine-against-one", data=str(folder)) for _ in range(2))
    assert one.is_like(other)
    shutil.copy(next((folder / "A").iterdir()), folder / "A" / "new.png")
    os.utime(folder / "A", ns=(0, 1))  # a clock that is coarse might not have moved
    later = Lab("nine-against-one", data=folder)
    assert len(later._controller.data) == 41
    assert not one.is_like(later)


def test_a_folder_that_is_not_there_is_told():
    with pytest.raises(FileNotFoundError, match="There is no data set or folder 'digitz'"):
        Lab("nine-against-one", data="digitz")


def test_too_few_pictures_are_refused_with_the_experiments_that_can_use_them(folder):
    with pytest.raises(ValueError, match="both-fall needs 1400 images of 4 classes") as told:
        Lab("both-fall", data=folder)
    assert str(told.value).endswith(
        "These experiments can use them: nine-against-one, five-against-five."
    )


def test_without_a_live_front_end_no_widget_is_made():
    program = (
        "import os, sys; os.environ['LOSSACC_PANELS'] = 'still'\n"
        "from lossacc.lab import Lab\n"
        "Lab('nine-against-one')\n"
        "print('ipywidgets' in sys.modules, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_the_live_view_is_a_widget_and_stores_no_picture(live):
    one = made()
    bundle = one._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "live in a running notebook" in bundle["text/html"]
    assert "image/png" not in bundle
    one.close()


def test_the_rehearsal_is_no_run(live, until):
    one = made()
    one._repr_mimebundle_()
    until(lambda: not one._rehearsal.alive)
    assert len(one.runs) == 0
    assert one.state == "idle"
    one.close()


def test_what_the_learner_is_about_to_ask_for_is_rehearsed(live, until):
    trainer = Trainer()
    one = made(trainer)
    one._repr_mimebundle_()
    until(lambda: not one._rehearsal.alive)
    one._controller.move("rate", 2.0)
    one._controller.choose_seed(7)
    until(lambda: not one._rehearsal.alive)
    assert trainer.asked[-1] == ({"rate": 2.0, "size": "small"}, 7)
    asked = len(trainer.asked)
    one._controller.choose_seed(7)  # nothing has changed
    assert len(trainer.asked) == asked
    assert len(one.runs) == 0
    one.close()


def test_nothing_is_rehearsed_while_something_trains_or_after_the_panel_is_closed(live, until):
    trainer = Trainer()
    one = made(trainer)
    one._repr_mimebundle_()
    until(lambda: not one._rehearsal.alive)
    former = one._rehearsal
    trainer.held.set()
    one._controller.run()
    until(lambda: one.state == "training" and one._controller.state.snapshot is not None)
    one._controller.choose_seed(8)
    assert one._rehearsal is former
    trainer.held.clear()
    until(lambda: one.state == "idle")
    former = one._rehearsal
    one.close()
    one._controller.choose_seed(9)
    assert one._rehearsal is former


def test_a_cell_that_runs_again_shows_a_new_panel_with_the_former_one_s_runs(live, cell, until):
    trainer = Trainer()
    trainer.held.set()
    first, second = made(trainer), None
    second = Lab(first.experiment, data=first._controller.data)
    cell("cell 1", "request 1")
    first._repr_mimebundle_()
    first._controller.run()
    until(lambda: first._controller.state.snapshot is not None)
    cell("cell 1", "request 2")
    second._repr_mimebundle_()
    assert first._panel is None
    assert first.state == "idle"
    assert len(second.runs) == 1
    assert "stopped" in second.run.settings
    second.close()


def test_another_cell_and_the_same_run_of_a_cell_replace_nothing(live, cell):
    one, other, third = made(), made(), made()
    cell("cell 1", "request 1")
    one._repr_mimebundle_()
    other._repr_mimebundle_()
    cell("cell 2", "request 2")
    third._repr_mimebundle_()
    assert all(shown._panel is not None for shown in (one, other, third))
    for shown in (one, other, third):
        shown.close()


def test_a_panel_that_is_shown_again_stays_the_same(live, cell):
    one = made()
    cell("cell 1", "request 1")
    one._repr_mimebundle_()
    panel = one._panel
    cell("cell 1", "request 2")
    one._repr_mimebundle_()
    assert one._panel is panel
    one.close()


def test_knobs_by_name_move_the_arm_and_are_trained_in_the_static_view(still):
    trainer = Trainer()
    made(trainer, arm="fast", size="large")._repr_mimebundle_()
    assert trainer.asked == [({"rate": 2.0, "size": "large"}, 1)]


def test_a_cell_chooses_what_is_in_sight(live):
    one = made(knobs=["size"], variants=["large"])
    one._repr_mimebundle_()
    panel = one._panel
    assert list(panel.others.children) == [panel.knobs["rate"].box]
    assert [name for _, name in panel.variants.options] == ["", "base", "large"]
    one.close()


def test_more_than_four_knobs_are_refused():
    knobs = ["network", "outliers", "batch_size", "learning_rate", "clip"]
    with pytest.raises(ValueError, match="knobs names 5; expected 4 at most"):
        Lab("nine-against-one", knobs=knobs)


def test_the_rehearsal_finds_the_empty_axes(live, until):
    one = made()
    one._repr_mimebundle_()
    until(lambda: ">base rate</text>" in one._panel.html["plane"].value)
    assert ">ln 2</text>" in one._panel.html["curves"].value
    assert one._controller.state.axes.loss_lines
    assert [line.label for line in one._controller.state.axes.accuracy_lines] == ["base rate 50 %"]
    assert one._controller.state.snapshot is None
    one.close()


def test_a_prediction_outlives_the_kernel(live):
    one = made()
    one._repr_mimebundle_()
    one._panel.prediction.index = 1
    one.close()
    other = made()
    other._repr_mimebundle_()
    assert other._panel.prediction.index == 1
    other.close()


def test_stop_waits_until_it_has_stopped(live, until):
    trainer = Trainer()
    trainer.held.set()
    one = made(trainer)
    one._controller.run()
    until(lambda: one._controller.state.snapshot is not None)
    one.stop()
    assert one.state == "idle"
    assert len(one.runs) == 1
