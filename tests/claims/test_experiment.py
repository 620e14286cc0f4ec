"""The form of an experiment: knobs, arms, claims, and what refuses bad input."""

import inspect

import pytest

from lossacc import lessons
from lossacc.claims import catalogue
from lossacc.claims.experiment import Hooks
from lossacc.data import glyphs, load_digits
from lossacc.lessons import experiment as load
from lossacc.lessons import names

EVERY = pytest.mark.parametrize("experiment", [load(name) for name in names()], ids=names())


@EVERY
def test_every_experiment_is_whole(experiment):
    assert experiment.arms[0].name == "base"
    assert not experiment.arms[0].settings
    assert experiment.question.endswith("?")
    for named in (experiment.knobs, experiment.arms, experiment.claims):
        names = [one.name for one in named]
        assert len(names) == len(set(names)) > 0


@EVERY
def test_every_knob_stands_on_a_value_that_it_has_and_says_what_it_does(experiment):
    for knob in experiment.knobs:
        assert knob.default in knob.values
        assert knob.means.endswith(".")
        assert knob.label


@EVERY
def test_every_arm_moves_knobs_to_values_that_they_have(experiment):
    base = experiment.settings()
    for arm in experiment.arms[1:]:
        assert experiment.settings(arm.name) != base
        assert arm.says.endswith(".")


@EVERY
def test_every_claim_reads_arms_and_has_a_control_that_differs(experiment):
    for claim in experiment.claims:
        for arm in (*claim.reads, *claim.control):
            experiment.arm(arm)
        assert claim.reads != claim.control
        assert len(claim.reads) == len(claim.control)
        assert claim.sentence.endswith(".")
        assert claim.rule


@EVERY
def test_every_claim_speaks_to_the_catalogue(experiment):
    for claim in experiment.claims:
        assert claim.catalogue
        for id in claim.catalogue:
            catalogue.entry(id)


@EVERY
def test_every_evidence_takes_one_run_for_each_arm_that_it_reads(experiment):
    for claim in experiment.claims:
        inspect.signature(claim.evidence).bind(*claim.reads)


def test_a_knob_is_read_from_text_as_from_a_value():
    settings = load("nine-against-one").settings(batch_size="1", learning_rate="0.3")
    assert settings["batch_size"] == 1
    assert settings["learning_rate"] == 0.3


def test_what_was_moved_by_hand_wins_over_the_arm():
    nine = load("nine-against-one")
    assert nine.settings("one by one", batch_size=5)["batch_size"] == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: load("eight-versus-two"), "expected one of both-fall"),
        (lambda: load("both-fall").arm("nothing"), "there is no arm 'nothing'"),
        (lambda: load("both-fall").run(speed=3), "there is no knob 'speed'"),
        (lambda: load("both-fall").run(noise=7), "got noise=7; expected one of 0.0"),
        (lambda: lessons.claim("both-fall/nothing"), "there is no claim 'nothing'"),
    ],
)
def test_a_name_or_value_that_does_not_exist_is_refused_with_those_that_do(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


def test_too_few_images_are_refused_with_the_numbers():
    few = load_digits().take(range(300))
    with pytest.raises(ValueError, match="needs 1400 images of 4 classes or more; got 300 of 10"):
        load("both-fall").run(data=few)


def test_a_run_says_where_it_comes_from_and_repeats_bit_for_bit():
    nine = load("nine-against-one")
    run, again = nine.run("one by one", seed=5), nine.run("one by one", seed=5)
    assert (run.train.logits == again.train.logits).all()
    assert run.settings["arm"] == "one by one"
    assert run.settings["knobs"]["batch_size"] == 1
    assert run.unit == "step"
    assert not (nine.run("one by one", seed=6).train.logits == run.train.logits).all()


def test_other_images_of_any_size_and_colour_will_do():
    coloured = glyphs(60, classes=6, size=20, channels=3, seed=1)
    run = load("nine-against-one").run(data=coloured, seed=2)
    assert run.train.loss[-1] == pytest.approx(0.325, abs=0.003)


def test_a_panel_can_stop_a_run_and_keeps_what_it_had():
    seen = []
    hooks = Hooks(should_stop=lambda: len(seen) > 5, on_epoch=seen.append)
    run = load("nine-against-one").run(hooks=hooks)
    assert "stopped" in run.settings
    assert len(run.epochs) == len(seen) == 6
