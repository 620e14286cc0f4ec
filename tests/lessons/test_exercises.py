"""The exercises of all lessons: answers by hand, and a reply of its own to every usual slip."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from lossacc.quiz import check, exercises
from lossacc.quiz.exercises import Exercise

EXERCISES = exercises.known()
NINE_TO_ONE = (9 * math.log(10 / 9) + math.log(10)) / 10  # the entropy of nine against one

BY_HAND = {
    # Two rulers.
    "margin of .9": 2 * math.log(3),
    "share of the newly right": -4 * math.log(90) / 10,
    "costliest right answer of six": 1.791759,
    "accuracy that .35 promises": 1 - 0.35 / 0.693147,
    "one against nine": 22 / 1024,
    "all fifty right": 0.0138629,
    "the one that costs": 49.005,
    "a quarter changed": 0.75,
    # Nine against one.
    "share of the B": math.log(10) / (math.log(10) + 9 * math.log(10 / 9)),
    "eight against two": (8 * math.log(10 / 8) + 2 * math.log(10 / 2)) / 10,
    "one in a hundred": 4.59512 / 0.99,
    "a push of thirty": 2.197225 / 27,
    "clipped at .3": 29 / 30,
    "wrong labels left": 0.02,
    # Five against five.
    "one fifth in conflict": (20 * 0.693147 + 80 * 0) / 100,
    "sure guesses": (0.020203 + 3.912023) / 2,
    "two of four": 1.039721,
    "three labels for one image": 1.098612,
    "fifty pairs": 950 / 1000,
    # The ninety per cent class.
    "ninety-five against five": (95 * math.log(100 / 95) + 5 * math.log(20)) / 100,
    "balanced by hand": 11 / 15,
    "three in a hundred": math.log(97) - math.log(3),
    "a price for each mistake": 0.2,
    "half of the rare labels": 0.5,
    "weights of 1 and 4": 1.109035,
    # Any number can be a loss.
    "knowing nothing, squared": 0.16,
    "promised by 1 - p": 0.76,
    "the same training": 0.08,
    "thirteen classes, twice": math.log((math.e + 12) / math.e),
    "eight and a bit": 0.5,
    "two classes, smoothed": (9 * math.log(10 / 9) + math.log(10)) / 10,
    # The penalty inside the loss.
    "a tenth of every weight": 0.127,
    "two printed losses": -0.27,
    "the same pull": 0.01,
    "half of a kernel": 0.25,
    # Three boxes.
    "from fifteen to seven": 225 / 49,
    "fifty steps of decay": math.exp(50 * math.log(0.999)),
    "the floor at .2": 1 / 18,
    "ten times the batch": 1 / 60,
    "cooled by two": math.log(1 + math.e**2),
    # Two modes.
    "the larger of two ones": 1.5,
    "always two": 4.0,
    "twenty updates at .9": 0.121577,
    "three and seven": 1.0,
    "a line from 2.0 to 1.2": 1.6,
    # Little data.
    "three points": 896.373,
    "one flip in fifty-two": 1.923077,
    "thirteen maps": 2080.0,
    "a quarter kept": 1.732051,
    # Built to train.
    "ten halvings": 1 / 1024,
    "nan on two classes": 0.36,
    "three heads": 0.5 + 0.24 + 0.36,
    "cut to two": 0.2 / 8,
    # When the number itself is wrong.
    "all zeros of twenty-five": 0.96,
    "a quarter of ten classes": 200 / 250,
    "ten images at the end": 730 / 910,
}

SLIPS = [
    # Two rulers.
    ("margin of .9", math.log10(9)),
    ("margin of .9", -math.log(0.9)),
    ("share of the newly right", -math.log(90)),
    ("share of the newly right", 4 * math.log(1 / 90)),
    ("share of the newly right", (6 * math.log(0.51 / 0.49) - 4 * math.log(90)) / 10),
    ("costliest right answer of six", math.log(5)),
    ("accuracy that .35 promises", 0.35 / math.log(2)),
    ("accuracy that .35 promises", math.exp(-0.35)),
    ("one against nine", 11 / 1024),
    ("one against nine", 20 / 1024),
    ("one against nine", 2 / 1024),
    ("all fifty right", math.log(2)),
    ("the one that costs", -math.log(0.01)),
    # Nine against one.
    ("share of the B", math.log(10)),
    ("share of the B", math.log(10) / 10),
    ("share of the B", math.log(10) / (math.log(10) + math.log(10 / 9))),
    ("eight against two", 0.9 * math.log(10 / 9) + 0.1 * math.log(10)),
    ("eight against two", math.log(2)),
    ("eight against two", math.log(10 / 8)),
    ("eight against two", math.log(5)),
    ("one in a hundred", math.log(9) / 0.9),
    ("one in a hundred", math.log(99)),
    ("one in a hundred", math.log(99) / 0.99 / 2),
    ("one in a hundred", math.log(100) / 0.99),
    ("a push of thirty", math.log(9) / 0.9),
    ("a push of thirty", math.log(9) / 1.8),
    ("a push of thirty", math.log(9) / 30),
    ("a push of thirty", math.log(9) / 0.9 / 60),
    ("clipped at .3", 1 - 0.3 / 10),
    ("clipped at .3", 1 - 0.3 / 9 / math.sqrt(2)),
    ("clipped at .3", 1 - 0.1 / 9),
    # Five against five.
    ("one fifth in conflict", math.log(2)),
    ("one fifth in conflict", 0.1 * math.log(2)),
    ("one fifth in conflict", 20 * math.log(2)),
    ("one fifth in conflict", 0.9 * math.log(10 / 9) + 0.1 * math.log(10)),
    ("sure guesses", math.log(2)),
    ("sure guesses", math.log(50)),
    ("sure guesses", -math.log(0.98)),
    ("sure guesses", math.log(50) - math.log(0.98)),
    ("sure guesses", math.log(50) / 2),
    ("two of four", math.log(4)),
    ("two of four", math.log(2) / 2),
    ("two of four", math.log(4) - math.log(2)),
    ("two of four", math.log(4) + math.log(2) / 2),
    ("three labels for one image", math.log(12)),
    ("three labels for one image", math.log(3) / 3),
    ("three labels for one image", -math.log(2 / 3)),
    ("fifty pairs", 100 / 1000 * math.log(2)),
    ("fifty pairs", 1 - 25 / 1000),
    # The ninety per cent class.
    ("ninety-five against five", NINE_TO_ONE),
    ("ninety-five against five", -math.log(0.95)),
    ("ninety-five against five", -math.log(0.05)),
    ("ninety-five against five", math.log(2)),
    ("balanced by hand", 920 / 1000),
    ("balanced by hand", 870 / 900),
    ("balanced by hand", 50 / (50 + 30)),
    ("three in a hundred", -math.log(0.03)),
    ("three in a hundred", math.log(3 / 97)),
    ("three in a hundred", 97 / 3),
    ("three in a hundred", math.log(9)),
    ("a price for each mistake", 1 / 4),
    ("a price for each mistake", 4 / 5),
    ("half of the rare labels", 30 / 270),
    ("half of the rare labels", 27 / 57),
    ("weights of 1 and 4", math.log(2)),
    ("weights of 1 and 4", 1.8 * math.log(2)),
    ("weights of 1 and 4", 2.5 * math.log(2)),
    ("weights of 1 and 4", -0.8 * math.log(0.8) - 0.2 * math.log(0.2)),
    # Any number can be a loss.
    ("knowing nothing, squared", 0.8**2 + 4 * 0.2**2),
    ("knowing nothing, squared", 0.8**2 / 5),
    ("knowing nothing, squared", (0.8 + 4 * 0.2) / 5),
    ("knowing nothing, squared", math.log(5)),
    ("promised by 1 - p", 1 - 0.12),
    ("promised by 1 - p", 0.12 / 0.5),
    ("promised by 1 - p", 1 - 0.12 / math.log(2)),
    ("promised by 1 - p", 1 - 0.12 / 2),
    ("the same training", 0.01 / 8),
    ("thirteen classes, twice", math.log(13)),
    ("thirteen classes, twice", math.log(1 + 9 / math.e)),
    ("thirteen classes, twice", math.e / (math.e + 12)),
    ("eight and a bit", math.exp(-8.059)),
    ("two classes, smoothed", -0.8 * math.log(0.8) - 0.2 * math.log(0.2)),
    ("two classes, smoothed", -math.log(0.8)),
    ("two classes, smoothed", math.log(2)),
    # The penalty inside the loss.
    ("a tenth of every weight", 0.1 * 127 / 10),
    ("a tenth of every weight", 0.1 * 127),
    ("a tenth of every weight", 0.1**2 * 127 / 100),
    ("two printed losses", 1.25 - 0.90),
    ("two printed losses", 1.25 - 0.62),
    ("two printed losses", 0.90 - (1.25 - 0.62)),
    ("the same pull", 0.005 / 2),
    ("the same pull", 2 * 0.005 / (1 - 0.9)),
    ("half of a kernel", 1 / 2),
    # Three boxes.
    ("from fifteen to seven", 15 / 7),
    ("from fifteen to seven", 49 / 225),
    ("from fifteen to seven", 7 / 15),
    ("fifty steps of decay", 0.99**50),
    ("fifty steps of decay", 1 - 50 * 0.01),
    ("the floor at .2", 0.2 / 1.8),
    ("the floor at .2", 0.2**2 / 2),
    ("the floor at .2", 0.5 / 1.5 / 2),
    ("ten times the batch", 0.05 / 1.95 / 2),
    ("ten times the batch", 0.5 / 1.5 / 2 / math.sqrt(10)),
    ("ten times the batch", 0.5 / 1.5 / 2),
    ("cooled by two", math.log(1 + math.e**4)),
    ("cooled by two", math.log(1 + math.e**4) / 2),
    ("cooled by two", math.log(1 + math.e**-2)),
    ("cooled by two", math.log(1 + math.e**-4)),
    # Two modes.
    ("the larger of two ones", 3 / 4),
    ("always two", (0**2 + 4**2) / 2),
    ("always two", (0 - 1) ** 2),
    ("twenty updates at .9", 1 - 0.9**20),
    ("twenty updates at .9", 0.99**20),
    ("twenty updates at .9", 0.9**10),
    ("three and seven", 2 / math.sqrt(8)),
    ("three and seven", 2 / 4),
    ("a line from 2.0 to 1.2", 1.6 - 1.2),
    ("a line from 2.0 to 1.2", 2.0 - 1.2),
    # Little data.
    ("three points", 0.21 / 0.0009),
    ("three points", 0.21 * (1.96 / 0.015) ** 2),
    ("three points", (1.96 / 0.06) ** 2),
    ("one flip in fifty-two", 1 / 52),
    ("thirteen maps", 12_480_000 / 13 / 6000),
    ("thirteen maps", 12_480_000 / 32 / 6000),
    ("a quarter kept", math.sqrt(1 / 3)),
    ("a quarter kept", 2.0),
    ("a quarter kept", 3.0),
]


def test_every_exercise_is_there() -> None:
    assert sorted(EXERCISES) == sorted(BY_HAND)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_the_answer_is_right_and_no_slip_is(exercise: Exercise) -> None:
    by_hand = BY_HAND[exercise.name]
    assert exercise.answer() == pytest.approx(by_hand, rel=1e-4)
    assert check(exercise.name, by_hand).verdict == "Right"
    for slip, reply in exercise.slips.items():
        assert check(exercise.name, slip).verdict == "Not yet"
        assert check(exercise.name, slip).words == reply


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_no_two_slips_are_taken_for_each_other(exercise: Exercise) -> None:
    for one, other in combinations([exercise.answer(), *exercise.slips], 2):
        assert abs(one - other) > 2 * exercise.within


@pytest.mark.parametrize(("name", "slip"), SLIPS)
def test_a_usual_slip_gets_its_own_reply(name: str, slip: float) -> None:
    assert check(name, slip).words in EXERCISES[name].slips.values()
