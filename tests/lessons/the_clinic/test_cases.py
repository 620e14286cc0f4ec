"""The case files: what is sealed is what was done, and the texts say what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest

from lossacc.checks.clinic.causes import causes
from lossacc.lessons.the_clinic.cases import answer, case, tally
from lossacc.runs.logs.reading import read_log
from lossacc.runs.run import Run
from tests.benchmarks.clinic.trainings import sets
from tests.lessons.the_clinic.make import CASES, drawn, run_of

NUMBERS = range(1, len(CASES) + 1)


def recorded(number: int) -> Run:
    """The run of a case that is one."""
    record = case(number).record
    assert isinstance(record, Run)
    return record


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_sealed_is_what_the_command_puts_in(number: int) -> None:
    made = CASES[number - 1]
    assert set(answer(number).done) == made.causes
    record = case(number).record
    assert isinstance(record, Run) == (made.log is None)
    if isinstance(record, Run):
        assert record.train.classes == case(number).classes


@pytest.mark.parametrize("number", NUMBERS)
def test_the_command_makes_the_file_again(number: int) -> None:
    """The same numbers within what other arithmetic changes, and the same answer."""
    made, kept = CASES[number - 1], case(number)
    again = run_of(made)
    record = again if made.log is None else read_log(made.log(again))
    for on in ("train", "validation"):
        here, there = record.scores(on), kept.record.scores(on)
        np.testing.assert_allclose(here.loss, there.loss, atol=0.05)
        np.testing.assert_allclose(here.accuracy, there.accuracy, atol=0.05)
    known = record if isinstance(record, Run) else record.with_marks(classes=kept.classes)
    assert known.diagnose().verdict == kept.diagnose().verdict


def test_the_clinic_has_the_cause_of_eight_of_ten_or_more() -> None:
    assert sum(bool(answer(number).named) for number in NUMBERS) >= 8
    assert len(tally().rows) == len(CASES)
    assert not any("is wrong here" in row[-1] for row in tally().rows)


@pytest.mark.parametrize("number", NUMBERS)
def test_an_answer_stays_folded_and_a_case_gives_nothing_away(number: int) -> None:
    shown = answer(number)._repr_html_()
    before, _, folded = shown.partition("</summary>")
    for name in answer(number).done:
        assert causes()[name].title not in before
        assert causes()[name].title.replace("'", "&#x27;") in folded
        assert causes()[name].title not in str(case(number))


@pytest.mark.parametrize("number", [0, 11, "one", 1.5])
def test_a_case_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="case"):
        case(number)


def test_case_1() -> None:
    run = recorded(1)
    held = run.scores("validation")
    assert (run.train.size, held.size) == (290, 206)
    assert {f"{value:.1%}" for value in held.accuracy[1:]} == {"89.8%"}
    assert (f"{held.loss[1]:.2f}", f"{held.loss[-1]:.2f}") == ("0.34", "0.28")


def test_case_2() -> None:
    run = recorded(2)
    printed, own = run.printed["val_loss"][-1], run.scores("validation").loss[-1]
    assert (f"{printed:.3f}", f"{own:.3f}", f"{printed - own:.3f}") == ("1.205", "0.458", "0.747")
    assert abs(run.printed["loss"][-1] - run.train.loss[-1] - (printed - own)) < 0.05
    assert run.scores("validation").accuracy[-1] == pytest.approx(0.9)


def test_case_3() -> None:
    log = case(3).record
    end = [log.scores(on).loss[-1] for on in ("train", "validation")]
    assert end == pytest.approx([1.84, 1.88], abs=0.005)
    assert log.scores("train").accuracy[-1] == pytest.approx(0.62, abs=0.005)
    floor = np.log(np.e + 9) - 1
    assert floor == pytest.approx(1.461, abs=0.0005)
    assert end[0] - floor == pytest.approx(1 - 0.618, abs=0.02)  # 1 nat for each that is wrong
    without = log.diagnose().level
    assert len(without) == 3
    assert "softmax twice" not in without
    assert case(3).diagnose().level == ("softmax twice",)


def test_case_4() -> None:
    run = recorded(4)
    held = run.scores("validation")
    assert int(run.epochs[held.loss.argmin()]) == 6
    assert 1.8 < held.loss[-1] / held.loss.min() < 2
    assert run.train.accuracy[-1] == 1
    assert run.train.loss[-1] < 0.02
    assert sets(CASES[3].plan)[0].clean_labels is None  # none of them is wrong


@pytest.mark.parametrize(("number", "share"), [(5, 0.9), (9, 0.9)])
def test_what_costs_most_is_labelled_wrong(number: int, share: float) -> None:
    run = recorded(number)
    images, _ = sets(CASES[number - 1].plan)
    assert images.clean_labels is not None
    wrong = images.labels != images.clean_labels
    worst = run.train.cross_entropy[-1].argsort()[::-1][:20]
    assert wrong[worst].mean() >= share
    shown = run.train.cross_entropy[run.at({5: 19, 9: -1}[number])].argsort()[::-1][:9]
    assert wrong[shown].all()  # the nine that the notebook draws
    assert wrong.mean() == pytest.approx({5: 0.2, 9: 0.3}[number], abs=0.01)


@pytest.mark.parametrize("number", NUMBERS)
def test_where_a_look_decides_there_are_images_to_look_at(number: int) -> None:
    made, images = CASES[number - 1], case(number).images
    assert (images is not None) == made.looked_at == ("look at" in answer(number).decide.lower()
                                                     and isinstance(case(number).record, Run)
                                                     and number != 1)  # fmt: skip
    if images is not None:
        np.testing.assert_array_equal(np.round(255 * images), drawn(made))
        assert len(images) == recorded(number).train.size


def test_case_5_stops_below_nine_in_ten() -> None:
    run = recorded(5)
    assert 0.8 < run.train.accuracy[-1] < 0.9
    assert (run.train.size, int((~run.train.correct[-1]).sum())) == (300, 40)
    behind = run.train.accuracy < run.scores("validation").accuracy
    assert behind[2:15].all()


def test_case_6() -> None:
    run = recorded(6)
    assert run.printed["accuracy"][-1] > 0.985
    ends = [run.scores(on).accuracy[-1] for on in ("train", "validation")]
    assert all(0.5 < end < 0.6 for end in ends)
    assert abs(ends[0] - ends[1]) < 0.02


def test_case_7() -> None:
    log = case(7).record
    assert log.scores("train").accuracy[0] == pytest.approx(0.9002)
    assert log.scores("train").loss[0] == pytest.approx(2.12, abs=0.005)
    assert log.scores("train").accuracy[-1] > 0.998
    assert case(7).diagnose().level == ("metric",)
    assert "metric" not in log.diagnose().level  # which does not hold the number of classes


def test_case_8() -> None:
    log = case(8).record
    assert (log.scores("validation").accuracy > log.scores("train").accuracy).all()
    assert len(log.epochs) == 15


def test_case_9() -> None:
    run = recorded(9)
    assert run.train.accuracy[-1] == pytest.approx(0.7, abs=0.03)
    assert answer(9).named < set(answer(9).done)  # one of two


def test_case_10() -> None:
    held = case(10).record.scores("validation")
    assert held.accuracy[0] == 0
    assert held.accuracy[-1] == pytest.approx(0.12)
    assert (round(held.loss[0]), int(held.loss[-1])) == (5, 10)
    assert "sorted split" in answer(10).named
    assert len(answer(10).level) > 1
