"""Random actions on two panels: whatever a learner presses or draws, in whatever order.

At times the cell runs again, the page is loaded again, or the kernel restarts. `tests/lab` has a
thousand more without a browser.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from tests.browser.jupyter import Lab, open_notebook
from tests.browser.kernels import CURRENT, OTHER
from tests.browser.notebook import Notebook, opened, write
from tests.browser.panel import Panel, panel_in

pytestmark = pytest.mark.browser

ACTIONS = {CURRENT: 300, OTHER: 100}
BETWEEN_CHECKS = 30
# Before and after the page is loaded again, and after the kernel has restarted.
AROUND = [30, pytest.param(340, marks=pytest.mark.slow)]
SEED = 20
AGAIN = "random_again.ipynb"

QUICK = """
from dataclasses import replace
from lossacc.lessons import experiment as load
from lossacc.lab import Lab
real = load("sure-and-wrong")
short = {"epochs": (10, 20), "examples": (100, 400)}
knobs = [replace(k, default=short[k.name][0], values=short[k.name]) if k.name in short else k
         for k in real.knobs]
quick = replace(real, knobs=tuple(knobs))
"""
SHOW = {"one": "one = Lab(quick)\none", "two": 'two = Lab("nine-against-one")\ntwo'}
THREADS = "sorted(t.name for t in __import__('threading').enumerate())"

# None of these makes TensorFlow compile another network; the arms do, a few times.
KNOBS = ("epochs", "learning_rate", "pixel noise", "images labelled B", "batch_size")
BUTTONS = {"Run": 6, "Stop": 3, "Step": 3, "Five seeds": 1, "Reset": 1, "More settings": 1}
ANSWERS = ("Stop it and run this", "Wait for it", "Never mind")

PUT = """
(input, share) => {
  if (input.type === 'range') {
    input.value = Math.round(share * input.max);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  } else {
    input.click();
  }
}
"""
TO_DRAW = ".lossacc-prediction > button"
KEY = """(point, key) => point.dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))"""
WRITE = """(input, words) => {
  input.value = words;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}"""
PRESS = "elements => elements.forEach(element => element.click())"
CHOOSE = """
(select, share) => {
  if (!select.disabled) {
    select.selectedIndex = Math.floor(share * select.options.length);
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }
}
"""


class Hands:
    """Does something at random to a panel, as fast as nobody can; waits for nothing."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def act(self, panel: Panel) -> None:
        acts: dict[Callable[[Panel], None], int] = {
            self.button: 10,
            self.knob: 6,
            self.variant: 2,
            self.predict: 2,
            self.view: 3,
            self.answer: 6,
            self.draw: 4,
            self.name: 2,
            self.tick: 3,
            self.save: 1,
        }
        self.chance.choices(list(acts), list(acts.values()))[0](panel)

    def button(self, panel: Panel) -> None:
        (text,) = self.chance.choices(list(BUTTONS), list(BUTTONS.values()))
        panel.button(text).evaluate_all(PRESS)

    def knob(self, panel: Panel) -> None:
        knobs = [panel.knob(label).locator("input") for label in KNOBS]
        inputs = self.chance.choice([knob for knob in knobs if knob.count()])
        inputs.nth(self.chance.randrange(inputs.count())).evaluate(PUT, self.chance.random())

    def variant(self, panel: Panel) -> None:
        panel.knob("variant").locator("select").evaluate(CHOOSE, self.chance.random())

    def predict(self, panel: Panel) -> None:
        self._one_of(panel, ".lossacc-prediction input")

    def view(self, panel: Panel) -> None:
        self._one_of(panel, ".lossacc-views button")

    def answer(self, panel: Panel) -> None:
        panel.button(self.chance.choice(ANSWERS)).evaluate_all(PRESS)

    def draw(self, panel: Panel) -> None:
        """Open or close the axes; or draw, or clear, where there are axes."""
        if self.chance.random() < 0.3 or not panel.part("sketch").first.is_visible():
            panel.root.locator(TO_DRAW).evaluate_all(PRESS)
        elif self.chance.random() < 0.3:
            self._one_of(panel, ".lossacc-sketch button")
        else:
            self._points(panel)

    def _points(self, panel: Panel) -> None:
        """Move the points of a box with keys, as a hand does."""
        points = panel.root.locator(".lossacc-sketch circle")
        for _ in range(3):
            place = self.chance.randrange(points.count())
            points.nth(place).evaluate(KEY, self.chance.choice(["Home", "End", "ArrowUp"]))

    def name(self, panel: Panel) -> None:
        names = panel.root.locator(".lossacc-run input[type=text]")
        if count := names.count():
            words = self.chance.choice(["mine", "", "base", "a name that is <b>long</b> " * 3])
            names.nth(self.chance.randrange(count)).evaluate(WRITE, words)

    def tick(self, panel: Panel) -> None:
        self._one_of(panel, ".lossacc-run input[type=checkbox]")

    def save(self, panel: Panel) -> None:
        panel.button(self.chance.choice(["Figure", "Runs"])).evaluate_all(PRESS)

    def _one_of(self, panel: Panel, selector: str) -> None:
        found = panel.root.locator(selector)
        if count := found.count():
            found.nth(self.chance.randrange(count)).evaluate("element => element.click()")


def stopped(panel: Panel) -> bool:
    """Stop what trains, and tell whether nothing does.

    What the page has sent of the clicks before may come after a `stop()`: the kernel takes widgets'
    messages on another thread. A step among them would rest for good.
    """
    panel.ask("stop()")
    return bool(panel.ask("state") == "idle")


def checked(panel: Panel) -> bool:
    """Stop what trains; the picture, where there is one, is that of the latest run."""
    panel.notebook.wait_until(lambda: stopped(panel), 30, f"{panel.name} is idle")
    panel.wait_for_end(30)
    panel.button("ledger").evaluate_all(PRESS)  # else runs may be compared
    compared = panel.part("curves").locator("[data-compared]")
    panel.notebook.wait_until(lambda: not compared.count(), 10, "one run is shown")
    if panel.drawn() is None:
        return False
    panel.assert_own_picture()
    return True


def act_at_random(notebook: Notebook, panels: dict[int, Panel], hands: Hands, actions: int) -> int:
    """Do so many things, and look now and then; give how often the latest run was shown."""
    chance, own = hands.chance, 0
    for number in range(1, actions + 1):
        place = chance.choice(list(panels))
        if chance.random() < 0.01:
            notebook.run(place)
        else:
            hands.act(panels[place])
        notebook.page.wait_for_timeout(chance.choice([0, 0, 20, 100, 300]))
        if number % BETWEEN_CHECKS == 0:
            own += sum(map(checked, panels.values()))
            assert notebook.faults() == []
    return own


@contextmanager
def shown(notebook: Notebook) -> Iterator[dict[int, Panel]]:
    """Show both panels, each in a cell; give them by the places of their cells, and close them.

    One that is left training, or at rest in the middle, would keep all others waiting.
    """
    notebook.add(QUICK)
    places = {name: notebook.add(source) for name, source in SHOW.items()}
    panels = {place: panel_in(notebook, name, place) for name, place in places.items()}
    try:
        yield panels
    finally:
        for panel in panels.values():
            panel.ask("close()")


def test_random_actions(notebook: Notebook, kernel: str) -> None:
    print(f"{ACTIONS[kernel]} actions, seed {SEED}")
    with shown(notebook) as panels:
        own = act_at_random(notebook, panels, Hands(random.Random(SEED)), ACTIONS[kernel])
    assert own > ACTIONS[kernel] / BETWEEN_CHECKS / 4  # on a busy machine little has been trained
    ours = f"[name for name in {THREADS} if name.startswith('lossacc')]"
    notebook.wait_until(lambda: notebook.ask(ours) == [], 30, "no thread of ours is left")


@pytest.mark.parametrize("around", AROUND)
def test_random_actions_while_the_page_and_the_kernel_come_and_go(
    browser: Browser, lab: Lab, around: int
) -> None:
    print(f"{3 * around} actions, seed {SEED}")
    write(lab.folder / AGAIN, CURRENT, "import lossacc")
    hands = Hands(random.Random(SEED))
    with opened(browser, lab, AGAIN) as notebook, shown(notebook) as panels:
        act_at_random(notebook, panels, hands, around)
        notebook.command("docmanager:save")
        next(iter(panels.values())).button("Run").evaluate_all(PRESS)
        assert open_notebook(notebook.page, lab, AGAIN) == AGAIN  # the page is loaded again
        for panel in panels.values():
            panel.root.wait_for(timeout=60_000)
        act_at_random(notebook, panels, hands, around)
        next(iter(panels.values())).button("Run").evaluate_all(PRESS)
        notebook.restart()
        notebook.add(QUICK)
        for place in panels:
            notebook.run(place)
        act_at_random(notebook, panels, hands, around)
