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
    assert str(report).count("FALLS SHORT") == 1
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
