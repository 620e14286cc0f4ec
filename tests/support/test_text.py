"""Numbers as a reader sees them."""

import html
import unicodedata
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lossacc.support.text import Sheet, interval, plain, shown, shown_names

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (4.5e-13, "4.5e-13"),
        (-2e-5, "-2.0e-05"),
        (0.5, "0.5"),
        (12345, "1.2e+04"),
    ],
)
def test_a_tiny_number_is_not_nothing(value, text):
    assert plain(value) == text


def test_an_interval_stands_behind_its_mean_where_there_is_one():
    assert interval(0.5, 0.25, 0.75) == "0.5 [0.25, 0.75]"
    assert interval(0.5, None, None) == "0.5"


def test_a_bar_in_a_cell_ends_no_column():
    assert "| a \\| b |" in Sheet(("one",), (("a | b",),)).markdown()


@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from("\u202e\ufffe\x00\ud800")))
@example("\u202e\ufffe\x00\ud800\U0001ffff")
def test_what_is_shown_can_be_seen_and_put_into_any_file(text):
    told = shown(text)
    told.encode()
    assert ElementTree.fromstring(f"<a>{html.escape(told)}</a>").text == (told or None)
    assert not [c for c in told if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [c for c in told if unicodedata.bidirectional(c) in BIDI]
    assert shown(told) == told
    if text.isprintable():
        assert told == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("caf\u00e9", "caf\u00e9"),
        (
            "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
            "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
        ),
        ("\u0600\u0661", "\u0600\u0661"),
        ("a\tb\x1b[0m", "a\\tb\\x1b[0m"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("a\u00a0b", "a\u00a0b"),
        ("\ufeffcat", "\\ufeffcat"),
    ],
)
def test_only_what_is_hidden_is_written_by_its_number(text, told):
    assert shown(text) == told


@given(st.lists(st.text(max_size=60), unique=True, max_size=6))
@example(["", " ", "(no name)", "(no name) #2"])
@example(["a" * 40 + "x", "a" * 40 + "y", "a" * 20 + "b" * 20 + "y"])
def test_names_stay_different_and_short(names):
    told = shown_names(names)
    assert len(set(told)) == len(told) == len(names)
    assert all(0 < len(name) <= 40 and name.strip() for name in told)
