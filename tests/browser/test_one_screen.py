"""On a laptop everything that matters of a panel is seen at once, and stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from lossacc.lessons import names
from tests.browser.jupyter import Lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import Notebook, opened, write
from tests.browser.panel import Panel, open_panel

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1366, "height": 768}  # with JupyterLab's file browser open
WIDE = {"width": 1920, "height": 1080}  # with the file browser, too
PARTS = (
    ".lossacc-prediction",
    ".lossacc-bar button >> nth=0",
    ".lossacc-curves svg >> nth=0",
    ".lossacc-curves svg >> nth=1",
    ".lossacc-plane svg",
    ".lossacc-views",
    ".lossacc-outcome",
)
SMALLEST = 12  # pixels of a letter
# The height of a letter as it is shown: of the font, times how much its picture is magnified.
LETTERS = """
root => [...root.querySelectorAll('*')].filter(one => [...one.childNodes].some(
  node => node.nodeType === 3 && node.textContent.trim()) && one.checkVisibility()).map(one => {
    const svg = one.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const letter = parseFloat(getComputedStyle(one).fontSize);
    return [one.textContent.trim().slice(0, 30), letter * scale];
  })
"""


@dataclass(frozen=True)
class Box:
    """Where a part is on the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def right(self) -> float:
        return self.x + self.width


def boxes(panel: Panel) -> dict[str, Box]:
    """Measure the parts of a panel, after its top was brought to the top of the page."""
    return {part: box(panel, part) for part in PARTS}


def box(panel: Panel, part: str) -> Box:
    for _ in range(20):  # between two drawings of a picture its old element has no box any more
        found = panel.root.locator(part).bounding_box()
        if found is not None:
            return Box(**found)
        panel.notebook.page.wait_for_timeout(25)
    raise AssertionError(f"{part} is not drawn")


@pytest.fixture(scope="module")
def laptop(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    write(lab.folder / "one_screen.ipynb", CURRENT, "import lossacc")
    with opened(browser, lab, "one_screen.ipynb", viewport=LAPTOP) as notebook:
        yield notebook
        assert notebook.faults() == []


def to_the_top(panel: Panel) -> None:
    panel.root.evaluate("root => root.scrollIntoView({ block: 'start' })")


def assert_in_sight(panel: Panel) -> dict[str, Box]:
    """Everything that matters lies between the top and the bottom of the notebook's pane."""
    pane = panel.notebook.page.locator(".jp-WindowedPanel-outer").first.bounding_box()
    assert pane is not None
    found = boxes(panel)
    for part, at in found.items():
        assert at.y >= pane["y"] - 1, part
        assert at.bottom <= pane["y"] + pane["height"] + 1, part
        assert at.right <= pane["x"] + pane["width"], part
    loss, accuracy = (found[part] for part in PARTS[2:4])
    assert (loss.y, loss.width) == (accuracy.y, accuracy.width), "side by side, and alike"
    assert loss.width >= 336
    return found


def settled(panel: Panel) -> None:
    """Wait until the axes have their marks: the pictures are drawn again for them."""
    panel.notebook.wait_until(
        lambda: panel.ask("_controller.state.axes.accuracy_lines != ()"), 60, "the axes are known"
    )
    panel.root.get_by_text("base rate").first.wait_for()  # they are in the page


@pytest.mark.parametrize("name", names())
def test_everything_is_in_sight_before_the_run(laptop: Notebook, name: str) -> None:
    panel = open_panel(laptop, "lab", repr(name))
    settled(panel)
    to_the_top(panel)
    assert_in_sight(panel)
    small = [letter for letter in panel.root.evaluate(LETTERS) if letter[1] < SMALLEST - 0.05]
    assert small == []
    panel.ask("close()")


def stays(laptop: Notebook, name: str) -> None:
    """Run once, and measure before, during and after."""
    panel = open_panel(laptop, "lab", repr(name))
    settled(panel)
    to_the_top(panel)
    before = assert_in_sight(panel)
    height = box(panel, ".lossacc-claims").bottom
    panel.button("Run").click()
    laptop.wait_until(lambda: panel.drawn() == 1, 60, "a first picture")
    assert assert_in_sight(panel) == before
    panel.wait_for_end(240)
    panel.part("finding").get_by_text("Found:").wait_for()
    assert assert_in_sight(panel) == before
    assert box(panel, ".lossacc-claims").bottom == height, "what stands below does not move"
    note, letters = box(panel, ".lossacc-view .lossacc-small"), 4  # below the letters of a line
    assert note.bottom <= before[".lossacc-outcome"].y + letters, "nothing covers the verdict"
    panel.ask("close()")


QUICK = ("nine-against-one", "sure-and-wrong")


@pytest.mark.parametrize("name", QUICK)
def test_nothing_moves_during_a_run(laptop: Notebook, name: str) -> None:
    stays(laptop, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if name not in QUICK])
def test_nothing_moves_during_any_run(laptop: Notebook, name: str) -> None:
    stays(laptop, name)


@pytest.mark.parametrize("name", ["two-modes", "nine-against-one"])
def test_more_settings_scroll_in_their_column(laptop: Notebook, name: str) -> None:
    panel = open_panel(laptop, "lab", repr(name))
    to_the_top(panel)
    before = assert_in_sight(panel)
    panel.button("More settings").click()
    panel.button("Fewer settings").wait_for()
    assert assert_in_sight(panel) == before
    last = panel.part("others").locator(".lossacc-knob").last
    last.locator("input, select").last.focus()
    shown, column = last.bounding_box(), box(panel, ".lossacc-scroll")
    assert shown is not None
    assert shown["y"] + shown["height"] <= column.bottom + 1, "the last one is scrolled to"
    assert column.bottom <= before[".lossacc-outcome"].y
    panel.ask("close()")


@pytest.mark.parametrize(
    ("width", "above", "in_a_row"),
    [(700, True, 2), (1250, False, 3), (1500, True, 4), (1600, False, 4)],
)
def test_it_stacks_where_there_is_less_room_and_spreads_where_there_is_more(
    laptop: Notebook, width: int, above: bool, in_a_row: int
) -> None:
    panel = open_panel(laptop, "lab", '"nine-against-one"')
    panel.root.evaluate("(root, width) => { root.style.width = `${width}px`; }", width + 2)
    found = boxes(panel)
    loss, accuracy, plane, views = (found[part] for part in PARTS[2:6])
    assert (box(panel, ".lossacc-knobs").bottom <= loss.y) == above
    assert sum(one.y < loss.bottom for one in (loss, accuracy, plane, views)) == in_a_row
    panel.ask("close()")


def test_on_a_wide_screen_all_pictures_stand_in_one_row(laptop: Notebook) -> None:
    laptop.page.set_viewport_size(WIDE)
    try:
        panel = open_panel(laptop, "lab", '"nine-against-one"')
        settled(panel)
        to_the_top(panel)
        found = assert_in_sight(panel)
        _, accuracy, plane, views = (found[part] for part in PARTS[2:6])
        assert accuracy.y == plane.y
        assert accuracy.right <= plane.x
        assert plane.right <= views.x
        assert views.y <= plane.y
        panel.ask("close()")
    finally:
        laptop.page.set_viewport_size(LAPTOP)
