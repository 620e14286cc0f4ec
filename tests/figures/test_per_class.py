"""The figures of single classes: their numbers, and that they can be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.analysis.per_class import confusion, recall
from lossacc.figures import class_curves, confusion_picture
from lossacc.figures.draw import Bars, Line
from lossacc.figures.draw.layout import layout
from lossacc.figures.draw.text import overlap
from tests.made_runs import random_scores, run_of, scores_of_answers

RUNS = st.builds(
    lambda seed, rows, size, classes: run_of(
        random_scores(seed, rows, size + 2, classes), random_scores(seed + 1, rows, size, classes)
    ),
    st.integers(0, 10**6),
    st.integers(1, 8),
    st.integers(20, 60),
    st.integers(2, 4),
)


def nine_to_one():
    scores = scores_of_answers([0] * 10, [0] * 9 + [1])
    return run_of(scores, scores)


def test_one_answer_is_the_title():
    assert confusion_picture(nine_to_one()).title == (
        "At epoch 0 every one of 10 images is called class 0"
    )


def test_all_right_is_the_title():
    scores = scores_of_answers([0] * 9 + [1], [0] * 9 + [1])
    assert confusion_picture(run_of(scores)).title == "At epoch 0 every one of 10 images is right"


def test_the_worst_mistake_is_the_one_that_takes_most_of_its_class():
    answers, labels = [0] * 18 + [1, 1, 0, 1, 1, 1], [0] * 20 + [1] * 4
    title = confusion_picture(
        run_of(scores_of_answers(answers, labels)), names=("cat", "dog")
    ).title
    assert title == "At epoch 0, 1 of 4 images of dog are called cat: the worst mistake"


@settings(max_examples=20)
@given(RUNS)
def test_the_table_is_the_confusion_and_every_label_fills_one_row(run):
    picture = confusion_picture(run)
    counts = confusion(run.scores("validation"))
    table = np.zeros_like(counts)
    for label, answer, images in picture.table.rows:
        table[int(label.split()[1]), int(answer.split()[1])] = images
    assert (table == counts).all()
    for label, total in enumerate(counts.sum(axis=1)):
        wide = [
            bar.x1[n] - bar.x0[n]
            for bar in picture.panels[0].marks
            if isinstance(bar, Bars)
            for n in range(len(bar.x0))
            if bar.y0[n] < len(counts) - 1 - label < bar.y1[n] + 0.1
        ]
        assert sum(wide) == pytest.approx(0.84 if total else 0.0)


@settings(max_examples=20)
@given(RUNS)
def test_the_curves_are_the_recalls_of_commonest_and_rarest(run):
    picture = class_curves(run, on="train")
    counts = np.bincount(run.train.labels, minlength=run.train.classes)
    held = counts > 0
    named = {line.label: line for line in picture.panels[1].marks if line.label}
    assert len(named) == 2
    shares = [counts[int(name.split()[1])] for name in named]
    assert (min(shares), max(shares)) == (counts[held].min(), counts.max())
    for name, line in named.items():
        assert isinstance(line, Line)
        np.testing.assert_allclose(line.y, 100 * recall(run.train)[:, int(name.split()[1])])


@settings(max_examples=10)
@given(RUNS, st.sampled_from((None, 420)))
def test_they_can_be_drawn_and_no_text_covers_another(run, width):
    for picture in (class_curves(run), confusion_picture(run)):
        texts = layout(picture, width).texts()
        for n, one in enumerate(texts):
            for other in texts[n + 1 :]:
                assert overlap(one.box, other.box) < 1, (one.text, other.text)  # square pixels
        assert picture.alt.endswith((".", "right."))
        assert "<svg" in picture.svg()


def test_what_cannot_be_shown_is_refused():
    run = nine_to_one()
    with pytest.raises(ValueError, match="expected 2, one for each class"):
        class_curves(run, names=("a", "b", "c"))
    one = run_of(scores_of_answers([0, 0], [0, 0]))
    with pytest.raises(ValueError, match="examples of 1 classes; expected two"):
        class_curves(one)
    with pytest.raises(ValueError, match="epoch 3 was not recorded"):
        confusion_picture(run, 3)
