"""The live face of a question replies, keeps what was chosen, and shows it again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import ipywidgets
import pytest

from lossacc.quiz import ask, store
from lossacc.quiz.ask import Asked
from lossacc.quiz.widget import ChoicePanel, panel_of
from tests.quiz.conftest import OWN, TIE

WIDGET = "application/vnd.jupyter.widget-view+json"


def press(panel: ChoicePanel, letter: str) -> None:
    panel.buttons[letter].click()


def test_nothing_is_said_before_a_choice() -> None:
    panel = panel_of(TIE)
    assert panel.reply.value == panel.others.value == ""
    assert [button.description for button in panel.buttons.values()] == [
        "A. It falls & stays.",
        "B. It rises.",
        "C. Neither.",
    ]


@pytest.mark.parametrize("option", TIE.options, ids=lambda option: option.key)
def test_every_option_has_its_reply(option) -> None:
    panel = panel_of(TIE)
    press(panel, option.key)
    assert TIE.reply_html(option, chosen=True) in panel.reply.value
    assert 'role="status"' in panel.reply.value
    for other in TIE.options:
        assert (TIE.reply_html(other) in panel.others.value) == (other is not option)


def test_the_choice_can_be_changed_and_only_one_is_marked() -> None:
    panel = panel_of(TIE)
    for letter in "ABA":
        press(panel, letter)
        marked = [name for name, b in panel.buttons.items() if "(your answer)" in b.description]
        classed = [name for name, b in panel.buttons.items() if "lossacc-chosen" in b._dom_classes]
        assert marked == classed == [letter]
        assert store.kept("ask/tie") == letter


def test_a_kept_choice_is_shown_with_its_reply_and_not_read_aloud() -> None:
    press(panel_of(TIE), "C")
    again = panel_of(TIE)
    assert again.buttons["C"].description == "C. Neither. (your answer)"
    assert TIE.reply_html(TIE.options[2], chosen=True) in again.reply.value
    assert "status" not in again.reply.value


@pytest.mark.parametrize("strange", ["D", 1, None, ["A"], {"A": 1}])
def test_a_kept_answer_that_is_no_option_is_none(strange: object) -> None:
    store.keep("ask/tie", strange)
    assert panel_of(TIE).reply.value == ""


def test_an_own_text_is_kept_and_compared() -> None:
    panel = panel_of(OWN)
    assert panel.reply.value == ""
    panel.text.value = "Too sure."
    panel.compare.click()
    assert "<strong>confidence</strong>" in panel.reply.value
    assert panel_of(OWN).text.value == "Too sure."


def test_a_kept_text_that_is_none_is_no_text() -> None:
    store.keep("ask/own", 3)
    assert panel_of(OWN).text.value == ""


def test_what_happened_to_the_file_is_told(own_folder: Path) -> None:
    (own_folder / store.NAME).write_text("{", encoding="utf-8")
    panel = panel_of(TIE)
    assert "my_answers.damaged-1.json" in panel.reply.value
    press(panel, "A")
    assert "damaged" not in panel.reply.value


def test_the_question_is_there_for_those_who_hear_the_page() -> None:
    for panel in (panel_of(TIE), panel_of(OWN)):
        first = panel.box.children[0].value
        assert re.search(r'<p class="lossacc-unseen">[^<]*&lt;(it|both)&gt;[^<]*</p>', first)
        assert "lossacc-ask" in panel.box._dom_classes


def test_live_there_is_a_widget_and_the_still_face_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "live")
    shown = Asked(TIE)._repr_mimebundle_()
    assert set(shown) == {WIDGET, "text/html", "text/plain"}
    assert shown["text/html"] == TIE.html()
    assert shown["text/plain"] == repr(Asked(TIE)) == TIE.text()


def test_still_there_is_no_widget_and_no_file(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    monkeypatch.delenv("LOSSACC_PANELS", raising=False)
    monkeypatch.delenv("VSCODE_PID", raising=False)
    made = len(ipywidgets.widgets.widget._instances)
    shown = ask("past the tie")._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert len(ipywidgets.widgets.widget._instances) == made
    assert not list(own_folder.iterdir())


def test_a_new_process_shows_what_was_chosen(own_folder: Path) -> None:
    code = (
        "from lossacc.quiz.widget import panel_of\n"
        "from lossacc.quiz.question_tables import question\n"
        "panel = panel_of(question('past the tie'))\n"
        "print(panel.reply.value)\n"
        "panel.buttons['B'].click()\n"
    )
    for expected in ("\n", "This one."):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=own_folder,
        )
        assert expected in done.stdout
    assert json.loads((own_folder / store.NAME).read_text(encoding="utf-8")) == {
        "ask/past the tie": "B"
    }


def test_asking_starts_neither_tensorflow_nor_widgets() -> None:
    code = (
        "import sys; from lossacc.quiz import ask; repr(ask('past the tie')); "
        "assert not {'tensorflow', 'ipywidgets'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_half_of_a_letter_in_a_kept_text_can_be_sent_to_a_page(own_folder: Path) -> None:
    (own_folder / store.NAME).write_text('{"ask/own": "a\\ud800b"}', encoding="utf-8")
    assert panel_of(OWN).text.value == "a?b"
