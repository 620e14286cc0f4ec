"""The benchmark keeps apart what thresholds were chosen on and what they are judged by."""

from __future__ import annotations

from collections import Counter

from lossacc.checks.clinic.causes import causes
from tests.benchmarks.clinic.make import in_fair_order
from tests.benchmarks.clinic.plans import DATA, FAULTS, NETWORKS, PAIRS, pairs, plan_of, plans


def test_every_cause_has_a_fault_and_every_fault_is_a_cause() -> None:
    assert set(FAULTS) == set(causes())


def test_no_network_data_or_seed_of_the_held_out_part_is_tuned_on() -> None:
    tuned = list(plans("tune", range(2)))
    judged = list(plans("held out", range(400, 402)))
    assert {plan.network for plan in tuned} == set(NETWORKS["tune"])
    assert {plan.data for plan in tuned} == set(DATA["tune"])
    for plan in judged:
        new = plan.network in NETWORKS["held out"] or plan.data in DATA["held out"]
        assert new
        assert plan.seed >= 400
    assert {plan.cause for plan in tuned} == {plan.cause for plan in judged} == set(FAULTS)


def test_a_plan_is_the_same_each_time() -> None:
    for cause in FAULTS:
        assert plan_of(cause, "digits", "mlp", 3) == plan_of(cause, "digits", "mlp", 3)


def test_each_beginning_of_what_is_trained_holds_every_cause_in_its_share() -> None:
    ordered = in_fair_order(plans("held out", range(200, 201)))
    assert sorted(plan.name for plan in ordered) == sorted(
        plan.name for plan in plans("held out", range(200, 201))
    )
    whole = Counter(plan.cause for plan in ordered)
    half = Counter(plan.cause for plan in ordered[: len(ordered) // 2])
    assert all(abs(half[one] - whole[one] / 2) <= max(1, whole[one] / 20) for one in FAULTS)


def test_two_causes_at_once_are_both_put_in_and_held_out() -> None:
    found = list(pairs(range(400, 401)))
    assert {(plan.cause, plan.also) for plan in found} == set(PAIRS)
    assert {plan.part for plan in found} == {"held out"}
    readable = {*DATA["tune"], *DATA["held out"]} - {"table"}  # whose columns have no neighbours
    assert {plan.data for plan in found} == readable
    assert len({plan.name for plan in found}) == len(found) == len(readable) * len(PAIRS)
    for plan in found:
        alone = plan_of(plan.cause, plan.data, plan.network, plan.seed)
        changed = {name for name, value in vars(plan).items() if value != vars(alone)[name]}
        assert "also" in changed
        assert len(changed) > 1
