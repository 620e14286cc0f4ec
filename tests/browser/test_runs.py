"""Runs are named, compared and saved in the page, by keyboard; nothing moves that need not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from lossacc.lab.script import script
from tests.browser.jupyter import Lab
from tests.browser.kernels import CURRENT
from tests.browser.notebook import Notebook, opened, write
from tests.browser.panel import LONG, QUICK, Panel, open_panel

pytestmark = pytest.mark.browser

# The stops of Tab, in the order in which they are reached: a row of options is one stop.
TAB_ORDER = [
    "Your prediction", "Draw your curve", "Run", "Step", "Five seeds", "Reset", "variant",
    "training images", "pixel noise", "GaussianNoise", "kernel_regularizer L2", "seed",
    "More settings", "ledger", "losses", "images", "runs",
    "Compare run 2, examples 100, epochs 30, seed 2", "Name of run 2",
    "Compare run 1, examples 100, epochs 30", "Name of run 1",
    "Save as", "Figure", "Runs", "claims", "code",
]  # fmt: skip
NAME = """
root => {
  const at = document.activeElement;
  if (!root.contains(at)) return '';
  if (at.tagName === 'SUMMARY') return at.textContent.includes('code') ? 'code' : 'claims';
  const row = at.type === 'radio' ? at.closest('[role=radiogroup]') : at;
  return row.getAttribute('aria-label') || (row.labels?.[0] ?? row).textContent.trim();
}
"""
MOVES = """
root => document.getAnimations().filter(one => root.contains(one.effect?.target))
  .map(one => one.effect.target.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def still(browser: Browser, lab: Lab) -> Iterator[Notebook]:
    """A notebook of someone who has asked that nothing moves."""
    write(lab.folder / "runs.ipynb", CURRENT, "import lossacc")
    with opened(browser, lab, "runs.ipynb", reduced_motion="reduce") as notebook:
        yield notebook
        assert notebook.faults() == []


ALONE = """
const held = { rows: [{ number: 1, name: "base", told: "", says: "" }],
  ticked: [], renamed: [] };
window.sent = [];
const model = {
  get: key => held[key],
  set: (key, value) => { held[key] = value; key === "renamed" && sent.push(value); },
  save_changes() {}, on() {}, off() {},
};
render({ model, el: document.body });
"""


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """The list of one run, with no kernel behind it."""
    page = browser.new_page()
    page.add_script_tag(type="module", content=script("run_list.js") + ALONE)
    yield page
    page.close()


def test_a_name_is_sent_once_and_not_while_it_is_composed(alone: Page) -> None:
    name = alone.get_by_label("Name of run 1")
    name.fill("twice as fast")
    name.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert alone.evaluate("sent") == []
    name.press("Enter")
    assert alone.evaluate("sent") == [[1, "twice as fast"]]
    assert name.evaluate("one => one === document.activeElement"), "the keyboard stays where it is"
    name.fill("larger")
    name.press("Tab")
    assert alone.evaluate("sent.length") == 2


def two_runs(notebook: Notebook) -> Panel:
    panel = open_panel(notebook, "lab", '"sure-and-wrong"')
    panel.move(QUICK)
    panel.run()
    panel.choose_seed(2)
    panel.run()
    panel.button("Fewer settings").click()
    panel.button("runs").click()
    panel.root.get_by_label("Name of run 2", exact=True).wait_for()  # hidden, it takes no focus
    return panel


def test_named_compared_and_saved_by_keyboard(still: Notebook) -> None:
    panel = two_runs(still)
    keys = still.page.keyboard
    name = panel.root.get_by_label("Name of run 2", exact=True)
    name.focus()
    keys.press("Control+a")
    keys.type("another seed")
    keys.press("Enter")
    panel.part("told").get_by_text("Run 2 is called “another seed”").wait_for()
    keys.press("Control+a")
    keys.type(panel.ask("names[0]"))
    keys.press("Enter")
    panel.part("told").get_by_text("which is the name of run 1").wait_for()
    assert name.input_value() == "another seed", "what was refused is not shown"
    for label in ("Compare run 1", "Compare run 2"):
        panel.root.get_by_label(label).focus()
        keys.press("Space")
    panel.part("curves").locator("[data-compared='1 2'] svg").first.wait_for()
    labels = panel.part("curves").locator("svg text").all_text_contents()
    assert "another seed" in labels
    assert "another seed" in panel.says("finding")
    panel.button("Figure").focus()
    keys.press("Enter")
    panel.part("told").get_by_text("sure-and-wrong.svg").wait_for(timeout=60_000)
    panel.button("Runs").focus()
    keys.press("Enter")
    panel.part("told").get_by_text("sure-and-wrong-another-seed.npz").wait_for(timeout=60_000)
    saved = (still.lab.folder / "sure-and-wrong.svg").read_text("utf-8")
    assert "another seed" in saved
    panel.button("ledger").click()
    panel.part("curves").locator("[data-run='2']").wait_for()
    panel.ask("close()")


def test_the_order_of_tab(still: Notebook) -> None:
    panel = two_runs(still)
    asks = panel.part("prediction")
    predicted = asks.get_by_role("radio", checked=True)  # in an earlier test, perhaps
    (predicted if predicted.count() else asks.get_by_role("radio").first).focus()
    reached = [panel.root.evaluate(NAME)]
    while len(reached) < len(TAB_ORDER) + 3:
        still.page.keyboard.press("Tab")
        reached.append(panel.root.evaluate(NAME))
    assert reached[: len(TAB_ORDER)] == TAB_ORDER
    assert reached[len(TAB_ORDER)] == "", "then the panel is left"
    panel.ask("close()")


def test_nothing_moves_by_itself(still: Notebook) -> None:
    assert still.page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    panel = open_panel(still, "lab", '"sure-and-wrong"')
    assert panel.root.evaluate(MOVES) == []
    panel.move(LONG)
    panel.watch()
    panel.button("Run").click()
    for _ in range(5):
        assert panel.root.evaluate(MOVES) == []
        still.page.wait_for_timeout(30)
    panel.wait_until_it_moves(1)
    assert panel.root.evaluate(MOVES) == []
    panel.button("Stop").hover()
    panel.button("Stop").click()
    assert panel.root.evaluate(MOVES) == []
    panel.wait_for_end()
    panel.button("Draw your curve").click()
    panel.part("sketch").first.wait_for()
    assert panel.root.evaluate(MOVES) == []
    panel.root.evaluate("root => root.animate([{ opacity: 0 }, { opacity: 1 }], 9000)")
    assert len(panel.root.evaluate(MOVES)) == 1, "what moves is seen"
    panel.ask("close()")
