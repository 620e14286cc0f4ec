"""A learner at one panel, on the current ipykernel and on one that threads otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lossacc.lab.featured import featured
from lossacc.lessons import experiment as load
from tests.browser.notebook import Notebook
from tests.browser.panel import LONG, QUICK, Panel, open_panel

pytestmark = pytest.mark.browser

SURE = load("sure-and-wrong")


@pytest.fixture
def panel(notebook: Notebook) -> Iterator[Panel]:
    """A panel of `sure-and-wrong` that stands at few images and few epochs."""
    opened = open_panel(notebook, "lab", '"sure-and-wrong"')
    opened.move(QUICK)
    yield opened
    opened.ask("close()")


def test_predict_run_and_verdict(panel: Panel) -> None:
    assert SURE.prediction is not None
    guess = SURE.prediction.outcomes[0].says
    panel.part("prediction").get_by_label(featured(SURE).words[0], exact=True).check()
    assert guess in panel.says("says"), "the chosen one is shown in full"
    panel.move(LONG)
    panel.watch()
    panel.run(60)
    noted = panel.pictures(1)
    assert len(noted) >= 4, "the curves move"
    training = [one["progress"] for one in noted if one["progress"] is not None]
    assert len(set(training)) >= 3, "they move while the training goes on"
    assert panel.epochs() == 160
    panel.assert_own_picture()
    outcome = panel.ask("experiment.prediction.outcome(lab.run).says")
    assert guess.rstrip(".") in panel.says("verdict")
    assert ("not this time" in panel.says("verdict")) == (guess != outcome)
    assert panel.ask("experiment.prediction.measured(lab.run)") in panel.says("verdict")
    assert panel.says("status")


def test_claims_that_cover_the_settings_are_told(notebook: Notebook) -> None:
    panel = open_panel(notebook, "lab", '"nine-against-one"')
    panel.run()
    experiment = load("nine-against-one")
    panel.part("claims").locator("summary").first.click()
    assert experiment.claim("settles").sentence in panel.says("claims")
    panel.move({"images labelled B": "4"})
    panel.run()
    assert experiment.claim("settles").sentence not in panel.says("claims")
    assert panel.says("claims")
    panel.ask("close()")


def test_a_knob_that_moves_makes_the_picture_stale(panel: Panel) -> None:
    panel.run()
    assert not panel.stale()
    panel.move({"learning_rate": "0.01"})
    panel.part("curves").locator("[data-stale='true']").wait_for()
    panel.wait_says("status", "learning_rate")
    assert "0.01" in panel.says("status")
    panel.move({"learning_rate": "0.05"})
    panel.part("curves").locator("[data-stale='true']").wait_for(state="detached")
    panel.notebook.wait_until(
        lambda: "learning_rate" not in panel.says("status"), 10, "nothing is told of the rate"
    )


def test_stop_keeps_the_run_and_run_goes_again(panel: Panel) -> None:
    panel.move(LONG)
    panel.watch()
    panel.button("Run").click()
    panel.wait_until_it_moves(1)
    panel.button("Stop").click()
    panel.wait_for_end(15)
    assert 0 < panel.epochs() < 160
    assert "stopped" in panel.ask("run.settings")
    panel.assert_own_picture()
    panel.move(QUICK)
    panel.run()
    assert panel.runs() == 2
    assert panel.epochs() == 30
    panel.assert_own_picture()


def test_clicks_are_answered_promptly(panel: Panel) -> None:
    """With much headroom for a busy machine; `tests.benchmarks.lab` measures the budgets."""
    panel.run()
    panel.move(LONG)
    panel.watch()
    panel.button("Run").click()
    panel.wait_until_it_moves(2)
    panel.button("Stop").click()
    panel.wait_for_end(15)
    assert panel.since_click("Run", lambda one: one["run"] == "2") < 2
    assert panel.since_click("Stop", lambda one: bool(one["idle"])) < 2


def test_a_variant_asks_and_is_trained_beside_the_base(panel: Panel) -> None:
    """A variant sets the knobs; Run trains the base first, then the variant, and shows both."""
    panel.part("prediction").get_by_label("Both rise", exact=True).check()
    panel.choose("fresh noise")
    panel.part("status").get_by_text("Predict, then press Run.").wait_for()
    assert panel.part("prediction").locator("input:checked").count() == 0
    assert panel.runs() == 0
    assert panel.ask("state") == "idle"
    panel.button("Run").click()
    panel.notebook.wait_until(lambda: panel.runs() == 2, 60, "base and arm have run")
    panel.wait_for_end()
    knobs = panel.notebook.ask("[dict(run.settings['knobs']) for run in lab.runs]")
    assert [one["fresh_noise"] for one in knobs] == [0.0, 0.5]
    assert panel.stands_at("GaussianNoise") == "0.5"
    labels = panel.part("curves").locator("svg text").all_text_contents()
    assert any("base" in label for label in labels)
    panel.assert_own_picture()


def test_five_seeds(panel: Panel) -> None:
    panel.watch()
    panel.button("Five seeds").click()
    panel.notebook.wait_until(lambda: panel.runs() == 5, 60, "five seeds have run")
    panel.wait_for_end()
    seeds = panel.notebook.ask("[run.settings['seed'] for run in lab.runs]")
    assert seeds == list(range(seeds[0], seeds[0] + 5))
    counted = {one["status"][:6] for one in panel.seen()}
    assert counted & {f"{n} of 5" for n in range(1, 6)}
    assert panel.drawn() == 5


def test_reset_puts_the_picture_away_and_keeps_the_runs(panel: Panel) -> None:
    panel.run()
    panel.move({"learning_rate": "0.02"})
    panel.run()
    panel.button("Reset").click()
    panel.part("curves").locator("[data-run]").wait_for(state="detached")
    assert panel.runs() == 2


def test_views_show_the_same_run(panel: Panel) -> None:
    panel.run()
    told: set[str] = set()
    for view in ("losses", "ledger"):
        panel.part("views").get_by_role("button", name=view, exact=True).click()
        panel.notebook.wait_until(lambda: panel.alt("view") not in ("", *told), 10, view)
        assert panel.drawn("view") == 1
        told.add(panel.alt("view"))
    panel.part("views").get_by_role("button", name="images", exact=True).click()
    panel.part("view").locator("image").first.wait_for()
    plane = panel.notebook.ask("__import__('lossacc.figures').figures.plane(lab.run).alt")
    assert plane in panel.alt("plane")
    assert panel.drawn("plane") == 1


def test_step_rests_after_each_epoch(panel: Panel) -> None:
    panel.button("Step").click()
    panel.wait_for("resting")
    panel.part("status").get_by_text("Epoch 1 of 30").wait_for()
    panel.button("Step").and_(panel.root.locator(":enabled")).click()
    panel.part("status").get_by_text("Epoch 2 of 30").wait_for()
    panel.button("Run").click()
    panel.notebook.wait_until(lambda: panel.runs() == 1, 30, "it has gone on to the end")
    panel.wait_for_end()
    assert panel.epochs() == 30
    panel.assert_own_picture()


def test_by_keyboard_alone(panel: Panel) -> None:
    """With Tab, arrows, Space and Enter: the prediction, Run, Stop, and a knob."""
    keys = panel.notebook.page.keyboard
    panel.move(LONG)  # else it may end before Stop is pressed
    panel.root.get_by_role("radio").first.focus()
    keys.press("Space")
    keys.press("ArrowRight")
    assert panel.part("prediction").get_by_role("radio").nth(1).is_checked()
    assert tab_to(panel, "Run", most=2), "the options are one stop of Tab, drawing is another"
    panel.watch()
    keys.press("Enter")
    panel.wait_until_it_moves(1)
    panel.notebook.page.wait_for_timeout(300)  # no double click
    keys.press("Enter")
    panel.wait_for_end()
    assert panel.runs() == 1
    assert panel.root.evaluate(FOCUSED) == "Run", "the focus stays where it was"
    panel.values("training images").nth(2).focus()
    keys.press("ArrowLeft")
    assert panel.stands_at("training images") == "200"
    panel.notebook.wait_until(
        lambda: panel.ask("_controller.state.knobs['examples']") == 200, 15, "the kernel knows"
    )


FOCUSED = """
root => {
  const at = document.activeElement;
  return root.contains(at) ? at.type === 'radio' ? 'radio' : at.textContent.trim() : '';
}
"""


def tab_to(panel: Panel, wanted: str, most: int = 30) -> str:
    """Press Tab until the focus is there, so many times at most; nothing where it never is."""
    for _ in range(most):
        panel.notebook.page.keyboard.press("Tab")
        if panel.root.evaluate(FOCUSED) == wanted:
            return wanted
    return ""
