"""What people asked: `python -m lossacc.lessons.the_clinic.asked` writes the page QUESTIONS.md."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import as_file, files
from urllib.parse import quote

from lossacc.checks.clinic.causes import causes
from lossacc.quiz.folders import folders_with, number_of
from lossacc.support.files import write_whole
from lossacc.support.text import Sheet

PAGE = "QUESTIONS.md"
_UNQUOTED = ".,:?!“”`-"
_HEAD = """# What people ask

<!-- Written by `python -m lossacc.lessons.the_clinic.asked`; do not edit. -->

Each row is a question that somebody asked in public, in our words, with the link to its thread.
The cause is what the thread found, or what we take for the likeliest. A
measurement decides, and stands beside it. [Notebook 12](../../notebooks/12_the_clinic.ipynb) shows
how to read a run of your own."""


@dataclass(frozen=True)
class Asked:
    """One question: its thread, what was asked, and what it leads to."""

    url: str
    asks: str
    title: str
    lesson: int
    section: str
    decide: str
    todo: str

    @property
    def row(self) -> tuple[str, ...]:
        """Give the row of the page."""
        return (
            f"[{self.asks}]({self.url})",
            self.title,
            f"[{self.lesson:02}, {self.section}]({_place(self.lesson, self.section)})",
            self.decide,
            self.todo,
        )


def asked() -> tuple[Asked, ...]:
    """Give every question, in the order of the table."""
    text = files(__package__).joinpath("asked.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(_asked(one, table["place"]) for one in table["asked"])


def page() -> str:
    """Write the page in Markdown."""
    columns = ("what was asked", "likely cause", "shown in", "what decides", "what to do")
    return f"{_HEAD}\n\n{Sheet(columns, tuple(one.row for one in asked())).markdown()}\n"


def _asked(one: dict[str, str], places: dict[str, dict[str, object]]) -> Asked:
    name = one["cause"]
    known = places.get(name) or vars(causes()[name])
    told = {key: known[key] for key in ("title", "lesson", "section", "decide", "todo")}
    return Asked(one["url"], one["asks"], **told)  # type: ignore[arg-type]


def _place(lesson: int, section: str) -> str:
    # A heading's address has its words alone: the marks of code in it are no part.
    anchor = quote(section.replace("`", "").replace(" ", "-"), safe=_UNQUOTED)
    return f"../../notebooks/{_notebook(lesson)}.ipynb#{anchor}"


def _notebook(lesson: int) -> str:
    names = [folder.name for folder in folders_with("__init__.py")]
    (name,) = (name for name in names if number_of(name) == lesson)
    return f"{lesson:02}_{name}"


def main() -> None:
    """Write the page beside the lessons."""
    with as_file(files("lossacc.lessons")) as folder:
        write_whole(folder / PAGE, page())


if __name__ == "__main__":
    main()
