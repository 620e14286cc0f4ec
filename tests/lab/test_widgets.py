"""The widgets agree with the state, whatever is pressed."""

import ipywidgets as W
import pytest

from lossacc import figures
from lossacc.lab import html_pictures
from lossacc.lab.controller import Controller
from lossacc.lab.empty_axes import axes_of
from lossacc.lab.featured import VIEWS, featured
from lossacc.lab.sketch import parting
from lossacc.lab.widgets import HIDDEN, PanelWidgets
from tests.lab.fakes import few_images, run_of


@pytest.fixture
def panel(controller, tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)  # where the prediction is kept
    made = PanelWidgets(controller, featured(controller.experiment))
    yield made
    made.close()


def shown(widget):
    return HIDDEN not in widget._dom_classes


def test_before_a_run_there_are_knobs_a_question_and_empty_axes(panel):
    assert panel.knobs["rate"].widget.what["label"] == "learning_rate"
    assert panel.knobs["rate"].value == 1.0
    assert panel.html["curves"].value.count("<svg") == 2
    assert "data-run" not in panel.html["curves"].value
    assert "Nothing is trained yet" in panel.html["status"].value
    assert panel.run.description == "Run"
    assert not panel.run.disabled
    assert panel.reset.disabled
    assert not panel.html["finding"].value
    assert not panel.html["verdict"].value


def test_a_run_draws_its_own_curves_and_tells_the_verdict(panel, controller, finished):
    panel.prediction.index = 1
    panel.run.click()
    finished(controller)
    html = panel.html
    assert html["curves"].value.startswith('<div data-run="1">')
    title = figures.curves(controller.history[0]).title
    assert title in html["finding"].value.replace("\u00a0", " ")
    assert html["plane"].value.startswith('<div data-run="1">')
    assert html["view"].value.startswith('<div data-run="1">')
    assert "not this time" in html["verdict"].value
    assert "Holds:" in html["claims"].value
    assert panel.run.description == "Run"
    assert not panel.run.disabled


def test_a_moved_knob_makes_the_picture_stale_and_moving_it_back_does_not(
    panel, controller, finished
):
    panel.run.click()
    finished(controller)
    panel.knobs["rate"].show(2.0)
    assert 'data-stale="true"' in panel.html["curves"].value
    status = panel.html["status"]
    assert "learning_rate 1.0; the knob says 2.0" in status.value
    assert status.value.startswith('<div role="status" aria-live="polite"')
    assert shown(status), "screen readers read no line that is hidden"
    panel.knobs["rate"].show(1.0)
    assert "data-stale" not in panel.html["curves"].value
    assert "Run 1 is done" in status.value


def test_a_variant_that_is_chosen_after_a_run_asks_for_a_prediction(panel, controller, finished):
    panel.prediction.index = 1
    panel.run.click()
    finished(controller)
    panel.variants.value = "fast"
    assert "says 2.0. Predict, then press Run." in panel.html["status"].value
    panel.prediction.index = 0
    assert "says 2.0. Press Run." in panel.html["status"].value


def test_a_variant_sets_the_knobs_and_run_shows_it_beside_the_base(panel, controller, finished):
    panel.prediction.index = 1
    panel.variants.value = "fast"
    assert panel.knobs["rate"].value == 2.0
    assert panel.prediction.index is None
    assert len(controller.history) == 0
    panel.run.click()
    finished(controller)
    assert ">base</text>" in panel.html["curves"].value
    assert ">fast</text>" in panel.html["curves"].value


def test_knobs_at_a_variant_s_settings_say_so_and_others_are_none(panel):
    panel.knobs["size"].show("large")
    assert panel.variants.value == "large"
    assert "Larger." in panel.html["variant"].value
    panel.knobs["rate"].show(0.5)
    assert panel.variants.value == ""


def test_the_list_does_not_say_none_while_the_knobs_stand_at_a_variant(panel, controller):
    panel.variants.value = "fast"
    panel.variants.set_state({"index": 0})
    assert panel.variants.value == controller.state.variant == "fast"
    assert panel.variants.index == 2


def test_while_it_trains_run_is_stop(panel, controller, trainer, begun, finished, monkeypatch):
    trainer.held.set()
    panel.run.click()
    begun()
    assert panel.run.description == "Stop"
    assert panel.five.disabled
    assert panel.step.disabled
    assert panel.variants.disabled
    assert panel.prediction.disabled
    assert "<progress" in panel.html["progress"].value
    panel.run.click()
    assert controller.state.activity == "training", "a double click on Run stops nothing"
    monkeypatch.setattr("lossacc.lab.widgets._DOUBLE", 0.0)
    panel.run.click()
    finished(controller)
    assert "stopped at epoch 1" in panel.html["status"].value


def test_stop_is_heard_however_soon_after_a_run_that_was_asked_about(
    panel, controller, trainer, finished, other
):
    panel.run.click()
    assert controller.state.question is not None
    controller.answer("wait")
    panel.run.click()
    finished(controller)
    assert not trainer.asked
    other[0].stop()
    finished(other[0])


def test_step_rests_and_run_goes_on(panel, controller, until, finished):
    panel.step.click()
    until(lambda: controller.state.activity == "resting")
    with controller.lock:  # all of it is shown
        assert panel.run.description == "Run"
        assert not panel.step.disabled
        assert panel.five.disabled
        assert panel.prediction.disabled, "an epoch was seen"
    panel.run.click()
    finished(controller)
    assert "epoch 5 of 5" in panel.html["status"].value


def test_nothing_says_what_came_of_it_before_the_end(panel, controller, until, finished):
    panel.step.click()
    until(lambda: controller.state.activity == "resting")
    assert not panel.html["finding"].value
    assert not panel.html["verdict"].value
    controller.stop()
    finished(controller)


def test_a_curve_that_is_drawn_is_laid_under_the_run_and_compared(panel, controller, finished):
    assert panel.sketch_button.disabled, "the axes are not known yet"
    knobs = controller.state.knobs
    run = run_of(knobs, 1, 1, few_images())
    controller.note_axes(controller.state.asked, axes_of(run))
    panel.sketch_button.click()
    assert shown(panel.paper)
    assert not shown(panel.html["curves"])
    box = panel.sketches.boxes["loss"]
    box.values = [0.5] * len(box.paper["epochs"])
    panel.run.click()
    finished(controller)
    assert shown(panel.html["curves"])
    assert not shown(panel.paper)
    (sketch,) = controller.state.sketches
    assert parting(sketch, controller.history[0]) in panel.html["verdict"].value
    assert ">expected</text>" in panel.html["curves"].value


@pytest.fixture
def drawn(panel, controller):
    """Draw the loss on the axes of what is asked for; give the sketch."""

    def draw(level):
        axes = axes_of(run_of(controller.state.knobs, 1, 1, few_images()))
        controller.note_axes(controller.state.asked, axes)
        panel.sketch_button.click()
        box = panel.sketches.boxes["loss"]
        box.values = [level] * len(box.paper["epochs"])
        return box.sketch

    return draw


def test_a_run_is_not_compared_with_a_curve_that_was_drawn_after_it(
    panel, drawn, controller, trainer, until, finished
):
    drawn(0.5)
    panel.run.click()
    finished(controller)
    verdict = panel.html["verdict"].value
    drawn(0.1)
    trainer.prepares.set()
    panel.run.click()
    until(lambda: len(trainer.asked) == 2)
    assert panel.html["verdict"].value == verdict
    controller.stop()
    finished(controller)
    assert panel.html["verdict"].value == verdict
    heir = Controller(controller.experiment, data=controller.data)
    heir.adopt(controller)
    taken_over = PanelWidgets(heir, panel.featured)
    assert taken_over.html["verdict"].value == verdict
    assert ">expected</text>" in taken_over.html["curves"].value
    taken_over.close()


def test_what_is_drawn_of_a_variant_is_not_laid_over_the_base(
    panel, drawn, controller, finished, monkeypatch
):
    seen = []
    monkeypatch.setattr(controller.throttle, "due", lambda: True)
    panel.variants.value = "fast"
    sketch = drawn(0.5)
    show = controller.on_change
    controller.on_change = lambda: (seen.append(controller.state.snapshot), show())
    panel.run.click()
    finished(controller)
    told = {(one.task.knobs["rate"], one.sketches) for one in seen if one is not None}
    assert told == {(1.0, ()), (2.0, (sketch,))}


def test_of_all_five_seeds_the_same_curve_is_expected(panel, drawn, controller, finished):
    sketch = drawn(0.5)
    panel.five.click()
    finished(controller)
    assert controller.state.snapshot.sketches == (sketch,)


def test_a_variant_that_is_chosen_clears_what_was_drawn(panel, drawn, controller):
    drawn(0.5)
    box = panel.sketches.boxes["loss"]
    box.done = True
    panel.variants.value = "fast"
    assert (box.values, box.done) == ([], False)
    axes = axes_of(run_of(controller.state.knobs, 1, 1, few_images()))
    controller.note_axes(controller.state.asked, axes)
    assert box.values == [], "nor does it come back with the new axes"


def test_what_is_drawn_is_of_its_knobs_alone(panel, drawn, controller, finished):
    sketch = drawn(0.5)
    panel.knobs["size"].show("large")
    assert panel.sketches.boxes["loss"].values == []
    panel.run.click()
    finished(controller)
    assert controller.state.sketches == ()
    panel.knobs["size"].show("small")
    assert panel.sketches.sketches == (sketch,), "it is there again with its knobs"


def test_what_was_drawn_before_the_kernel_s_restart_is_of_its_variant(
    panel, drawn, controller, trainer
):
    panel.variants.value = "fast"
    sketch = drawn(0.5)
    later = Controller(controller.experiment, data=controller.data)
    later.note_axes(later.state.asked, controller.state.axes)
    again = PanelWidgets(later, panel.featured)
    again.sketch_button.click()
    assert again.sketches.sketches == ()
    again.variants.value = "fast"
    assert again.sketches.sketches == (sketch,)
    again.close()


def test_the_panel_is_told_as_code(panel):
    panel.knobs["size"].show("large")
    assert 'Lab("fake", arm="large", seed=1)</code>' in panel.html["claims"].value.replace(
        "&quot;", '"'
    )


def test_the_other_knobs_are_in_a_fold(controller, tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)
    panel = PanelWidgets(controller, featured(controller.experiment, knobs=["rate"]))
    assert not shown(panel.others)
    panel.more.click()
    assert shown(panel.others)
    assert panel.more.description == "Fewer settings"
    panel.close()


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_drawn_of_the_run_shown(panel, controller, finished, view):
    panel.run.click()
    finished(controller)
    panel.views.value = view
    html = panel.html["view"].value
    assert html.startswith('<div data-run="1">')
    assert 'role="img"' in html
    assert ("<image" in html) == (view == "images")
    assert ("changed sides" in html or "Coin tosses" in html) == (view == "ledger")


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
    panel = PanelWidgets(controller, featured(controller.experiment))
    assert set(W.widgets.widget._instances) - before
    panel.close()
    left = [W.widgets.widget._instances[key] for key in set(W.widgets.widget._instances) - before]
    assert not [widget for widget in left if isinstance(widget, W.DOMWidget)]
