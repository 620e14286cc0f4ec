"""Three hundred random actions on two panels: whatever a learner presses, in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.browser.kernels import CURRENT, OTHER
from tests.browser.notebook import Notebook
from tests.browser.panel import Panel, panel_in

pytestmark = pytest.mark.browser

ACTIONS = {CURRENT: 300, OTHER: 100}
BETWEEN_CHECKS = 30
SEED = 20

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

    def _one_of(self, panel: Panel, selector: str) -> None:
        found = panel.root.locator(selector)
        if count := found.count():
            found.nth(self.chance.randrange(count)).evaluate("element => element.click()")


def checked(panel: Panel) -> bool:
    """Stop what trains; the picture, where there is one, is that of the latest run."""
    panel.ask("stop()")
    panel.wait_for_end(30)
    if panel.drawn() is None:
        return False
    panel.assert_own_picture()
    return True


def test_random_actions(notebook: Notebook, kernel: str) -> None:
    chance = random.Random(SEED)
    hands = Hands(chance)
    notebook.add(QUICK)
    places = {name: notebook.add(source) for name, source in SHOW.items()}
    panels = [panel_in(notebook, name, place) for name, place in places.items()]
    own = 0
    for number in range(1, ACTIONS[kernel] + 1):
        panel = chance.choice(panels)
        if chance.random() < 0.01:
            notebook.run(places[panel.name])
        else:
            hands.act(panel)
        notebook.page.wait_for_timeout(chance.choice([0, 0, 20, 100, 300]))
        if number % BETWEEN_CHECKS == 0:
            own += sum(map(checked, panels))
            assert notebook.faults() == []
    assert own > ACTIONS[kernel] / BETWEEN_CHECKS
    for panel in panels:
        panel.ask("close()")
    ours = f"[name for name in {THREADS} if name.startswith('lossacc')]"
    notebook.wait_until(lambda: notebook.ask(ours) == [], 5, "no thread of ours is left")
