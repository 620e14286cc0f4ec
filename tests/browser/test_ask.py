"""A question in the page: by keyboard, and after a restart of the kernel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from lossacc.quiz.question_tables import question
from lossacc.quiz.questions import Choice, FreeText
from tests.browser.notebook import Notebook

pytestmark = pytest.mark.browser

CHOICE, TEXT = "both fall: what first", "why it does not come back"


def asked(notebook: Notebook, name: str) -> Locator:
    place = notebook.add(f"from lossacc.quiz import ask\nask({name!r})")
    box = notebook.cell(place).locator(".lossacc-ask")
    box.wait_for()
    return box


def reads(box: Locator, words: str) -> None:
    """Wait until the page says it, where a screen reader speaks it; line breaks do not count."""
    start = " ".join(words.split())[:40]
    box.get_by_role("status").get_by_text(start).wait_for()


def test_a_choice_by_keyboard(notebook: Notebook) -> None:
    one = question(CHOICE)
    assert isinstance(one, Choice)
    first, second, *_ = one.shown.values()
    box, keys = asked(notebook, CHOICE), notebook.page.keyboard
    options = box.locator("button")
    assert options.count() == len(one.options)
    options.first.focus()
    keys.press("Tab")
    assert box.get_by_role("status").count() == 0, "whoever walks past an option gets no reply"
    keys.press("Enter")
    reads(box, second.reply)
    keys.press("Shift+Tab")
    keys.press("Space")
    reads(box, first.reply)


def test_a_text_is_compared_and_all_answers_outlive_the_kernel(notebook: Notebook) -> None:
    free, choice = question(TEXT), question(CHOICE)
    assert isinstance(free, FreeText)
    assert isinstance(choice, Choice)
    box = asked(notebook, TEXT)
    box.get_by_label("Your answer").fill("It learns <nothing> by heart.")
    box.get_by_role("button", name="Compare").click()
    reads(box, "An answer to compare with yours")
    third = list(choice.shown.values())[2]
    asked(notebook, CHOICE).locator("button").nth(2).click()
    kept = notebook.lab.folder / "my_answers.json"
    notebook.wait_until(
        lambda: kept.is_file() and f'"{third.key}"' in kept.read_text("utf-8"),
        10,
        "the answer is kept",
    )
    notebook.restart()
    again = asked(notebook, TEXT).get_by_label("Your answer")
    assert again.input_value() == "It learns <nothing> by heart."
    told = " ".join(asked(notebook, CHOICE).inner_text().split())
    assert " ".join(third.reply.split())[:40] in told
