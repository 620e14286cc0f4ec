"""Replies may stress a word; everything else in them is shown as it stands."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.quiz.markup import as_html, as_text

MARKED = [
    ("*low* loss", "<em>low</em> loss", "low loss"),
    ("**low** loss", "<strong>low</strong> loss", "low loss"),
    ("`nan` and *all*", "<code>nan</code> and <em>all</em>", "nan and all"),
    ("a < b & c", "a &lt; b &amp; c", "a < b & c"),
    ("nothing", "nothing", "nothing"),
]


@pytest.mark.parametrize(("marked", "shown", "plain"), MARKED)
def test_marks(marked: str, shown: str, plain: str) -> None:
    assert as_html(marked) == shown
    assert as_text(marked) == plain


@given(st.text())
def test_nothing_but_the_three_marks_becomes_html(text: str) -> None:
    tags = set(re.findall(r"<[^>]*>", as_html(text)))
    assert tags <= {f"<{end}{tag}>" for tag in ("em", "strong", "code") for end in ("", "/")}


@given(st.text(alphabet="ab<&> "))
def test_html_without_marks_reads_back_as_the_text(text: str) -> None:
    assert html.unescape(as_html(text)) == as_text(text) == text
