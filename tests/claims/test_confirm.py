"""After a change of the code: what a few seeds, trained again, must show."""

import dataclasses

import pytest

from lossacc import lessons
from lossacc.claims.confirm import confirmed, disagreements, few_of, judged_anew
from lossacc.claims.evidence import SeedEvidence
from lossacc.claims.fingerprint import changes, fingerprint, remedy_name
from lossacc.claims.judge import judged
from lossacc.claims.rules import at_least

WHOLE = lessons.experiment("five-against-five")
CLAIM = dataclasses.replace(WHOLE.claims[0], name="c", rule=at_least("a", 1.0), effect="a")
REMEDY = WHOLE.remedies[0]
FIVE = dataclasses.replace(WHOLE, claims=(CLAIM,), remedies=(REMEDY,))


def made(seed, a, control=0.0, gain=0.0):
    claims = {"c": ({"a": a}, {"a": control})}
    return SeedEvidence(seed, claims, {remedy_name(REMEDY): gain}, 1.0, {"keras": "3"})


KEPT = [made(n, 2 + 0.1 * n, gain=0.01 * n) for n in range(11)]
REPORT = judged(FIVE, KEPT, "digits", fingerprint=fingerprint(FIVE) | {"code of train": "other"})


def test_the_first_the_middle_and_the_last_seed_are_tried():
    assert few_of(KEPT) == [0, 5, 10]
    assert few_of(KEPT[:2]) == [0, 1]


def test_what_agrees_gets_the_new_fingerprint_and_a_record():
    again = [made(0, 2.02, gain=0.0), made(5, 2.5, gain=0.05)]
    assert disagreements(FIVE, KEPT, again) == ()
    anew = confirmed(FIVE, REPORT, KEPT, again)
    assert changes(anew.fingerprint, fingerprint(FIVE)) == ()
    assert anew.confirmed["seeds"] == [0, 5]
    assert anew.confirmed["largest relative difference"] == pytest.approx(0.02 / 2.02, rel=1e-2)
    assert set(anew.confirmed["versions"]) >= {"keras", "tensorflow", "numpy", "processor"}
    assert anew.rows == REPORT.rows
    assert "confirmed on seeds 0, 5" in str(anew)


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (made(0, 0.9), "five-against-five/c, seed 0: the claim has another verdict"),
        (made(0, 2.0, control=3.0), "five-against-five/c, seed 0: the control has another verdict"),
        (made(0, 9.0), "five-against-five/c, a, seed 0: 2 is now 9"),
        (made(0, 2.0, gain=0.5), "seed 0: 0 is now 0.5"),
    ],
)
def test_another_verdict_and_a_number_far_off_are_told(again, said):
    assert said in "\n".join(disagreements(FIVE, KEPT, [again]))


def test_judging_anew_leaves_what_other_code_measured_as_it_was():
    stricter = dataclasses.replace(CLAIM, rule=at_least("a", 2.45))
    now = dataclasses.replace(FIVE, claims=(stricter,))
    anew = judged_anew(now, REPORT, KEPT)
    assert anew.rows[0].held == 6
    assert changes(anew.fingerprint, fingerprint(now)) == ("code of train changed",)
    assert (anew.seconds, anew.environment) == (REPORT.seconds, REPORT.environment)
