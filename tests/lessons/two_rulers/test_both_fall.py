"""The first training of both-fall: made once for each start, and never cut short unseen."""

import pytest

from lossacc.claims.experiment import Hooks, StoppedEarly
from lossacc.data import glyphs
from lossacc.lessons import experiment as load
from lossacc.lessons.two_rulers import both_fall


@pytest.fixture(autouse=True)
def forget():
    both_fall._SURE.clear()


def test_the_first_training_is_made_once_and_the_run_is_the_same():
    experiment = load("both-fall")
    first = experiment.run(seed=4)
    (kept,) = both_fall._SURE.values()
    again = experiment.run(seed=4, learning_rate=0.001)
    assert next(iter(both_fall._SURE.values())) is kept
    assert (again.train.logits[0] == first.train.logits[0]).all()
    assert (experiment.run(seed=4).train.logits == first.train.logits).all()


def test_other_images_noise_or_seeds_are_another_start():
    experiment = load("both-fall")
    hooks = Hooks(should_stop=stop_at_the_second_training())
    for changed in ({}, {"seed": 1}, {"noise": 0.1}, {"examples": 200}):
        experiment.run(**{"seed": 0, **changed, "hooks": hooks})
    assert len(both_fall._SURE) == 4


def stop_at_the_second_training():
    """Tell to stop as soon as the first training is done."""
    known = []

    def stop():
        if len(both_fall._SURE) > len(known):
            known.append(1)
            return True
        return False

    return stop


def test_stopped_while_it_is_made_sure_there_is_no_run_and_nothing_is_kept():
    seen = []
    hooks = Hooks(should_stop=lambda: True, on_epoch=seen.append)
    with pytest.raises(StoppedEarly, match="still being made sure: there is no run"):
        load("both-fall").run(seed=1, hooks=hooks)
    assert not seen
    assert not both_fall._SURE


def test_only_the_last_few_starts_are_kept(monkeypatch):
    monkeypatch.setattr(both_fall, "_SURE_KEPT", 1)
    hooks = Hooks(should_stop=stop_at_the_second_training())
    load("both-fall").run(seed=1, hooks=hooks)
    load("both-fall").run(seed=2)
    assert [key[-1] for key in both_fall._SURE] == [2]


@pytest.mark.parametrize(
    ("arm", "photographs", "rate"),
    [("heavy noise", False, 0.05), ("heavy noise", True, 0.01), ("base", True, 0.05)],
)
def test_many_photographs_are_learned_at_a_rate_of_their_own(monkeypatch, arm, photographs, rate):
    experiment, rates = load("both-fall"), []

    def trained(model, settings, *more, **options):
        rates.append(settings["learning_rate"])
        raise StoppedEarly

    monkeypatch.setattr(both_fall, "trained", trained)
    there = experiment.on_photographs() if photographs else experiment
    images = glyphs(3000, size=8, channels=3 if photographs else 1, seed=0)
    with pytest.raises(StoppedEarly):
        there.run(arm, seed=1, data=images)
    assert rates == [rate]
