"""Whatever the numbers: an answer, and the same one for what does not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import lossacc
from lossacc.checks.clinic.causes import causes
from lossacc.runs.curves import Curves
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.checks.clinic.made import log_of, sound

ODD = [0.0, -1.0, 1e-30, 1e30, np.nan, np.inf, -np.inf, 0.5, 2.302585]
NUMBERS = st.one_of(st.sampled_from(ODD), st.floats(0, 5))


@st.composite
def logs(draw):
    rows = draw(st.integers(1, 20))
    columns = [draw(st.lists(NUMBERS, min_size=rows, max_size=rows)) for _ in range(4)]
    classes = draw(st.sampled_from([None, 2, 10]))
    return Curves(np.arange(rows, dtype=float), *map(np.array, columns)).with_marks(classes)


@st.composite
def runs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, classes = draw(st.integers(1, 9)), draw(st.integers(2, 4))
    sizes = draw(st.tuples(st.integers(1, 40), st.integers(0, 40)))
    scale = draw(st.sampled_from([0.0, 1e-6, 1.0, 300.0]))
    sets = [
        Scores(
            (scale * rng.normal(size=(rows, n, classes))).astype(np.float32),
            rng.integers(0, classes, n),
        )
        for n in sizes
    ]
    if draw(st.booleans()):
        logits = sets[0].logits.copy()
        logits[-1] = draw(st.sampled_from([np.nan, np.inf]))
        sets[0] = replace(sets[0], logits=logits)
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    kept = draw(st.lists(st.sampled_from(names), unique=True))
    printed = {n: np.array(draw(st.lists(NUMBERS, min_size=rows, max_size=rows))) for n in kept}
    nan = np.full(rows, np.nan)
    held = sets[1] if draw(st.booleans()) else None
    return Run(sets[0], held, np.arange(rows), np.zeros(rows), nan, nan, printed=printed)


def checked(found):
    assert found.verdict in {*causes(), "cannot tell"}
    scores = [one.score for one in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    assert str(found)
    assert found._repr_html_()


@settings(max_examples=60, deadline=None)
@given(logs())
def test_any_log_gets_an_answer(log) -> None:
    checked(lossacc.diagnose(log))


@settings(max_examples=60, deadline=None)
@given(runs())
def test_any_run_gets_an_answer(run) -> None:
    checked(lossacc.diagnose(run))


def test_per_cent_and_the_order_of_names_do_not_matter() -> None:
    run = sound()
    per_cent = {n: v * (100 if "accuracy" in n else 1) for n, v in run.printed.items()}
    turned = dict(reversed(per_cent.items()))
    told = str(lossacc.diagnose(run))
    assert str(lossacc.diagnose(replace(run, printed=per_cent))) == told
    assert str(lossacc.diagnose(replace(run, printed=turned))) == told


def test_the_numbers_of_epochs_do_not_matter() -> None:
    log = log_of(sound(), 5)
    later = replace(log, epochs=log.epochs + 100)
    assert lossacc.diagnose(later).level == lossacc.diagnose(log).level
