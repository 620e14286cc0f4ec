"""The widgets agree with the state, whatever is pressed."""

import ipywidgets as W
import pytest

from lossacc import figures
from lossacc.lab import html_pictures
from lossacc.lab.widgets import HIDDEN, PanelWidgets


@pytest.fixture
def panel(controller, tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)  # where the prediction is kept
    made = PanelWidgets(controller)
    yield made
    made.close()


def shown(widget):
    return HIDDEN not in widget._dom_classes


def test_before_a_run_there_are_knobs_a_question_and_nothing_drawn(panel):
    assert panel.knobs["rate"].description == "learning_rate"
    assert panel.knobs["rate"].value == 1.0
    assert panel.html["curves"].value == ""
    assert "Nothing is trained yet" in panel.html["status"].value
    assert not panel.run.disabled
    assert panel.stop.disabled
    assert shown(panel.asks)
    assert not shown(panel.views)


def test_a_run_draws_its_own_curves_and_tells_the_verdict(panel, controller, finished):
    panel.prediction.value = "It stays above."
    panel.run.click()
    finished(controller)
    html = panel.html
    assert html["curves"].value.startswith('<div data-run="1">')
    title = figures.curves(controller.history[0]).title
    assert title in html["curves"].value.replace("\u00a0", " ")
    assert html["view"].value.startswith('<div data-run="1">')
    assert "not this time" in html["verdict"].value
    assert "Holds:" in html["claims"].value
    assert not panel.run.disabled
    assert panel.stop.disabled


def test_a_moved_knob_makes_the_picture_stale_and_moving_it_back_does_not(
    panel, controller, finished
):
    panel.run.click()
    finished(controller)
    panel.knobs["rate"].value = 2.0
    assert 'data-stale="true"' in panel.html["curves"].value
    assert "learning_rate 1.0; the knob says 2.0" in panel.html["stale"].value
    panel.knobs["rate"].value = 1.0
    assert "data-stale" not in panel.html["curves"].value
    assert panel.html["stale"].value == ""


def test_an_arm_moves_the_knobs_and_names_both_runs(panel, controller, finished):
    panel.arms[0].click()
    finished(controller)
    assert panel.knobs["rate"].value == 2.0
    assert ">base</text>" in panel.html["curves"].value
    assert ">fast</text>" in panel.html["curves"].value


def test_while_it_trains_only_stop_can_be_pressed(panel, controller, trainer, until, finished):
    trainer.held.set()
    panel.run.click()
    until(lambda: controller.state.snapshot is not None)
    assert panel.run.disabled
    assert panel.five.disabled
    assert all(button.disabled for button in panel.arms)
    assert not panel.stop.disabled
    assert "<progress" in panel.html["progress"].value
    panel.stop.click()
    finished(controller)
    assert "stopped at epoch 1" in panel.html["status"].value


def test_the_prediction_folds_when_it_trains_and_comes_back(panel, controller, finished):
    panel.prediction.value = "It stays above."
    panel.run.click()
    finished(controller)
    assert not shown(panel.asks)
    assert "It stays above." in panel.html["predicted"].value
    panel.change.click()
    assert shown(panel.asks)
    panel.run.click()
    finished(controller)
    panel.reset.click()
    assert shown(panel.asks)
    assert panel.html["curves"].value == ""


@pytest.mark.parametrize("view", html_pictures.VIEWS)
def test_each_view_is_drawn_of_the_run_shown(panel, controller, finished, view):
    panel.run.click()
    finished(controller)
    panel.views.value = view
    html = panel.html["view"].value
    assert html.startswith('<div data-run="1">')
    assert 'role="img"' in html
    assert ("<image" in html) == (view == "images")
    assert ("changed sides" in html) == (view == "ledger")


def test_a_picture_that_cannot_be_drawn_ends_no_training_and_is_told(
    panel, controller, finished, monkeypatch
):
    def broken(snapshot):
        raise ValueError("no such colour")

    monkeypatch.setattr(html_pictures, "curves", broken)
    panel.run.click()
    finished(controller)
    assert len(controller.history) == 1
    assert "A picture cannot be drawn: no such colour" in panel.html["error"].value


def test_closing_leaves_no_widget(controller, tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)
    before = set(W.widgets.widget._instances)
    panel = PanelWidgets(controller)
    assert set(W.widgets.widget._instances) - before
    panel.close()
    left = [W.widgets.widget._instances[key] for key in set(W.widgets.widget._instances) - before]
    assert not [widget for widget in left if isinstance(widget, W.DOMWidget)]
