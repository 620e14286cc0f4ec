"""In a script a picture is printed with its numbers, and saved as an image."""

from __future__ import annotations

import pytest

from lossacc import figures
from lossacc.runs.toys import as_run, ten_examples


def test_printing_shows_title_words_and_numbers(capsys):
    picture = figures.curves(as_run(*ten_examples()))
    print(picture)
    said = capsys.readouterr().out
    assert said.startswith(picture.title)
    assert picture.alt in said
    assert picture.table.text() in said


@pytest.mark.parametrize(
    ("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")]
)
def test_saves_an_image(kind, begins, tmp_path):
    path = figures.curves(as_run(*ten_examples())).save(tmp_path / f"x.{kind}")
    assert path.read_bytes().startswith(begins)


def test_refuses_what_it_cannot_write(tmp_path):
    picture = figures.curves(as_run(*ten_examples()))
    with pytest.raises(ValueError, match=r"ends in \.png, \.svg or \.pdf"):
        picture.save(tmp_path / "x.bmp")
    with pytest.raises(OSError, match="there is no folder"):
        picture.save(tmp_path / "none" / "x.png")
