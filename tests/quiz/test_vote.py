"""A vote keeps both answers, and shows no reply before the second one and the instructor's word."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time

import pytest

from lossacc.quiz import store, vote, vote_panel
from lossacc.quiz.vote import Vote
from lossacc.quiz.vote_panel import FirstVote, SecondVote
from tests.quiz.conftest import TIE

WIDGET = "application/vnd.jupyter.widget-view+json"
VOTED = dataclasses.replace(TIE, word="Harbour")
REPLIES = [option.reply[:8] for option in TIE.options] + ["This one."]


def says(panel: FirstVote | SecondVote) -> str:
    buttons = [button.description for button in panel.buttons.values()]
    return " ".join([panel.reply.value, panel.others.value, *buttons])


def is_silent(panel: FirstVote | SecondVote) -> bool:
    """Whether nothing of a reply is to be seen."""
    return not any(reply in says(panel) for reply in REPLIES) and not panel.others.value


def test_both_votes_are_kept_and_the_first_has_no_reply() -> None:
    first = FirstVote(VOTED)
    first.buttons["A"].click()
    assert is_silent(first)
    assert "kept" in first.reply.value
    second = SecondVote(VOTED)
    assert "your" not in says(second)
    second.buttons["B"].click()
    assert is_silent(second)
    assert store.answers() == {"vote/tie/first": "A", "vote/tie/second": "B"}


def test_the_first_vote_may_change_until_there_is_a_second() -> None:
    first = FirstVote(VOTED)
    for key in "CA":
        first.buttons[key].click()
        assert store.kept("vote/tie/first") == key
    SecondVote(VOTED).buttons["B"].click()
    first.buttons["B"].click()
    assert store.kept("vote/tie/first") == "A"
    assert "stays as it was" in first.reply.value


def test_the_word_opens_the_replies_and_closes_the_vote() -> None:
    panel = SecondVote(VOTED)
    panel.word.value = " harbour "
    panel.show.click()
    assert "Vote first" in panel.reply.value
    panel.buttons["A"].click()
    panel.word.value = "port"
    panel.show.click()
    assert "not the word" in panel.reply.value
    assert is_silent(panel)
    panel.word.value = " harbour "
    panel.show.click()
    assert TIE.reply_html(TIE.options[0], chosen=True) in panel.reply.value
    assert TIE.reply_html(TIE.options[1]) in panel.others.value
    assert all(button.disabled for button in panel.buttons.values())


def test_what_was_opened_stays_open_after_a_restart() -> None:
    panel = SecondVote(VOTED)
    panel.buttons["C"].click()
    panel.word.value = "harbour"
    panel.show.click()
    again = SecondVote(VOTED)
    assert TIE.reply_html(TIE.options[2], chosen=True) in again.reply.value
    assert again.buttons["B"].disabled


@pytest.mark.parametrize(("now", "open_"), [("10:29", False), ("10:30", True), ("23:00", True)])
def test_a_time_opens_them(now: str, open_: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        @staticmethod
        def now() -> datetime:
            return datetime.combine(datetime(2026, 1, 1), time.fromisoformat(now))

    monkeypatch.setattr(vote_panel, "datetime", Clock)
    panel = SecondVote(TIE, time(10, 30))
    panel.buttons["B"].click()
    panel.show.click()
    assert is_silent(panel) != open_
    assert ("clock says 10:29" in panel.reply.value) != open_


@pytest.mark.parametrize("strange", [3, None, ["A"], {"A": 1}, "Z", True])
def test_what_was_kept_and_is_no_vote_is_none(strange: object) -> None:
    for which in ("first", "second", "opened"):
        store.keep(f"vote/tie/{which}", strange)
    assert is_silent(FirstVote(VOTED))
    panel = SecondVote(VOTED)
    assert is_silent(panel)
    panel.show.click()
    assert "Vote first" in panel.reply.value


def test_still_the_first_vote_shows_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "still")
    first, second = (Vote(VOTED, again)._repr_mimebundle_() for again in (False, True))
    for kind in ("text/html", "text/plain"):
        assert not any(reply in first[kind] for reply in ("By ", "This one", "Answer"))
        assert "This one." in second[kind]


def test_live_there_is_a_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "live")
    for again in (False, True):
        assert WIDGET in Vote(VOTED, again)._repr_mimebundle_()


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ({"name": "the falls of both"}, 'nearest are "the fall of both"'),
        ({"name": "why it does not come back"}, "has no options"),
        ({"name": "the fall of both", "opens": "noon"}, "opens is 'noon'; expected a time"),
        ({"name": "the fall of both", "opens": 14.3}, "opens is 14.3; expected a time"),
        ({"name": "the fall of both", "opens": "25:00"}, "expected a time"),
        ({"name": "past the tie", "again": True}, "has no word to open its replies; give opens"),
    ],
)
def test_what_cannot_be_voted_on_is_refused(call: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        vote(**call)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="again"):
        vote("the fall of both", again="yes")  # type: ignore[arg-type]
