"""From bytes to lines: encodings, colours of a terminal, overwritten lines, tables of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lossacc.runs.logs.rows import LogError

# Colours and cursor moves, also where a copy has lost the escape character itself.
_ANSI = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_=>]"
    r"|\[\d{1,3}(?:;\d{1,3})*m|\[0?[mK]"
)
_BREAK = re.compile(r"\r|\x08+|[\x0b\x0c\x85\u2028\u2029]")
_BAR = re.compile(r"\s*(\d+)/(\d+)\b")
_HIDDEN = re.compile("[\x00-\x07\x0e-\x1f\x7f\u200b-\u200f\ufeff]")
_WIDE = str.maketrans(
    "\uff0c\uff1a\uff1b\uff08\uff09\uff05\uff1d\u2212\u3001\u3010\u3011\xa0\u202f\u3000\uff5c\u2502\u2503\u2551",
    ",:;()%=-,[]   ||||",
)
_TAGS = ((r"</t[dh]\s*>", "\t"), (r"</tr\s*>|<br\s*/?>|</p\s*>", "\n"), (r"<[^<>\n]{0,300}>", ""))


def decoded(data: bytes) -> str:
    """Turn bytes into text.

    Raises
    ------
    LogError
        If they are no text.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:4096]:
        raise LogError("the file is not text, nor an event file of TensorBoard; expected a log")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def cleaned(text: str) -> str:
    """Take out what a terminal would not show as text; wide signs become plain ones."""
    text = _ANSI.sub("", text)
    if not text.isascii():
        text = text.translate(_WIDE)
    if "<tr" in text or "<td" in text:
        for pattern, plain in _TAGS:
            text = re.sub(pattern, plain, text)
    return text


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line with its number; what was overwritten in place makes lines of its own."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.isprintable():
            yield number, line
            continue
        for piece in _BREAK.split(line):
            if piece.strip():
                yield number, _HIDDEN.sub("", piece)


def without_steps(numbered: Iterable[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """Leave out every step of a progress bar that a later one of its epoch follows.

    Returns
    -------
    list, int
        The other lines, and how many were left out.
    """
    kept: list[tuple[int, str]] = []
    left = 0
    for number, line in numbered:
        if kept and _overwritten(kept[-1][1], line):
            kept[-1] = (number, line)
            left += 1
        else:
            kept.append((number, line))
    return kept, left


def _overwritten(line: str, after: str) -> bool:
    """Tell whether a bar's step is followed by a later step of the same epoch."""
    if "/" not in line[:24]:
        return False
    now, then = _BAR.match(line), _BAR.match(after)
    if not now or not then or now[2] != then[2]:
        return False
    return len(now[1]) < 16 and int(now[1]) < int(then[1][:16]) <= int(now[2][:16])
