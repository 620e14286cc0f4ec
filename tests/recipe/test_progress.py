"""The time left, on a clock that the test moves."""

from __future__ import annotations

import pytest

from lossacc.recipe import progress as module
from lossacc.recipe.progress import Clock, duration


@pytest.fixture
def now(monkeypatch):
    time = [100.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: time[0])
    return time


def test_it_counts_steps_and_pauses_and_not_the_two_steps_that_compile(now):
    clock = Clock(steps=10, epochs=3)
    clock.start()
    now[0] += 60
    clock.step()
    assert clock.step_seconds is None
    assert clock.left(0, 1) is None
    for seconds in [2] * 8 + [60]:
        now[0] += seconds
        clock.step()
    assert clock.step_seconds == 2
    assert clock.left(0, 10) == 20 * 2
    now[0] += 7
    clock.pause()
    assert clock.left(1) == 2 * (10 * 2 + 7)
    assert clock.left(3) == 0


def test_what_passes_between_two_epochs_is_not_a_step(now):
    clock = Clock(steps=3, epochs=9)
    for _ in range(3):
        clock.step()
    now[0] += 1000
    clock.start()
    now[0] += 4
    clock.step()
    assert clock.step_seconds == 2  # 0 and 4


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "under 1 s"),
        (1, "1 s"),
        (99, "99 s"),
        (100, "2 min"),
        (3600, "60 min"),
        (5 * 3600, "5.0 h"),
        (47.9 * 3600, "47.9 h"),
        (4.75 * 86400, "4.8 days"),
    ],
)
def test_a_time_is_said_in_the_unit_that_suits_it(seconds, said):
    assert duration(seconds) == said
