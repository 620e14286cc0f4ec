"""What the lessons choose to show."""

import pytest

from lossacc import lessons
from lossacc.figures.draw.text import text_width
from lossacc.lab.featured import MOST_KNOBS, VIEWS, featured
from tests.lab.fakes import experiment

VIEWS_THERE_ARE = {*VIEWS, "trained on", "gradient"}
ROOM = 860  # pixels of a laptop's cell for the short words of a prediction


@pytest.mark.parametrize("name", lessons.names())
def test_every_lesson_chooses_knobs_variants_and_words(name):
    real = lessons.experiment(name)
    chosen = featured(real)
    assert 2 <= len(chosen.knobs) <= MOST_KNOBS
    assert set(chosen.knobs) <= {knob.name for knob in real.knobs}
    assert chosen.variants[0] == "base"
    assert 4 <= len(chosen.variants) <= 10
    assert set(chosen.views) <= VIEWS_THERE_ARE
    whole = [outcome.says for outcome in real.prediction.outcomes]
    assert len(set(chosen.words)) == len(whole)
    assert not set(chosen.words) & set(whole), "short words of their own"
    assert sum(text_width(word, 12.5) + 16 for word in chosen.words) <= ROOM


@pytest.mark.parametrize("name", lessons.names())
def test_what_a_lesson_names_is_there(name):
    from lossacc.lab.featured import _of_lesson

    real, told = lessons.experiment(name), _of_lesson(name)
    assert tuple(told["knobs"]) == featured(real).knobs
    assert ("base", *told["variants"]) == featured(real).variants


def test_an_experiment_of_no_lesson_shows_its_first_knobs_all_arms_and_its_outcomes():
    chosen = featured(experiment())
    assert chosen.knobs == ("rate", "size")
    assert chosen.variants == ("base", "fast", "large")
    assert chosen.words == ("It falls below .5.", "It stays above.")
    assert chosen.views == VIEWS


def test_the_arm_that_a_cell_asks_for_is_one_of_the_list():
    chosen = featured(experiment(), variants=[])
    assert chosen.with_arm("large").variants == ("base", "large")
    assert chosen.with_arm("base") == chosen
