"""Which claims speak of a run, and what is said of it in the end."""

import pytest

from lossacc.lab.findings import findings_of, judged
from lossacc.lab.run_history import RunHistory
from lossacc.lab.task import Request, Task
from tests.lab.fakes import experiment, few_images, run_of

BASE = {"rate": 1.0, "size": "small"}
FAST = {"rate": 2.0, "size": "small"}


def made(knobs=BASE, seed=1, rows=6):
    return run_of(knobs, seed, rows, few_images())


def test_claims_are_judged_where_all_their_arms_have_run_with_this_seed():
    history, fake = RunHistory(), experiment()
    base = history.add(made(BASE, 1), BASE, 1)
    alone, pair = judged(fake, history, base)
    assert (alone.claim.name, alone.held) == ("falls", True)
    assert (pair.claim.name, pair.held, pair.missing) == ("faster", None, ("fast",))
    history.add(made(FAST, 2), FAST, 2)  # another seed will not do
    assert judged(fake, history, base)[1].missing == ("fast",)
    fast = history.add(made(FAST, 1), FAST, 1)
    (pair,) = judged(fake, history, fast)
    expected = fake.claim("faster").judge({"base": made(BASE, 1), "fast": made(FAST, 1)})
    assert (pair.held, pair.evidence) == expected


def test_settings_that_no_arm_has_are_covered_by_no_claim():
    history, knobs = RunHistory(), {"rate": 0.5, "size": "large"}
    assert judged(experiment(), history, history.add(made(knobs), knobs, 1)) == ()


def kept(history, *seeds, stopped=False):
    runs = [made(BASE, seed) for seed in seeds]
    if stopped:
        runs = [run.with_settings(stopped="at 1") for run in runs]
    return [history.add(run, BASE, seed) for run, seed in zip(runs, seeds, strict=True)]


def test_the_last_run_is_judged_and_of_several_seeds_all_are_counted():
    history, fake = RunHistory(), experiment()
    done = kept(history, 1, 2, 3)
    tasks = tuple(Task(BASE, seed) for seed in (1, 2, 3))
    found = findings_of(fake, history, Request(tasks, "seeds", "It stays above."), done)
    ended = f"The loss ended at {history.run(3).train.loss[-1]:.3f}."
    assert found.verdict == (
        "You predicted “It stays above”: not this time. It was “It falls below .5”. "
        f"{ended} With 0 of 3 seeds it came as you predicted."
    )
    assert found.claims == judged(fake, history, done[-1])
    first = findings_of(fake, history, Request(tasks, "seeds"), done[:1])
    assert "seeds" not in first.verdict


@pytest.mark.parametrize("asks", [True, False])
def test_of_a_stopped_run_neither_prediction_nor_claim_is_judged(asks):
    history, fake = RunHistory(), experiment(**({} if asks else {"prediction": None}))
    found = findings_of(fake, history, Request((Task(BASE, 1),)), kept(history, 1, stopped=True))
    assert (found.verdict, found.claims, found.whole) == ("", (), False)


def test_of_several_seeds_the_whole_ones_are_counted_where_the_last_is_stopped():
    history, fake = RunHistory(), experiment()
    done = [*kept(history, 1, 2), *kept(history, 3, stopped=True)]
    tasks = tuple(Task(BASE, seed) for seed in (1, 2, 3))
    found = findings_of(fake, history, Request(tasks, "seeds", "It falls below .5."), done)
    assert found.verdict == "With 2 of 2 seeds it came as you predicted."
