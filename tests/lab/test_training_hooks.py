"""How long a training will still take, and when it has to end."""

import pytest

from lossacc.lab import training_hooks
from lossacc.lab.training_hooks import TrainingHooks
from tests.lab.fakes import few_images, run_of


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(training_hooks, "time", made)
    return made


def hooks_of(seen=None, stopped=lambda: False, limit=10.0):
    seen = [] if seen is None else seen
    return TrainingHooks(stopped=stopped, follow=lambda _, run: seen.append(run), limit=limit)


def rows(count):
    return run_of({"rate": 1.0}, 1, count, few_images())


def test_the_time_left_is_told_from_the_second_epoch_on(clock):
    hooks, words = hooks_of(), []
    for count, seconds in ((1, 9.0), (2, 5.0), (3, 2.0), (4, 2.0)):  # the first ones trace
        clock.now += seconds
        hooks.as_hooks().on_epoch(rows(count))
        words.append(hooks.progress(hooks.run).words)
    assert words == [
        "epoch 0 of 5",
        "epoch 1 of 5",
        "epoch 2 of 5, about 6 s left",
        "epoch 3 of 5, about 4 s left",
    ]


def test_each_epoch_is_followed_and_the_images_are_kept(clock):
    seen, images = [], few_images()
    hooks = hooks_of(seen)
    hooks.as_hooks().show(images, None)
    runs = [rows(count) for count in (1, 2)]
    for run in runs:
        hooks.as_hooks().on_epoch(run)
    assert seen == runs
    assert hooks.run is runs[-1]
    assert hooks.images == (images, None)


def test_it_stops_when_it_is_asked_to_or_at_its_limit(clock):
    asked = []
    hooks = hooks_of(stopped=lambda: bool(asked))
    assert not hooks.as_hooks().stopped()
    asked.append("stop")
    assert hooks.as_hooks().stopped()
    assert not hooks.late
    asked.clear()
    clock.now += 10.5
    assert hooks.as_hooks().stopped()
    assert hooks.late
