"""When a remedy helps, harms, does nothing; and how its row reads."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossacc.claims.gains import VERDICTS, Gain
from lossacc.claims.report import Report
from lossacc.support.text import Sheet

GAIN = Gain("e/a", "It is done.", "accuracy, points", 20, 3.0, 2.0, 4.0, 1.0, 5.0, 1.0, "helps")


@pytest.mark.parametrize(
    ("low", "high", "bound", "verdict"),
    [
        (2.0, 4.0, 1.0, "helps"),
        (0.1, 2.3, 1.0, "helps"),
        (-0.1, 4.0, 1.0, "not settled"),
        (-0.5, 0.9, 1.0, "does nothing"),
        (0.2, 0.9, 1.0, "does nothing"),
        (0.2, 1.1, 1.0, "not settled"),
        (-4.0, -2.0, 1.0, "harms"),
        (-1.1, -0.2, 1.0, "not settled"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_bound(low, high, bound, verdict):
    gain = dataclasses.replace(GAIN, mean=(low + high) / 2, low=low, high=high, bound=bound)
    assert gain.verdict == verdict
    assert gain.ready is (verdict == "helps")


def test_one_seed_settles_nothing_and_contradicts_nothing():
    gain = dataclasses.replace(GAIN, seeds=1, low=None, high=None)
    assert gain.verdict == "not settled"
    assert gain.ready
    assert "3" in gain.cells()


@pytest.mark.parametrize(
    ("low", "high", "expected", "refuted"),
    [
        (2.0, 4.0, "helps", False),
        (-0.1, 4.0, "helps", False),
        (-4.0, 0.9, "helps", True),
        (-0.1, 4.0, "harms", True),
        (-2.0, 1.5, "harms", False),
        (-2.0, 1.5, "does nothing", False),
        (1.1, 1.5, "does nothing", True),
        (0.1, 2.3, "does nothing", True),
        (-0.5, 0.9, "helps", True),
    ],
)
def test_a_remedy_is_refuted_where_its_interval_excludes_the_verdict(low, high, expected, refuted):
    mean = (low + high) / 2
    gain = dataclasses.replace(GAIN, mean=mean, low=low, high=high, expected=expected)
    assert gain.refuted is refuted
    assert not (gain.refuted and gain.ready)


def test_a_wide_interval_is_not_settled_and_says_how_many_seeds_it_needs():
    wide = dataclasses.replace(GAIN, mean=2.0, low=-1.0, high=5.0)
    # The interval of half a width of 3 must shrink to one of 2: (3 / 2)^2 times the 20 seeds,
    # less what Student's t of 19 degrees asks for beyond 1.96.
    assert wide.seeds_needed == 40
    report = Report((), (0, 20), "digits", 3.0, {}, (wide,))
    assert not report.refuted
    assert "not settled: needs about 40 seeds" in str(report)
    assert "FALLS SHORT" not in str(report)
    assert dataclasses.replace(wide, seeds=1, low=None, high=None).told.endswith("more seeds")
    assert dataclasses.replace(wide, mean=1.0, bound=1.0).seeds_needed is None


@given(st.floats(-5, 5), st.floats(0, 5), st.floats(0.01, 5))
def test_a_gain_and_its_mirror_image_have_mirrored_verdicts(mean, half, bound):
    gain = dataclasses.replace(GAIN, mean=mean, low=mean - half, high=mean + half, bound=bound)
    mirror = dataclasses.replace(gain, mean=-mean, low=-mean - half, high=-mean + half)
    mirrored = dict(zip(VERDICTS, reversed(VERDICTS), strict=True))
    assert mirror.verdict == mirrored.get(gain.verdict, gain.verdict)


def test_a_report_with_remedies_survives_its_file_and_falls_short_where_one_does(tmp_path):
    wrong = dataclasses.replace(GAIN, expected="harms")
    report = Report((), (0, 20), "digits", 3.0, {}, (GAIN, wrong))
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == report
    assert not report.ready
    assert report.refuted
    assert str(report).count("REFUTED") == 1
    assert dataclasses.replace(report, gains=(GAIN,)).ready


def test_the_table_of_the_remedies_can_be_had_alone():
    report = Report((), (0, 20), "digits", 3.0, {}, (GAIN,))
    for shown in (report.remedies._repr_html_(), report.markdown()):
        assert "It is done." in shown
        assert "helps" in shown
        assert "Seeds 0 to 19" in shown


def test_a_sheet_is_escaped_in_html_and_reads_as_text():
    sheet = Sheet(("what", "how many"), (("a < b", "3"),), "From here.")
    assert "a &lt; b" in sheet._repr_html_()
    assert str(sheet) == "a < b\n  how many 3\nFrom here."
    assert sheet.markdown().splitlines()[1] == "| --- | --- |"
