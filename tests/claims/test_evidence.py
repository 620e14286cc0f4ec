"""Evidence seed by seed: kept in few digits, read back, judged anew as it was judged."""

import dataclasses
import json
import math

import pytest

from lossacc import lessons
from lossacc.claims import evidence
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.fingerprint import remedy_name
from lossacc.claims.judge import joined, judged
from lossacc.claims.rules import above, at_least
from lossacc.runs import toys
from lossacc.support.text import MINUS

FIVE = lessons.experiment("five-against-five")


def made(seed, **numbers):
    """Evidence of one claim, `c`, and of one remedy, `r`."""
    return SeedEvidence(seed, {"c": (numbers, {"a": 0.0, "b": 0.0})}, {"r": 0.25}, 2.0, {"v": "1"})


def claim(rule, effect="a"):
    first = FIVE.claims[0]
    return dataclasses.replace(first, name="c", rule=rule, effect=effect)


def experiment(rule):
    return dataclasses.replace(FIVE, claims=(claim(rule),), remedies=())


def test_it_survives_its_file_and_the_cache(tmp_path):
    seeds = [made(n, a=n / 3, b=math.inf if n else math.nan) for n in range(3)]
    evidence.save(tmp_path / "e.seeds.json", seeds)
    read = evidence.load(tmp_path / "e.seeds.json")
    assert [one.seed for one in read] == [0, 1, 2]
    assert read[1].claims["c"][0] == {"a": 1 / 3, "b": math.inf}
    assert math.isnan(read[0].claims["c"][0]["b"])
    assert read[2].gains == {"r": 0.25}
    again = SeedEvidence.from_json(json.loads(json.dumps(seeds[1].json(), allow_nan=False)))
    assert again == seeds[1]


def test_the_file_is_plain_json_with_a_line_a_number(tmp_path):
    path = tmp_path / "e.seeds.json"
    evidence.save(path, [made(n, a=n / 3, b=math.nan) for n in range(50)])
    text = path.read_text()
    json.loads(text, parse_constant=pytest.fail)
    assert len([line for line in text.splitlines() if '"a": [' in line]) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_seeds_with_other_numbers_are_refused(tmp_path):
    with pytest.raises(ValueError, match="one seed has the numbers"):
        evidence.save(tmp_path / "e.seeds.json", [made(0, a=1, b=2), made(1, a=1)])


def test_six_digits_are_kept_unless_they_would_turn_the_verdict():
    nine = lessons.experiment("nine-against-one")
    base = nine.claim("settles")
    found = {"a": 0.12345678, "b": 0.1234567}
    one = dataclasses.replace(base, evidence=lambda run: found, rule=at_least("a", 0.1), effect="a")
    runs = dict.fromkeys((*base.reads, *base.control), toys.as_run(*toys.ten_examples()))
    assert evidence._both(one, runs)[0]["a"] == 0.123457
    close = dataclasses.replace(one, rule=above("a", "b"))
    assert evidence._both(close, runs)[0] == found


def test_judging_counts_sums_up_and_tells_the_room_of_the_least_seed():
    report = judged(experiment(at_least("a", 2)), [made(n, a=n, b=0) for n in (1, 4, 8)], "digits")
    row = report.rows[0]
    assert (row.seeds, row.held, row.held_on_control) == (3, 2, 0)
    assert (row.least, row.most) == (1, 8)
    assert row.mean == pytest.approx(13 / 3)
    assert row.room == -0.5
    assert report.seeds == (1, 9)
    assert report.seconds == 6.0
    assert f"room of the least seed: {MINUS}50 %" in str(report)


def test_a_rule_can_be_judged_anew_but_not_on_numbers_that_nobody_kept():
    kept = [made(n, a=n, b=0) for n in range(4)]
    assert judged(experiment(at_least("a", 3)), kept, "digits").rows[0].held == 1
    assert judged(experiment(at_least("a", 1)), kept, "digits").rows[0].held == 3
    with pytest.raises(ValueError, match="has no number 'z'"):
        judged(experiment(at_least("z", 3)), kept, "digits")
    other = dataclasses.replace(FIVE, claims=(), remedies=FIVE.remedies[:1])
    with pytest.raises(ValueError, match="no evidence of the remedy"):
        judged(other, kept, "digits")


def test_a_remedy_is_summed_up_over_the_seeds():
    remedy = FIVE.remedies[0]
    kept = [
        dataclasses.replace(made(n, a=1, b=1), gains={remedy_name(remedy): n}) for n in range(4)
    ]
    gain = judged(dataclasses.replace(FIVE, claims=(), remedies=(remedy,)), kept, "d").gains[0]
    assert (gain.seeds, gain.mean, gain.least, gain.most) == (4, 1.5, 0, 3)
    assert gain.expected == remedy.verdict


def test_reports_of_several_experiments_are_joined():
    one = judged(
        experiment(at_least("a", 1)), [made(0, a=1, b=0)], "digits", fingerprint={"x": "1"}
    )
    two = judged(experiment(at_least("a", 1)), [made(3, a=1, b=0)], "glyphs")
    both = joined([one, two])
    assert joined([one]) is one
    assert (len(both.rows), both.seeds, both.data) == (2, (0, 4), "digits and glyphs")
    assert both.fingerprint == {}
