"""Random actions on two panels, as their pages would send them: whatever is pressed, and when.

The browser tests do the same with real trainings and a real page, a few hundred times.
"""

from __future__ import annotations

import logging
import random
import time

import pytest

from lossacc.lab import Lab
from lossacc.lab.pictures import RUNS
from lossacc.support import cells
from lossacc.support.json_text import parsed
from tests.lab.fakes import Trainer, experiment, few_images

SEED = 14
BETWEEN_CHECKS = 50
NAMES = ("base", "fast", "", "x" * 50, "mine", "two\nlines", "<b>", "dots...", "Ünïcode")
FILES = ("fake", "", "a/b", "mine.png", "..", "two words")


class Slow(Trainer):
    """Takes some milliseconds, so that a stop comes in the middle."""

    def __call__(self, settings, data, seed, hooks):
        time.sleep(0.002)
        return super().__call__(settings, data, seed, hooks)

    def wait(self, event, hooks):
        time.sleep(0.003)


class Hands:
    """Does something at random; what the page would not send while it is disabled, too."""

    def __init__(self, chance):
        self.chance = chance

    def act(self, panel):
        acts = {
            self.press: 10, self.knob: 5, self.seed: 1, self.variant: 2, self.predict: 2,
            self.view: 3, self.answer: 3, self.draw: 4, self.name: 3, self.tick: 3, self.save: 1,
        }  # fmt: skip
        (act,) = self.chance.choices(list(acts), list(acts.values()))
        act(panel)
        return act.__name__

    def press(self, panel):
        buttons = {panel.run: 6, panel.step: 4, panel.five: 1, panel.reset: 1, panel.more: 1}
        self.chance.choices(list(buttons), list(buttons.values()))[0].click()

    def knob(self, panel):
        control = self.chance.choice(list(panel.knobs.values()))
        control.widget.set_state({"index": self.chance.randrange(2)})

    def seed(self, panel):
        panel.seed.set_state({"value": self.chance.randrange(4)})

    def variant(self, panel):
        panel.variants.set_state({"index": self.chance.randrange(len(panel.variants.options))})

    def predict(self, panel):
        panel.prediction.set_state({"index": self.chance.choice([0, 1, None])})

    def view(self, panel):
        panel.views.set_state({"index": self.chance.randrange(len(panel.views.options))})

    def answer(self, panel):
        self.chance.choice(panel.answers.children).click()

    def draw(self, panel):
        """Open or close the axes; or move all points, clear them, say done, send nonsense."""
        boxes = panel.sketches.boxes.values() if panel.sketches else ()
        if not boxes or self.chance.random() < 0.3:
            panel.sketch_button.click()
            return
        box = self.chance.choice(list(boxes))
        high = [self.chance.random() * box.paper["top"] for _ in box.paper["epochs"]]
        box.set_state(self.chance.choice([{"values": high}, {"values": []}, {"done": True}]))

    def name(self, panel):
        number = self.chance.randrange(1, 6)
        panel.runs.list.set_state({"renamed": [number, self.chance.choice(NAMES)]})

    def tick(self, panel):
        many = self.chance.randrange(0, 4)
        runs = [row["number"] for row in panel.runs.list.rows]
        panel.runs.list.set_state({"ticked": self.chance.sample(runs, min(many, len(runs)))})

    def save(self, panel):
        panel.runs.file.set_state({"value": self.chance.choice(FILES)})
        self.chance.choice([panel.runs.save_figure, panel.runs.save_runs]).click()


def checked(lab, until):
    """Stop what trains; all that the panel shows is then of its state."""
    lab.stop()
    until(lambda: lab.state == "idle")
    panel, state = lab._panel, lab._controller.state
    assert state.fault is None, state.fault
    assert len(set(lab.names)) == len(lab.names) == len(lab.runs)
    assert panel.run.description == "Run"
    assert {name: one.value for name, one in panel.knobs.items()} == dict(state.knobs)
    curves = panel.html["curves"].value
    if len(state.compared) > 1 and panel.view == RUNS:
        assert f'data-compared="{" ".join(map(str, state.compared))}"' in curves
    elif state.snapshot is not None:
        assert f'data-run="{len(lab.runs)}"' in curves
    else:
        assert "data-run" not in curves


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("lossacc.quiz.store._FOLDER", tmp_path)
    monkeypatch.setattr(cells, "_cells", {})
    monkeypatch.setenv("LOSSACC_PANELS", "live")
    return tmp_path


@pytest.mark.parametrize("actions", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_whatever_is_done(actions, folder, cell, until, caplog):
    chance = random.Random(SEED)
    hands, did = Hands(chance), []
    print(f"{actions} actions, seed {SEED}")
    fakes = [experiment(Slow(), title=title) for title in ("One", "Two")]
    images = few_images()

    def shown(n, again):
        cell(f"cell {n}", f"request {again}")
        lab = Lab(fakes[n], data=images)
        lab._repr_mimebundle_()
        return lab

    labs = [shown(n, 0) for n in range(2)]
    for number in range(1, actions + 1):
        n = chance.randrange(2)
        if chance.random() < 0.02:  # the cell is run again; at times in a new kernel
            if chance.random() < 0.5:
                labs[n].close()
                cells._cells.clear()
            labs[n] = shown(n, number)
            did.append("again")
        else:
            did.append(hands.act(labs[n]._panel))
        time.sleep(chance.choice([0, 0, 0.001, 0.01]))
        if number % BETWEEN_CHECKS == 0:
            for lab in labs:
                checked(lab, until)
    assert len(set(did)) == 12, "everything was done"
    assert [one.getMessage() for one in caplog.records if one.levelno > logging.INFO] == []
    assert parsed((folder / "my_answers.json").read_text("utf-8"))
    for lab in labs:
        lab.close()
