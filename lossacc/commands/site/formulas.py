"""Formulas as SVG, drawn by matplotlib: a page without a network has no MathJax."""

from __future__ import annotations

import html
import io
import re

from lossacc.support.text import MINUS

_SIZE = 13  # points
# Its style sheet would hold for the whole page.
_BESIDE = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", re.S)
_NAMES = re.compile(r'\bid="|href="#|url\(#')
# What TeX calls so has another name in matplotlib.
_KNOWN = {"lVert": "Vert", "rVert": "Vert", "ge": "geq", "le": "leq"}
# As one would read it out: the commands of TeX that the lessons use.
_SAID = (
    (r"\\frac\{(.+)\}\{(.+?)\}", r"(\1) / (\2)"),
    (r"\\text\{(.+?)\}", r"\1"),
    (r"\\lVert (.+?)\\rVert", r"|\1|"),
    (r"\\Delta", "change in "),
    (r"\\ge", "≥"),
    (r"\\le", "≤"),
    (r"\\ln", "ln"),
    (r"\\cdot", "·"),
    (r"\\times", "\N{MULTIPLICATION SIGN}"),
    (r"\\qquad|\\[,;]|[{}]", " "),
    ("-", MINUS),
)


def drawn(tex: str, mark: str) -> str:
    """Draw a formula as an image of the page's own colour, with its words.

    Parameters
    ----------
    tex
        As nbconvert leaves it, HTML escaped.
    mark
        Begins every id in the image: a page holds each id once.

    Raises
    ------
    ValueError
        If matplotlib cannot draw it.
    """
    from matplotlib import rc_context
    from matplotlib.mathtext import math_to_image

    source, file = " ".join(html.unescape(tex).split()), io.BytesIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "lossacc", "svg.id": None}):
        math_to_image(f"${_known(source)}$", file, dpi=72, format="svg", color="black")
    svg = file.getvalue().decode("utf-8")
    svg = svg[svg.index("<svg") :]
    svg = _NAMES.sub(rf"\g<0>{mark}-", _BESIDE.sub("", svg))
    label = html.escape(said(source))
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{label}" fill="currentColor"', 1)
    return f'<span class="formula">{svg}</span>'


def said(tex: str) -> str:
    """Write a formula in words and signs."""
    for command, words in _SAID:
        tex = re.sub(command, words, tex)
    return " ".join(tex.replace("_", " ").split())


def _known(tex: str) -> str:
    """Write what matplotlib does not know as it does."""
    for theirs, its in _KNOWN.items():
        tex = re.sub(rf"\\{theirs}(?![A-Za-z])", rf"\\{its}", tex)
    return tex
