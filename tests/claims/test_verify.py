"""Verdicts, rows and reports; the counting that decides whether a claim is ready."""

import dataclasses
import json
import multiprocessing

import pytest

from lossacc.claims import measure as measuring
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.fingerprint import fingerprint, remedy_name
from lossacc.claims.report import Report, Row
from lossacc.lessons import experiment as load
from lossacc.lessons import verdict, verify


def row(seeds, held, control):
    return Row("e/c", "It does.", seeds, held, control, "size", 0.5, 0.4, 0.6, 0.1, 0.9)


@pytest.mark.parametrize(
    ("seeds", "held", "control", "ready"),
    [
        (20, 20, 0, True),
        (20, 19, 1, True),
        (20, 18, 0, False),
        (20, 20, 2, False),
        (100, 95, 5, True),
        (100, 94, 0, False),
        (3, 3, 0, True),
        (3, 2, 0, False),
        (3, 3, 1, False),
    ],
)
def test_ready_is_nineteen_of_twenty_and_one_on_the_control(seeds, held, control, ready):
    assert row(seeds, held, control).ready is ready


@pytest.mark.parametrize(
    ("seeds", "held", "control", "refuted"),
    [
        (1, 0, 1, False),
        (2, 0, 0, True),
        (3, 2, 0, False),
        (20, 18, 2, False),
        (20, 17, 3, False),
        (20, 16, 0, True),
        (20, 20, 4, True),
        (100, 91, 0, False),
        (100, 90, 0, True),
    ],
)
def test_a_claim_is_refuted_where_chance_does_not_explain_it(seeds, held, control, refuted):
    # At 95 % a seed: P(16 of 20 or fewer) = .016, P(17) = .075; P(90 of 100) = .028, P(91) = .063.
    one = row(seeds, held, control)
    assert one.refuted is refuted
    assert not (one.ready and one.refuted)
    said = str(Report((one,), (0, seeds), "digits", 3.0, {}))
    assert ("REFUTED" in said) is refuted
    assert ("by no more than chance explains" in said) is not (one.ready or refuted)


def test_a_report_falls_short_where_one_claim_does():
    rows = (row(20, 20, 0), dataclasses.replace(row(20, 10, 0), id="e/d"))
    report = Report(rows, (0, 20), "digits", 3.0, {})
    assert not report.ready
    assert "e/d   REFUTED" in str(report)
    assert "e/c   REFUTED" not in str(report)
    assert report.refuted


@pytest.mark.parametrize(
    ("held", "control", "idle"), [(0, 0, True), (0, 4, False), (1, 0, False), (4, 4, False)]
)
def test_a_report_says_where_a_control_has_no_meaning(held, control, idle):
    said = str(Report((row(4, held, control),), (0, 4), "photographs", 1.0, {}))
    assert ("its control failed too has no meaning here" in said) is idle


def test_a_report_survives_its_file(tmp_path):
    report = Report((row(20, 20, 0),), (0, 20), "digits", 3.0, {"keras": "3"})
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == report
    json.loads((tmp_path / "report.json").read_text(), parse_constant=pytest.fail)


def test_a_report_of_one_seed_is_plain_json(tmp_path):
    report = verify(["nine-against-one"], (7, 8), jobs=1)
    report.save(tmp_path / "report.json")
    json.loads((tmp_path / "report.json").read_text(), parse_constant=pytest.fail)
    assert all(row.low is None and row.seeds == 1 for row in report.rows)
    assert report.fingerprint == fingerprint(load("nine-against-one"))
    assert report.ready


def test_a_report_is_a_table_with_its_source_in_a_notebook():
    html = Report((row(20, 19, 1),), (0, 20), "digits", 3.0, {"keras": "3.9"})._repr_html_()
    for said in ("It does.", "19 of 20", "1 of 20", "0.5 [0.4, 0.6]", "keras 3.9", "Seeds 0 to 19"):
        assert said in html


def test_a_verdict_reads_the_runs_that_are_at_hand():
    nine = load("nine-against-one")
    mine = verdict("nine-against-one/settles", {"base": nine.run(seed=3)})
    assert mine.held
    assert "Holds here." in mine._repr_html_()


def test_a_verdict_says_so_where_a_claim_does_not_hold():
    nine = load("nine-against-one")
    fast = verdict("nine-against-one/settles", {"base": nine.run("one by one, fast", seed=3)})
    assert str(fast).startswith("Does not hold")


WRONG = [(3, 3), (5, 2), (-1, 2), (0, 10**9), (0, 2.0), ("0", "3"), (False, 2), (0, 2**40)]


@pytest.mark.parametrize("seeds", WRONG)
def test_seeds_that_are_none_are_refused(seeds):
    with pytest.raises(ValueError, match="expected a:b with 0 <= a < b"):
        verify(["nine-against-one"], seeds)


@pytest.mark.parametrize("seeds", [None, 3, "0:3", (1,), (1, 2, 3), range(3)])
def test_what_is_no_pair_of_seeds_is_refused(seeds):
    with pytest.raises(TypeError, match="expected two whole numbers, such as"):
        verify(["nine-against-one"], seeds)


def test_data_that_do_not_suit_are_refused_before_anything_is_trained(tmp_path):
    from lossacc.data import glyphs, save_folder

    save_folder(glyphs(30, classes=3, seed=0), tmp_path / "glyphs")
    with pytest.raises(ValueError, match="both-fall needs 1400 images"):
        verify(["both-fall"], (0, 1), data=str(tmp_path / "glyphs"))


@pytest.mark.parametrize(
    ("given", "used", "said"),
    [
        (None, ["digits", "glyphs"], "digits and glyphs"),
        ("glyphs", ["glyphs", "glyphs"], "glyphs"),
    ],
)
def test_an_experiment_runs_on_its_own_data_unless_told_otherwise(monkeypatch, given, used, said):
    seen = []

    def measured(task, on_arm=None):
        seen.append(task.data)
        evidence = {one.effect: 0.5 for one in task.experiment.claims}
        claims = {
            one.name: (Numbers(evidence), Numbers(evidence)) for one in task.experiment.claims
        }
        gains = {remedy_name(one): 0.0 for one in task.experiment.remedies}
        return SeedEvidence(task.seed, claims, gains)

    monkeypatch.setattr(measuring, "attempted", measured)
    monkeypatch.setattr(measuring, "rehearse", lambda *what: None)
    report = verify(("both-fall", "long-tail"), (0, 1), data=given, jobs=1)
    assert seen == used
    assert report.data == said


class Numbers(dict):
    """Evidence that has every number."""

    def __missing__(self, name):
        return 0.5


def test_claims_are_measured_under_another_arithmetic_and_kept(tmp_path):
    how = {"jobs": 1, "arithmetic": "no-onednn", "cache": tmp_path}
    report = verify(["sure-and-wrong"], (7, 8), **how)
    assert verify(["sure-and-wrong"], (7, 8), **how) == report
    assert not multiprocessing.active_children()
    assert report.environment["onednn"] == "0"
    assert sum(row.held for row in report.rows) >= 3
    with pytest.raises(ValueError, match="there is no arithmetic 'mmx'"):
        verify(["sure-and-wrong"], (7, 8), arithmetic="mmx")
