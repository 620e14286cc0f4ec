from __future__ import annotations

import math
import re
import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossacc.analysis.calibration import reliability, reliability_of
from lossacc.analysis.ledger import ledger, ledger_of
from lossacc.data import Examples
from lossacc.figures import (
    compare,
    curves,
    ledger_picture,
    losses,
    penalty_picture,
    plane,
    reliability_picture,
)
from lossacc.figures.draw import Bars, Line, Picture, Points, Thumbnails, figure, svg
from lossacc.figures.draw.layout import layout
from lossacc.figures.draw.text import TEXT, overlap
from lossacc.runs.joined import only_rows
from lossacc.runs.run import Run
from lossacc.runs.scores import Scores
from tests.made_runs import broken, random_scores, run_of

WIDTHS = (None, 440, 560, 720, 900)


def scores(probability, labels=None, classes=2) -> Scores:
    """Make scores that give each example's label this probability, the others the rest evenly."""
    p = np.asarray(probability, dtype=float)
    labels = np.zeros(p.shape[1], int) if labels is None else np.asarray(labels)
    logits = np.repeat(np.log((1 - p) / (classes - 1))[..., None], classes, axis=2)
    np.put_along_axis(logits, labels[None, :, None], np.log(p)[..., None], axis=2)
    return Scores(logits.astype(np.float32), labels)


def random_run(seed, rows, size, classes, scale, held_out) -> Run:
    validation = random_scores(seed + 1, rows, held_out, classes, scale) if held_out else None
    penalty = np.random.default_rng(seed).uniform(0, 3, rows)
    return run_of(random_scores(seed, rows, size, classes, scale), validation, penalty=penalty)


def everything(run: Run) -> list[Picture]:
    made = [curves(run, printed=True, penalty=True), plane(run), losses(run), plane(run, zoom=True)]
    made += [curves(run, earlier={"rate 0.1": run, "rate 0.2": run}, seeds=[run])]
    # as it would be had it been stopped, or were it still on its way
    start = only_rows(run, slice(-(-len(run.epochs) // 3)))
    earlier = {"base": run, "clip .1, seed 1": run, "stopped": start, "rate .003, seed 12": run}
    for shown in (run, start):
        made += [curves(shown, earlier=earlier, seeds=[run, start], name="one by one")]
        made += [plane(shown, earlier=earlier, name="one by one")]
    made += [penalty_picture(run), penalty_picture(start, on="train"), plane(run, penalty=True)]
    made += [compare({"base": run, "clipped by norm": run}), losses(run, 0, on="train")]
    images = np.zeros((run.train.size, 4, 4, 1), np.float32)
    made += [losses(run, -1, images, on="train")]
    made += [ledger_picture(ledger(run, 0, -1, on="train"))]
    return [*made, reliability_picture(reliability(run.train, -1), on="train")]


RUNS = st.builds(
    random_run,
    st.integers(0, 10**6),
    st.integers(1, 40),
    st.integers(1, 60),
    st.integers(2, 26),
    st.floats(0.01, 60),
    st.integers(0, 30),
)


def both_rise() -> Run:
    """Four of ten get right at last, while two wrong ones grow ever surer."""
    before = [0.7] * 4 + [0.45] * 4 + [0.4] * 2
    after = [0.75] * 4 + [0.55] * 4 + [1e-6] * 2
    return run_of(scores([before, after]), scores([before, after]))


def test_both_rise_is_said_with_the_numbers():
    run = both_rise()
    p = np.exp(-run.train.cross_entropy)
    loss = -np.log(p).mean(axis=1)
    title = curves(run, on="train").title
    assert title == (
        f"Training loss and accuracy both rise: loss {loss[0]:.3f} to {loss[1]:.2f}, "
        "accuracy 40 % to 80 %"
    )
    assert "validation" in curves(run).title.lower()
    assert plane(run, on="train").title == (
        "The training path goes up and right: more images right, yet a higher loss"
    )


def test_the_ledger_says_who_pays_and_counts_them():
    run = both_rise()
    picture = ledger_picture(ledger(run, 0, 1, on="train"))
    change = float(run.train.loss[1] - run.train.loss[0])
    assert picture.title == (
        f"Loss rises by {change:.2f} because 2 images that stay wrong move further from their "
        "labels; accuracy rises: 4 newly right, 0 newly wrong"
    )


@pytest.mark.parametrize(
    ("before", "after", "right", "words"),
    [
        ([0.1, 0.2], [0.5, 0.2], (1, 1, 1, 1), "rises by 0.200 because 1 image that stay"),
        ([0.5, 0.5], [0.1, 0.4], (1, 1, 1, 1), "falls by 0.250 because the 2 images that stay ri"),
        ([3.0, 3.0], [1.0, 2.9], (0, 0, 0, 0), "because the 2 images that stay wrong move closer"),
        ([0.9, 0.3], [0.4, 0.3], (0, 1, 1, 1), "falls by 0.250 because 1 image turn"),
        ([0.4, 0.3], [2.4, 0.3], (1, 1, 0, 1), "rises by 1.00 because 1 image turn"),
        ([1.0, 1.0], [1.0, 1.0], (0, 0, 0, 0), "Loss stays the same; no image changes sides"),
    ],
)
def test_each_group_has_its_words(before, after, right, words):
    flags = np.array(right, dtype=bool)
    made = ledger_picture(ledger_of(before, after, flags[:2], flags[2:]))
    assert words in made.title


def test_a_penalty_that_outweighs_the_loss_is_named():
    flags = np.array([True, True])
    made = ledger_picture(ledger_of([0.5, 0.5], [0.6, 0.6], flags, flags, penalty_change=-4.5))
    assert made.title.startswith("Loss with penalty falls, mostly because the penalty falls by 4.5")
    whole = ledger_of([0.5, 0.5], [0.9, 0.9], flags, flags, penalty_change=-0.1)
    assert "rises by 0.400 (+0.300 with the penalty)" in ledger_picture(whole).title


@given(RUNS)
@settings(max_examples=20)
def test_the_ledgers_bars_follow_each_other_and_end_at_the_sum(run):
    made = ledger(run, 0, -1, on="train")
    bars = [mark for mark in ledger_picture(made).panels[0].marks if isinstance(mark, Bars)]
    *parts, total = [(float(bar.x0[0]), float(bar.x1[0])) for bar in bars]
    assert parts[0][0] == 0.0
    for (_, end), (start, _) in pairwise(parts):
        assert start == pytest.approx(end)
    assert total == pytest.approx((0.0, parts[-1][1]), abs=1e-9)
    loss = run.train.cross_entropy.mean(axis=1) + run.penalty
    assert total[1] == pytest.approx(loss[-1] - loss[0], abs=1e-9)


@given(RUNS, st.sampled_from(WIDTHS))
@settings(max_examples=40)
def test_the_ledgers_numbers_stand_clear_of_the_zero_line_and_of_their_bars(run, width):
    placed = layout(ledger_picture(ledger(run, 0, -1, on="train")), width).panels[0]
    bars = [mark for mark in placed.panel.marks if isinstance(mark, Bars)]
    numbers = [text for text in placed.texts if text.size == TEXT]
    assert [number.text for number in numbers] == [bar.texts[0] for bar in bars]
    for number, bar in zip(numbers, bars, strict=True):
        left, _, right, _ = number.box
        ends = sorted((placed.x(float(bar.x0[0])), placed.x(float(bar.x1[0]))))
        assert right <= ends[0] or left >= ends[1]
        assert not left < placed.x(0.0) < right


def test_a_ledger_of_an_epoch_with_itself_is_all_zeros():
    picture = ledger_picture(ledger(both_rise(), 1, 1))
    assert picture.title == "Loss stays the same; no image changes sides, so accuracy stays"
    bars = [mark for mark in picture.panels[0].marks if isinstance(mark, Bars)]
    assert [bar.texts for bar in bars] == [("0",)] * 5
    assert picture.panels[0].x.high > 0.2
    svg(picture)


@pytest.mark.parametrize(("width", "named"), [(440, [5, 4]), (800, [5, 0])])
def test_the_ledgers_rows_are_named_in_both_panels_where_they_do_not_stand_side_by_side(
    width, named
):
    plan = layout(ledger_picture(ledger(both_rise(), 0, 1)), width)
    rows = {"stayed right", "stayed wrong", "newly right", "newly wrong", "together"}
    assert [sum(text.text in rows for text in one.texts) for one in plan.panels] == named


def test_the_turn_is_where_the_loss_is_lowest():
    p = [[0.3] * 4, [0.6] * 4, [0.9, 0.9, 0.9, 0.4], [0.99, 0.99, 0.99, 1e-4]]
    picture = curves(run_of(scores(p)))
    assert picture.title.startswith("From epoch 2 on, training loss rises from ")
    assert picture.title.endswith("while accuracy stays at 75 %")
    assert plane(run_of(scores(p))).title.startswith("The training path turns at epoch 2 ")


def test_the_usual_way():
    picture = curves(run_of(scores([[0.4] * 4, [0.4, 0.6, 0.6, 0.6], [0.9] * 4])))
    first, last = -math.log(0.4), -math.log(0.9)
    assert picture.title == (
        f"Training loss falls from {first:.3f} to {last:.3f} and accuracy rises from 0 % to 100 %"
    )
    assert "starts at 0.916, ends at 0.105 at epoch 2" in picture.alt


def test_both_fall():
    p = [[1e-5, 0.6, 0.6, 0.6], [0.45, 0.45, 0.55, 0.55]]
    assert curves(run_of(scores(p))).title.startswith("Training loss and accuracy both fall: loss ")


def test_validation_speaks_before_training():
    run = run_of(scores([[0.4, 0.4], [0.9, 0.9]]), scores([[0.6], [0.5 + 1e-3]]))
    assert curves(run).title.startswith("Validation loss rises")
    assert curves(run, on="train").title.startswith("Training loss falls")
    assert {line.role for line in lines(curves(run))} == {"training", "validation"}


def lines(picture: Picture) -> list[Line]:
    marks = (mark for panel in picture.panels for mark in panel.marks)
    return [mark for mark in marks if isinstance(mark, Line)]


def test_the_curves_are_the_runs_numbers():
    run = random_run(0, 6, 12, 3, 2.0, 7)
    found = {(line.role, n): line.y for n in (0, 1) for line in curves(run).panels[n].marks}
    for on, role in (("train", "training"), ("validation", "validation")):
        logits, labels = run.scores(on).logits.astype(float), run.scores(on).labels
        logs = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
        loss = -logs[:, np.arange(len(labels)), labels].mean(axis=1)
        right = (logits.argmax(axis=2) == labels).mean(axis=1)
        assert found[role, 0] == pytest.approx(loss)
        assert found[role, 1] == pytest.approx(100 * right)
    assert [row[0] for row in curves(run).table.rows] == list(range(6))


def test_the_band_reaches_from_the_lowest_seed_to_the_highest():
    runs = [random_run(seed, 5, 9, 3, 1.0, 0) for seed in range(3)]
    band = lines(curves(runs[0], seeds=runs[1:]))[0].band
    stacked = np.stack([run.train.loss for run in runs])
    assert band[0] == pytest.approx(stacked.min(axis=0))
    assert band[1] == pytest.approx(stacked.max(axis=0))


def test_compare_names_each_run_and_says_where_it_ends():
    base = run_of(scores([[0.5] * 10, [0.9] * 10], [0] * 9 + [1]))
    clipped = run_of(scores([[0.5] * 10, [0.55] * 10], [0] * 9 + [1]))
    picture = compare({"base": base, "clipped": clipped})
    assert picture.title == (
        "Training loss ends at 0.105 (base), at 0.598 (clipped); accuracy at 100 % either way"
    )
    drawn = lines(picture)
    assert [line.label for line in drawn[:2]] == ["base", "clipped"]
    assert [line.role for line in drawn] == ["variant 1", "variant 2"] * 2
    assert picture.panels[0].y.label.startswith("training loss")
    assert picture.panels[1].y.label == "training accuracy, %"
    assert {row[0] for row in picture.table.rows} == {"base", "clipped"}


def test_a_band_takes_runs_of_any_length():
    """One that was stopped counts for as long as it lasted."""
    run, longer = random_run(0, 9, 9, 3, 1.0, 0), random_run(1, 14, 9, 3, 1.0, 0)
    stopped = only_rows(random_run(2, 9, 9, 3, 1.0, 0), slice(4))
    low, high = lines(curves(run, seeds=[longer, stopped]))[0].band
    for row in range(9):
        others = [one.train.loss[row] for one in (run, longer, stopped) if row < len(one.epochs)]
        assert low[row] == pytest.approx(min(others))
        assert high[row] == pytest.approx(max(others))


def test_a_named_run_stands_beside_the_earlier_ones_by_its_name():
    run, base = random_run(0, 9, 9, 3, 1.0, 5), random_run(1, 9, 9, 3, 1.0, 5)
    drawn = lines(curves(run, earlier={"base": base}, name="clipped"))
    assert [(one.label, one.role, one.faint) for one in drawn[:3]] == [
        ("base", "validation", True),
        ("training", "training", False),
        ("clipped", "validation", False),
    ]
    ends = [mark.labels for mark in plane(run, name="clipped").panels[0].marks[2:]]
    assert ends == [("epoch 0",), ("clipped",)]


def test_the_alt_text_says_where_earlier_runs_end():
    base = run_of(scores([[0.5] * 10, [0.9] * 10]))
    alt = curves(run_of(scores([[0.5] * 10, [0.8] * 10])), earlier={"base": base}).alt
    assert alt.endswith(" base ends at 0.105 and 100 %.")


def test_of_many_runs_the_title_names_the_lowest_and_the_highest():
    ends = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.9}
    runs = {name: run_of(scores([[0.5] * 10, [p] * 10])) for name, p in ends.items()}
    assert compare(runs).title == (
        "Training loss ends lowest at 0.105 (2 of 4), highest at 0.357 (c); accuracy at 100 %"
    )


def test_compare_refuses_nothing():
    with pytest.raises(ValueError, match=r"runs is \{\}"):
        compare({})


def nine_versus_one() -> Run:
    p = np.full((2, 10), 0.9)
    p[:, 9] = 0.1
    return run_of(scores(p, [0] * 9 + [1]))


def test_the_references_of_nine_against_one():
    names = list(curves(nine_versus_one()).texts())
    assert {"ln 2 = 0.693", "constant 0.325", "base rate 90 %"} <= set(names)


def test_the_outlier_holds_71_percent():
    picture = losses(nine_versus_one())
    assert picture.title == "At epoch 1, 1 of 10 training images holds 71 % of the loss"
    assert {"9 at 0.105", "1 at 2.30", "right", "wrong", "ln 2 = 0.693"} <= set(picture.texts())
    assert picture.table.rows[0] == (9, "1", "0", pytest.approx(-math.log(0.1), rel=1e-6))


def test_images_that_lose_the_same_are_counted_together():
    p = np.array([[0.5] * 10 + [1 - 1e-6] * 10])
    picture = losses(run_of(scores(p)))
    assert picture.title == "At epoch 0, 10 of 20 training images hold 100 % of the loss"


def test_losses_that_are_all_alike_are_said_to_be():
    picture = losses(run_of(scores(np.full((1, 10), 0.5 + 1e-6))))
    assert picture.title == "At epoch 0, all 10 training images lose about 0.693 nats"


@given(RUNS)
@settings(max_examples=20)
def test_the_title_of_the_losses_counts_right_and_the_bars_hold_every_image(run):
    picture = losses(run, on="train")
    loss = np.sort(run.train.cross_entropy[-1])[::-1]
    said = re.search(r"(\d+) of (\d+) training images holds? ([\d.]+) %", picture.title)
    if said:
        count, size, share = int(said[1]), int(said[2]), float(said[3]) / 100
        assert size == len(loss)
        assert loss[:count].sum() / loss.sum() == pytest.approx(share, abs=0.0051)
        fewest = int(np.searchsorted(np.cumsum(loss) / loss.sum(), 0.5)) + 1
        assert count >= fewest
        assert loss[fewest - 1 : count] == pytest.approx(loss[fewest - 1], rel=0.0201)  # as much
    bars = [mark for mark in picture.panels[0].marks if isinstance(mark, Bars)]
    right = int(run.train.correct[-1].sum())
    assert [int(bar.y1.sum()) for bar in bars] == [right, len(loss) - right]


def test_the_worst_images_come_first_with_their_captions():
    pixels = np.random.default_rng(0).uniform(size=(10, 4, 4, 1)).astype(np.float32)
    examples = Examples(pixels, np.array([0] * 9 + [1]), ("A", "B"))
    tiles = losses(nine_versus_one(), -1, examples, worst=3).panels[1]
    assert isinstance(tiles, Thumbnails)
    assert len(tiles.images) == 3
    assert (tiles.images[0] == pixels[9]).all()
    assert tiles.captions[0] == ("label B", "answer A", "2.30 nats")
    bare = losses(nine_versus_one(), -1, pixels).panels[1]
    assert bare.captions[0] == ("label 1", "answer 0", "2.30 nats")


def test_too_few_images_are_refused():
    with pytest.raises(ValueError, match=r"images has the shape \(3, 4, 4, 1\); expected \(10, "):
        losses(nine_versus_one(), -1, np.zeros((3, 4, 4, 1), np.float32))


@given(RUNS)
@settings(max_examples=20)
def test_no_point_of_the_plane_is_below_the_bound(run):
    picture = plane(run)
    for _, accuracy, loss, bound in picture.table.rows:
        assert loss >= (1 - accuracy) * math.log(2) - 1e-6
        assert bound == pytest.approx((1 - accuracy) * math.log(2))


def test_the_plane_marks_its_ends():
    run = random_run(1, 6, 30, 4, 1.0, 20)
    points = [mark for mark in plane(run).panels[0].marks if isinstance(mark, Points)]
    assert [mark.labels for mark in points] == [("epoch 0",), ("epoch 5",)]
    for mark, row in zip(points, (0, -1), strict=True):
        assert mark.x[0] == pytest.approx(100 * run.validation.accuracy[row])
        assert mark.y[0] == pytest.approx(run.validation.loss[row])


def test_a_huge_loss_is_drawn_on_a_log_scale():
    run = random_run(0, 4, 30, 3, 60.0, 0)
    assert curves(run).panels[0].y.scale == plane(run).panels[0].y.scale == "log"
    assert curves(random_run(0, 4, 30, 3, 1.0, 0)).panels[0].y.scale == "linear"


@pytest.mark.parametrize(
    ("sure", "right", "words"),
    [
        (
            [0.95] * 4,
            [1, 1, 0, 0],
            "95 % sure and 50 % right: too sure by 45.0 points",
        ),
        ([0.6] * 4, [1, 1, 1, 1], "60 % sure and 100 % right: not sure enough by 40.0 points"),
        ([0.5] * 4, [1, 1, 0, 0], "50 % sure and 50 % right: about as sure as right"),
    ],
)
def test_reliability_says_whether_it_can_be_believed(sure, right, words):
    part = reliability_of(np.array(sure), np.array(right, dtype=bool))
    assert words in reliability_picture(part).title


def test_two_reliabilities_are_named():
    part = reliability_of(np.array([0.95, 0.9]), np.array([True, False]))
    picture = reliability_picture({"as trained": part, "T = 2.0": part})
    assert picture.title.startswith("As trained: ")
    assert {"as trained", "T = 2.0", "as sure as right"} <= set(picture.texts())
    with pytest.raises(ValueError, match="at least one"):
        reliability_picture({})


@given(RUNS, st.sampled_from(WIDTHS))
@settings(max_examples=40)
def test_any_run_gives_pictures_whose_texts_neither_overlap_nor_leave(run, width):
    for picture in everything(run):
        assert picture.title
        assert picture.alt
        assert picture.table.rows
        plan = layout(picture, width)
        boxes = [(text.text, text.box) for text in plan.texts()]
        for (one, first), (two, second) in combinations(boxes, 2):
            assert overlap(first, second) <= 1, (picture.title, one, two)
        for text, (left, top, right, bottom) in boxes:
            assert left >= -1, text
            assert right <= plan.width + 1, text
            assert top >= -1, text
            assert bottom <= plan.height + 1, text


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_said_and_drawn_up_to_there(bad):
    run = broken(random_run(2, 5, 6, 3, 1.0, 0), slice(3, None), bad)
    with np.errstate(invalid="ignore"):
        made = [curves(run), plane(run), losses(run), compare({"a": run})]
    assert made[0].title.endswith("from epoch 3 on it is not a number")
    assert made[2].title == "At epoch 4, 6 of 6 training losses are not finite"
    for picture in made:
        assert picture.alt
        assert not re.search(r"[\"\s,]-?(nan|inf)[\"\s,]", svg(picture))
        figure(picture).draw_without_rendering()


def test_no_finite_loss_at_all():
    run = broken(random_run(2, 3, 6, 3, 1.0, 0), slice(None))
    assert curves(run).title == plane(run).title == "Training loss has no finite value"


def test_one_epoch_is_said_as_it_stands():
    run = run_of(scores([[0.9, 0.4]]))
    loss = -(math.log(0.9) + math.log(0.4)) / 2
    assert curves(run).title == f"At epoch 0, training loss is {loss:.3f} and accuracy 50 %"
    for picture in everything(run):
        svg(picture)
        figure(picture).draw_without_rendering()


def test_an_empty_validation_set_leaves_the_training_curves():
    empty = Scores(np.zeros((2, 0, 2), np.float32), np.zeros(0, int))
    run = run_of(scores([[0.4, 0.4], [0.9, 0.9]]), empty)
    assert {line.role for line in lines(curves(run))} == {"training"}
    assert curves(run, on="validation").title == "The validation set has no examples"
    assert losses(run, on="validation").title == "At epoch 1, there are no validation images"
    assert plane(run, on="validation").title == "The validation set has no examples"
    for picture in (losses(run, on="validation"), plane(run, on="validation")):
        svg(picture)
        figure(picture).draw_without_rendering()


def test_the_set_and_the_epoch_must_exist():
    run = run_of(scores([[0.9, 0.4]]))
    for make in (curves, plane, losses):
        with pytest.raises(ValueError, match="no validation examples"):
            make(run, on="validation")
    with pytest.raises(ValueError, match="epoch 7 was not recorded"):
        losses(run, 7)


def test_printed_and_penalty_are_added():
    printed = {"loss": np.array([np.nan, 1.5]), "accuracy": np.array([np.nan, 0.5])}
    run = run_of(scores([[0.4], [0.9]]), penalty=[1.0, 0.5], printed=printed)
    found = {
        line.label: line.y.tolist()
        for line in curves(run, printed=True, penalty=True).panels[0].marks
    }
    assert found["penalty"] == [1.0, 0.5]
    assert found["printed"][1] == 1.5
    assert "printed" in [mark.label for mark in curves(run, printed=True).panels[1].marks]


def test_a_figure_as_data_needs_neither_matplotlib_nor_tensorflow():
    code = (
        "import sys, lossacc.figures, lossacc.figures.draw;"
        "print([name for name in ('matplotlib', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_earlier_path_keeps_the_colour_of_its_set():
    run = random_run(3, 5, 9, 3, 1.0, 6)
    paths = lines(plane(run, earlier={"rate 0.1": run}))
    assert [(path.role, path.label, path.faint) for path in paths] == [
        ("validation", "rate 0.1", True),
        ("validation", "", False),
    ]
