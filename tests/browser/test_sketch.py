"""The curve that is expected is drawn: by mouse, by touch, by keyboard; and it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.axe import serious
from tests.browser.jupyter import Lab, open_notebook
from tests.browser.kernels import CURRENT
from tests.browser.notebook import Notebook, opened, write

pytestmark = pytest.mark.browser

NAME = "sketch.ipynb"
MAKE = """
import math
import numpy as np
from lossacc.figures.axes import epoch_axis, loss_axis
from lossacc.figures.draw import Panel, Reference
from lossacc.lab.controller import Controller
from lossacc.lab.sketch_box import SketchBox
from lossacc.lab.stored_prediction import keep_sketch, recall_sketch
from lossacc.lessons import experiment

controller = Controller(experiment("sure-and-wrong"))
across, upwards = epoch_axis("epoch", [np.array([0.0, 60.0])]), loss_axis([np.zeros(0)], 10)
panel = Panel(across, upwards, (), (Reference(math.log(10), "ln 10"),))
"""
SHOW = """
box = SketchBox(panel, "loss", sketch=recall_sketch(controller, "loss"),
                on_change=lambda sketch: keep_sketch(controller, "loss", sketch))
box
"""
THEMES = ["JupyterLab Light", "JupyterLab Dark"]
START = [2.3] * 7


@pytest.fixture(scope="module")
def alone(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """A notebook in a page that a finger may touch."""
    write(lab.folder / NAME, CURRENT, MAKE, SHOW)
    with opened(browser, lab, NAME, has_touch=True) as notebook:
        notebook.run(0)
        yield notebook


@pytest.fixture
def box(alone: Notebook) -> Iterator[Locator]:
    """A box with nothing drawn; after the test nothing has gone wrong in it."""
    alone.ask("keep_sketch(controller, 'loss', None)")
    yield shown(alone)
    assert alone.faults() == []


def shown(notebook: Notebook) -> Locator:
    notebook.run(1)
    found = notebook.cell(1).locator(".lossacc-sketch")
    found.get_by_role("slider").first.wait_for()
    found.scroll_into_view_if_needed()
    return found


def point(box: Locator, epoch: int) -> Locator:
    return box.get_by_role("slider", name=f"expected loss at epoch {epoch}", exact=True)


def middle(box: Locator, epoch: int) -> tuple[float, float]:
    place = point(box, epoch).bounding_box()
    assert place is not None
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def pixels_of(box: Locator, value: float) -> float:
    """How many pixels a difference of loss is high on the page."""
    area = box.locator(".lossacc-sketch-area").bounding_box()
    assert area is not None
    return area["height"] * value / 3.0


def arrive(notebook: Notebook, expected: list[float]) -> None:
    """Wait until the kernel has these values, to what a pixel stands for."""

    def arrived() -> bool:
        values = notebook.ask("box.values")
        return len(values) == len(expected) and all(
            abs(one - other) <= 0.03 for one, other in zip(values, expected, strict=True)
        )

    notebook.wait_until(arrived, 10, f"{expected} in the kernel")


def test_by_mouse_a_stroke_moves_the_points_that_it_passes(alone: Notebook, box: Locator) -> None:
    mouse = alone.page.mouse
    assert alone.ask("box.values") == []
    x, y = middle(box, 24)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 3, y + pixels_of(box, 1.0))
    mouse.up()
    arrive(alone, [2.3, 2.3, 2.3, 1.3, 2.3, 2.3, 2.3])
    (x, y), (far, _) = middle(box, 0), middle(box, 60)
    mouse.move(x, y)
    mouse.down()
    mouse.move(far, y + pixels_of(box, 2.0), steps=9)
    mouse.up()
    arrive(alone, [2.3, 2.1, 1.9, 1.5, 1.1, 0.7, 0.3])
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - 400)  # above the axes
    mouse.up()
    arrive(alone, [3.0, 2.1, 1.9, 1.5, 1.1, 0.7, 0.3])


def test_by_touch_the_page_stays_and_the_point_moves(alone: Notebook, box: Locator) -> None:
    finger = alone.page.context.new_cdp_session(alone.page)
    (x, y), (far, _) = middle(box, 36), middle(box, 60)
    down = pixels_of(box, 1.5)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    for part in range(1, 9):
        touch("touchMove", (x + (far - x) * part / 8, y + down * part / 8))
    touch("touchEnd")
    arrive(alone, [2.3, 2.3, 2.3, 2.3, 2.3, 1.55, 0.8])
    assert middle(box, 36) == pytest.approx((x, y), abs=3)


def test_by_keyboard_alone(alone: Notebook, box: Locator) -> None:
    keys = alone.page.keyboard
    point(box, 0).focus()
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Shift+ArrowDown")
    second = point(box, 6)
    assert second.get_attribute("aria-valuetext") == "1.75 nats"
    arrive(alone, [2.3, 1.75, 2.3, 2.3, 2.3, 2.3, 2.3])
    keys.press("Home")
    assert second.get_attribute("aria-valuenow") == "0"
    keys.press("ArrowLeft")
    assert second.get_attribute("aria-valuenow") == "0"
    keys.press("End")
    assert second.get_attribute("aria-valuenow") == "3"
    for _ in range(6):
        keys.press("Tab")
    keys.press("Tab")  # past "Clear"
    keys.press("Enter")
    box.get_by_text("Kept").wait_for()
    arrive(alone, [2.3, 3, 2.3, 2.3, 2.3, 2.3, 2.3])
    assert alone.ask("box.done")
    point(box, 6).focus()
    keys.press("ArrowDown")
    assert second.get_attribute("aria-valuenow") == "3", "what is done does not move"
    box.get_by_role("button", name="Change").click()
    second.press("ArrowDown")
    arrive(alone, [2.3, 2.95, 2.3, 2.3, 2.3, 2.3, 2.3])
    box.get_by_role("button", name="Clear").click()
    alone.wait_until(lambda: alone.ask("box.values") == [], 10, "it is cleared")
    assert box.get_by_role("button", name="Done").is_disabled()


def test_on_other_axes_there_are_other_points(alone: Notebook, box: Locator) -> None:
    point(box, 60).press("Home")
    arrive(alone, [*START[:6], 0])
    alone.ask("box.lay(Panel(epoch_axis('epoch', [[0.0, 30.0]]), upwards, ()))")
    point(box, 30).wait_for()
    assert box.get_by_role("slider").count() == 7
    assert point(box, 30).get_attribute("aria-valuetext") == "1.50 nats"
    point(box, 30).press("End")
    arrive(alone, [*[1.5] * 6, 3])


def test_nothing_is_asked_of_another_machine(alone: Notebook, box: Locator) -> None:
    asked: list[str] = []
    alone.page.on("request", lambda request: asked.append(request.url))
    shown(alone)
    ours = ("blob:", "data:", alone.lab.address)
    assert [url for url in asked if not url.startswith(ours)] == []


def test_in_notebook_7(browser: Browser, lab: Lab) -> None:
    write(lab.folder / "sketch7.ipynb", CURRENT, MAKE, SHOW)
    with opened(browser, lab, "sketch7.ipynb", classic=True) as notebook:
        notebook.run(0)
        point(shown(notebook), 60).press("Home")
        notebook.page.keyboard.press("ArrowUp")
        notebook.wait_until(lambda: notebook.ask("box.values[-1:]") == [0.05], 10, "it arrives")
        assert notebook.faults() == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(alone: Notebook, box: Locator, theme: str) -> None:
    alone.theme(theme)
    assert serious(alone.page, ".lossacc-sketch") == []
    point(box, 12).press("PageDown")
    assert serious(alone.page, ".lossacc-sketch") == []
    box.get_by_role("button", name="Done").click()
    box.get_by_text("Kept").wait_for()
    assert serious(alone.page, ".lossacc-sketch") == []


def test_it_comes_back_with_the_page_and_after_the_kernel(alone: Notebook, box: Locator) -> None:
    point(box, 60).press("Home")
    arrive(alone, [*START[:6], 0])
    alone.command("docmanager:save")
    open_notebook(alone.page, alone.lab, NAME)
    again = alone.cell(1).locator(".lossacc-sketch")
    assert point(again, 60).get_attribute("aria-valuetext") == "0.00 nats"
    kept = json.loads((alone.lab.folder / "my_answers.json").read_text("utf-8"))
    assert kept["lab/sure-and-wrong/loss"]["values"] == [*START[:6], 0]
    alone.restart()
    alone.run(0)
    assert point(shown(alone), 60).get_attribute("aria-valuetext") == "0.00 nats"
