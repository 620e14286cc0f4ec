"""Ten drawings a second at most, and a small part of the time."""

import pytest

from lossacc.lab import redraw_throttle
from lossacc.lab.redraw_throttle import LONGEST, SHARE, SHORTEST, RedrawThrottle


class Clock:
    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(redraw_throttle, "time", made)
    return made


def draw(paced, clock, seconds):
    with paced.drawing():
        clock.now += seconds


def drawings(paced, clock, cost, seconds, step=0.001):
    """Train for some seconds; give how many drawings there were."""
    count, end = 0, clock.now + seconds
    while clock.now < end:
        clock.now += step
        if paced.due():
            draw(paced, clock, cost)
            count += 1
    return count


def test_the_first_drawing_is_due_at_once(clock):
    assert RedrawThrottle().due()


def test_cheap_drawings_come_ten_times_a_second(clock):
    assert drawings(RedrawThrottle(), clock, 0.001, 10) == pytest.approx(100, abs=4)


@pytest.mark.parametrize("cost", [0.004, 0.008, 0.02])
def test_dear_drawings_take_no_more_than_their_share(clock, cost):
    seconds = 60
    count = drawings(RedrawThrottle(), clock, cost, seconds)
    assert count * cost / seconds <= SHARE * 1.05
    assert count / seconds <= 1 / SHORTEST


def test_one_drawing_that_is_slow_by_accident_does_not_freeze_the_curves(clock):
    paced = RedrawThrottle()
    draw(paced, clock, 0.002)
    clock.now += SHORTEST
    draw(paced, clock, 0.5)
    clock.now += SHORTEST
    assert paced.due()


def test_however_dear_the_next_one_comes_within_a_second(clock):
    paced = RedrawThrottle()
    draw(paced, clock, 1.0)
    clock.now += LONGEST
    assert paced.due()


def test_a_new_training_is_drawn_at_once(clock):
    paced = RedrawThrottle()
    draw(paced, clock, 0.01)
    assert not paced.due()
    paced.hurry()
    assert paced.due()
