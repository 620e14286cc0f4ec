"""The HTML of a page: headings, links, tables, formulas, and what the search knows of it."""

from __future__ import annotations

import re

import pytest

from lossacc.commands.site.formulas import drawn, said
from lossacc.commands.site.tidy import tidied

HEADING = '<h{0} id="{1}">{1}<a class="anchor-link" href="#{1}">¶</a></h{0}>'


def test_headings_of_the_same_words_have_ids_of_their_own() -> None:
    html = "".join(
        HEADING.format(*one)
        for one in ((1, "A"), (2, "Run"), (3, "Run"), (2, "Run"), (3, "B"), (4, "Run"))
    )
    page = tidied("a", html, ())
    assert re.findall(r'<h\d id="(.*?)"', page.body) == ["A", "Run", "Run-2", "Run-3", "B", "Run-4"]
    assert "¶" not in page.body  # the sign that links to itself
    assert page.headings == (("Run", "Run"), ("Run-3", "Run"))
    assert page.title == "A"


def test_a_heading_has_the_id_that_links_name() -> None:
    html = '<h2 id="8.-%E2%80%9CStable%E2%80%9D?">8. “Stable”?</h2>'  # as nbconvert writes it
    assert tidied("a", html, ()).headings == (("8.-“Stable”?", "8. “Stable”?"),)


@pytest.mark.parametrize(
    ("link", "becomes"),
    [
        ("01_a.ipynb", '<a href="01_a.html">x</a>'),
        ("../../notebooks/01_a.ipynb#3.-B,-c?", '<a href="01_a.html#3.-B,-c?">x</a>'),
        ("09_not_here.ipynb#3", "x"),
        ("https://a.b/01_a.ipynb", '<a href="https://a.b/01_a.ipynb">x</a>'),
        ("../lossacc/lessons/QUESTIONS.md", '<a href="questions.html">x</a>'),
        ("https://a.b/README.md", '<a href="https://a.b/README.md">x</a>'),
        ("#here", '<a href="#here">x</a>'),
    ],
)
def test_links_to_notebooks_go_to_their_pages(link: str, becomes: str) -> None:
    assert tidied("a", f'<a href="{link}">x</a>', ["01_a"]).body == becomes


def test_what_is_wide_scrolls_by_keyboard() -> None:
    body = tidied("a", "<table><tr><th>what</th><th>how</th></tr></table><pre>x</pre>", ()).body
    opens = '<div aria-label="Table: what, how" class="scroll" role="group" tabindex="0">'
    assert sorted(re.findall(r'[\w-]+="[^"]*"', body)) == sorted(
        re.findall(r'[\w-]+="[^"]*"', opens + '<pre tabindex="0">')
    )


def test_an_empty_head_is_no_head() -> None:
    body = tidied("a", '<table><tr><th scope="col"></th><th>how</th></tr></table>', ()).body
    assert "<td></td><th>how</th>" in body


def test_the_search_knows_the_text_below_each_heading_and_no_numbers_of_figures() -> None:
    html = (
        "<p>before</p>" + HEADING.format(1, "A") + "<p>first <em>words</em>.</p>"
        "<pre>co<span>de</span>()</pre>"
        "<table><tr><td>cell</td></tr></table><svg><text>tick</text></svg>"
        + HEADING.format(2, "B")
        + "<p>last</p>"
    )
    one, other = tidied("a", html, ()).sections
    assert (one.id, one.title, one.text) == ("A", "A", "first words. code()")
    assert (other.title, other.text) == ("B", "last")


def test_the_question_of_a_lesson_is_its_quotation() -> None:
    assert tidied("a", "<blockquote><p>Why\nso?</p></blockquote>", ()).question == "Why so?"
    assert tidied("a", "<p>no</p>", ()).question == ""


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\text{loss} \ge \text{err} \cdot \ln 2", "loss ≥ err · ln 2"),
        (r"\frac{\text{newly right} - 1}{N}", "(newly right \N{MINUS SIGN} 1) / (N)"),
        (r"\Delta\,\text{loss}", "change in loss"),
    ],
)
def test_a_formula_is_drawn_in_the_colour_of_the_page_and_says_itself(tex: str, words: str) -> None:
    assert said(tex) == words
    image = drawn(tex.replace(">", "&gt;"), "a")
    assert f'role="img" aria-label="{words}"' in image
    assert "<style" not in image
    assert "currentColor" in image
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", image)


def test_a_page_holds_its_formulas_drawn() -> None:
    body = tidied("a", "<p>$$\\ln 2$$</p>", ()).body
    assert "$$" not in body
    assert "<svg" in body


def test_two_formulas_share_no_id_and_find_their_own_glyphs() -> None:
    body = tidied("a", "<p>$$\\ln 2$$ and $$\\ln 2$$</p>", ()).body
    ids = re.findall(r'\bid="(.*?)"', body)
    assert len(ids) == len(set(ids)) > 2
    assert set(re.findall(r'href="#(.*?)"', body)) <= set(ids)
