"""Two panels: one training at a time, and no picture of another panel's run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.notebook import Notebook
from tests.browser.panel import LONG, QUICK, Panel, open_panel

pytestmark = pytest.mark.browser

TITLE = "Sure and wrong"


@pytest.fixture
def two(notebook: Notebook) -> Iterator[tuple[Panel, Panel]]:
    """A panel that trains for long, and has begun, and a second one on which Run was pressed."""
    first = open_panel(notebook, "first", '"sure-and-wrong"')
    second = open_panel(notebook, "second", '"wrong-labels"')
    first.move(LONG)
    first.watch()
    first.button("Run").click()
    first.wait_until_it_moves(1)
    second.button("Run").click()
    second.part("busy").get_by_text(TITLE).wait_for()
    yield first, second
    for panel in (first, second):
        panel.ask("close()")


def test_never_mind(two: tuple[Panel, Panel]) -> None:
    first, second = two
    assert first.ask("state") == "training"
    second.button("Never mind").click()
    second.wait_for("idle", 15)
    first.wait_for_end(60)
    assert (first.runs(), second.runs()) == (1, 0)
    assert first.epochs() == 160
    assert second.drawn() is None
    first.assert_own_picture()


def test_stop_it_and_run_this(two: tuple[Panel, Panel]) -> None:
    first, second = two
    second.button("Stop it and run this").click()
    second.notebook.wait_until(lambda: second.runs() == 1, 60, "the second has run")
    second.wait_for_end()
    first.wait_for_end(15)
    assert first.epochs() < 160
    for panel in two:
        panel.assert_own_picture()


def test_wait_for_it(two: tuple[Panel, Panel]) -> None:
    first, second = two
    second.button("Wait for it").click()
    second.wait_for("waiting", 15)
    second.notebook.wait_until(lambda: second.runs() == 1, 90, "the second has run")
    second.wait_for_end()
    assert first.epochs() == 160
    for panel in two:
        panel.assert_own_picture()


def test_stop_while_waiting(two: tuple[Panel, Panel]) -> None:
    first, second = two
    second.button("Wait for it").click()
    second.wait_for("waiting", 15)
    second.button("Stop").click()
    second.wait_for("idle", 15)
    first.button("Stop").click()
    first.wait_for_end(15)
    assert (first.runs(), second.runs()) == (1, 0)
    first.move(QUICK)
    first.run()
    first.assert_own_picture()
