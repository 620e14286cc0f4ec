"""A panel on the page: its knobs, its buttons, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from tests.browser.notebook import Notebook

# Knobs of `sure-and-wrong`: half a second, and long enough to be stopped in the middle.
QUICK = {"epochs": "30", "training images": "100"}
LONG = {"epochs": "160", "training images": "400"}

WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
MOVED = """([root, number]) => {
  const drawn = root.lossaccSeen.filter(one => one.run === number).map(one => one.drawn);
  return new Set(drawn).size > 1;
}"""


@dataclass(frozen=True)
class Panel:
    """One panel.

    Parameters
    ----------
    notebook
        Where it stands.
    name
        The kernel's name for its `Lab`.
    root
        Its outermost element.
    """

    notebook: Notebook
    name: str
    root: Locator

    def knob(self, label: str) -> Locator:
        """The box of a knob, or of the list of variants, by its label."""
        name = self.root.page.get_by_text(label, exact=True)
        return self.root.locator(".lossacc-knob").filter(has=name)

    def values(self, label: str) -> Locator:
        """The values of a knob that is a row."""
        return self.knob(label).get_by_role("radio")

    def stands_at(self, label: str) -> str:
        """The value at which a row or a slider stands, as it is shown."""
        shown = self.knob(label).locator("label:has(input:checked), output")
        return shown.inner_text().strip()

    def in_sight(self, label: str) -> Locator:
        """A knob by its label; where it lies in the fold, after that was opened."""
        if not self.knob(label).is_visible():
            self.button("More settings").click()
        return self.knob(label)

    def move(self, knobs: Mapping[str, str]) -> None:
        """Set knobs by their labels."""
        for label, value in knobs.items():
            self.in_sight(label)
            if self.knob(label).locator("select").count():
                self.knob(label).locator("select").select_option(label=value)
            elif self.knob(label).locator("output").count():
                self.slide(label, value)
            else:
                self.knob(label).get_by_label(value, exact=True).check()

    def slide(self, label: str, value: str) -> None:
        """Move a slider to a value, with the arrow keys."""
        slider = self.knob(label).get_by_role("slider")
        slider.press("Home")
        for _ in range(30):
            if self.stands_at(label) == value:
                return
            slider.press("ArrowRight")
        raise AssertionError(f"{label} has no step {value}")

    def choose(self, variant: str) -> None:
        """Choose a variant."""
        self.move({"variant": variant})

    def draw(self, heights: Sequence[float]) -> None:
        """Draw the loss with the mouse, in shares of the height of its axes; open them first."""
        box = self.part("sketch").first
        area = box.locator(".lossacc-sketch-area").bounding_box()
        assert area is not None
        points = [point.bounding_box() for point in box.get_by_role("slider").all()]
        across = [one["x"] + one["width"] / 2 for one in points if one is not None]
        upwards = [area["y"] + area["height"] * (1 - height) for height in heights]
        mouse = self.notebook.page.mouse
        mouse.move(across[0], upwards[0])
        mouse.down()
        for x, y in zip(across, upwards, strict=False):
            mouse.move(x, y, steps=3)
        mouse.up()

    def choose_seed(self, seed: int) -> None:
        """Type a seed, and leave its box."""
        self.root.get_by_label("seed", exact=True).fill(str(seed))
        self.root.get_by_label("seed", exact=True).press("Tab")

    def button(self, text: str) -> Locator:
        """A button by its text."""
        return self.root.get_by_role("button", name=text, exact=True)

    def part(self, name: str) -> Locator:
        """A part by its class, without the prefix."""
        return self.root.locator(f".lossacc-{name}")

    def says(self, name: str) -> str:
        """The text of a part; nothing where it is not shown."""
        return " ".join(" ".join(self.part(name).all_inner_texts()).split())

    def wait_says(self, part: str, text: str, seconds: float = 10) -> None:
        """Wait until a part says something."""
        self.notebook.wait_until(lambda: text in self.says(part), seconds, f"{part} says {text!r}")

    def drawn(self, part: str = "curves") -> int | None:
        """The number of the run that is drawn, counting from 1; None: none is."""
        found = self.part(part).locator("[data-run]")
        number = found.first.get_attribute("data-run") if found.count() else None
        return int(number) if number else None

    def stale(self) -> bool:
        """Whether the picture says that it is older than the knobs."""
        return self.part("curves").locator("[data-stale='true']").count() > 0

    def alt(self, part: str = "curves") -> str:
        """What a screen reader says of a picture."""
        svg = self.part(part).locator("svg[role=img]").first
        return svg.get_attribute("aria-label") or ""

    def ask(self, attribute: str) -> Any:
        """Evaluate an attribute of the `Lab` in the kernel: "state", "run.epochs[-1].item()"."""
        return self.notebook.ask(f"{self.name}.{attribute}")

    def wait_for(self, state: str, seconds: float = 30) -> None:
        """Wait until the `Lab` is in a state."""
        self.notebook.wait_until(
            lambda: self.ask("state") == state, seconds, f"{self.name} is {state}"
        )

    def wait_for_end(self, seconds: float = 30) -> None:
        """Wait until nothing trains and the panel shows it: Five seeds can be pressed again."""
        self.wait_for("idle", seconds)
        self.button("Five seeds").and_(self.root.locator(":enabled")).wait_for()

    def run(self, seconds: float = 30) -> None:
        """Press Run and wait until the training has ended."""
        before = self.runs()
        self.button("Run").click()
        self.notebook.wait_until(lambda: self.runs() > before, seconds, f"{self.name} has run")
        self.wait_for_end(seconds)

    def runs(self) -> int:
        """How many runs there are."""
        return int(self.notebook.ask(f"len({self.name}.runs)"))

    def epochs(self) -> int:
        """The last epoch of the latest run."""
        return int(self.ask("run.epochs[-1].item()"))

    def assert_own_picture(self) -> None:
        """The curves are those of the kernel's latest run, by number and by what they do."""
        assert self.drawn() == self.runs()
        module = "__import__('lossacc.figures').figures"
        assert self.notebook.ask(f"{module}.curves({self.name}.run).alt") in self.alt()

    def watch(self) -> None:
        """Begin to note what the panel shows, each time that it changes."""
        self.root.evaluate(WATCH)

    def seen(self) -> list[dict[str, Any]]:
        """What was noted so far, oldest first; see watch.js."""
        noted: list[dict[str, Any]] = self.root.evaluate("root => root.lossaccSeen")
        return noted

    def pictures(self, number: int) -> list[dict[str, Any]]:
        """What was noted while a run was drawn, once for each different picture."""
        drawn = [one for one in self.seen() if one["run"] == str(number)]
        moved = [one for last, one in pairwise(drawn) if one["drawn"] != last["drawn"]]
        return drawn[:1] + moved

    def since_click(self, text: str, counts: Callable[[dict[str, Any]], bool]) -> float:
        """The seconds from the last click on a button to the first change that counts."""
        noted = self.seen()
        (*_, click) = (n for n, one in enumerate(noted) if one["what"] == f"click {text}")
        shown = next(one for one in noted[click + 1 :] if counts(one))
        return float(shown["at"] - noted[click]["at"]) / 1000

    def wait_until_it_moves(self, number: int) -> None:
        """Wait until the picture of a run that is watched has changed, while it trains.

        The page waits, not this process: on a busy machine the training is over before the answer
        to a question has come back.
        """
        arguments = [self.root.element_handle(), str(number)]
        self.notebook.page.wait_for_function(MOVED, arg=arguments, timeout=60_000)


def open_panel(notebook: Notebook, name: str, experiment: str) -> Panel:
    """Show a panel in a new cell; `experiment` is the code of the argument of `Lab`."""
    source = f"from lossacc.lab import Lab\n{name} = Lab({experiment})\n{name}"
    return panel_in(notebook, name, notebook.add(source))


def panel_in(notebook: Notebook, name: str, place: int) -> Panel:
    """Find the panel that a cell shows."""
    root = notebook.cell(place).locator(".lossacc-lab")
    root.wait_for()
    return Panel(notebook, name, root)
