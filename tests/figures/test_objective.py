"""What was trained on, losses along a weight, and single steps, as pictures."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc import figures
from lossacc.figures.draw import Picture
from lossacc.losses.logit_slice import Slice, along_bias
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from lossacc.support.types import FloatArray

ROWS = 5


def scores(rows: int = ROWS) -> Scores:
    rng = np.random.default_rng(0)
    return Scores(rng.normal(size=(rows, 12, 3)).astype(np.float32), np.arange(12) % 3)


def run(
    objective: FloatArray | None, gradient: FloatArray, printed: FloatArray | None = None
) -> Run:
    rows = len(gradient)
    told = {} if printed is None else {"loss": printed}
    nan = np.full(rows, np.nan)
    return Run(
        scores(rows),
        scores(rows),
        np.arange(rows),
        np.zeros(rows),
        nan,
        np.append(np.nan, gradient[1:]),
        told,
        objective,
    )


def drawn(picture: Picture) -> None:
    """Both renderers take it."""
    assert "<svg" in picture.svg()
    picture.figure()


def test_the_title_says_that_nothing_moved_and_why() -> None:
    found = figures.objective(run(np.full(ROWS, 0.9), np.zeros(ROWS)))
    assert found.title.startswith("What is trained on stays at 0.900 with a gradient of exactly 0;")
    drawn(found)


def test_a_fall_below_zero_and_into_nothing_is_told() -> None:
    trained = np.array([1.0, -5.0, -100.0, np.nan, np.inf])
    found = figures.objective(run(trained, np.array([0, 1.0, 2.0, np.nan, np.inf])))
    assert "falls from 1.00 to \N{MINUS SIGN}100.00, then is no number" in found.title
    drawn(found)
    gone = figures.objective(run(np.full(ROWS, np.nan), np.ones(ROWS)))
    assert gone.title == "What was trained on has no finite value"
    drawn(gone)


def test_lines_within_the_panel_are_named_and_others_are_left_out() -> None:
    trained = np.array([0.5, 0.4, 0.3, 0.2, 0.1])
    lines = {"chance": 0.5, "lowest": 0.0}
    panel = figures.objective(run(trained, np.ones(ROWS)), lines=lines).panels[0]
    assert [one.label for one in panel.references] == ["chance 0.500", "lowest 0.000"]


@pytest.mark.parametrize(
    ("gradient", "label", "points"),
    [
        ([0, 1.0, 2.0, 1.0, 2.0], "gradient norm", 4),
        ([0, 1.0, 1e-4, 0.0, 1e-8], "gradient norm (log)", 3),  # 0 has no place on a log scale
    ],
)
def test_a_gradient_that_spans_decades_is_drawn_on_a_log_scale(gradient, label, points) -> None:
    panel = figures.objective(run(np.ones(ROWS), np.array(gradient))).panels[1]
    assert panel.y.label == label
    assert np.isfinite(panel.marks[0].y).sum() == points


def test_without_a_gradient_there_is_no_panel_of_it() -> None:
    found = figures.objective(run(np.ones(ROWS), np.full(ROWS, np.nan)))
    assert [panel.y.label for panel in found.panels] == ["trained on", "accuracy, %"]
    drawn(found)


def test_where_cross_entropy_itself_is_trained_it_is_shown() -> None:
    plain = run(None, np.ones(ROWS))
    found = figures.objective(plain, on="train")
    assert found.panels[0].marks[0].y == pytest.approx(plain.train.loss)
    assert [one.label for one in found.panels[-1].marks] == ["training"]
    assert found.table.columns == ("epoch", "trained on", "gradient norm", "training accuracy")


def test_a_surface_counts_the_places_at_which_a_loss_changes() -> None:
    found = figures.surface(along_bias(scores(), reach=1e-6, places=11))
    assert found.title == (
        "As one weight moves, these change: cross-entropy at every place, 1 - accuracy nowhere"
    )
    wide = figures.surface(along_bias(scores(), reach=3.0, places=11))
    assert "1 - accuracy at" in wide.title
    assert "of 10 places" in wide.title
    drawn(wide)


def test_a_surface_needs_cross_entropy_and_another_loss() -> None:
    moved = np.array([-1.0, 1.0])
    with pytest.raises(ValueError, match="expected cross-entropy, and one beside it"):
        figures.surface(Slice(moved, {"cross-entropy": moved}))
    with pytest.raises(ValueError, match="got the losses focal"):
        figures.surface(Slice(moved, {"focal": moved}))


def test_steps_count_the_rises_of_both_losses() -> None:
    printed = np.array([np.nan, 2.0, 1.0, 3.0, 2.5])
    shown = run(None, np.ones(ROWS), printed).with_settings(unit="step")
    found = figures.steps(shown)
    rises = int((np.diff(shown.train.loss) > 0).sum())
    assert found.title == (
        f"The printed loss rises in 1 of 3 steps, the training loss rises in {rises} of 4"
    )
    assert found.panels[1].marks[0].y[2:].tolist() == [-1.0, 2.0, -0.5]
    drawn(found)


def test_steps_need_the_printed_loss_and_some_rows() -> None:
    with pytest.raises(ValueError, match="prints nothing"):
        figures.steps(run(None, np.ones(ROWS)))
    two = run(None, np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="got a run of 2 rows"):
        figures.steps(two)
