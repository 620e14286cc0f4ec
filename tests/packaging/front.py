"""What README prints of numbers, and the index of notebook 00: `python -m tests.packaging.front`.

The alt text of the ledger is the one that stands in its picture, and the verdicts are read from the
committed results. Each part stands between two comments with its name.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lossacc import lessons
from lossacc.claims import catalogue
from lossacc.claims.gains import Gain
from lossacc.claims.report import Row
from lossacc.support.text import MINUS, Sheet
from tests.project import ROOT

PAGE = ROOT / "README.md"
START = ROOT / "notebooks" / "00_start_here.ipynb"
IMAGES = ".github/images"
LEDGER = ROOT / IMAGES / "ledger-light.svg"

# Unit: by how much a number is multiplied, its digits, and the word behind it.
POINTS, NATS, PERCENT, COUNT = (100, 1, " points"), (1, 3, " nats"), (100, 1, " %"), (1, 0, "")


@dataclass(frozen=True)
class Number:
    """A measured number, with the 95 % interval of its mean.

    Parameters
    ----------
    source
        `experiment/claim`, or `experiment/arm` of a remedy.
    unit
        One of those above.
    measures
        How what a remedy's gain measures begins; empty for a claim.
    says
        How the remedy's sentence begins, where its arm has several gains of that kind.
    lost
        Whether the words tell how much is lost: a gain below 0.
    """

    source: str
    unit: tuple[int, int, str]
    measures: str = ""
    says: str = ""
    lost: bool = False

    def found(self) -> Row | Gain:
        """What was measured of it.

        Raises
        ------
        ValueError
            If the results hold no such number, or several.
        """
        report = lessons.results(self.source.partition("/")[0])
        rows: list[Row | Gain] = [one for one in report.rows if not self.measures]
        gains = (one for one in report.gains if self.measures)
        rows += [one for one in gains if one.measures.startswith(self.measures)]
        rows = [one for one in rows if one.id == self.source and self._meant(one)]
        if len(rows) != 1:
            raise ValueError(f"{self!r} is {len(rows)} times in the results; expected it once")
        return rows[0]

    def _meant(self, one: Row | Gain) -> bool:
        return isinstance(one, Row) or one.says.startswith(self.says)

    def __str__(self) -> str:
        """The mean and half of its interval, as `12.6 ± 0.8 points`."""
        one = self.found()
        times, digits, word = self.unit
        sign = -times if self.lost else times
        shown = f"{sign * one.mean:.{digits}f}".replace("-", MINUS)
        if float(shown.replace(MINUS, "-")) == 0:
            shown = shown.removeprefix(MINUS)
        assert one.low is not None
        assert one.high is not None
        half = f"{times * (one.high - one.low) / 2:.{digits}f}"
        return f"{shown} ± {half}{word}" if float(half) else f"{shown}{word}"


@dataclass(frozen=True)
class Surprise:
    """A sentence that people are told, and what was measured of it.

    Parameters
    ----------
    told
        Its id in the catalogue.
    words
        What was measured, with `{}` for each of the numbers.
    numbers
        The numbers; the first speaks to the sentence, the others may be what it is compared with.
    """

    told: str
    words: str
    numbers: tuple[Number, ...]

    def cells(self) -> tuple[str, str, str, str]:
        """The sentence, the verdict in a word, what was measured, the notebooks."""
        entry = catalogue.entry(self.told)
        return entry.sentence, entry.verdict, self.words.format(*self.numbers), self._links()

    def _links(self) -> str:
        names = {number.source.partition("/")[0] for number in self.numbers}
        found = sorted(one.notebook for one in lessons.measured(*names))
        unique = dict.fromkeys(found)
        return ", ".join(f"[{name[:2]}](notebooks/{name}.ipynb)" for name in unique)


BOTH, SURE, NINE = "both-fall", "sure-and-wrong", "nine-against-one"
FIVE, RARE, ANY = "five-against-five", "the-ninety-per-cent-class", "any-number-can-be-a-loss"
PENALTY, BOXES, MODES = "the-penalty-inside-the-loss", "three-boxes", "two-modes"
BALANCED, ACCURACY = "balanced accuracy", "validation accuracy"

SURPRISES = (
    Surprise(
        "C05",
        "A network that was sure is trained on with some wrong labels: both fall, epoch after "
        "epoch, the accuracy by {}.",
        (Number(f"{BOTH}/training", POINTS),),
    ),
    Surprise(
        "C03",
        "Few images, many epochs: the loss rises by {}. One temperature takes it to {}, and no "
        "answer changes.",
        (Number(f"{SURE}/turns up", NATS), Number(f"{SURE}/temperature", NATS)),
    ),
    Surprise(
        "C12",
        "With four images in a step, the printed loss rises in {} of 100 steps of a training that "
        "goes well.",
        (Number(f"{ANY}/small batches", COUNT),),
    ),
    Surprise(
        "C23",
        "One of ten labels is wrong. Clipping the gradient of all ten changes the loss by {}; "
        "clipping each image's step takes it from {} to {}.",
        (
            Number(f"{NINE}/clipping the batch", NATS),
            Number(f"{NINE}/settles", NATS),
            Number(f"{NINE}/clipping each step", NATS),
        ),
    ),
    Surprise(
        "C24",
        "Of the images that lose most, {} are labelled wrong at the lowest validation loss, and {} "
        "once they are learned by heart.",
        (
            Number("wrong-labels/losses find them", PERCENT),
            Number("wrong-labels/memory hides them", PERCENT),
        ),
    ),
    Surprise(
        "C26",
        "Where images under two labels are merely alike, a larger network gains {} on new images. "
        "Where the labels are random it gains {}; where images are identical, {}.",
        (
            Number(f"{FIVE}/alike", POINTS, ACCURACY, "A larger network"),
            Number(f"{FIVE}/few, random, large", POINTS, ACCURACY),
            Number(f"{FIVE}/large network", NATS, "fall of the training loss"),
        ),
    ),
    Surprise(
        "C31",
        "Patience gains {} of balanced accuracy where a class is rare. It costs {} where labels "
        "are wrong, and gains {} where the loss falls by its penalty alone.",
        (
            Number(f"{RARE}/base", POINTS, BALANCED, "Patience"),
            Number(f"{RARE}/wrong labels", NATS, "fall of the validation loss", lost=True),
            Number(f"{PENALTY}/base", POINTS, ACCURACY),
        ),
    ),
    Surprise(
        "C32",
        "Class weights gain {} of balanced accuracy early, and {} at the end. Moving the threshold "
        "gains {} there, with nothing trained.",
        (
            Number(f"{RARE}/class weights", POINTS, "balanced accuracy, epochs"),
            Number(f"{RARE}/class weights", POINTS, "balanced accuracy at the end"),
            Number(f"{RARE}/base", POINTS, BALANCED, "The threshold"),
        ),
    ),
    Surprise(
        "C41",
        "Without weight decay that stretch is better by {}, and the end worse by {}: decay behind "
        "BatchNorm made the rise, and kept the network from being too sure.",
        (
            Number(f"{BOXES}/no decay", POINTS, "validation accuracy, epochs"),
            Number(f"{BOXES}/no decay", NATS, "validation loss at the end", "The same", lost=True),
        ),
    ),
    Surprise(
        "C54",
        "Dropout everywhere, and evaluation is bad: a momentum of .9 gains {}. Statistics "
        "recomputed from the images gain {}, with nothing trained.",
        (
            Number(f"{MODES}/momentum .9", POINTS, ACCURACY),
            Number(f"{MODES}/base", POINTS, ACCURACY, "The running statistics"),
        ),
    ),
)


def verdicts() -> str:
    """The ten verdicts as a table."""
    columns = ("what people are told", "verdict", "what was measured", "notebook")
    rows = tuple(surprise.cells() for surprise in SURPRISES)
    seeds = [lessons.results(name).rows[0].seeds for name in sorted(_read())]
    few, many = min(seeds), max(seeds)
    over = f"{few}" if few == many else f"{few} to {many}"
    source = (
        f"Means over {over} seeds on the built-in digits; behind ± half of the 95 % interval. A "
        "point is a hundredth of the accuracy, a nat the unit of the loss."
    )
    return Sheet(columns, rows, source).markdown()


def _read() -> set[str]:
    """The experiments whose results are read."""
    return {number.source.partition("/")[0] for one in SURPRISES for number in one.numbers}


def ledger() -> str:
    """The picture of the ledger, light and dark, with its own words as alt text."""
    label = re.search(r'aria-label="([^"]*)"', LEDGER.read_text(encoding="utf-8"))
    assert label is not None
    return picture("ledger", "svg", html.unescape(label[1]))


def picture(name: str, ending: str, alt: str) -> str:
    """A picture for both kinds of page, as the browser prefers."""
    dark, light = (f"{IMAGES}/{name}-{theme}.{ending}" for theme in ("dark", "light"))
    return (
        f'<picture>\n<source media="(prefers-color-scheme: dark)" srcset="{dark}">\n'
        f'<img src="{light}" width="860" alt="{html.escape(alt)}">\n</picture>'
    )


PARTS = {"ledger": ledger, "verdicts": verdicts}


def between(name: str) -> tuple[str, str]:
    """The comments around a part."""
    return f"<!-- {name}: written by python -m tests.packaging.front -->", f"<!-- end of {name} -->"


def shown(name: str, text: str) -> str:
    """What a text holds of a part."""
    begin, end = between(name)
    assert text.count(begin) == text.count(end) == 1, name
    return text.partition(begin)[2].partition(end)[0].strip()


def written(text: str) -> str:
    """The text with every part anew."""
    for name, part in _made():
        begin, end = between(name)
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
    return text


def _made() -> Iterator[tuple[str, str]]:
    yield from ((name, make()) for name, make in PARTS.items())


def indexed(notebook: str, page: str) -> str:
    """Notebook 00, with the table of symptoms of README as its index."""
    content = json.loads(notebook)
    (cell,) = (one for one in content["cells"] if one["id"] == "index")
    table = page.partition("## What do you see?")[2].partition("\n| ")[2].partition("\n\n")[0]
    cell["source"] = f"| {table}".replace("](notebooks/", "](").splitlines(keepends=True)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    start = indexed(START.read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8"))
    START.write_text(start, encoding="utf-8")
