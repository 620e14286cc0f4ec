"""The catalogue is whole, well formed, and prints only figures that are recomputed here."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from lossacc.claims import catalogue
from lossacc.lessons.two_modes import toy as toy_
from lossacc.losses import bounds as known_values
from lossacc.runs import toys

IDS = [f"C{n:02}" for n in range(1, 71)] + [f"M{n:02}" for n in range(1, 19)]
TEXT = Path(catalogue.__file__).with_suffix(".toml").read_text(encoding="utf-8")


def _smoothed(classes: int, smoothing: float = 0.1) -> float:
    targets = np.full(classes, smoothing / classes)
    targets[0] += 1 - smoothing
    return float(-(targets * np.log(targets)).sum())


def _decayed(coupled: bool) -> float:
    """50 steps without gradient at rate .1, momentum .9, decay .01."""
    weight, velocity = 1.0, 0.0
    for _ in range(50):
        velocity = 0.9 * velocity + (0.01 * weight if coupled else 0.0)
        weight -= 0.1 * velocity if coupled else 0.1 * 0.01 * weight
    return weight


def _relu_variance(kept: float) -> float:
    """The variance of dropout(relu(x)) for standard normal x: mean 1/sqrt(2 pi), square 1/2."""
    return 0.5 / kept - 1 / (2 * math.pi)


def _constant_weighted() -> float:
    """Least mean weighted loss of a constant p for 90 A of weight 1 and 10 B of weight 9."""
    p = np.linspace(0.01, 0.99, 981)
    return float((-0.9 * np.log(p) - 0.1 * 9 * np.log(1 - p)).min())


_before, _after = toys.ten_examples()
_three = toys.newly_right_and_costlier()
_nine = toys.NineAgainstOne(0.9)
_tiny = float(np.finfo(np.float32).tiny)

FIGURES = {
    "C02": [f"{toys.losses_of(p[:1])[0]:.3f}" for p in _three],
    "C05": [f"{toys.losses_of(p).mean():.3f}" for p in (_before, _after)]
    + [f"{(p > 0.5).mean() * 100:.0f} %" for p in (_before, _after)],
    "C06": [f"{100 - 100 * known_values.error_bound(0.2):.0f} %", f"{math.log(2):.3f}"[1:]],
    "C16": [f"{math.log(1 + (k - 1) / math.e):.3f}" for k in (4, 10)],
    "C17": [f"{math.log(k):.3f}" for k in (2, 6, 10, 13)],
    "C18": [f"{6000 / 13:.0f}", f"{150 * 200 * 32 * 13 / 1e6:.1f}"],
    "C21": [f"{x:.3f}" for x in (_nine.loss, _nine.losses[0], _nine.losses[-1])]
    + [f"{_nine.outlier_share * 100:.0f} %"],
    "C22": [f"{toys.outlier_rate(k):.2f}" for k in (1, 2)],
    "C23": [f"{toys.clipped_fixed_point(0.1, k):.3f}"[1:] for k in (1, 2)],
    "C25": [f"{math.log(2):.3f}"],
    "C29": [f"{known_values.prior_entropy(np.array([0] * 9 + [1])):.3f}"],
    "C30": [f"{-math.log(0.1):.3f}"],
    "C32": [f"{_constant_weighted():.3f}"],
    "C41": [f"{_decayed(coupled):.3f}"[1:] for coupled in (False, True)],
    "C52": [f"{_relu_variance(1.0) / _relu_variance(0.5):.3f}"[1:]],
    "C54": [f"{toy_.updates_to_forget(m)}" for m in (0.99, 0.9)],
    "C56": [f"{100 * math.sqrt(0.7 * 0.3 / 100):.1f}"],
    "M01": [f"{1 - 1 / 10:.1f}"[1:], f"{1 - 1 / 30:.3f}"[1:]],
    "M08": [f"{_smoothed(k):.3f}" for k in (2, 10)],
    "M10": [f"{-math.log(_tiny):.4f}", f"{-math.log(1e-7):.3f}"]
    + [f"{-math.log(1e-7) * wrong:.3f}" for wrong in (0.9, 0.5)]
    + [f"{23 * math.log(2):.3f}"],
}


def test_every_id_is_there_once_and_in_order() -> None:
    assert [entry.id for entry in catalogue.entries()] == IDS
    assert re.findall(r'^id = "(.*)"$', TEXT, re.MULTILINE) == IDS


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.id)
def test_an_entry_is_well_formed(entry: catalogue.Entry) -> None:
    assert entry.verdict in catalogue.VERDICTS
    assert (entry.verdict == "depends") == bool(entry.on)
    for text in (entry.sentence, entry.why):
        assert text.endswith(".")
        assert text == text.strip()
        assert "  " not in text
    assert not entry.on.endswith(".")
    assert len(entry.sentence.split()) <= 30
    assert len(entry.why.split()) <= 80
    assert len(set(entry.sources)) == len(entry.sources)


@pytest.mark.parametrize(("id", "figures"), FIGURES.items())
def test_a_printed_figure_is_the_computed_one(id: str, figures: list[str]) -> None:
    entry = catalogue.entry(id)
    printed = f"{entry.sentence} {entry.why} "
    for figure in figures:
        assert re.search(rf"(?<![\d]){re.escape(figure)}(?!\d)", printed), (figure, printed)


def test_no_other_entry_prints_a_measured_figure() -> None:
    # Three decimals or more are a computation; those above recompute theirs.
    for entry in catalogue.entries():
        figures = re.findall(r"\d*\.\d{3,}", f"{entry.sentence} {entry.why} {entry.on}")
        known = [figure.lstrip("0") for figure in FIGURES.get(entry.id, [])]
        assert all(figure.lstrip("0") in known for figure in figures), (entry.id, figures)


def test_links_are_https_and_each_source_is_used() -> None:
    links = re.findall(r'url = "(.*?)"', TEXT)
    assert links
    assert all(re.fullmatch(r"https://[\w.-]+/\S+", link) for link in links)
    sources = tomllib.loads(TEXT)["sources"]
    assert len({item["url"] for item in sources.values()}) == len(sources)
    cited = {source for entry in catalogue.entries() for source in entry.sources}
    assert cited == {catalogue.Source(**item) for item in sources.values()}


def test_questions_name_entries_and_entries_their_questions() -> None:
    asked = catalogue.questions()
    assert len({question.url for question in asked}) == len(asked) == 37
    for question in asked:
        assert question.symptom.endswith(".")
        assert question.ids
        for id in question.ids:
            assert question in catalogue.entry(id).questions
    assert sum(len(entry.questions) for entry in catalogue.entries()) == sum(
        len(question.ids) for question in asked
    )


def test_an_entry_by_id() -> None:
    entry = catalogue.entry("C23")
    assert entry.verdict == "wrong"
    assert "lip" in entry.sentence
    assert entry.judgement == "wrong"
    assert catalogue.entry("C22").judgement.startswith("depends on the batch size")
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.verdict = "right"  # type: ignore[misc]
    with pytest.raises(KeyError, match="no entry 'C99'"):
        catalogue.entry("C99")


def test_a_verdict_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="verdict 'maybe'"):
        catalogue.Entry("C01", "A.", "maybe", "B.")
    with pytest.raises(ValueError, match='expected on with "depends"'):
        catalogue.Entry("C01", "A.", "depends", "B.")
    with pytest.raises(ValueError, match='expected on with "depends"'):
        catalogue.Entry("C01", "A.", "right", "B.", on="the weather")
