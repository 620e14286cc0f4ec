"""What is recorded of a panel is what its runs hold."""

from __future__ import annotations

import pytest

from lossacc import figures, lessons
from lossacc.commands.site.build import shared
from lossacc.commands.site.recorded import Panel, record
from lossacc.lab import Lab
from lossacc.lab.static_view import RECORD
from tests.lab.fakes import Trainer, experiment, few_images

PANEL = Panel("fake", "base", 3, ("base", "fast"), {})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    trainer = Trainer()
    monkeypatch.setattr(lessons, "experiment", lambda name: experiment(trainer))
    return trainer


def test_a_still_panel_says_what_it_trains(fake: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSACC_PANELS", "still")
    told = Lab(experiment(fake), arm="fast", seed=3, size="large")._repr_mimebundle_()[RECORD]
    panel = Panel.of(told)
    assert panel == Panel("fake", "fast", 3, ("base", "fast", "large"), {"size": "large"})
    own = Lab(experiment(fake), data=few_images())._repr_mimebundle_()
    assert RECORD not in own  # nobody else has these images


def test_each_variant_is_trained_at_the_panels_seed(fake: Trainer) -> None:
    found = record(PANEL)
    assert list(found) == ["base", "fast"]
    assert fake.asked == [
        ({"rate": 1.0, "size": "small"}, 3),
        ({"rate": 2.0, "size": "small"}, 3),
    ]
    record(Panel("fake", "base", 3, ("base",), {"size": "large"}))
    assert fake.asked[-1] == ({"rate": 1.0, "size": "large"}, 3)


def test_the_numbers_are_those_of_the_run(fake: Trainer) -> None:
    shown = record(PANEL)["fast"]
    run = experiment().run("fast", seed=3)
    (table,) = shown["tables"]
    columns = dict(zip(table["columns"], zip(*table["rows"], strict=True), strict=True))
    assert [float(x) for x in columns["epoch"]] == list(run.epochs)
    for on in ("training", "validation"):
        scores = run.scores("train" if on == "training" else on)
        assert [float(x) for x in columns[f"{on} loss"]] == pytest.approx(scores.loss, rel=1e-3)
        accuracy = [float(x) for x in columns[f"{on} accuracy"]]
        assert accuracy == pytest.approx(scores.accuracy, rel=1e-3)
    assert shown["found"] == f"{figures.curves(run).title}."


def test_it_shows_what_the_live_panel_would(fake: Trainer) -> None:
    base, fast = record(PANEL).values()
    measured = f"The loss ended at {experiment().run('fast', seed=3).train.loss[-1]:.3f}."
    assert fast["verdicts"] == {
        "": f"What happened: It falls below .5. {measured}",
        "It falls below .5.": f"You predicted “It falls below .5”: right. {measured}",
        "It stays above.": "You predicted “It stays above”: not this time. "
        f"It was “It falls below .5”. {measured}",
    }
    assert "Holds:" in base["claims"] or "holds" in base["claims"]
    assert "A higher rate is faster." in fast["claims"]  # judged: the base was trained as well
    assert "Not judged yet" not in fast["claims"]
    assert (base["beside"], fast["beside"]) == ("", "The faint lines are the variant “base”.")
    for part in (fast["curves"], fast["plane"], fast["view"]["html"]):
        assert 'role="img"' in part


def test_panels_that_train_the_same_share_a_record() -> None:
    other = Panel("fake", "fast", 3, ("base", "large"), {})
    moved = Panel("fake", "base", 3, ("base",), {"rate": 2.0})
    found = shared([PANEL, other, moved, Panel("fake", "base", 4, ("base",), {})])
    assert [one.variants for one in found.values()] == [
        ("base", "fast", "large"),
        ("base",),
        ("base",),
    ]
    assert next(iter(found)) == "fake-3"
    assert len({*found}) == 3
