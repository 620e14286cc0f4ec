"""The texts of a panel as HTML."""

import re

import pytest

from lossacc.figures.draw.text import text_width
from lossacc.lab import html_texts
from lossacc.lab.events import Fault, TrainingProgress
from lossacc.lab.findings import Findings, JudgedClaim
from lossacc.lab.style import STYLE
from tests.lab.fakes import experiment


def test_it_is_said_that_no_claim_covers_the_settings():
    assert "No claim covers these knob settings" in html_texts.claims(Findings())


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([True, False, None], "1 holds, 1 does not hold, 1 waits for another run"),
        ([None, True, None, True], "2 hold, 2 wait for another run"),
        ([False, False], "2 do not hold"),
    ],
)
def test_verdicts_are_counted(verdicts, said):
    claim = experiment().claims[0]
    judged = tuple(JudgedClaim(claim, (), held) for held in verdicts)
    assert f"of these settings: {said}</summary>" in html_texts.claims(Findings(claims=judged))


def test_a_stopped_run_has_no_claims_and_it_is_said_why():
    assert "Predictions and claims speak of whole runs" in html_texts.claims(Findings(whole=False))


def test_what_people_wrote_cannot_break_the_page():
    evil = "<script>alert(1)</script>"
    shown = [
        html_texts.status(evil),
        html_texts.status(evil, stale=True),
        html_texts.fault(Fault(evil, evil)),
        html_texts.verdict(Findings(evil)),
        html_texts.finding(evil),
        html_texts.progress(TrainingProgress(1, 2, evil), True),
        html_texts.heading(experiment(title=evil, question=evil)),
    ]
    assert not any("<script>" in html for html in shown)


def test_the_words_below_the_line_of_progress_fit_its_width():
    (width,) = map(int, re.findall(r"> .lossacc-progress { width: (\d+)px", STYLE))
    assert text_width("epoch 300 of 300, about 99 s left", 12) <= width
